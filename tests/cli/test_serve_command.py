"""`supportbox serve`: pages over a real socket, a clean end, and a sentence when it cannot begin."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from flask import Flask
from waitress.server import create_server

from supportbox.cli.proxies import behind
from supportbox.cli.serve import serve_until_told
from supportbox.errors import Refused
from tests.cli.conftest import Shell


@contextmanager
def serving(shell: Shell, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-m", "supportbox", "serve", "--port", "0", *options]
    environ = {"SUPPORTBOX_INSTANCE": str(shell.instance)}
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        # The worker may have logged something before.
        found = (re.search(r"at http://127\.0\.0\.1:(\d+) ", line) for line in process.stderr)
        match = next(filter(None, found))
        try:
            yield process, int(match[1])
        finally:
            process.kill()


@pytest.fixture
def served(shell: Shell) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with serving(shell, "--no-worker") as found:
        yield found


def test_the_worker_runs_beside_the_pages_and_there_is_one(shell: Shell) -> None:
    with serving(shell) as (process, port):
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b'{"ok":true}\n'
        connection.close()
        assert "is already at work" in shell.refusal("serve", "--port", "0")
        assert "is already at work" in shell.refusal("work")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert "No worker is running" in shell.says("doctor")


def test_pages_are_served_until_sigterm(served: tuple[subprocess.Popen[str], int]) -> None:
    process, port = served
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/login")
    assert connection.getresponse().status == 200
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)  # while the browser still holds its connection
    assert process.wait(timeout=10) == 0
    assert time.monotonic() - began < 5
    connection.close()


def test_ctrl_c_is_no_error(served: tuple[subprocess.Popen[str], int]) -> None:
    process, _ = served
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0
    assert process.stderr and "Traceback" not in process.stderr.read()


def test_a_taken_port_is_named(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = shell.refusal("serve", "--no-worker", "--port", str(port))
    assert (
        sentence == f"Cannot listen on 127.0.0.1:{port}: Address already in use. Choose another with --port or --host."
    )


def test_an_address_that_is_not_ours_is_named(shell: Shell) -> None:
    assert "Cannot listen on 192.0.2.1:8000" in shell.refusal("serve", "--no-worker", "--host", "192.0.2.1")


def test_a_port_that_is_none_is_wrong_usage(shell: Shell) -> None:
    assert shell.run("serve", "--port", "70000").exit_code == 2


def test_a_proxy_that_is_none_is_named(shell: Shell) -> None:
    sentence = shell.refusal("serve", "--no-worker", "--port", "0", SUPPORTBOX_TRUSTED_PROXIES="nginx")
    assert "trusted_proxies" in sentence


def test_a_request_that_has_begun_is_answered_after_sigterm() -> None:
    begun = threading.Event()

    def slow(environ: object, start: object) -> list[bytes]:
        begun.set()
        time.sleep(1)
        start("200 OK", [("Content-Length", "4")])  # type: ignore[operator] # WSGI
        return [b"done"]

    sockets: dict[int, object] = {}
    server = create_server(slow, map=sockets, host="127.0.0.1", port=0, threads=2)
    answers: list[bytes] = []

    def ask() -> None:
        connection = HTTPConnection("127.0.0.1", int(server.effective_port), timeout=10)
        connection.request("GET", "/")
        answers.append(connection.getresponse().read())
        connection.close()

    def stop() -> None:
        begun.wait(10)
        os.kill(os.getpid(), signal.SIGTERM)

    threads = [threading.Thread(target=ask), threading.Thread(target=stop)]
    for thread in threads:
        thread.start()
    serve_until_told(server, sockets)
    for thread in threads:
        thread.join()
    server.close()
    for one in list(sockets.values()):
        one.close()  # type: ignore[attr-defined] # waitress's channels
    assert answers == [b"done"]


@pytest.mark.parametrize(
    ("proxies", "peer", "seen"),
    [
        ((), "127.0.0.1", "127.0.0.1"),
        (("10.0.0.0/8", "127.0.0.1"), "127.0.0.1", "203.0.113.9"),
        (("10.0.0.0/8",), "10.2.3.4", "203.0.113.9"),
        (("10.0.0.0/8",), "127.0.0.1", "127.0.0.1"),
        (("::1",), "::1", "203.0.113.9"),
    ],
)
def test_only_a_proxy_that_is_named_may_say_who_asks(proxies: tuple[str, ...], peer: str, seen: str) -> None:
    app = Flask("asked")
    asked = []

    @app.get("/")
    def page() -> str:
        from flask import request

        asked.append(request.remote_addr)
        return ""

    app.wsgi_app = behind(app.wsgi_app, proxies)  # type: ignore[method-assign] # how Flask wants it
    app.test_client().get(
        "/", environ_base={"REMOTE_ADDR": peer}, headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    )
    assert asked == [seen]


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(Refused, match="trusted_proxies"):
        behind(lambda environ, start: [], ["10.0.0.0/99"])
