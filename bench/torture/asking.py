"""Somebody who reads pages all the while, and how long each took: the desk has to stay of use."""

import re
import threading
import time
from http.cookiejar import CookieJar
from types import TracebackType
from typing import Self
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

PAGES = ("/inbox/", "/inbox/tickets/SB-1001", "/inbox/?folder=all", "/help/en/", "/inbox/search?q=teapot")
PAUSE = 0.2
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Reader:
    """An agent's browser that opens one page after another, until told to stop."""

    def __init__(self, address: str, email: str, password: str) -> None:
        self.address = address
        self.seconds: list[float] = []
        self.faults: list[str] = []
        self._open = build_opener(HTTPCookieProcessor(CookieJar())).open
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read_on, daemon=True)
        self._sign_in(email, password)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def p95(self) -> float:
        """The seconds that no more than one page in twenty took longer than."""
        ordered = sorted(self.seconds)
        return round(ordered[int(len(ordered) * 0.95)], 2) if ordered else float("inf")

    def _sign_in(self, email: str, password: str) -> None:
        found = _TOKEN.search(self._get("/login"))
        form = {"email": email, "password": password, "csrf_token": found[1] if found else ""}
        with self._open(self.address + "/login", urlencode(form).encode(), timeout=60) as answer:
            if "/login" in answer.url:
                raise RuntimeError("The owner could not sign in.")

    def _read_on(self) -> None:
        while not self._over.wait(PAUSE):
            page = PAGES[len(self.seconds) % len(PAGES)]
            began = time.monotonic()
            try:
                self._get(page)
            except OSError as error:
                # A ticket that is not there yet is no fault.
                if getattr(error, "code", 0) != 404:
                    self.faults.append(f"{page}: {error}")
            self.seconds.append(time.monotonic() - began)

    def _get(self, page: str) -> str:
        with self._open(self.address + page, timeout=60) as answer:
            text: str = answer.read().decode()
            return text
