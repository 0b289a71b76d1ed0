"""Told: sentences that the core keeps in English with their values filled in, listed to be said in other languages."""


def mark(sentence: str) -> str:
    """Marks a sentence for translation where it is listed, not said."""
    return sentence
