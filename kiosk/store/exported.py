"""Tables that have left the database: which of them may still hold somebody, as the audit tells. Touches no file.

An export is a line of the audit with the file's name, where it was one of the station's own; deleting the file is another line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.domain.record import DeletionCertificate, Touched
from kiosk.store.ledger import Write

if TYPE_CHECKING:
    from sqlite_utils import Database

KIND = "export"
"""Of what is touched."""

DELETED = "export_deleted"
"""The audit's word for a file that is no more."""

_HOLD_PEOPLE = ("people_exported", "results_exported")
_FILE = re.compile(r"(?:^| )file=(\S+)")


def since(write: Write, created_at: str) -> list[Touched]:
    """Every table that was made since somebody was enrolled and was not deleted since: by the file's name, or by when it was made
    where it was put somewhere by a command.
    """
    gone = {_name(row["detail"], "") for row in write.rows("SELECT detail FROM audit WHERE action = ?", DELETED)}
    made = write.rows(
        "SELECT at, detail FROM audit WHERE action IN (?, ?) AND at >= ? ORDER BY id", *_HOLD_PEOPLE, created_at
    )
    names = dict.fromkeys(_name(row["detail"], row["at"]) for row in made)
    return [Touched(kind=KIND, name=name, outcome="kept") for name in names if name not in gone]


def as_now(database: Database, certificates: Sequence[DeletionCertificate]) -> list[DeletionCertificate]:
    """Certificates with what was deleted since they were made."""
    found = database.query("SELECT detail FROM audit WHERE action = ?", (DELETED,))
    gone = {_name(row["detail"], "") for row in found}
    return [
        replace(
            each,
            touched=tuple(
                replace(one, outcome="deleted") if one.kind == KIND and one.name in gone else one
                for one in each.touched
            ),
        )
        for each in certificates
    ]


def _name(detail: str, otherwise: str) -> str:
    found = _FILE.search(detail)
    return otherwise if found is None else found.group(1)
