"""C35: a restored desk fetches again what came after its backup, each letter once, and says where a file is missing."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.torture import letters
from bench.torture.desk import Desk as Instance
from bench.torture.drive import Tally
from bench.torture.kill_ingest import check_all
from bench.torture.shop import Shop
from supportbox import clock, store
from supportbox.app import create_app
from supportbox.demo.sandbox import Sandbox
from supportbox.inbox.delivery import Delivery
from supportbox.inbox.message import Attachment
from supportbox.people.hiring import hire
from supportbox.store import transaction
from tests.web import desk as web_desk
from tests.work.conftest import SUPPORT, Desk
from tests.work.test_sweep import letter_with_file


def test_letters_that_came_after_the_backup_come_in_again_each_once(shop: Shop, tmp_path: Path) -> None:
    mailbox, tally = shop.mailbox(), Tally()
    posted = letters.write(24, 35)
    for one in posted[:12]:
        mailbox.deliver(one.raw)
    desk = shop.desk(mailbox)
    product = desk.product()
    product.do("once")
    product.do("backup", str(tmp_path / "desk.backup"))
    for one in posted[12:]:
        mailbox.deliver(one.raw)
    product.do("once")
    check_all(desk, mailbox, posted, tally)
    copy = Instance(desk.instance.with_name(f"{desk.instance.name}-restored"), shop.folder)
    shop.desks.append(copy)
    restored = copy.product(is_another=True)
    restored.do("restore", str(tmp_path / "desk.backup"))
    assert len(copy.rows("SELECT 1 FROM intake")) == 12
    for _ in range(2):
        assert restored.do("once").heard("faults") == [{}]
    check_all(copy, mailbox, posted, tally)
    assert tally.wrong == []


@pytest.fixture
def without_files(desk: Desk, sandbox: Sandbox) -> Desk:
    """A desk whose messages' files are gone from the disk, as after a backup that did not hold them."""
    for number in range(1, 6):
        sandbox.append(SUPPORT, letter_with_file(number))
    desk.once()
    for path in desk.settings.files.rglob("*"):
        if path.is_file():
            path.unlink()
    with transaction() as session:
        hire(session, "ada@demo.example", name="Ada", role="owner", password=web_desk.PASSWORD, now=clock.now())
    return desk


def test_missing_file_shows_a_notice_and_stops_nothing(without_files: Desk, sandbox: Sandbox) -> None:
    tokens = [one.token for one in without_files.all(Attachment)]
    app = create_app(without_files.settings)
    browser = web_desk.sign_in(app, "ada@demo.example")
    assert "bill.pdf" in browser.get("/inbox/tickets/SB-1001")
    answer = browser.client.get(f"/inbox/attachments/{tokens[0]}/bill.pdf")
    assert answer.status_code == 404 and "This file is not on the disk any more." in answer.text
    without_files.answer("We have your bill.", 1001)
    assert without_files.once().faults == {}
    found = Counter(store.db.session.scalars(select(Delivery.state).where(Delivery.kind == "reply")))
    assert found == Counter({"sent": 1})
