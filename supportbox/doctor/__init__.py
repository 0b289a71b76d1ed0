"""How every part of an instance is doing: lights with a sentence and a fix, and the short answer for monitors."""

from supportbox.doctor.health import unwell
from supportbox.doctor.light import Light
from supportbox.doctor.round import examine

__all__ = ["Light", "examine", "unwell"]
