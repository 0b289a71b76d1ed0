"""A bell that ends waiting, whether a thread waits for time to pass or for a server to speak."""

import socket
import threading


class Bell:
    """Rings once and for all: `fileno()` is ready to be read from then on."""

    def __init__(self) -> None:
        self._rung, self._lock = threading.Event(), threading.Lock()
        self._pair: tuple[socket.socket, socket.socket] | None = None

    def ring(self) -> None:
        """End all waiting, now and later."""
        with self._lock:
            self._rung.set()
            if self._pair:
                self._pair[1].send(b"!")

    def is_rung(self) -> bool:
        return self._rung.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait that long, or until it rings; whether it has."""
        return self._rung.wait(seconds)

    def fileno(self) -> int:
        """For those who wait at several things at once."""
        with self._lock:
            if self._pair is None:
                self._pair = socket.socketpair()
                if self._rung.is_set():
                    self._pair[1].send(b"!")
            return self._pair[0].fileno()

    def __del__(self) -> None:
        # With the last thread that waits: one that is stuck at a server may outlive the worker.
        for one in self._pair or ():
            one.close()
