"""Files of a talk: those of the words that its visitor may read, and no others."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, select

from supportbox.inbox.chat import find_chat, list_chat
from supportbox.inbox.message import Attachment
from supportbox.inbox.query import AnyRow
from supportbox.people.visitor import Known

_COLUMNS = select(
    Attachment.message_id, Attachment.token, Attachment.filename, Attachment.content_type, Attachment.size
).order_by(Attachment.id)
_OF_MESSAGES = _COLUMNS.where(Attachment.message_id.in_(bindparam("messages", expanding=True)))
_BY_TOKEN = _COLUMNS.where(Attachment.token == bindparam("token"))


def list_chat_files(connection: Connection, said: Sequence[AnyRow]) -> Mapping[int, Sequence[AnyRow]]:
    """By message; what was said in the safe place keeps its files there."""
    numbers = [row.id for row in said if not (row.facts or {}).get("safe")]
    found: dict[int, list[AnyRow]] = {}
    for row in connection.execute(_OF_MESSAGES, {"messages": numbers}) if numbers else ():
        found.setdefault(row.message_id, []).append(row)
    return found


def find_chat_file(connection: Connection, visitor: Known, token: str) -> AnyRow | None:
    """None for whoever may not read the words that it came with, whatever else they know of it."""
    file = connection.execute(_BY_TOKEN, {"token": token}).first()
    ticket = find_chat(connection, visitor) if file else None
    if file is None or ticket is None:
        return None
    said = list_chat(connection, visitor, ticket, after=file.message_id - 1, until=file.message_id)
    return file if list_chat_files(connection, said) else None
