"""The tools of the torture do what they are trusted with."""

import random
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bench.torture.desk import ROOT, environ
from bench.torture.disk import Disk
from bench.torture.drive import Journal, Run, Tally, drive
from bench.torture.moments import Rule
from bench.torture.proxy import Proxy
from bench.torture.shop import Shop
from bench.torture.strace import Act, acts


def test_builds_are_broken_in_torture_runs_only(tmp_path: Path) -> None:
    allowed = environ(tmp_path / "desk")
    command = [sys.executable, "-m", "bench.torture.product", "--broken", "flag-before-store", "--now", '["init"]']
    refused = {name: value for name, value in allowed.items() if name != "SUPPORTBOX_TORTURE"}
    done = subprocess.run(command, cwd=ROOT, env=refused, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "torture runs only" in done.stderr
    product = [sys.executable, "-m", "supportbox", "init"]
    done = subprocess.run(product, cwd=ROOT, env=allowed, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "There is no setting SUPPORTBOX_TORTURE" in done.stderr
    assert not (tmp_path / "desk").exists()


def test_stopped_run_goes_on_where_it_was(shop: Shop, tmp_path: Path) -> None:
    made: list[tuple[int, str]] = []

    def round_of_two(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
        made.append((seed, broken))
        tally = Tally(wrong=["caught"] if broken else [])
        tally.counts["kills"] += 2
        return tally

    run = Run("sample", "six kills", round_of_two, ("kills", 6), ("worse",))
    journal = Journal(tmp_path / "sample.jsonl")
    journal.write("broken", "worse", Tally(wrong=["caught"]))
    journal.write("round", "0", round_of_two(shop, 7, "", False))
    assert drive(run, shop, 7, journal, long=True, seconds=0).row.endswith("part: pass |")
    outcome = drive(run, shop, 7, journal, long=True, seconds=60)
    assert made == [(7, ""), (1007, ""), (2007, "")]
    assert outcome.is_good and outcome.is_whole and "6 kills; 0 wrong" in outcome.row


def test_build_that_is_not_caught_fails_the_run(shop: Shop, tmp_path: Path) -> None:
    run = Run("blind", "none", lambda *given: Tally(), ("kills", 1), ("worse",))
    outcome = drive(run, shop, 1, Journal(tmp_path / "blind.jsonl"), long=False, seconds=60)
    assert not outcome.is_good and "MISSED worse" in outcome.row


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    (tmp_path / "raw").mkdir()
    (tmp_path / "db").write_bytes(b"a" * 1024)
    return Disk(tmp_path)


def test_disk_keeps_what_was_synced_and_no_more(disk: Disk) -> None:
    dice, root = random.Random(1), disk.root.rstrip("/")
    disk.do(Act("write", f"{root}/db", 0, b"b" * 1024))
    assert {dict(disk.cut(share, dice))["db"] for share in (0.0, 1.0)} == {b"a" * 1024, b"b" * 1024}
    assert {dict(disk.cut(0.5, dice))["db"] for _ in range(50)} == {
        first * 512 + second * 512 for first in (b"a", b"b") for second in (b"a", b"b")
    }
    disk.do(Act("sync", f"{root}/db"))
    assert dict(disk.cut(0, dice))["db"] == b"b" * 1024


def test_name_is_safe_when_its_folder_was_synced(disk: Disk) -> None:
    dice, root = random.Random(1), disk.root.rstrip("/")
    for act in (
        Act("make", f"{root}/raw/1.part"),
        Act("write", f"{root}/raw/1.part", 0, b"letter"),
        Act("sync", f"{root}/raw/1.part"),
        Act("rename", f"{root}/raw/1.part", goal=f"{root}/raw/1"),
    ):
        disk.do(act)
    assert "raw/1" not in dict(disk.cut(0, dice)) and dict(disk.cut(1, dice))["raw/1"] == b"letter"
    disk.do(Act("sync", f"{root}/raw"))
    assert dict(disk.cut(0, dice))["raw/1"] == b"letter"


def test_calls_cut_in_two_by_another_thread_are_joined(tmp_path: Path) -> None:
    def coded(text: str) -> str:
        return "".join(f"\\x{byte:02x}" for byte in text.encode())

    log = tmp_path / "log"
    log.write_text(
        f'1 pwrite64(3<{coded("/desk/db")}>, "{coded("new")}", 3, 8 <unfinished ...>\n'
        f'2 sendto(4<{coded("socket:[9]")}>, "{coded("hello")}", 5, 0, NULL, 0) = 5\n'
        "1 <... pwrite64 resumed>) = 3\n"
        f"1 fdatasync(3<{coded('/desk/db')}>) = 0\n"
        f"1 fsync(3<{coded('/desk/db')}>) = -1 EIO (Input/output error)\n"
    )
    assert list(acts(log)) == [
        Act("say", "socket:[9]", data=b"hello"),
        Act("write", "/desk/db", 8, b"new"),
        Act("sync", "/desk/db"),
    ]


ENDS = [("cut", b""), ("reset", ConnectionResetError), ("421 Later", b"421 Later\r\n"), ("pass", b"250 ok\r\n")]


@pytest.mark.parametrize(("act", "end"), ENDS)
def test_proxy_misbehaves_as_it_is_told(act: str, end: object) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_polite, args=(server,), daemon=True)
        thread.start()
        rules = [] if act == "pass" else [Rule("command", "NOOP", act)]
        with Proxy(server.getsockname()[1], "SMTP", rules) as proxy:
            client = socket.create_connection(("127.0.0.1", proxy.port), timeout=10)
            with client, client.makefile("rb") as stream:
                assert stream.readline() == b"220 hello\r\n"
                client.sendall(b"NOOP\r\n")
                if end is ConnectionResetError:
                    with pytest.raises(ConnectionResetError):
                        stream.readline()
                else:
                    assert stream.readline() == end
            assert proxy.met["command", "NOOP"] == 1
        thread.join(10)


def _polite(server: socket.socket) -> None:
    line, _ = server.accept()
    with line, line.makefile("rb") as stream:
        line.sendall(b"220 hello\r\n")
        for _ in stream:
            line.sendall(b"250 ok\r\n")
