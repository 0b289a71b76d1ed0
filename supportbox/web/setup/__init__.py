"""The first run: who you are, your business, your mailbox, your colleagues; every step is saved as it is taken."""
