"""`python -m supportbox.translations`: compile every language, and list what is not translated yet."""

import sys

from babel.messages.mofile import write_mo

from supportbox.translations import ROOT
from supportbox.translations.gathering import extracted, languages, merged


def main() -> int:
    """Write one messages.mo a language. 1 when something is missing."""
    said = extracted()
    missing = 0
    for language in languages():
        catalog = merged(language)
        with (ROOT / language / "messages.mo").open("wb") as file:
            write_mo(file, catalog)
        known = {message.id for message in catalog}
        for message, place in said.items():
            one = message[0] if isinstance(message, tuple) else message
            if message not in known and one not in known:
                missing += 1
                sys.stdout.write(f"{language}: {place}: {message!r}\n")
        sys.stdout.write(f"{language}: {len(catalog)} sentences\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
