"""Sentences of our letters in the languages of customers; English is what the code says."""

from supportbox.translations import catalogue

__all__ = ["catalogue"]
