"""Breaking SupportBox on purpose, and counting what it loses, doubles or hides: `python -m bench.torture --help`."""
