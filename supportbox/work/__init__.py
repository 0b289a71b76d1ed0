"""The worker's round: fetch, understand, deliver, wake, index."""
