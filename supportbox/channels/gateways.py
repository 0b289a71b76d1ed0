"""The kinds of channels whose other side calls us, for whoever fills one in."""

from functools import cache
from importlib import import_module

from supportbox.channels.gateway import Gateway
from supportbox.channels.kinds import KINDS


@cache
def gateways() -> dict[str, type[Gateway]]:
    """Each kind with its class, in the order in which they are offered."""
    found = {}
    for kind, place in KINDS.items():
        module, _, name = place.partition(":")
        one = getattr(import_module(module), name)
        if issubclass(one, Gateway):
            found[kind] = one
    return found
