"""Who plays in the demo: two agents, the shop's address, and two customers with mailboxes of their own."""

from dataclasses import dataclass

BUSINESS = "Atelier Nord"


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody with a password: an agent's (with a role) for the desk, everybody else's for the sandbox's mail."""

    name: str
    email: str
    password: str
    role: str = ""

    @property
    def key(self) -> str:
        """The first name in lower case, as in the data files and in addresses of pages."""
        return self.email.partition("@")[0]


# These passwords are printed and written in plain text on purpose: they open nothing but the demo, on loopback.
ADA = Player("Ada", "ada@demo.example", "ada-atelier-nord", "owner")
BEN = Player("Ben", "ben@demo.example", "ben-atelier-nord", "agent")
CLEO = Player("Cleo Hartley", "cleo@demo.example", "cleo-sandbox")
DOT = Player("Dot Iversen", "dot@demo.example", "dot-sandbox")
SHOP = Player(BUSINESS, "support@demo.example", "support-sandbox")

AGENTS = (ADA, BEN)
CUSTOMERS = (CLEO, DOT)
MAIL_USERS = (*CUSTOMERS, SHOP)
