"""Trying a gateway: what its check says, stage by stage, and for the one that fails what most often mends it."""

from collections.abc import Iterator
from dataclasses import dataclass

from supportbox.channels.channel import SlowDown, Stage
from supportbox.channels.gateway import Gateway
from supportbox.errors import DeliveryError, Refused

_ADDRESS = "Check the address of the service. A firewall on the way out may be the reason too."
_KEY = "Copy account and key again, from the same account of the provider."
_LATER = "Nothing is wrong with what was filled in. Wait a few minutes, then test again."
_FIELDS = "Compare each field with what the provider shows."
_PUBLIC = "Set SUPPORTBOX_BASE_URL to the https:// address by which everybody reaches this desk."


@dataclass(frozen=True, slots=True)
class Tried:
    """A stage with its fix, "" where nothing needs one. `is_warning`: not as it should be, and no reason to stop."""

    is_good: bool
    sentence: str
    fix: str = ""
    is_warning: bool = False


def rehearse(channel: Gateway) -> Iterator[Tried]:
    """Every stage up to the first that fails. Nothing is sent to any customer."""
    if not channel.settings.base_url.startswith("https://"):
        yield Tried(True, "This desk has no https:// address: most providers call no other.", _PUBLIC, is_warning=True)
    try:
        for stage in channel.check():
            yield _tried(stage)
            if not stage.is_good:
                return
    except SlowDown as error:
        yield Tried(False, str(error), _LATER)
    except DeliveryError as error:
        is_later = not error.permanent and ("cannot" in str(error) or error.uncertain)
        yield Tried(False, str(error), _LATER if is_later else _KEY)
    except Refused as error:
        yield Tried(False, str(error), _FIELDS)
    except OSError:
        yield Tried(False, f"{channel.NAME} does not answer.", _ADDRESS)


def _tried(stage: Stage) -> Tried:
    return Tried(stage.is_good, stage.sentence, "" if stage.is_good else _FIELDS)
