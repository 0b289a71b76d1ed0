"""Letter craft: bytes to a Letter, a Draft to bytes. No database, no network."""
