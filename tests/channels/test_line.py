"""A provider that cannot be reached got nothing, so that the message waits; one that fell silent may have got it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from supportbox.channels.http import Reply, call
from supportbox.channels.outcome import hand_over
from supportbox.errors import DeliveryError


def send(url: str) -> DeliveryError:
    begun: list[str] = []

    def ask() -> Reply:
        return call("POST", url, content=b"{}")

    with pytest.raises(DeliveryError) as caught:
        hand_over("The service", begun.append, ask)
    assert begun == [""]
    return caught.value


@contextmanager
def closing() -> Iterator[int]:
    """A server that hangs up once it has read something."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            line.recv(4096)
            line.close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def test_where_nobody_listens_the_message_waits_for_another_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    error = send(f"http://127.0.0.1:{port}/")
    assert str(error) == "The service cannot be reached (Connection refused)."
    assert (error.uncertain, error.permanent) == (False, False)


def test_where_no_secure_line_comes_about_nothing_was_said() -> None:
    with closing() as port:
        error = send(f"https://127.0.0.1:{port}/")
    assert str(error).startswith("The service cannot be reached (")
    assert not error.uncertain


def test_one_who_read_it_and_hung_up_may_have_it() -> None:
    with closing() as port:
        error = send(f"http://127.0.0.1:{port}/")
    assert error.uncertain
