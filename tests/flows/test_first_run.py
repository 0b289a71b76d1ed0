"""From an empty machine to the first real ticket, over HTTP, as `docs/first-mailbox.md` tells it."""

import re
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from supportbox.demo.sandbox import Sandbox
from tests.flows.first_run import BARS, SUPPORT, fresh_desk
from tests.servers import PASSWORD

REQUIRED = re.compile(r"<(?:input|select|textarea)[^>]*\brequired\b")


class Visitor:
    """A browser without a script: it follows, keeps cookies, and sends forms as they stand."""

    def __init__(self, base: str) -> None:
        self.base, self.page, self.where = base, "", ""
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.fields = 0

    def get(self, path: str) -> str:
        return self._open(path, None)

    def send(self, action: str, **values: str) -> str:
        """The form with that action on the page that is open."""
        form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', self.page, re.S)
        assert form, (action, self.where, self.page)
        self.fields += len(REQUIRED.findall(form[0]))
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form[0]))
        return self._open(action, {**hidden, **values})

    def _open(self, path: str, values: dict[str, str] | None) -> str:
        data = urlencode(values).encode() if values is not None else None
        with self.opener.open(urljoin(self.base, path), data, timeout=60) as answer:
            self.page, self.where = answer.read().decode(), answer.url.removeprefix(self.base)
        return self.page


def test_the_first_ticket_is_there_within_two_minutes(sandbox: Sandbox, tmp_path: Path) -> None:
    began = time.monotonic()
    pages = []
    with fresh_desk(tmp_path, sandbox) as desk:
        owner = Visitor(desk.base)
        owner.get(desk.url)
        code = re.search(r'name="code" value="([^"]+)"', owner.page)
        assert code
        you = {"code": code[1], "name": "Ada", "email": "ada@shop.example", "password": "long enough words"}
        pages.append(owner.where)
        owner.send("/setup", **you)
        pages.append(owner.where)
        owner.send("/setup/business", name="Atelier Nord", language="en", timezone="Europe/Paris")
        pages.append(owner.where)
        owner.send("/settings/mailboxes/new", address=SUPPORT)
        pages.append(owner.where)
        servers = {"user": SUPPORT, "password": PASSWORD, "folder": "INBOX"}
        for name, port in (("imap", sandbox.imap_port), ("smtp", sandbox.smtp_port)):
            servers |= {f"{name}_host": "127.0.0.1", f"{name}_port": str(port), f"{name}_security": "plain"}
        owner.send("/settings/mailboxes/new/servers", **servers)
        owner.fields += 1  # the password: the form does not say that it is required, for one may be kept
        pages.append(owner.where)
        assert owner.page.count('class="stage ok"') == 6
        owner.send("/settings/mailboxes/new/save", since="today")
        pages.append(owner.where)
        owner.send("/setup/people", addresses="")
        assert owner.where.startswith("/inbox/") and owner.page.count('<span class="done">') == 2
        desk.write("The lid is chipped")
        while "The lid is chipped" not in owner.get("/inbox/unassigned"):
            assert time.monotonic() - began < BARS["seconds"]
            time.sleep(0.3)
        assert "Its lid is chipped." in owner.get("/inbox/tickets/SB-1001")
        assert "SupportBox: test letter" not in owner.get("/inbox/open")
    assert [page.partition("?")[0] for page in pages] == [
        "/setup",
        "/setup/business",
        "/settings/mailboxes/new",
        "/settings/mailboxes/new/servers",
        "/settings/mailboxes/new/test",
        "/setup/people",
    ]
    assert len(set(pages)) <= BARS["pages"] and owner.fields <= BARS["fields"]
