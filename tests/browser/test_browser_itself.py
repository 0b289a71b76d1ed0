"""The browser that other tests drive: it opens pages, and it hears what they complain of."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def test_a_page_is_shown_as_people_see_it(page: "Page") -> None:
    page.set_content("<h1>Atelier Nord</h1><p hidden>nothing</p>")
    assert page.get_by_role("heading").inner_text() == "Atelier Nord"
    assert not page.get_by_text("nothing").is_visible()


def test_each_test_has_a_window_of_its_own(browser: "Browser") -> None:
    one, other = browser.new_context(), browser.new_context()
    one.add_cookies([{"name": "who", "value": "ada", "url": "http://127.0.0.1"}])
    assert len(one.cookies()) == 1 and other.cookies() == []
    one.close(), other.close()
