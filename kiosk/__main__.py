"""``kiosk`` and ``python -m kiosk``."""

from __future__ import annotations

import io
import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a letter gets an escape, not a crash
            stream.reconfigure(errors="backslashreplace")
    try:
        from kiosk.cli import root

        root(prog_name="kiosk")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
