"""``kiosk people export FILE``: everybody's details as CSV or JSON, no biometric data. Written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.domain.errors import Code, ConfigError, InputError
from kiosk.domain.person import WIRE, Person
from kiosk.store.wire import person_with_truth

COLUMNS = (
    "id",
    *WIRE.values(),
    "verificationStatus",
    "createdAt",
    "updatedAt",
    "truth",
    "truthAgeS",
    "truthReason",
    "remoteId",
)

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_people(people: Sequence[Person], path: Path, *, now: datetime, reasons: Mapping[str, str]) -> int:
    """Write ``people`` to ``path``; ``.csv`` or ``.json`` by its ending. Only this user may read the file.

    In CSV a cell that a spreadsheet would run as a formula gets a leading apostrophe (so does ``+57…``, which it would
    turn into a number); JSON holds the values as they are.

    Args:
        people: without pictures.
        path: of the file.
        now, reasons: see :func:`kiosk.store.wire.person_with_truth`.

    Returns:
        How many people were written.

    Raises:
        ConfigError: ``config_bad_value`` for another ending.
        InputError: ``file_not_writable``; whatever stood at ``path`` is still there.
    """
    wires = [person_with_truth(person, now=now, reasons=reasons) for person in people]
    records = [{name: wire[name] for name in COLUMNS} for wire in wires]
    match path.suffix.lower():
        case ".csv":
            text = "\ufeff" + _csv(records)  # without the mark a spreadsheet reads accents wrongly
        case ".json":
            text = json.dumps(records, ensure_ascii=False, indent=2) + "\n"
        case _:
            raise ConfigError(Code.CONFIG_BAD_VALUE, f"{path.name}: the name must end in .csv or .json")
    write_file(path, text)
    return len(records)


def write_file(path: Path, text: str) -> None:
    """Write a file whole or not at all; only this user may read it.

    Raises:
        InputError: ``file_not_writable``; whatever stood at ``path`` is still there.
    """
    try:
        _write_whole(path, text.encode())
    except OSError as error:
        raise InputError(Code.FILE_NOT_WRITABLE, path.name) from error


def safe_cell(value: str) -> str:
    """What to put into a CSV cell so that no spreadsheet runs it (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def _csv(records: Sequence[dict[str, Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for record in records:
        writer.writerow(safe_cell(str(record[name])) for name in COLUMNS)
    return out.getvalue()


def _write_whole(path: Path, content: bytes) -> None:
    """A file beside it, then one rename: a power cut leaves the old file or the new one."""
    if path.is_dir():
        raise IsADirectoryError(path.name)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")  # mode 0600
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
