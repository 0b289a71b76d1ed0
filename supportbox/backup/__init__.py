"""Backups: a whole instance in one file, and back."""

from supportbox.backup.make import back_up, copy_database
from supportbox.backup.restore import restore

__all__ = ["back_up", "copy_database", "restore"]
