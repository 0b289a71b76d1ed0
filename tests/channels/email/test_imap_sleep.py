"""A connection that died between two rounds is opened again without a word."""

from supportbox.channels.email.imap import Imap
from supportbox.channels.email.url import read_url
from supportbox.demo.sandbox import Sandbox
from tests.servers import PASSWORD


def test_connection_that_died_in_its_sleep(sandbox: Sandbox) -> None:
    url = read_url(f"imap://support%40demo.example:{PASSWORD}@127.0.0.1:{sandbox.imap_port}", "IMAP")
    imap = Imap(url)
    try:
        first = imap.select()
        sandbox.down()
        sandbox.up()
        assert imap.select().uidvalidity == first.uidvalidity
    finally:
        imap.close()
