"""A private Dovecot (2.3) on free loopback ports, with a mailbox a test that can be filled and read as files."""

import os
import pwd
import shutil
import socket
import subprocess
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from tests.certificates import make_certificate

HOST = "127.0.0.1"
PASSWORD = "letmein"
NOBODY = 65534


class Dovecot:
    """The server. Every user name is welcome with PASSWORD and has a home of its own; with `introspect`, an address
    that judges tokens (RFC 7662), XOAUTH2 is another way in."""

    def __init__(self, folder: Path, *, introspect: str = "") -> None:
        self.folder, self.introspect = folder, introspect
        self.port, self.tls_port = _free_port(), _free_port()
        # Dovecot will not serve mail as root; without root it can only be what it is.
        self.uid = os.getuid() or NOBODY
        self.gid = os.getgid() if os.getuid() else NOBODY
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("run", "state", "mail"):
            (folder / name).mkdir(mode=0o755)
        os.chown(folder / "mail", self.uid, self.gid)
        self.certificate, key = make_certificate(folder)
        (folder / "dovecot.conf").write_text(self._config(key))

    def start(self) -> None:
        """Returns when the port greets."""
        self._process = subprocess.Popen([_tool("dovecot"), "-F", "-c", str(self.folder / "dovecot.conf")])
        deadline = time.monotonic() + 15
        while not _greets(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Dovecot did not start: {self.log()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends the server and its connections; harmless when it is stopped already."""
        process, self._process = self._process, None
        if process:
            process.terminate()
            process.wait(15)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        log = self.folder / "dovecot.log"
        return log.read_text() if log.exists() else "(no log)"

    def mailbox(self, user: str) -> "DovecotMailbox":
        return DovecotMailbox(self, user)

    def _config(self, key: Path) -> str:
        folder, me = self.folder, pwd.getpwuid(os.getuid()).pw_name
        config = f"""
            base_dir = {folder}/run
            state_dir = {folder}/state
            log_path = {folder}/dovecot.log
            protocols = imap
            listen = {HOST}
            ssl = yes
            ssl_cert = <{self.certificate}
            ssl_key = <{key}
            disable_plaintext_auth = no
            auth_mechanisms = plain login{" xoauth2 oauthbearer" if self.introspect else ""}
            auth_failure_delay = 0
            mail_location = maildir:~/Maildir
            mail_fsync = never
            mail_max_userip_connections = 50
            first_valid_uid = 1
            first_valid_gid = 1
            {self._tokens()}
            passdb {{
              driver = static
              args = password={PASSWORD}
            }}
            userdb {{
              driver = static
              args = uid={self.uid} gid={self.gid} home={folder}/mail/%u
            }}
            namespace inbox {{
              inbox = yes
              separator = .
            }}
            service anvil {{
              unix_listener anvil-auth-penalty {{
                mode = 0
              }}
            }}
            service imap-login {{
              inet_listener imap {{
                port = {self.port}
              }}
              inet_listener imaps {{
                port = {self.tls_port}
              }}
            }}
        """
        return config if os.getuid() == 0 else config + _without_root(me)

    def _tokens(self) -> str:
        if not self.introspect:
            return ""
        settings = {
            "introspection_mode": "post",
            "introspection_url": self.introspect,
            "username_attribute": "username",
            "active_attribute": "active",
            "active_value": "true",
        }
        path = self.folder / "oauth2.conf"
        path.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        return f"passdb {{\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = {path}\n}}"


@dataclass(frozen=True)
class Stored:
    """A letter as it lies in the maildir; `flags` are maildir's letters, S for seen."""

    raw: bytes
    flags: str


class DovecotMailbox:
    """One user's mail: what a test gets."""

    host = HOST
    password = PASSWORD
    _names = count(1)

    def __init__(self, server: Dovecot, user: str) -> None:
        self.server, self.user = server, user
        self.port, self.tls_port, self.certificate = server.port, server.tls_port, server.certificate
        self._home = server.folder / "mail" / user

    def deliver(self, raw: bytes, *, folder: str = "INBOX", flags: str = "", at: datetime | None = None) -> None:
        """Put a letter in as new mail (or as read, with flags="S"); UIDs follow the order of the calls."""
        maildir = self._maildir(folder)
        number = next(self._names)
        name = f"{1_700_000_000 + number}.M{number:06}P1.letter" + (f":2,{flags}" if flags else "")
        draft = maildir / "tmp" / name
        draft.write_bytes(raw)
        if at:
            os.utime(draft, (at.timestamp(), at.timestamp()))
        self._own(draft)
        draft.rename(maildir / ("cur" if flags else "new") / name)

    def messages(self, folder: str = "INBOX") -> list[Stored]:
        """The letters in a folder, in the order of their delivery, read without IMAP."""
        maildir = self._maildir(folder)
        while True:
            files = sorted([*(maildir / "new").iterdir(), *(maildir / "cur").iterdir()], key=lambda file: file.name)
            # Dovecot gives a letter another name when it is marked, and may be at it still.
            with suppress(FileNotFoundError):
                return [Stored(file.read_bytes(), file.name.partition(":2,")[2]) for file in files]

    def set_uidvalidity(self, number: int) -> None:
        """Renumber the INBOX, as after a restore from backup; its connections are cut."""
        self.kick()
        maildir = self._maildir("INBOX")
        for old in [*maildir.glob("dovecot.index*"), *maildir.glob("dovecot-uid*")]:
            old.unlink()
        (maildir / "dovecot-uidlist").write_text(f"3 V{number} N1 G{uuid.uuid4().hex}\n")
        self._own(maildir / "dovecot-uidlist")

    def kick(self) -> None:
        """Cut this user's connections without a goodbye."""
        command = [_tool("doveadm"), "-c", str(self.server.folder / "dovecot.conf"), "kick", self.user]
        # It answers 68 when there was nobody to kick.
        assert subprocess.run(command, capture_output=True, check=False).returncode in (0, 68)

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    def restart(self) -> None:
        self.stop()
        self.start()

    def _maildir(self, folder: str) -> Path:
        maildir = self._home / "Maildir" / ("" if folder == "INBOX" else f".{folder}")
        for path in (self._home, self._home / "Maildir", maildir, *(maildir / part for part in ("cur", "new", "tmp"))):
            if not path.exists():
                path.mkdir()
                self._own(path)
        return maildir

    def _own(self, path: Path) -> None:
        os.chown(path, self.server.uid, self.server.gid)


def version() -> str:
    """Such as "2.3.19.1"; empty without Dovecot."""
    try:
        said = subprocess.run([_tool("dovecot"), "--version"], capture_output=True, text=True, check=True)
    except FileNotFoundError:
        return ""
    return said.stdout.split()[0]


def _tool(name: str) -> str:
    """Debian keeps Dovecot's programs in a folder that ordinary users do not search."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin") or name


def _without_root(me: str) -> str:
    services = "\n".join(f"service {name} {{\n chroot =\n}}" for name in ("anvil", "imap-login", "stats"))
    return f"default_internal_user = {me}\ndefault_login_user = {me}\ndefault_internal_group =\n{services}\n"


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _greets(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=2) as line:
            return line.recv(4) == b"* OK"
    except OSError:
        return False
