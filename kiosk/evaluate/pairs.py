"""Reads the table of pairs that ``kiosk evaluate matching`` is given: ``path_a,path_b,same``. Opens no picture."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.errors import Code, InputError

COLUMNS = ("path_a", "path_b", "same")
_SAME = {"0": False, "1": True}
_PROBLEMS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures, by their names below the folder of pictures, and whether they show one person."""

    path_a: str
    path_b: str
    same: bool


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """All pairs in order.

    Raises:
        InputError: ``file_missing``; ``table_invalid`` with the first problems by line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(Code.FILE_MISSING, f"{path}: cannot be read") from error
    except UnicodeDecodeError as error:
        raise InputError(Code.TABLE_INVALID, f"{path.name}: is not text in UTF-8") from error
    reader = csv.DictReader(text.splitlines(), restkey="", restval="")
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise InputError(Code.TABLE_INVALID, f"{path.name}: column {', '.join(missing)} is missing")
    pairs: list[Pair] = []
    problems: list[str] = []
    for row in reader:
        a, b, same = (str(row[name]).strip() for name in COLUMNS)
        if not a or not b:
            problems.append(f"line {reader.line_num}: two pictures are needed")
        elif same not in _SAME:
            problems.append(f"line {reader.line_num}: same must be 0 or 1")
        else:
            pairs.append(Pair(a, b, _SAME[same]))
    if problems:
        shown = "; ".join(problems[:_PROBLEMS_SHOWN])
        more = f"; and {len(problems) - _PROBLEMS_SHOWN} more" if len(problems) > _PROBLEMS_SHOWN else ""
        raise InputError(Code.TABLE_INVALID, f"{path.name}: {shown}{more}")
    if not pairs:
        raise InputError(Code.TABLE_INVALID, f"{path.name}: there is no pair in it")
    return tuple(pairs)
