"""Instagram speaks as Messenger does, counts bytes, and takes files by their address alone."""

from typing import Any

from tests.channels.case import StandIn
from tests.channels.messenger.case import MessengerCase


class InstagramCase(MessengerCase):
    KIND, ADDRESS, OBJECT = "instagram", "@teapots", "instagram"
    three_files = (("words", ()), ("", ("lid.png",)), ("", ("old.avi",)))

    def takes(self, text: str) -> bool:
        return len(text.encode()) <= 1000

    def file(self, attachment: dict[str, Any], stand_in: StandIn) -> tuple[str, bytes] | None:
        address = attachment["payload"].get("url", "")
        return (address, b"") if attachment["type"] in ("image", "audio", "video", "file") and address else None
