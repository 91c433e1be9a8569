"""Before a command of an installed program: has an update not ended, and is this the version that is not confirmed yet?

Then the version before does the command, so that whatever is undone later, the station's data fit the version that is left. On
Linux the start file sees to it already (packaging/linux/start.sh); this is for Windows, and for one that is started directly.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.paths import installation

_OF_THE_NEW_ONE = frozenset({"doctor"})
"""What an update asks of the new version itself; it looks at copies only."""


def hand_over(command: str | None, words: Sequence[str]) -> int | None:
    """Let the version before do the command, where this one is not confirmed. On POSIX this does not return then.

    Args:
        command: its name; None for none.
        words: of the command line.

    Returns:
        The exit status of the version before; None where this version goes on by itself.
    """
    root = installation()
    if root is None or command in _OF_THE_NEW_ONE:
        return None
    from kiosk.update import journal
    from kiosk.update.layout import VERSION, Installation

    me = Path(sys.executable).resolve()
    entry = journal.read(root / "update")
    if entry is None or entry.is_over or entry.after != me.parent.name or entry.after == entry.before:
        return None
    if not VERSION.fullmatch(entry.before):
        return None
    program = Installation(root).folder(entry.before) / me.name
    if not program.is_file():
        return None
    line = [str(program), *words]
    if sys.platform == "win32":
        return subprocess.run(line, check=False).returncode  # noqa: S603 - the version that was here before
    os.execv(line[0], line)  # noqa: S606 - as above
