"""The mailbox wizard: the values on the screen are tried, eight faults get eight sentences, and no secret leaks."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from supportbox import clock, store
from supportbox.channels.email.presets import Server
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.mailbox import Mailbox
from supportbox.inbox.ticket import Ticket
from supportbox.people.business import Setting
from supportbox.store import transaction
from supportbox.work import Worker
from tests.channels.email.broken_servers import FAULTS, Screen
from tests.channels.email.test_wizard_presets import Zone
from tests.servers import PASSWORD
from tests.web.desk import Browser, sign_in

NEW = "/settings/mailboxes/new"
ADDRESS = "support@demo.example"
SECRET = "open/sesame 42"


def values(imap: Server, smtp: Server, password: str = PASSWORD) -> dict[str, str]:
    """Step 2 as somebody fills it in."""
    found = {"user": ADDRESS, "password": password, "folder": "INBOX"}
    for name, one in (("imap", imap), ("smtp", smtp)):
        found |= {f"{name}_host": one.host, f"{name}_port": str(one.port), f"{name}_security": one.security}
    return found


def plain(sandbox: Sandbox) -> Screen:
    ports = (sandbox.imap_port, sandbox.smtp_port)
    imap, smtp = (Server("127.0.0.1", port, "plain") for port in ports)
    return imap, smtp, PASSWORD


def to_step_two(ada: Browser, address: str = ADDRESS) -> str:
    assert ada.post(NEW, NEW, address=address).location == f"{NEW}/servers"
    return ada.get(f"{NEW}/servers")


def tried(ada: Browser, screen: Screen, **headers: str) -> str:
    """The page of step 3, without a script: it comes when all is tried."""
    to_step_two(ada)
    answer = ada.post(f"{NEW}/servers", f"{NEW}/servers", **values(*screen))
    assert answer.location == f"{NEW}/test", answer.text
    return ada.get(f"{NEW}/test", **headers)


def shown(page: str) -> list[tuple[str, str]]:
    """State and name of each stage."""
    return re.findall(r'<li class="stage (\w+)">.*?<h2>(.*?) <span', page, re.S)


def test_the_provider_is_found_by_who_takes_the_mail(app: Flask, ada: Browser) -> None:
    app.extensions["mail_hosts"] = Zone({"atelier-nord.fr": ("mx1.mail.ovh.net",)})
    page = to_step_two(ada, "Support@Atelier-Nord.fr")
    assert "Mail for atelier-nord.fr is run by OVH." in page
    assert 'value="ssl0.ovh.net"' in page and 'value="support@atelier-nord.fr"' in page
    assert 'value="support@atelier-nord.fr"' in ada.get(NEW)


def test_gmail_is_told_of_app_passwords_and_offered_the_sign_in(app: Flask, ada: Browser) -> None:
    page = to_step_two(ada, "nord@gmail.com")
    assert "make an app password" in page and "Sign in with Google" in page
    assert "/settings/mailboxes/sign-in</code>" in page


@pytest.mark.parametrize("typed", ["", "nord", "a@b", "x y@shop.example"])
def test_what_is_no_address_is_kept_and_said(ada: Browser, typed: str) -> None:
    answer = ada.post(NEW, NEW, address=typed)
    assert answer.status_code == 422 and "This is no mail address" in answer.text
    assert f'value="{typed}"' in answer.text


def test_a_mailbox_that_is_here_is_not_added_twice(ada: Browser) -> None:
    assert ada.post(NEW, NEW, address="SUPPORT@shop.example").status_code == 409


def test_each_field_is_checked_and_the_password_typed_once(app: Flask, ada: Browser, sandbox: Sandbox) -> None:
    to_step_two(ada)
    imap, smtp, _ = plain(sandbox)
    wrong = {**values(imap, smtp, SECRET), "imap_port": "70000", "smtp_host": "no such name"}
    answer = ada.post(f"{NEW}/servers", f"{NEW}/servers", **wrong)
    assert answer.status_code == 422 and answer.text.count('aria-invalid="true"') == 2
    assert 'value="70000"' in answer.text and SECRET not in answer.text
    again = ada.post(f"{NEW}/servers", f"{NEW}/servers", **values(imap, smtp, ""))
    assert again.location == f"{NEW}/test"


def test_a_password_crosses_the_network_encrypted_or_not_at_all(ada: Browser) -> None:
    to_step_two(ada)
    far = values(Server("mail.shop.example", 143, "plain"), Server("mail.shop.example", 465))
    answer = ada.post(f"{NEW}/servers", f"{NEW}/servers", **far)
    assert answer.status_code == 422 and "mail.shop.example is not this machine" in answer.text


def test_all_well_adds_the_mailbox_with_old_mail_from_today(app: Flask, ada: Browser, sandbox: Sandbox) -> None:
    sandbox.append(ADDRESS, b"Subject: old\r\n\r\nwords\r\n")
    page = tried(ada, plain(sandbox))
    assert [state for state, _ in shown(page)] == ["ok"] * 6
    assert "The last 30 days (1 letter)" in page and "All (1 letter)" in page
    with app.app_context(), transaction() as session:
        assert session.query(Mailbox).filter_by(address=ADDRESS).count() == 0, "nothing is saved by a test"
    saved = ada.post(f"{NEW}/test", f"{NEW}/save", since="today")
    box = mailbox(app)
    assert saved.location == f"/settings/mailboxes/{box.id}?saved"
    assert box.is_active and box.since is not None and (clock.now() - box.since).total_seconds() < 90_000
    assert (box.imap_url, PASSWORD in box.imap_sealed) == (
        f"imap://support%40demo.example@127.0.0.1:{sandbox.imap_port}/INBOX", False,
    )  # fmt: skip


def test_eight_faults_have_eight_sentences_and_eight_fixes_in_both_languages(
    ada: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: dict[str, list[tuple[str, str]]] = {"en": [], "fr": []}
    for fault in FAULTS:
        folder = tmp_path / fault
        folder.mkdir()
        with monkeypatch.context() as patch, FAULTS[fault](folder, patch) as screen:
            tried(ada, screen)
        for language, said in heard.items():
            said.append(sentences(ada, language))
    for said in heard.values():
        assert len({re.sub(r"[\d.]+", "", sentence) for sentence, _ in said}) == 8
        assert len({fix for _, fix in said}) == 8
    assert not set(heard["en"]) & set(heard["fr"])


def sentences(ada: Browser, language: str) -> tuple[str, str]:
    page = ada.get(f"{NEW}/test", **{"Accept-Language": language})
    found = re.findall(
        r'<li class="stage bad">.*?<p>(.*?)</p>\s*<p class="fix"><strong>.*?</strong> (.*?)</p>', page, re.S
    )
    assert len(found) == 1, page
    return found[0]


def test_saved_all_the_same_it_is_not_fetched(app: Flask, ada: Browser, sandbox: Sandbox) -> None:
    imap, smtp, _ = plain(sandbox)
    page = tried(ada, (imap, smtp, SECRET))
    assert "Save anyway, not fetching" in page
    ada.post(f"{NEW}/test", f"{NEW}/save")
    box = mailbox(app)
    assert not box.is_active and box.imap_sealed


def test_a_good_test_of_other_values_lets_nothing_be_fetched(app: Flask, ada: Browser, sandbox: Sandbox) -> None:
    tried(ada, plain(sandbox))
    imap, smtp, _ = plain(sandbox)
    wrong = {**values(imap, smtp, SECRET), "imap_port": "abc"}
    assert ada.post(f"{NEW}/servers", f"{NEW}/servers", **wrong).status_code == 422
    ada.post(f"{NEW}/test", f"{NEW}/save")
    assert not mailbox(app).is_active


def test_the_password_is_in_no_page_no_setting_and_no_log(
    app: Flask, ada: Browser, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    imap, smtp, _ = plain(sandbox)
    pages = [tried(ada, (imap, smtp, SECRET)), ada.get(f"{NEW}/servers"), ada.get(f"{NEW}/stages"), ada.get(NEW)]
    with app.app_context():
        kept = [str(row.value) for row in store.db.session.query(Setting)]
    assert kept and not any(SECRET in text or "sesame" in text for text in [*pages, *kept, caplog.text])


def test_a_test_letter_that_comes_late_is_no_ticket(app: Flask, ada: Browser, sandbox: Sandbox) -> None:
    tried(ada, plain(sandbox))
    ada.post(f"{NEW}/test", f"{NEW}/save", since="all")
    [letter] = sandbox.sent(ADDRESS)
    sandbox.append(ADDRESS, letter)
    with app.app_context(), transaction() as session:
        session.query(Mailbox).filter_by(address="support@shop.example").delete()
    assert Worker(app).run_once(patience=0).faults == {}
    with app.app_context():
        assert store.db.session.query(Ticket).count() == 0


def mailbox(app: Flask) -> Mailbox:
    with app.app_context():
        return store.db.session.query(Mailbox).filter_by(address=ADDRESS).one()


@pytest.fixture(autouse=True)
def no_dns(app: Flask) -> Iterator[None]:
    """No test of this file asks the outside world."""
    app.extensions["mail_hosts"] = Zone({})
    yield


def test_agents_who_manage_nothing_cannot_probe_servers(app: Flask) -> None:
    ben = sign_in(app, "ben@shop.example")
    for path in ("", "/new", "/new/servers", "/new/test", "/new/stages", "/sign-in", "/1"):
        assert ben.client.get(f"/settings/mailboxes{path}").status_code == 403
