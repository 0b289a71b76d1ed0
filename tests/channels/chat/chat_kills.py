"""A server of the test's own that dies where a request says so, and is there again at once.

    python -m tests.channels.chat.chat_kills FOLDER PORT

Loaded once, then forked for each life, so that a hundred deaths do not pay for a hundred starts. A line is said for
each death. `X-Die` of a request: `statement 7`, before its seventh; `answer`, when all is done and nothing is said yet;
`seconds 0.01`, so long after it came.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from waitress import serve

from supportbox.app import create_app
from supportbox.config import load


class Deadly:
    """The pages of a desk, and what kills them. The tests ask one thing at a time."""

    def __init__(self, pages: Callable[..., Iterable[bytes]]) -> None:
        self.pages, self.at, self.statements = pages, "", 0
        event.listen(Engine, "before_cursor_execute", self._count)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        kind, _, self.at = environ.get("HTTP_X_DIE", "").partition(" ")
        self.statements = 0
        if kind == "seconds":
            threading.Timer(float(self.at), _die).start()

        def start(status: str, headers: list[tuple[str, str]], *given: Any) -> Any:
            return start_response(status, [*headers, ("X-Statements", str(self.statements))], *given)

        body = list(self.pages(environ, start))
        if kind in ("statement", "answer"):
            _die()  # of fewer statements than were wished for, the end is one more moment
        return body

    def _count(self, *given: Any) -> None:
        self.statements += 1
        if self.at == str(self.statements):
            _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    folder = Path(sys.argv[1])
    app = create_app(load({"SUPPORTBOX_INSTANCE": str(folder)}, instance=folder))
    while True:
        child = os.fork()
        if child == 0:
            serve(Deadly(app), host="127.0.0.1", port=int(sys.argv[2]), threads=4, _quiet=True)
        os.waitpid(child, 0)
        print("died", flush=True)


if __name__ == "__main__":
    main()
