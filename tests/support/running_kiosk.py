"""``kiosk run`` as a process of its own, and its events as they come."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from support.patience import PATIENCE_S

Event = dict[str, Any]

STEP_S = 2 * PATIENCE_S
"""Of one wait for a whole program: it loads its networks before it sees anything."""


class Running:
    """A running station. ``events`` grows while it runs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.events: list[Event] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, name="events of kiosk run", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                with self._news:
                    self.events.append(json.loads(line))
                    self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def await_event(self, kind: str, fits: Callable[[Event], bool], *, after: int = 0, seconds: float = STEP_S) -> int:
        """Index of the first fitting event from index ``after`` on."""
        deadline = time.monotonic() + seconds
        looked = after
        with self._news:
            while True:
                while looked < len(self.events):
                    event = self.events[looked]
                    if event["event"] == kind and fits(event):
                        return looked
                    if event["event"] == "hand" and not event["done"]:
                        raise AssertionError(f"could not be done: {event['order']}; {self._screens()}")
                    looked += 1
                left = deadline - time.monotonic()
                if left <= 0 or (self.process.poll() is not None and not self._reader.is_alive()):
                    tail = [
                        e
                        for e in self.events[after:]
                        if e["event"] in {kind, "fault", "stopped", "result", "sync", "screen"}
                    ]
                    raise AssertionError(f"no such {kind} came; since then: {tail[-12:]}")
                self._news.wait(min(left, 0.5))

    def _screens(self) -> str:
        return "screens: " + " ".join(e["screen"] for e in self.events if e["event"] == "screen")

    def shows(self, screen: str, after: int, *, seconds: float = STEP_S) -> int:
        """Index after the next time that this screen is up."""
        return self.await_event("screen", lambda event: event["screen"] == screen, after=after, seconds=seconds) + 1

    def result(self, after: int, *, seconds: float = STEP_S) -> tuple[int, Event]:
        """Index after the next result, and the result."""
        at = self.await_event("result", lambda event: True, after=after, seconds=seconds)
        return at + 1, self.events[at]

    def done(self, *orders: str, seconds: float = STEP_S) -> int:
        """:meth:`do`, and wait until all of it is done; index after the last one."""
        at = len(self.events)
        self.do(*orders)
        for order in orders:
            at = self.await_event("hand", lambda e, order=order: e["order"] == order, after=at, seconds=seconds) + 1  # type: ignore[misc]
        return at

    def of(self, kind: str) -> list[Event]:
        with self._news:
            return [event for event in self.events if event["event"] == kind]

    def do(self, *orders: str) -> None:
        """Press, type: see :mod:`support.tapped_kiosk`."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{order}\n" for order in orders))
        self.process.stdin.flush()

    def end(self) -> int:
        """In order; what it exits with."""
        if self.process.poll() is None and not self.of("stopped"):
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return status


@contextlib.contextmanager
def running_kiosk(*words: str, env: dict[str, str], log: Path, hand: bool = False) -> Iterator[Running]:
    """Start ``kiosk run … --events -``; ended with the block. ``log`` gets stderr; with ``hand``
    :meth:`Running.do` presses its buttons.
    """
    module = "support.tapped_kiosk" if hand else "kiosk"
    tests = str(Path(__file__).parent.parent)
    found = os.pathsep.join(filter(None, (tests, os.environ.get("PYTHONPATH", "")))) if hand else None
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-m", module, "run", *words, "--events", "-"],
            env={**os.environ, **env, "PYTHONUNBUFFERED": "1"} | ({"PYTHONPATH": found} if found else {}),
            stdin=subprocess.PIPE if hand else None,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        running = Running(process)
        try:
            yield running
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(PATIENCE_S)
            running._reader.join(PATIENCE_S)
