"""Files on their way to Meta's services: left there before anything is sent, so that what is refused is known then."""

from collections.abc import Mapping

from supportbox.channels.http import bearer, call
from supportbox.channels.media import multipart
from supportbox.channels.meta import MetaChannel
from supportbox.channels.outcome import checked
from supportbox.errors import DeliveryError
from supportbox.inbox.parcel import File


def upload(channel: MetaChannel, path: str, fields: Mapping[str, str], name: str, file: File, told: str) -> str:
    """The file's id there. Nothing of the answer has left yet, so that whatever goes wrong is tried again."""
    options = channel.options()
    body, kind = multipart(fields, {name: file}, channel.settings.files)
    headers = {**bearer(options["token"]), **kind}
    later = DeliveryError(f"{channel.NAME} cannot take messages now.")
    try:
        reply = call("POST", f"{options['api']}/{path}", headers=headers, content=body)
    except OSError as error:
        raise later from error
    if reply.status >= 500:
        raise later
    return str(checked(channel.NAME, channel.understood(reply)).json().get(told, ""))
