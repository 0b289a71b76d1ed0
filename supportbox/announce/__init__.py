"""Announce: agents are told what happened, in the browser and by letter, by reading the events after a bookmark."""
