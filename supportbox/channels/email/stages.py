"""The six stages of trying a mailbox: found, encrypted, signed in, read, sent, come back. Nothing of it is saved."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from supportbox.channels.email.faults import Fault, explain
from supportbox.channels.email.imap import Imap
from supportbox.channels.email.round_trip import RoundTrip
from supportbox.channels.email.url import ServerUrl
from supportbox.errors import DeliveryError, Refused

Name = Literal["server", "secure", "signed_in", "inbox", "send", "receive"]
NAMES: tuple[Name, ...] = ("server", "secure", "signed_in", "inbox", "send", "receive")
CONNECT_SECONDS = 6.0
RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Step:
    """How one stage went. `kind` names the fault, "" where there is none; `technical` is what the server said."""

    name: Name
    is_good: bool
    kind: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    technical: str = ""
    is_warning: bool = False  # not as it should be, and yet no reason to stop


@dataclass(frozen=True, slots=True)
class Servers:
    """The values on the screen. `needs_app_password`: this provider refuses the account's own password."""

    address: str
    imap: ServerUrl
    smtp: ServerUrl
    needs_app_password: bool = False


def try_out(servers: Servers, key: bytes, clock: Callable[[], datetime], *, patience: float = 20.0) -> Iterator[Step]:
    """Stage by stage; ends at the first that fails. The letter of the last two is taken out of the mailbox again."""
    imap = Imap(servers.imap)
    stage: Name = "server"
    url = servers.imap
    try:
        yield _found(url)
        stage = "secure"
        imap.connect()
        yield _secured(imap)
        stage = "signed_in"
        imap.log_in()
        yield Step("signed_in", True, values={"user": url.user})
        stage = "inbox"
        yield _read(imap, clock())
        stage, url = "send", servers.smtp
        trip = RoundTrip(servers.address, servers.smtp, imap, key)
        trip.send(clock())
        yield Step("send", True, values=_place(url))
        stage, url = "receive", servers.imap
        yield _come_back(trip, patience, servers.address)
    except (Refused, DeliveryError, OSError, UnicodeError) as error:
        yield _failed(stage, error, servers, url)
    finally:
        imap.close()


def _found(url: ServerUrl) -> Step:
    """Only whether somebody answers there, and how fast."""
    began = time.monotonic()
    try:
        with socket.create_connection((url.host, url.port), CONNECT_SECONDS):
            passed = time.monotonic() - began
    except (OSError, UnicodeError) as error:
        raise explain(error, url) from error
    return Step("server", True, values={**_place(url), "ms": max(1, round(passed * 1000))})


def _secured(imap: Imap) -> Step:
    if imap.url.security == "plain":
        return Step("secure", True, "plain", _place(imap.url))
    certificate = imap.client._imap.sock.getpeercert() or {}
    until = ssl.cert_time_to_seconds(str(certificate["notAfter"])) if "notAfter" in certificate else None
    return Step("secure", True, values={**_place(imap.url), "until": until})


def _read(imap: Imap, now: datetime) -> Step:
    folder = imap.select()
    recent = len(imap.uids_above(0, now - RECENT)) if folder.count else 0
    return Step("inbox", True, values={"folder": imap.url.folder, "count": folder.count, "recent": recent})


def _come_back(trip: RoundTrip, patience: float, address: str) -> Step:
    began = time.monotonic()
    if trip.wait(patience):
        return Step("receive", True, values={"seconds": round(time.monotonic() - began, 1)})
    return Step("receive", True, "late", {"address": address, "seconds": round(patience)}, is_warning=True)


def _failed(stage: Name, error: Exception, servers: Servers, url: ServerUrl) -> Step:
    fault = error if isinstance(error, (Fault, DeliveryError)) else explain(error, url)
    kind = getattr(fault, "kind", "no-sending")
    if kind == "password" and servers.needs_app_password:
        kind = "app-password"
    # The same password was good a moment ago: it is not to blame, what it may do is.
    if stage == "send" and kind in ("password", "app-password", "sign-in", "strange"):
        kind = "no-sending"
    values = {**_place(url), "user": url.user, "address": servers.address, "folder": url.folder}
    return Step(stage, False, kind, values, technical=_without(str(fault), url))


def _place(url: ServerUrl) -> dict[str, object]:
    return {"host": url.host, "port": url.port, "security": url.security}


def _without(text: str, url: ServerUrl) -> str:
    """What a server said, should it have repeated the password, without that."""
    return text.replace(url.password, "…") if url.password else text
