"""People and results as CSV for the operator's room: with the truth of each record, its age and why. No biometric data, ever."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from kiosk.domain.person import Person
from kiosk.domain.results import ResultLine
from kiosk.store.export import COLUMNS, safe_cell, write_file
from kiosk.store.wire import age_s, person_with_truth

RESULT_COLUMNS = (
    "createdAt",
    "type",
    "outcome",
    "reason",
    "truth",
    "truthAgeS",
    "truthReason",
    "person",
    "name",
    "livenessScore",
    "similarity",
    "identifier",
    "remoteId",
)


def write_people(people: Sequence[Person], path: Path, *, now: datetime, reasons: Mapping[str, str]) -> int:
    """Everybody. Only this user may read the file.

    Args:
        people: without pictures.
        path: of the file; replaced whole or not at all.
        now: for the age of the truth, in seconds since the record last changed.
        reasons: code of what keeps a record from being sent, by person.

    Raises:
        InputError: ``file_not_writable``.
    """
    rows = []
    for person in people:
        wire = person_with_truth(person, now=now, reasons=reasons)
        rows.append([wire[name] for name in COLUMNS])
    return _write(path, COLUMNS, rows)


def write_results(lines: Sequence[ResultLine], path: Path, *, now: datetime, reasons: Mapping[str, str]) -> int:
    """Results, as they come. As :func:`write_people`.

    Raises:
        InputError: ``file_not_writable``.
    """
    rows = []
    for line in lines:
        found = line.validation
        rows.append(
            [
                found.created_at,
                str(found.type),
                found.outcome.value,
                found.reason.value,
                found.truth.value,
                age_s(found.updated_at or found.created_at, now),
                reasons.get(found.id, ""),
                found.person or "",
                line.name,
                f"{found.liveness_score:.4f}",
                "" if found.similarity is None else f"{found.similarity:.4f}",
                found.identifier,
                found.remote_id,
            ]
        )
    return _write(path, RESULT_COLUMNS, rows)


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow(safe_cell("" if cell is None else str(cell)) for cell in row)
        count += 1
    write_file(path, "\ufeff" + out.getvalue())  # without the mark a spreadsheet reads accents wrongly
    return count
