"""Two builds of one commit, file by file. What may differ is listed here; anything else is a fault of the build."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from making.bundle import LIST

EXCEPTIONS: tuple[re.Pattern[str], ...] = ()
"""Names of files of a bundle that may differ. None does today."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many files were compared, which differ although they should not, and which of the exceptions do."""

    files: int
    differing: tuple[str, ...]
    excused: tuple[str, ...]


def compare(one: Path, other: Path) -> Comparison:
    """The lists (``files.json``) of two bundles of one version: names, hashes, modes and links."""
    first, second = (json.loads((folder / LIST).read_text("utf-8"))["files"] for folder in (one, other))
    names = sorted({*first, *second})
    unequal = [name for name in names if first.get(name) != second.get(name)]
    excused = tuple(name for name in unequal if any(each.search(name) for each in EXCEPTIONS))
    return Comparison(len(names), tuple(name for name in unequal if name not in excused), excused)
