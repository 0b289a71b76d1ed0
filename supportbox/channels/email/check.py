"""Trying a mailbox's servers step by step, for whoever sets one up: each step with its sentence."""

from collections.abc import Callable, Iterator

from supportbox.channels.channel import Stage
from supportbox.channels.email.imap import Imap
from supportbox.channels.email.url import ServerUrl
from supportbox.errors import DeliveryError, Refused

_SECURED = {
    "tls": "encrypted, and its certificate is good",
    "starttls": "encrypted by STARTTLS, and its certificate is good",
    "plain": "unencrypted, on this machine",
}


def check_imap(url_of: Callable[[], ServerUrl]) -> Iterator[Stage]:
    """Reach the server, log in, open the folder; ends at the first fault."""
    imap = None
    try:
        url = url_of()
        imap = Imap(url)
        imap.connect()
        yield Stage(True, f"IMAP: {url.host} port {url.port} answers, {_SECURED[url.security]}.")
        imap.log_in()
        yield Stage(True, f"IMAP: {url.user} is logged in.")
        folder = imap.select()
        yield Stage(True, f"IMAP: the folder {url.folder} is open and holds {folder.count} letters.")
    except Refused as error:
        yield Stage(False, f"IMAP: {error}")
    finally:
        if imap:
            imap.close()


def check_smtp(url_of: Callable[[], ServerUrl], address: str) -> Iterator[Stage]:
    """Reach the server, log in, ask whether it takes letters from this address; ends at the first fault."""
    from supportbox.channels.email.send import Connection

    connection = None
    try:
        url = url_of()
        connection = Connection(url)
        connection.open()
        as_whom = f", and {url.user} is logged in" if url.user else ""
        yield Stage(True, f"SMTP: {url.host} port {url.port} answers, {_SECURED[url.security]}{as_whom}.")
        connection.offer(address)
        yield Stage(True, f"SMTP: it takes letters from {address}.")
    except (Refused, DeliveryError) as error:
        yield Stage(False, f"SMTP: {error}")
    finally:
        if connection:
            connection.close()
