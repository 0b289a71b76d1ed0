"""Measures intake: a corpus on a real Dovecot through `supportbox work --once`, against the bare limit in the same run.

    python -m bench.ingest --meters FOLDER [--letters 1000] [--runs 3] [--seed 1] [--port 10243]

FOLDER holds dovecot.sh, gen_corpus.py, limits_mail.py, measure.py and check_threads.py. Prints each run, the medians,
the two ratios with their bars, and whether every letter is in its ticket. Exit 1 when a bar is missed.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

LEAST_SPEED = 0.40  # of the limit's letters a second
MOST_CPU = 1.8  # times the limit's CPU a letter
ADDRESS = "support@help.example"
# Only the stage that does what we do, letter by letter: fetch, parse, files, one synced commit each.
LIMIT = "import limits_mail as l; l.timed('whole', lambda: l.whole(1, 'FULL'))"


@dataclass
class Bench:
    """A private Dovecot and an instance, both in a folder of their own."""

    meters: Path
    folder: Path
    letters: int
    port: int

    @property
    def environ(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("SUPPORTBOX_")}
        return own | {
            "ROOT": str(self.folder / "dovecot"),
            "IMAP_PORT": str(self.port),
            "SUPPORTBOX_INSTANCE": str(self.folder / "desk"),
            "REP": "1",
            "PYTHONPATH": str(self.meters),
        }

    def run(self, *command: str | Path, **more: str) -> str:
        """Standard output of a command that has to succeed."""
        done = subprocess.run(
            [str(part) for part in command], env=self.environ | more, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def ours(self, *arguments: str) -> str:
        return self.run(sys.executable, "-m", "supportbox", *arguments)

    def fill(self) -> None:
        self.run("sh", self.meters / "dovecot.sh", "reset", self.folder / "corpus")

    def limit(self) -> tuple[float, float]:
        """Letters a second and CPU milliseconds a letter of the bare work."""
        self.fill()
        said = self.run(sys.executable, "-c", f"import sys; sys.argv = ['', '{self.letters}']; {LIMIT}")
        print("limit:", " ".join(said.split()))
        speed, cpu = re.search(r"(\d+) mails/s", said), re.search(r"([\d.]+) cpu ms/mail", said)
        assert speed and cpu, said
        return float(speed[1]), float(cpu[1])

    def work(self) -> tuple[float, float]:
        """The same of a whole `supportbox work --once`, start and imports included."""
        shutil.rmtree(self.folder / "desk", ignore_errors=True)
        self.ours("init", "--agent", "ada@help.example")
        url = f"imap://bench:bench@127.0.0.1:{self.port}"
        self.ours("mailbox", "add", ADDRESS, "--imap-url", url, "--smtp-url", "smtp://127.0.0.1:1")
        self.fill()
        command = (sys.executable, "-m", "supportbox", "work", "--once")
        said = self.run(
            sys.executable, self.meters / "measure.py", "--n", str(self.letters), "--runs", "1", "--", *command
        )
        print("ours: ", said.splitlines()[0])
        speed, cpu = re.search(r"([\d.]+) mails/s", said), re.search(r"([\d.]+) ms/mail", said)
        assert speed and cpu and "rc=0" in said, said
        return float(speed[1]), float(cpu[1])

    def check(self) -> str:
        """What check_threads.py says of the last run."""
        lines = []
        for exported in self.ours("ticket", "export", "--jsonl").splitlines():
            ticket = json.loads(exported)
            lines += [
                f"{one['message_id']}\t{ticket['reference']}\t{json.dumps(one['text'])}" for one in ticket["messages"]
            ]
        command = [sys.executable, str(self.meters / "check_threads.py"), str(self.folder / "corpus")]
        done = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
        return done.stdout.strip()


def main() -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--meters", type=Path, required=True)
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=10243)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="supportbox-ingest-"))
    # Dovecot's mail user must be able to go through it.
    folder.chmod(0o755)
    bench = Bench(asked.meters, folder, asked.letters, asked.port)
    bench.run(
        sys.executable, asked.meters / "gen_corpus.py", str(asked.letters), folder / "corpus", "--seed", str(asked.seed)
    )
    # Not through `run`: the daemon would keep its pipes open for ever.
    subprocess.run(
        ["sh", asked.meters / "dovecot.sh", "start"], env=bench.environ, stdout=subprocess.DEVNULL, check=True
    )
    try:
        return judge(bench, asked.runs)
    finally:
        bench.run("sh", asked.meters / "dovecot.sh", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def judge(bench: Bench, runs: int) -> int:
    """Both, by turns, so that a busy machine is busy for both."""
    limits, ours = [], []
    for _ in range(runs):
        limits.append(bench.limit())
        ours.append(bench.work())
    speed, cpu = (statistics.median(one[part] for one in ours) for part in (0, 1))
    limit_speed, limit_cpu = (statistics.median(one[part] for one in limits) for part in (0, 1))
    print(bench.check())
    print(f"letters a second: {speed:.0f} of {limit_speed:.0f}, ratio {speed / limit_speed:.2f} (bar {LEAST_SPEED})")
    print(f"CPU a letter: {cpu:.2f} ms, limit {limit_cpu:.2f} ms, ratio {cpu / limit_cpu:.2f} (bar {MOST_CPU})")
    return int(speed / limit_speed < LEAST_SPEED or cpu / limit_cpu > MOST_CPU)


if __name__ == "__main__":
    sys.exit(main())
