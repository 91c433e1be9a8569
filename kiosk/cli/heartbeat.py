"""The station's sign of life, for whoever starts it again: the supervising parent, or systemd.

A thread tells that the event loop and the flow still turn. When one of them has not turned for :data:`QUIET_S` it says nothing
any more, and that is the whole signal: a part of the program that hangs cannot be trusted to report itself. A child ends when
its parent has gone.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

logger = logging.getLogger(__name__)

QUIET_S = 8.0
"""Loading the engine holds Python's lock for a second or two on a slow machine."""

EVERY_S = 0.5


class Heartbeat:
    """Context manager; nothing happens where nobody listens.

    Args:
        file: touched at every beat; None where there is no supervising parent.
        flow_beat_ms: when the flow last turned, on the monotonic clock in milliseconds; 0.0 before it runs.
        orphaned: called once when the parent has gone.
    """

    def __init__(self, file: Path | None, flow_beat_ms: Callable[[], float], orphaned: Callable[[], None]) -> None:
        """Silent until entered."""
        self._file = file
        self._flow_beat_ms = flow_beat_ms
        self._orphaned = orphaned
        self._parent = os.getppid()
        self._notify_to = os.environ.get("NOTIFY_SOCKET", "")
        self._gui_s = time.monotonic()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Heartbeat:
        """Begin to beat, if anybody listens."""
        if self._file is not None:
            die_with_parent()
        if self._file is not None or self._notify_to:
            self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """No more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        notify(self._notify_to, "STOPPING=1")

    def gui(self) -> None:
        """The event loop has turned. GUI thread."""
        self._gui_s = time.monotonic()

    @property
    def alive(self) -> bool:
        """Whether everything that has to turn has turned lately."""
        now, flow_ms = time.monotonic(), self._flow_beat_ms()
        return now - self._gui_s < QUIET_S and (flow_ms <= 0.0 or now - flow_ms / 1000 < QUIET_S)

    def _run(self) -> None:
        told_ready = silent = False
        while not self._stopping.wait(EVERY_S):
            if self._file is not None and os.getppid() != self._parent:
                logger.warning("the supervising process has gone; this one ends too")
                self._orphaned()
                return
            if not self.alive:
                if not silent:
                    logger.error("the window or the flow does not turn any more")
                silent = True
                continue
            silent = False
            if self._file is not None:
                with contextlib.suppress(OSError):  # the parent judges what it sees
                    self._file.touch()
            notify(self._notify_to, "WATCHDOG=1" if told_ready else "READY=1\nWATCHDOG=1")
            told_ready = True


def notify(address: str, state: str) -> None:
    """Tell systemd (sd_notify(3)); nothing where it does not listen. ``@`` begins an abstract address."""
    if not address or sys.platform == "win32":
        return
    target = "\0" + address[1:] if address.startswith("@") else address
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.connect(target)
        out.send(state.encode())


def die_with_parent() -> None:
    """Linux: the kernel ends this process when its parent dies, also one that hangs (prctl(2), PR_SET_PDEATHSIG)."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(1, int(signal.SIGKILL), 0, 0, 0)
