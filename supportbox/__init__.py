"""SupportBox: an inbox and a knowledge base for a small business, in one process and one SQLite file."""

__version__ = "0.1.0"
