"""The demo: a mail server on loopback and a small shop's world, so that everything can be tried without an account."""
