"""The vault: passwords of mail servers, sealed with a key of the instance before they touch the database."""

import base64
from typing import TYPE_CHECKING

from supportbox.config import Settings
from supportbox.errors import Refused

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


def seal(settings: Settings, secret: str) -> str:
    """The secret in a form that is worthless without the instance's key; "" stays ""."""
    return _fernet(settings).encrypt(secret.encode()).decode() if secret else ""


def unseal(settings: Settings, sealed: str) -> str:
    """The secret again. Refuses what was sealed with another key."""
    if not sealed:
        return ""
    from cryptography.fernet import InvalidToken

    try:
        return _fernet(settings).decrypt(sealed).decode()
    except InvalidToken as error:
        raise Refused(
            "The stored password was sealed with another secret key. Put secret.key back, or enter the password again."
        ) from error


def _fernet(settings: Settings) -> "Fernet":
    # Loaded on use: it costs megabytes that an instance without passwords need not pay.
    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(settings.key("vault")))
