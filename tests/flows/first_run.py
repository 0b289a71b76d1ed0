"""A desk that was just installed, served as its owner serves it, beside a mail server with the owner's mailbox."""

import re
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from supportbox.demo.sandbox import HOST, Sandbox

SUPPORT = "support@demo.example"
CLEO = "cleo@demo.example"
# What the owner is asked for: the bar is twelve required fields on six pages.
BARS = {"fields": 12, "pages": 6, "seconds": 120}


@dataclass(frozen=True)
class FreshDesk:
    """`url` is the address that `supportbox serve` printed, with the code in it."""

    url: str
    sandbox: Sandbox

    @property
    def base(self) -> str:
        return self.url.partition("/setup")[0]

    def write(self, subject: str) -> None:
        """Cleo writes to the shop."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = f"Cleo <{CLEO}>", SUPPORT, subject
        letter.set_content("Its lid is chipped.")
        with smtplib.SMTP(HOST, self.sandbox.smtp_port) as smtp:
            smtp.send_message(letter)


@contextmanager
def fresh_desk(folder: Path, sandbox: Sandbox) -> Iterator[FreshDesk]:
    """`supportbox init`, then `supportbox serve`, as on a fresh machine."""
    environ = {"SUPPORTBOX_INSTANCE": str(folder / "desk"), "SUPPORTBOX_POLL_SECONDS": "1"}
    supportbox = [sys.executable, "-m", "supportbox"]
    subprocess.run([*supportbox, "init"], env=environ, check=True, capture_output=True)
    command = [*supportbox, "serve", "--port", "0"]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process,
    ):
        assert process.stderr
        match = next(filter(None, (re.search(r"Set it up at (\S+)", line) for line in process.stderr)))
        # What follows is read by nobody, and a full pipe would stop the desk.
        drain = subprocess.Popen(["cat"], stdin=process.stderr, stdout=log)
        try:
            yield FreshDesk(match[1], sandbox)
        finally:
            process.kill()
            drain.wait(10)
