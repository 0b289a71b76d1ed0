"""Runs every measurement in turn: `make bench METERS=FOLDER`, a folder with the corpus generator and the meters."""

import subprocess
import sys

MEASUREMENTS = ("bench.ingest", "bench.pages", "bench.large", "bench.chatting")


def main() -> int:
    """Each as a process of its own, so that none inherits another's memory; 1 when any missed its bar."""
    missed = [name for name in MEASUREMENTS if subprocess.run([sys.executable, "-m", name, *sys.argv[1:]]).returncode]
    for name in missed:
        print(f"{name}: a bar was missed, or it could not run")
    return 1 if missed else 0


sys.exit(main())
