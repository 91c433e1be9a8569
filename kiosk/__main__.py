"""``kiosk`` and ``python -m kiosk``.

The process ends behind Python's own finish (threads that are waited for, exit functions) and before that of the native libraries:
OpenBLAS joins its workers, OpenSSL and SQLCipher free their locks, MediaPipe and Qt end their threads, each without a limit and
in an order that nobody has planned. Everything of ours is closed by then, and a command that has said its answer must end.
"""

from __future__ import annotations

import atexit
import io
import os
import sys
from typing import NoReturn

INTERRUPTED = 130
NOT_WRITTEN = 120
"""What was said could not be written to the end; the interpreter's own status for it."""


def main() -> None:
    """Run the command line and leave the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a letter gets an escape, not a crash
            stream.reconfigure(errors="backslashreplace")
    end = _End()
    atexit.register(end.leave)  # the first to be registered is the last to run
    try:
        from kiosk.cli import root

        root(prog_name="kiosk")
    except KeyboardInterrupt:
        end.status = INTERRUPTED
        sys.exit(INTERRUPTED)
    except SystemExit as wanted:
        end.status = _status(wanted.code)
        raise
    end.status = 0


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
