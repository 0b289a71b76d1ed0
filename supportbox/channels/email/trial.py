"""A trial: a letter that looks like trouble is first read by a process that may die of it, with little to waste."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import supportbox
from supportbox.errors import Refused
from supportbox.mail.limits import LimitBroken

# A letter costs 2 s of CPU at most; the start of the process and slow machines come on top.
CPU_SECONDS = 6
# A minute, for a machine that has other things to do.
PATIENCE = 60.0
MEMORY = 350_000_000
# Room for a letter's bytes, its decoded files and their copies on the way.
MEMORY_TIMES_SIZE = 5
BIG = 8_000_000
MOST_BOUNDARIES = 20
MOST_PARTS = 250
_SMALL = 500
_NO_MEMORY = 3


def is_suspect(raw: bytes) -> bool:
    """Whether a letter is big, deep or of very many parts; costs next to nothing for ordinary ones."""
    if len(raw) < _SMALL:
        return False
    return len(raw) > BIG or raw.count(b"oundary=") > MOST_BOUNDARIES or raw.count(b"\n--") > MOST_PARTS


def stand_trial(path: Path, size: int, *, patience: float = PATIENCE) -> None:
    """Return when a process of its own could read the letter. Raises LimitBroken when it took more than any letter
    should, Refused when the process did not survive it."""
    memory = MEMORY + MEMORY_TIMES_SIZE * size
    command = [sys.executable, "-P", "-m", __spec__.name, str(path), str(CPU_SECONDS), str(memory)]
    # Nothing of ours is in its environment: it has no need of keys.
    environ = {"PYTHONPATH": str(Path(supportbox.__file__).parent.parent), "PATH": os.environ.get("PATH", os.defpath)}
    try:
        code = subprocess.run(  # noqa: S603 - our own interpreter and our own module; the path is one that we chose
            command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=patience
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise Refused("This letter could not be read in a minute.") from error
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise LimitBroken(f"This letter needs more than the {CPU_SECONDS} seconds of computing that a letter may cost.")
    if code == _NO_MEMORY:
        raise LimitBroken(f"This letter needs more than the {memory // 1_000_000} MB of memory that it may cost.")
    if code:
        raise Refused(f"A process that read this letter on trial did not survive it (exit {code}).")


def main() -> None:
    """The process: put limits on itself, read one letter, and end. What the reader refuses is no crash."""
    import resource

    path, cpu_seconds, memory = sys.argv[1:]
    # The hard limit is a second later: past it there is no signal to be caught.
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_seconds), int(cpu_seconds) + 1))
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        from supportbox.mail.parse import parse

        parse(Path(path).read_bytes())
    except MemoryError:
        os._exit(_NO_MEMORY)
    except Exception:  # noqa: BLE001 - the parent meets it too, and finds the words for it
        os._exit(0)
    os._exit(0)


if __name__ == "__main__":
    main()
