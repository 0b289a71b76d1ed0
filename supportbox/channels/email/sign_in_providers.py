"""Whom one can sign in with: Microsoft and Google, their pages, and the mail servers that take their tokens."""

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Provider:
    """Whom one signs in with: its pages, what is asked for, and the servers that take the tokens."""

    name: str
    authorize_url: str
    token_url: str
    scope: str
    imap: str
    smtp: str
    extra: tuple[tuple[str, str], ...] = ()

    def server_urls(self, address: str) -> tuple[str, str]:
        """The IMAP and SMTP addresses for an account."""
        user = urlencode({"": address})[1:]
        return self.imap.format(user=user), self.smtp.format(user=user)


_MICROSOFT = "https://login.microsoftonline.com/common/oauth2/v2.0"
_OUTLOOK = "https://outlook.office.com"
PROVIDERS = {
    "microsoft": Provider(
        name="Microsoft",
        authorize_url=f"{_MICROSOFT}/authorize",
        token_url=f"{_MICROSOFT}/token",
        scope=f"offline_access {_OUTLOOK}/IMAP.AccessAsUser.All {_OUTLOOK}/SMTP.Send",
        imap="imaps://{user}@outlook.office365.com:993/INBOX",
        smtp="smtp+starttls://{user}@smtp.office365.com:587",
    ),
    "google": Provider(
        name="Google",
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address, not a secret
        scope="https://mail.google.com/",
        imap="imaps://{user}@imap.gmail.com:993/INBOX",
        smtp="smtps://{user}@smtp.gmail.com:465",
        # Without these two, Google gives no refresh token to an account that has agreed before.
        extra=(("access_type", "offline"), ("prompt", "consent")),
    ),
}
