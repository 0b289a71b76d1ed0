"""The ways in and out: each channel turns what comes in into an Incoming, and an Outgoing into what leaves."""
