"""Signed ids in addresses and Message-IDs: pure functions with a key, 128 bits each, indifferent to case."""

import base64
import hmac
import re

_MAC_BYTES = 16
_MAC = "([a-z2-7]{26})"
_MESSAGE_ID = re.compile(rf"<?sb\.(\d{{1,12}})\.(\d{{1,12}})\.{_MAC}@[^\s<>@]{{1,255}}>?", re.IGNORECASE)
_PLUS = re.compile(rf".+\+(\d{{1,12}})\.{_MAC}", re.IGNORECASE)
_AGENT = re.compile(rf".+\+(\d{{1,12}})\.a(\d{{1,12}})\.{_MAC}", re.IGNORECASE)
_ENVELOPE = re.compile(rf".+\+b(\d{{1,12}})\.{_MAC}", re.IGNORECASE)
_LONGEST = 600


def message_id(key: bytes, ticket: int, delivery: int, domain: str) -> str:
    """The Message-ID of one delivery, the same however often it is tried."""
    return f"<sb.{ticket}.{delivery}.{_mac(key, 'message', ticket, delivery)}@{domain}>"


def read_message_id(key: bytes, text: str) -> tuple[int, int] | None:
    """(ticket, delivery) of a Message-ID that we signed."""
    found = _MESSAGE_ID.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found is None:
        return None
    ticket, delivery = int(found.group(1)), int(found.group(2))
    return (ticket, delivery) if _is(found.group(3), _mac(key, "message", ticket, delivery)) else None


def plus_address(key: bytes, address: str, ticket: int) -> str:
    """Where a customer's answer to this ticket may be sent."""
    return _with_tag(address, f"{ticket}.{_mac(key, 'ticket', ticket)}")


def read_plus_address(key: bytes, address: str) -> int | None:
    """The ticket of an address that we signed."""
    found = _local_match(_PLUS, address)
    if found is None:
        return None
    ticket = int(found.group(1))
    return ticket if _is(found.group(2), _mac(key, "ticket", ticket)) else None


def agent_address(key: bytes, address: str, ticket: int, agent: int) -> str:
    """Where one agent's answer by mail may be sent; it proves nothing for anybody else."""
    return _with_tag(address, f"{ticket}.a{agent}.{_mac(key, 'agent', ticket, agent)}")


def read_agent_address(key: bytes, address: str) -> tuple[int, int] | None:
    """(ticket, agent) of an agent's address that we signed."""
    found = _local_match(_AGENT, address)
    if found is None:
        return None
    ticket, agent = int(found.group(1)), int(found.group(2))
    return (ticket, agent) if _is(found.group(3), _mac(key, "agent", ticket, agent)) else None


def envelope_address(key: bytes, address: str, delivery: int) -> str:
    """The envelope sender of one delivery: a bounce to it can only be about that delivery."""
    return _with_tag(address, f"b{delivery}.{_mac(key, 'envelope', delivery)}")


def read_envelope_address(key: bytes, address: str) -> int | None:
    """The delivery of an envelope sender that we signed."""
    found = _local_match(_ENVELOPE, address)
    if found is None:
        return None
    delivery = int(found.group(1))
    return delivery if _is(found.group(2), _mac(key, "envelope", delivery)) else None


def _with_tag(address: str, tag: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}+{tag}@{domain}"


def _local_match(pattern: re.Pattern[str], address: str) -> re.Match[str] | None:
    if len(address) > _LONGEST:
        return None
    return pattern.fullmatch(address.strip().rpartition("@")[0])


def _mac(key: bytes, kind: str, *numbers: int) -> str:
    if not key:
        raise ValueError("a signing key is needed")
    said = ".".join([kind, *map(str, numbers)]).encode()
    return base64.b32encode(hmac.digest(key, said, "sha256")[:_MAC_BYTES]).decode().rstrip("=").lower()


def _is(given: str, right: str) -> bool:
    return hmac.compare_digest(given.lower().encode(), right.encode())
