"""A server of the test's own that is killed again and again: `python -m tests.channels.chat.chat_kills FOLDER PORT`."""

import sys
from pathlib import Path

from waitress import serve

from supportbox.app import create_app
from supportbox.config import load


def main() -> None:
    folder = Path(sys.argv[1])
    app = create_app(load({"SUPPORTBOX_INSTANCE": str(folder)}, instance=folder))
    print("ready", flush=True)
    serve(app, host="127.0.0.1", port=int(sys.argv[2]), threads=4, _quiet=True)


if __name__ == "__main__":
    main()
