"""What is in messages at a provider: words in plain text, files that come in, files that are lent."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from supportbox import clock
from supportbox.channels.account import Account
from supportbox.channels.fetching import fetch
from supportbox.channels.http import Reply
from supportbox.channels.lending import file_address
from supportbox.channels.media import fetch_media, too_large
from supportbox.channels.words import plain
from supportbox.errors import DeliveryError
from supportbox.inbox.parcel import File, Outgoing


class Contents(Account):
    """Words and files, as far as all providers are alike."""

    LONGEST: ClassVar[int] = 4000  # characters in one message

    def keep_file(
        self,
        url: str | Callable[[], Reply | str],
        *,
        name: str = "",
        kind: str = "",
        headers: Mapping[str, str] | None = None,
        most: int = 0,
        size: int = 0,
    ) -> tuple[tuple[File, ...], str]:
        """Fetch a file of a message and keep it; none and a sentence when that is not possible. Where only the provider
        knows the file's address, `url` asks it. `most`: what the provider hands over at all; `size`: what it says."""
        most = min(most or self.settings.max_mail_bytes, self.settings.max_mail_bytes)
        if size > most:
            return (), too_large(name, size, most, self.NAME)

        def ask() -> Reply:
            place = url if isinstance(url, str) else url()
            home = self.options().get("api", "")
            return fetch(place, home=home, headers=headers, most=most) if isinstance(place, str) else place

        return fetch_media(self.settings.files, name, kind, most, ask, provider=self.NAME)

    def words(self, outgoing: Outgoing, *, carried: Sequence[File] = ()) -> str:
        """The text as it is sent, with a link below it for each file that is not carried. Refused before anything
        leaves when it is too long: words go in one message, so that nobody ever gets half of them."""
        links = [f"{one.filename}: {self.address_of(one)}" for one in outgoing.files if one not in carried]
        text = "\n\n".join(part for part in (plain(outgoing.text).strip(), "\n".join(links)) if part)
        if (length := self.length(text)) > self.LONGEST:
            counted = f"This message has {length} characters and {self.NAME} takes {self.LONGEST}"
            raise DeliveryError(f"{counted}: send it in parts, or another way.", permanent=True)
        return text

    def length(self, text: str) -> int:
        """How much a text is to the provider."""
        return len(text)

    def address_of(self, file: File) -> str:
        """Where its receiver, or the provider for them, fetches a file within a week."""
        return file_address(self.settings, file.token, now=clock.now())
