"""Says one thing at a time, on a thread of its own. New words cut off old ones; words that did not change are not said again."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Protocol

from kiosk.ui.voice import programs
from kiosk.ui.voice.plan import Cue, Spoken
from kiosk.ui.voice.tones import wav

logger = logging.getLogger(__name__)

AGAIN_S = 6.0
"""A hint that still stands is said again after this."""

MOST_FAILURES = 3
POLL_S = 0.03


class Speaker(Protocol):
    """Says one thing; what the guide needs of it."""

    def begin(self, spoken: Spoken) -> None:
        """Start saying it; returns at once."""
        ...

    def running(self) -> bool:
        """Whether it is still being said."""
        ...

    def stop(self) -> None:
        """Be silent now."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class Guide:
    """Any thread may call; nothing blocks but :meth:`close`."""

    def __init__(self, speaker: Speaker, *, again_s: float = AGAIN_S) -> None:
        """Silent until something is to be said."""
        self._speaker = speaker
        self._again_s = again_s
        self._wanted: Spoken | None = None
        self._news = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    def say(self, spoken: Spoken | None) -> None:
        """What is on screen now; None for silence."""
        with self._news:
            if spoken != self._wanted:
                self._wanted = spoken
                self._news.notify()

    def close(self) -> None:
        """Be silent for good."""
        with self._news:
            self._stopping = True
            self._news.notify()
        self._thread.join()
        self._speaker.close()

    def _run(self) -> None:
        said: Spoken | None = None
        at = 0.0
        while True:
            with self._news:
                if self._wanted == said and not self._stopping:
                    speaking = self._speaker.running()
                    due = None if said is None else max(POLL_S, at + self._again_s - time.monotonic())
                    self._news.wait(POLL_S if speaking else due)
                if self._stopping:
                    self._speaker.stop()
                    return
                wanted = self._wanted
            if wanted != said:
                self._speaker.stop()
            elif wanted is None or self._speaker.running() or time.monotonic() - at < self._again_s:
                continue
            said, at = wanted, time.monotonic()
            if wanted is not None:
                self._speaker.begin(wanted)


class SystemSpeaker:
    """A voice of the system, or tones where it has none. After a few failures in a row (no sound card) it gives up."""

    def __init__(self, speaker: str | None = None, player: str | None = None) -> None:
        """Looks for the programs; starts none.

        Args:
            speaker: name of the program that speaks; None looks for one, empty uses tones.
            player: name of the program that plays; None looks for one.
        """
        self._speaker = programs.speaker() if speaker is None else speaker
        self._player = programs.player() if player is None else player
        self._child: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def how(self) -> str:
        """Name of the program in use; empty for silence."""
        return self._speaker or self._player

    def begin(self, spoken: Spoken) -> None:
        """See Speaker."""
        if not self.how or self._failures >= MOST_FAILURES:
            return
        program = (
            programs.to_speak(self._speaker, spoken)
            if self._speaker
            else programs.to_play(self._player, str(self._file(spoken.cue)))
        )
        try:
            self._child = subprocess.Popen(  # noqa: S603 - fixed commands; the words go in by standard input
                program.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            self._failed(error.strerror or type(error).__name__)
            return
        if self._child.stdin is not None:
            with contextlib.suppress(OSError):
                self._child.stdin.write(program.stdin)
                self._child.stdin.close()

    def running(self) -> bool:
        """See Speaker."""
        child = self._child
        if child is None:
            return False
        status = child.poll()
        if status is None:
            return True
        self._child = None
        if status > 0:
            self._failed(f"status {status}")
        else:
            self._failures = 0
        return False

    def stop(self) -> None:
        """See Speaker."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()

    def close(self) -> None:
        """See Speaker."""
        self.stop()
        if self._folder is not None:
            self._folder.cleanup()

    def _failed(self, why: str) -> None:
        self._failures += 1
        if self._failures == MOST_FAILURES:
            logger.info("nothing can be spoken here (%s: %s); the words on the screen remain", self.how, why)

    def _file(self, cue: Cue) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="kiosk-cues-")
        path = Path(self._folder.name) / f"{cue}.wav"
        if not path.exists():
            path.write_bytes(wav(cue))
        return path
