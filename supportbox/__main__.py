"""`python -m supportbox` is the same as `supportbox`."""

from supportbox.cli import main

main()
