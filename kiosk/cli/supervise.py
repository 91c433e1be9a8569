"""A small parent that starts the station again when it dies or hangs. Imports nothing heavy, opens nothing of the profile.

    parent ── starts ──▶ child (kiosk run … --beat FILE) ── touches FILE twice a second while its window and its flow turn
       ▲                    │
       └── FILE grows old, or the child dies: it is ended for good and a new one started, at once the first time

An end that somebody asked for is the parent's end too, and so are settings that are wrong: starting again mends neither.
A signal to the parent is handed on; when the parent is killed, the child ends by itself.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click

from kiosk.cli.heartbeat import notify

logger = logging.getLogger(__name__)

LOST_S = 10.0
"""A beat so old means that the child hangs (its own judgement is :data:`kiosk.cli.heartbeat.QUIET_S`)."""

FIRST_BEAT_S = 40.0
"""For a start from a slow disk."""

POLL_S = 0.1
GRACE_S = 5.0
SHORT_S = 60.0
"""A child that lived longer than this is started again at once; the pauses double otherwise."""

LONGEST_PAUSE_S = 30.0
_FOR_GOOD = frozenset({0, 1, 2})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds, for tests that cannot wait."""

    lost: float = LOST_S
    first_beat: float = FIRST_BEAT_S
    short: float = SHORT_S
    longest_pause: float = LONGEST_PAUSE_S


def pause_before(start: int, limits: Limits) -> float:
    """Seconds before start number ``start`` in a row of short lives; the second child (1) comes at once."""
    return 0.0 if start <= 1 else min(limits.longest_pause, 0.5 * 2.0 ** (start - 2))


class Supervisor:
    """Main thread only; :meth:`run` blocks until the station has ended for good."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        limits: Limits | None = None,
        tell: Callable[[str], None] = lambda words: click.echo(words, err=True),
    ) -> None:
        """``command`` starts one station; ``--beat FILE`` is appended."""
        self._command = list(command)
        self._limits = limits or Limits()
        self._tell = tell
        self._asked = False  # no Event: a signal handler that sets one while the main thread waits on it would hang
        self._child: subprocess.Popen[bytes] | None = None
        self._notify_to = os.environ.get("NOTIFY_SOCKET", "")

    def run(self) -> int:
        """The exit status of the child that ended for good."""
        with tempfile.TemporaryDirectory(prefix="kiosk-beat-") as folder, self._signals():
            beat = Path(folder) / "beat"
            row = 0
            while True:
                began = time.monotonic()
                status = self._one(beat)
                if self._asked or status in _FOR_GOOD:
                    return max(0, status)
                row = 1 if time.monotonic() - began > self._limits.short else row + 1
                pause = pause_before(row, self._limits)
                self._tell(f"The station ended ({_in_words(status)}); it is started again in {pause:.1f} s.")
                if self._wait(pause):
                    return 0

    def stop(self) -> None:
        """End the child in order, and then :meth:`run`. Any thread, and signal handlers."""
        self._asked = True
        child = self._child
        if child is not None and child.poll() is None:
            with contextlib.suppress(OSError):
                child.terminate()

    def _wait(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(min(POLL_S, seconds))
            if self._asked:
                return True
            notify(self._notify_to, "WATCHDOG=1")
        return self._asked

    def _one(self, beat: Path) -> int:
        """One child from start to end."""
        beat.unlink(missing_ok=True)
        environment = {
            name: value for name, value in os.environ.items() if name not in {"NOTIFY_SOCKET", "WATCHDOG_USEC"}
        }
        with subprocess.Popen([*self._command, "--beat", str(beat)], env=environment) as child:  # noqa: S603 - our own program
            self._child = child
            if self._asked:
                child.terminate()
            try:
                return self._watch(child, beat)
            finally:
                self._child = None
                if child.poll() is None:
                    child.kill()

    def _watch(self, child: subprocess.Popen[bytes], beat: Path) -> int:
        seen_s, last, told = time.monotonic(), 0, False
        limit = self._limits.first_beat
        ending_s: float | None = None
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return child.wait(POLL_S)
            now = time.monotonic()
            if self._asked:
                ending_s = ending_s or now
                if now - ending_s > GRACE_S:
                    child.kill()
                continue
            stamp = _stamp(beat)
            if stamp != last:
                last, seen_s, limit = stamp, now, self._limits.lost
                notify(self._notify_to, "WATCHDOG=1" if told else "READY=1\nWATCHDOG=1")
                told = True
            elif now - seen_s > limit:
                self._tell("The station gave no sign of life; it is ended.")
                child.kill()
                return child.wait()

    @contextlib.contextmanager
    def _signals(self):  # type: ignore[no-untyped-def]  # a generator of None
        def handed_on(number: int, frame: FrameType | None) -> None:
            self.stop()

        main = threading.current_thread() is threading.main_thread()
        caught = (signal.SIGINT, signal.SIGTERM) if main else ()
        before = {number: signal.signal(number, handed_on) for number in caught}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def command_line(words: Sequence[str]) -> list[str]:
    """How this very program is started with other words: frozen or not."""
    frozen = bool(getattr(sys, "frozen", False))
    return [sys.executable, *([] if frozen else ["-m", "kiosk"]), *words]


def _stamp(beat: Path) -> int:
    try:
        return beat.stat().st_mtime_ns
    except OSError:
        return 0


def _in_words(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
