"""The servers that every short run stands on."""

from collections.abc import Iterator

import pytest

from bench.torture.desk import ADDRESS
from bench.torture.shop import CLEO, Shop, desks_of
from supportbox.demo.sandbox import Sandbox
from tests.dovecot import PASSWORD, Dovecot


@pytest.fixture
def shop(dovecot_server: Dovecot) -> Iterator[Shop]:
    """Desks on the session's Dovecot and an SMTP server of their own."""
    with (
        Sandbox([(ADDRESS, PASSWORD), (CLEO, PASSWORD)]) as sandbox,
        desks_of(dovecot_server, sandbox, dovecot_server.folder) as shop,
    ):
        yield shop
