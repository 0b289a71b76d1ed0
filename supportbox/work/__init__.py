"""The worker's round: fetch, understand, deliver, wake, index."""

from supportbox.work.worker import Pace, Round, Worker

__all__ = ["Pace", "Round", "Worker"]
