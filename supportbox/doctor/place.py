"""Lights of the instance folder: room on the disk, and who else can read it."""

import os
import shutil
import stat
from pathlib import Path

from supportbox.config import Settings
from supportbox.doctor.light import Colour, Light

LOW, VERY_LOW = 1_000_000_000, 200_000_000
# What must be readable by the owner alone; the instance folder itself keeps everything else closed.
SECRET = ("secret.key", "setup.code", "config.toml", "supportbox.db")


def lights(settings: Settings) -> list[Light]:
    """Disk and permissions."""
    return [disk(shutil.disk_usage(settings.instance).free), permissions(settings.instance)]


def disk(free: int) -> Light:
    """Whether there is room for letters to come. `free` is in bytes."""
    sentence = f"{free / 1e9:.1f} GB are free on the disk."
    if free >= LOW:
        return Light("disk", "green", sentence)
    colour: Colour = "red" if free < VERY_LOW else "amber"
    return Light("disk", colour, sentence, "Make room: letters stay on the mail server while there is none here.")


def permissions(instance: Path) -> Light:
    """Whether other accounts of this machine can read what is secret."""
    open_paths = [path for path in (instance, *(instance / name for name in SECRET)) if _is_open(path)]
    if not open_paths:
        return Light("permissions", "green", "Only this account can read the instance.")
    names = " ".join(str(path) for path in open_paths)
    return Light(
        "permissions", "red", f"Other accounts of this machine can read {open_paths[0]}.", f"Run: chmod go= {names}"
    )


def _is_open(path: Path) -> bool:
    return os.name == "posix" and path.exists() and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
