"""Where the sentences of channels are looked for: they are listed in `translations.told.providers`."""

from supportbox.translations.told import mark
from supportbox.translations.told.providers import PROVIDERS

__all__ = ["PROVIDERS", "mark"]
