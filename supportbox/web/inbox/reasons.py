"""Why a letter is where it is: kept in English beside the letter, said in the language of whoever reads it."""

from supportbox.translations.retelling import TOLD as KNOWN
from supportbox.web.i18n import retold as reason

__all__ = ["KNOWN", "reason"]
