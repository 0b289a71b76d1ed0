"""The wizard's forms: what was typed, checked field by field, each problem beside the field that it is about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast, get_args

from supportbox.channels import vault
from supportbox.channels.email.presets import Server
from supportbox.channels.email.url import Protocol, Security
from supportbox.channels.email.wizard import Unsaved
from supportbox.config import Settings
from supportbox.errors import Refused
from supportbox.web.i18n import explain
from supportbox.web.i18n import gettext as _

SECURITIES: tuple[str, ...] = get_args(Security)
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?|::1")


@dataclass(slots=True)
class ServersForm:
    """Step 2 as it was typed. The password is in here for as long as the request takes, and in no page."""

    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def unsaved(self, before: Unsaved, settings: Settings) -> Unsaved:
        """What the form makes of the mailbox; look at `problems` before keeping it."""
        typed = replace(
            before,
            imap=self._server("imap", before.imap),
            smtp=self._server("smtp", before.smtp),
            user=self.values["user"],
            folder=self.values["folder"] or "INBOX",
        )
        if password := self.values["password"]:
            typed = replace(typed, password_sealed=vault.seal(settings, password), grant_sealed="")
        if not self.values["user"]:
            self.problems["user"] = _("Write the user name: mostly it is the whole address.")
        if not typed.has_secret:
            self.problems["password"] = _("Write the password, or sign in with your provider.")
        self._check(typed, "IMAP", "imap_host")
        self._check(typed, "SMTP", "smtp_host")
        return typed

    def _server(self, name: str, before: Server) -> Server:
        host, port = self.values[f"{name}_host"], self.values[f"{name}_port"]
        if not _HOST.fullmatch(host):
            self.problems[f"{name}_host"] = _("Write the server’s name, such as mail.example.org.")
        is_port = port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536
        if not is_port:
            self.problems[f"{name}_port"] = _("A port is a number from 1 to 65535.")
        security = self.values[f"{name}_security"]
        known = cast(Security, security if security in SECURITIES else before.security)
        return Server(host, int(port) if is_port else before.port, known)

    def _check(self, typed: Unsaved, protocol: Protocol, name: str) -> None:
        if name in self.problems:
            return
        try:
            typed.url(protocol)
        except Refused as refused:
            self.problems[name] = explain(refused)


def read_form(form: Mapping[str, str]) -> ServersForm:
    """What the browser sent; nothing in it may be long or spread over lines."""
    names = ("user", "folder", *(f"{one}_{part}" for one in ("imap", "smtp") for part in ("host", "port", "security")))
    values = {name: " ".join(form.get(name, "").split())[:200] for name in names}
    return ServersForm({**values, "password": form.get("password", "")[:500]})


def form_of(unsaved: Unsaved) -> ServersForm:
    """The form as it is shown again, without the password."""
    values = {"user": unsaved.user, "folder": unsaved.folder, "password": ""}
    for name, server in (("imap", unsaved.imap), ("smtp", unsaved.smtp)):
        values |= {f"{name}_host": server.host, f"{name}_port": str(server.port), f"{name}_security": server.security}
    return ServersForm(values)
