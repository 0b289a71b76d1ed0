"""Whoosh, and SQLite's FTS5 for large centres, behind `kb.searcher`."""
