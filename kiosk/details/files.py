"""Reads details from files: a ``--details`` file and a table of people. Error details name fields, never what was written."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from kiosk.details.check import SAYS, Origin, check_details
from kiosk.domain.errors import Code, InputError
from kiosk.domain.person import WIRE, Details

OURS = {wire: ours for ours, wire in WIRE.items()}
"""The seed's name of a detail -> Python name."""

IMAGE_COLUMN = "image"

CARRIED = frozenset({"id", "verificationStatus", "truth", "createdAt", "updatedAt", "remoteId", "biometricData"})
"""What ``people show --json`` prints beside the details: accepted in a details file, changed by none."""

CELLS, NO_PICTURE, NOT_PLAIN = "cells", "picture_required", "picture_in_folder"
"""What can be wrong with a line of a table beside the details themselves."""

_FILE_MAX = 64 * 1024
_TABLE_MAX = 64 * 1024 * 1024
_PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class TableRow:
    """One person of a table: the line it ends on in the file, the details, the name of the picture (a plain file name)."""

    line: int
    details: Details
    image: str


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with a line: the Python name of the detail (``image`` for the picture, empty for the line), and a code of
    :data:`~kiosk.details.check.PROBLEMS` or of this module.
    """

    line: int
    field: str
    code: str


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A table: the lines that can be enrolled, and everything that is wrong with the others."""

    rows: tuple[TableRow, ...]
    problems: tuple[LineProblem, ...]


def read_details(
    path: Path, *, base: Details | None = None, region: str | None = None, today: date | None = None
) -> Details:
    """Read a ``--details`` file: a JSON object with the seed's field names.

    Args:
        path: of the file, UTF-8.
        base: what is known already; the file then needs only what changes.
        region: see :func:`check_details`.
        today: see :func:`check_details`.

    Raises:
        InputError: ``file_missing``; ``details_invalid`` with every problem at once, by the seed's field names.
    """
    content = _read_text(path, Code.DETAILS_INVALID, _FILE_MAX)
    try:
        pairs = json.loads(content, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(Code.DETAILS_INVALID, f"{path.name}: is not JSON{where}") from error
    if not isinstance(pairs, _Pairs):
        raise InputError(Code.DETAILS_INVALID, f"{path.name}: must be one JSON object")
    said = [f"{_shown(name)}: is there twice" for name, n in Counter(k for k, _ in pairs).items() if n > 1]
    typed: dict[str, str] = {} if base is None else asdict(base)
    unread = set()
    for name, value in pairs:
        if name in OURS:
            if value is None:
                typed[OURS[name]] = ""
            elif isinstance(value, str):
                typed[OURS[name]] = value
            else:
                said.append(f"{name}: must be text in quotes")
                unread.add(OURS[name])
        elif name not in CARRIED:
            said.append(f"{_shown(name)}: is not a known field")
        elif name == "biometricData" and not _only_a_score(value):
            said.append(f"{name}: pictures are not taken from a details file")
    details, problems = check_details(typed, region=region, today=today, origin=Origin.FILE)
    said += [_say(field, code) for field, code in problems.items() if field not in unread]
    if details is None or said:
        raise InputError(Code.DETAILS_INVALID, f"{path.name}: {_joined(said)}")
    return details


def read_people_csv(path: Path, *, region: str | None = None, today: date | None = None) -> list[TableRow]:
    """Read a table of people: a header with the seed's field names and ``image``, then one person a line.

    Comma or semicolon, whichever the header uses. The picture is a plain file name: it may not leave its folder.

    Raises:
        InputError: ``file_missing``; ``table_invalid`` with the problems by line.
    """
    found = look_at_people_csv(path, region=region, today=today)
    said = [f"line {problem.line}: {_in_words(problem)}" for problem in found.problems]
    if not said and not found.rows:
        said.append("there is nobody in it")
    if said:
        raise InputError(Code.TABLE_INVALID, f"{path.name}: {_joined(said)}")
    return list(found.rows)


def look_at_people_csv(path: Path, *, region: str | None = None, today: date | None = None) -> LookedAt:
    """The same, for whoever wants to see what is wrong with each line before anything is done.

    Raises:
        InputError: ``file_missing``; ``table_invalid`` where the header is wrong or it is no table.
    """
    content = _read_text(path, Code.TABLE_INVALID, _TABLE_MAX)
    header_line = content.split("\n", 1)[0]
    delimiter = ";" if header_line.count(";") > header_line.count(",") else ","
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    rows: list[TableRow] = []
    problems: list[LineProblem] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        said = _header_problems(header)
        if said:
            raise InputError(Code.TABLE_INVALID, f"{path.name}: {_joined(said)}")
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            row, wrong = _table_row(reader.line_num, header, cells, region=region, today=today)
            problems += wrong
            if row is not None:
                rows.append(row)
    except csv.Error as error:
        said = [f"line {problem.line}: {_in_words(problem)}" for problem in problems]
        said.append(f"line {reader.line_num}: is not a line of a table")
        raise InputError(Code.TABLE_INVALID, f"{path.name}: {_joined(said)}") from error
    return LookedAt(tuple(rows), tuple(problems))


def _header_problems(header: Sequence[str]) -> list[str]:
    allowed = {*OURS, IMAGE_COLUMN}
    said = [f"{_shown(name)}: is not a known column" for name in header if name not in allowed]
    said += [f"{name}: is there twice" for name, n in Counter(header).items() if n > 1 and name in allowed]
    said += [f"{name}: the column is missing" for name in (WIRE["first_name"], IMAGE_COLUMN) if name not in header]
    return [f"line 1: {problem}" for problem in said]


def _table_row(
    line: int, header: Sequence[str], cells: Sequence[str], *, region: str | None, today: date | None
) -> tuple[TableRow | None, list[LineProblem]]:
    if len(cells) != len(header):
        return None, [LineProblem(line, f"{len(cells)}/{len(header)}", CELLS)]
    named = dict(zip(header, cells, strict=True))
    image = named.pop(IMAGE_COLUMN).strip()
    typed = {OURS[name]: _without_guard(value) for name, value in named.items()}
    details, wrong = check_details(typed, region=region, today=today, origin=Origin.FILE)
    problems = [LineProblem(line, field, code) for field, code in wrong.items()]
    if not image:
        problems.append(LineProblem(line, IMAGE_COLUMN, NO_PICTURE))
    elif not _is_plain_name(image):
        problems.append(LineProblem(line, IMAGE_COLUMN, NOT_PLAIN))
    return (None, problems) if details is None or problems else (TableRow(line, details, image), [])


def _in_words(problem: LineProblem) -> str:
    match problem.code:
        case _ if problem.code in SAYS:
            return _say(problem.field, problem.code)
        case "cells":
            cells, _, wanted = problem.field.partition("/")
            return f"has {cells} cells where the header has {wanted}"
        case "picture_required":
            return f"{IMAGE_COLUMN}: is needed"
        case _:
            return f"{IMAGE_COLUMN}: must be a file name without a folder"


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as it was written, double keys included."""


def _only_a_score(value: object) -> bool:
    return value is None or (isinstance(value, _Pairs) and all(name == "livenessScore" for name, _ in value))


def _without_guard(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running a cell (see :mod:`kiosk.store.export`)."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell


def _is_plain_name(name: str) -> bool:
    return (
        PurePosixPath(name).name == name == PureWindowsPath(name).name and name not in {".", ".."} and "\0" not in name
    )


def _say(field: str, code: str) -> str:
    return f"{WIRE[field]}: {SAYS[code]}"


def _shown(name: str) -> str:
    """A name from a file, short and printable."""
    return repr(name[:40]) if name[:40].isprintable() else ascii(name[:40])


def _joined(said: Sequence[str]) -> str:
    more = len(said) - _PROBLEMS_SHOWN
    return "; ".join(said[:_PROBLEMS_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _read_text(path: Path, code: Code, limit: int) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError as error:
        raise InputError(Code.FILE_MISSING, path.name) from error
    except OSError as error:
        raise InputError(code, f"{path.name}: cannot be read") from error
    if len(content) > limit:
        raise InputError(code, f"{path.name}: is larger than {limit} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(code, f"{path.name}: is not UTF-8 text") from error
