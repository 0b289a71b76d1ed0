"""The families of errors: somebody can put it right, a delivery failed, or it is a bug (which has no class here)."""


class Refused(Exception):
    """Something a person can put right. `str()` is one plain sentence for them; `status` is its HTTP status.

    `Refused("%(size)s is too much.", size="12 MB")`: the sentence is looked up in a catalogue before it is filled in.
    """

    status = 400

    def __init__(self, sentence: str, **values: object) -> None:
        self.sentence, self.values = sentence, values
        super().__init__(sentence % values if values else sentence)


class NotFound(Refused):
    """There is no such thing, or it is not for this person to know of."""

    status = 404


class Forbidden(Refused):
    """This person may see the thing but not do this to it."""

    status = 403


class Conflict(Refused):
    """Something changed meanwhile; looking again puts it right."""

    status = 409


class DeliveryError(Exception):
    """A message could not be handed over. `permanent` decides between giving up and trying later;
    `uncertain` means that it may have arrived, so nothing tries again by itself."""

    def __init__(self, sentence: str, *, permanent: bool = False, uncertain: bool = False) -> None:
        super().__init__(sentence)
        self.permanent = permanent
        self.uncertain = uncertain
