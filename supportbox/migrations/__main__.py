"""Development: `python -m supportbox.migrations regenerate` (see CONTRIBUTING.md)."""

import sys

if sys.argv[1:] != ["regenerate"]:
    sys.exit("usage: python -m supportbox.migrations regenerate")

from supportbox.migrations.regenerate import regenerate

for path in regenerate():
    print(path)
