"""A link on loopback that can go silent: it carries bytes to a server until it is dropped; then nothing comes, nothing is closed.

with silent_link(sandbox.base_url) as link:
    httpx.get(link.base_url)
    link.drop_at("/v2/persons")  # with the next such request: it goes nowhere, and so does everything after it
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from support.patience import PATIENCE_S


class SilentLink:
    """Between a client and ``target`` (an ``http`` address)."""

    def __init__(self, target: str) -> None:
        there = urlsplit(target)
        assert there.hostname is not None
        assert there.port is not None
        self._there = (there.hostname, there.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._dropped = threading.Event()
        self._drop_at = b""
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._start(self._accept)

    def drop_at(self, path: str) -> None:
        """From the next request with this in its bytes on nothing comes through, in either direction, and nobody is told."""
        self._drop_at = path.encode()

    def restore(self) -> None:
        """It carries again; what was lost meanwhile stays lost."""
        self._drop_at = b""
        self._dropped.clear()

    def close(self) -> None:
        """End of the test."""
        for each in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()

    def _start(self, work: object, *given: socket.socket) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, args=given, name="silent link", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # closed
                return
            self._sockets.append(near)
            if self._dropped.is_set():
                continue  # held, and never heard
            far = socket.create_connection(self._there, timeout=PATIENCE_S)
            self._sockets.append(far)
            self._start(self._carry, near, far)
            self._start(self._carry, far, near)

    def _carry(self, source: socket.socket, to: socket.socket) -> None:
        with contextlib.suppress(OSError):  # either side has closed, or the test has ended
            while data := source.recv(65536):
                if self._drop_at and self._drop_at in data:
                    self._dropped.set()
                if not self._dropped.is_set():
                    to.sendall(data)
            if not self._dropped.is_set():
                to.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def silent_link(target: str) -> Iterator[SilentLink]:
    """One that is closed again."""
    link = SilentLink(target)
    try:
        yield link
    finally:
        link.close()
