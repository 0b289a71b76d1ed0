"""docs/install.md works as it stands: its blocks are run in order below a folder that stands for the server's root.

A block says in a comment above it what it is: `run` as the desk's account, `run while served`, `file PATH`, or `root`.
What needs root's powers is read, not run. What a wheel needs besides itself is borrowed from this environment.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server

import pytest

from tests.house.tree import PACKAGE, ROOT, own_files
from tests.servers import leave_out

PAGE = (ROOT / "docs" / "install.md").read_text("utf-8")
BLOCK = re.compile(r"^<!-- (run while served|run|root|file (\S+)) -->\n```\w*\n(.*?)^```$", re.M | re.S)
HOME = "/srv/supportbox"
EXPOSURE = 2.5  # what systemd calls OK
PATIENCE = 300  # a busy machine may need some of it; all blocks together take about twenty seconds


@dataclass
class Server:
    """The folder that stands for the root of a bare server."""

    root: Path
    port: int

    def moved(self, text: str) -> str:
        """The text with this server's paths and port, and the wheel in place of a checkout."""
        text = re.sub(r"(?<![\w.])/(?=srv/|etc/)", f"{self.root}/", text)
        wheel = next(self.root.glob("*.whl"))
        text = text.replace("./source", str(wheel)).replace("git -C source pull", "true")
        return text.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}").replace("pip install", "pip install --no-deps")

    def write(self, path: str, content: str) -> Path:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.moved(content))
        return file

    def run(self, block: str) -> str:
        """As `sh` would run it on a server without this environment."""
        environ = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(self.root), "LANG": "C.UTF-8"}
        environ |= {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
        done = subprocess.run(
            ["sh", "-euc", self.moved(block)], env=environ, capture_output=True, text=True, timeout=PATIENCE
        )
        assert done.returncode == 0, (block, done.stdout[-2000:], done.stderr[-2000:])
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[None]:
        """What the unit starts, as it starts it."""
        unit = dict(re.findall(r"^(ExecStart|WorkingDirectory)=(.*)$", self.unit("supportbox.service"), re.M))
        command = [*unit["ExecStart"].split(), "--port", str(self.port)]
        environ = {"PATH": "/usr/bin:/bin"}
        with subprocess.Popen(command, cwd=unit["WorkingDirectory"], env=environ, stderr=subprocess.DEVNULL) as process:
            try:
                yield
                process.terminate()
                assert process.wait(20) == 0
            finally:
                process.kill()

    def unit(self, name: str) -> str:
        return (self.root / "etc/systemd/system" / name).read_text()


@pytest.fixture
def server(tmp_path: Path) -> Server:
    (tmp_path / "srv/supportbox").mkdir(parents=True)
    _make_wheel(tmp_path)
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return Server(tmp_path, port)


def test_the_page_from_top_to_bottom(server: Server) -> None:
    seen = []
    for kind, path, text in BLOCK.findall(PAGE):
        seen.append(kind.partition(" ")[0])
        if kind == "root":
            subprocess.run(["sh", "-n", "-c", text], check=True)
        elif path:
            server.write(path, text)
        elif kind == "run while served":
            with server.serving():
                assert server.run(text) == '{"ok":true}\n'
                assert _status(server.port, "evil.example") == 400 and _status(server.port, "help.example.org") == 200
        else:
            before = _old_backups(server) if "./nightly" in text else []
            said = server.run(text.replace("python3 -m venv program", "python3 -m venv program; " + _borrow()))
            assert "set-up code: " in said or " init " not in text
            assert all(not one.exists() for one in before[:1]) and all(one.exists() for one in before[1:])
    assert (seen.count("run"), seen.count("file"), seen.count("root")) == (6, 6, 6)
    home = server.root / "srv/supportbox"
    assert (home / "instance").stat().st_mode & 0o777 == 0o700 and (home / "passphrase").stat().st_mode & 0o777 == 0o600
    assert [file.stat().st_mode & 0o777 for file in (home / "backups").glob(time.strftime("%Y-*"))] == [0o600]


def test_a_backup_that_failed_removes_none(server: Server) -> None:
    script = next(text for _, path, text in BLOCK.findall(PAGE) if path == f"{HOME}/nightly")
    program = server.write(f"{HOME}/program/bin/supportbox", "#!/bin/sh\nexit 1\n")
    program.chmod(0o700)
    old = _old_backups(server)
    file = server.write(f"{HOME}/nightly", script)
    assert subprocess.run(["sh", file], capture_output=True).returncode == 1
    assert all(one.exists() for one in old)


def test_the_units_are_understood_and_close_the_machine_off(server: Server) -> None:
    if not shutil.which("systemd-analyze"):
        leave_out("systemd-analyze is not installed: apt install systemd")
    files = [server.write(path, text) for _, path, text in BLOCK.findall(PAGE) if "/systemd/" in path]
    assert len(files) == 3
    for name in ("program/bin/supportbox", "nightly"):
        server.write(f"{HOME}/{name}", "#!/bin/sh\n").chmod(0o700)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *map(str, files)], capture_output=True, text=True)
    ours = [line for line in done.stderr.splitlines() if str(server.root) in line or "supportbox" in line]
    assert ours == []
    security = ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(files[0])]
    said = subprocess.run(security, capture_output=True, text=True).stdout
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert exposure and float(exposure[1]) <= EXPOSURE, said


def test_the_web_servers_file_has_its_shape() -> None:
    text = next(text for _, path, text in BLOCK.findall(PAGE) if path == "/etc/caddy/Caddyfile")
    assert text.count("{") == text.count("}") == 1 and "reverse_proxy 127.0.0.1:8000" in text
    if caddy := shutil.which("caddy"):
        command = [caddy, "adapt", "--adapter", "caddyfile", "--config", "/dev/stdin"]
        subprocess.run(command, input=text, text=True, check=True, capture_output=True)


def _borrow() -> str:
    """The libraries of this environment for the one just made, so that nothing is fetched from anywhere."""
    libraries = sysconfig.get_path("purelib")
    return (
        f"echo '{libraries}' > program/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages/borrowed.pth"
    )


def _old_backups(server: Server) -> list[Path]:
    """One to be removed, one to be kept, and a file that is no backup."""
    folder = server.root / "srv/supportbox/backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    made = []
    for name, days in (("old.sealed", 32), ("newer.sealed", 3), ("notes.txt", 400)):
        (folder / name).write_text("x")
        os.utime(folder / name, (time.time() - days * 86400,) * 2)
        made.append(folder / name)
    return made


def _status(port: int, host: str) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/login", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _make_wheel(folder: Path) -> None:
    """What `pip wheel` makes of this tree; pip itself would have to fetch the tools for it."""
    about = "supportbox-0.0.dist-info"
    texts = {
        "METADATA": "Metadata-Version: 2.1\nName: supportbox\nVersion: 0.0\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "entry_points.txt": "[console_scripts]\nsupportbox = supportbox.cli:main\n",
    }
    with zipfile.ZipFile(folder / "supportbox-0.0-py3-none-any.whl", "w") as wheel:
        files = {file.relative_to(ROOT).as_posix(): file for file in own_files() if PACKAGE in file.parents}
        for name, file in files.items():
            wheel.write(file, name)
        for name, text in texts.items():
            wheel.writestr(f"{about}/{name}", text)
        record = "".join(f"{name},,\n" for name in (*files, *(f"{about}/{name}" for name in (*texts, "RECORD"))))
        wheel.writestr(f"{about}/RECORD", record)
