"""One round of a worker in a process of its own, to be killed: `python -m tests.channels.one_round FOLDER`."""

import sys

from supportbox.app import create_app
from supportbox.config import load
from supportbox.work import Worker

if __name__ == "__main__":
    Worker(create_app(load({"SUPPORTBOX_INSTANCE": sys.argv[1]}))).run_once(patience=0)
