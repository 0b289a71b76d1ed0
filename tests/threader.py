"""A small threader after Jamie Zawinski's algorithm: which letters a mail program would show as one thread."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from supportbox.mail.letter import Letter


@dataclass(eq=False)
class Container:
    """One id: a letter, or only somebody's word that there was one."""

    id: str
    letter: Letter | None = None
    parent: "Container | None" = None
    children: list["Container"] = field(default_factory=list)

    def adopt(self, child: "Container") -> None:
        if child is self or child.is_above(self):
            return
        if child.parent:
            child.parent.children.remove(child)
        child.parent = self
        self.children.append(child)

    def is_above(self, other: "Container") -> bool:
        at = other.parent
        while at is not None and at is not self:
            at = at.parent
        return at is self

    def letters(self) -> list[Letter]:
        """This letter and all below it."""
        own = [self.letter] if self.letter else []
        return own + [letter for child in self.children for letter in child.letters()]


def threads(letters: Iterable[Letter]) -> list[list[Letter]]:
    """The letters by thread, without a look at subjects: those could join what does not belong together."""
    table: dict[str, Container] = {}
    for letter in letters:
        one = table.setdefault(letter.message_id, Container(letter.message_id))
        one.letter = letter
        above: Container | None = None
        ids = letter.references or ((letter.in_reply_to,) if letter.in_reply_to else ())
        for name in ids:
            container = table.setdefault(name, Container(name))
            if above and container.parent is None:
                above.adopt(container)
            above = container
        if above:
            above.adopt(one)
    roots = [container for container in table.values() if container.parent is None]
    return [found for found in (root.letters() for root in roots) if found]
