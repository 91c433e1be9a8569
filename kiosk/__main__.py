"""``kiosk`` and ``python -m kiosk``.

The process ends behind Python's own finish (threads that are waited for, exit functions) and before that of the native libraries:
OpenBLAS joins its workers, OpenSSL and SQLCipher free their locks, MediaPipe and Qt end their threads, each without a limit and
in an order that nobody has planned. Everything of ours is closed by then, and a command that has said its answer must end.

Ctrl+C becomes an exception in whatever Python runs at that moment. Where that is a callback of a native library or a destructor,
the interpreter drops it, and the command would go on for ever: so it is said again until it was heard.
"""

from __future__ import annotations

import _thread
import atexit
import io
import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

from kiosk import cpu

INTERRUPTED = 130
NOT_WRITTEN = 120
"""What was said could not be written to the end; the interpreter's own status for it."""
AGAIN_S = 5.0
"""Closing takes less; an interrupt that nobody has heard for so long was dropped."""


def main() -> None:
    """Run the command line and leave the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a letter gets an escape, not a crash
            stream.reconfigure(errors="backslashreplace")
    end = _End()
    atexit.register(end.leave)  # the first to be registered is the last to run
    interrupt = _Interrupt()
    if getattr(sys, "frozen", False):  # a child that multiprocessing started is this very program
        import multiprocessing

        multiprocessing.freeze_support()
    try:
        cpu.refuse_too_old()  # before anything native is loaded: an old processor would end it without a word
        from kiosk.cli import root

        root(prog_name="kiosk")
    except KeyboardInterrupt:
        interrupt.heard.set()
        end.status = INTERRUPTED
        sys.exit(INTERRUPTED)
    except SystemExit as wanted:
        interrupt.heard.set()
        end.status = _status(wanted.code)
        raise
    end.status = 0


class _Interrupt:
    """Ctrl+C, said again until ``heard``. Main thread; the window has handlers of its own meanwhile."""

    def __init__(self) -> None:
        self.heard = threading.Event()
        self._insisting = False
        if (
            signal.getsignal(signal.SIGINT) is signal.default_int_handler
        ):  # not where it is ignored (nohup, a shell's &)
            signal.signal(signal.SIGINT, self._raise)

    def _raise(self, number: int, frame: FrameType | None) -> NoReturn:
        if not self._insisting:
            self._insisting = True
            threading.Thread(target=self._insist, name="interrupt", daemon=True).start()
        raise KeyboardInterrupt

    def _insist(self) -> None:
        while not self.heard.wait(AGAIN_S):
            if os.name == "posix":  # a call of the system that the main thread waits in must be woken as well
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            else:
                _thread.interrupt_main()


class _End:
    """The last thing that Python does. ``status`` is that of a program that ended in an unknown way, until another is known."""

    def __init__(self) -> None:
        self.status = 1

    def leave(self) -> NoReturn:
        for stream in (sys.stdout, sys.stderr):
            try:
                if stream is not None:  # a windowed program on Windows has none
                    stream.flush()
            except (OSError, ValueError):
                self.status = self.status or NOT_WRITTEN
        os._exit(self.status)


def _status(code: object) -> int:
    """As the interpreter reads it: none is 0, a number is itself, and a message (which it prints) is 1."""
    if code is None:
        return 0
    return code & 0xFF if isinstance(code, int) else 1


if __name__ == "__main__":
    main()
