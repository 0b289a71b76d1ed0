"""How a product tells what it does: facts, one line of JSON each."""

import json
import sys
from typing import Any


def say(**facts: Any) -> None:
    # On a line of its own, whatever a killed child has left unfinished, and in one piece.
    sys.stdout.write(f"\n{json.dumps(facts)}\n")
    sys.stdout.flush()
