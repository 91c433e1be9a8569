"""Walks through attacks: answers and cue values as JSON, never a picture. One rule of its own: an accepted attack stays."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kiosk.domain.attack_wizard import Plan, Response, Standing, Trial, Walk, Wizard
from kiosk.domain.cues import Cue
from kiosk.domain.errors import Code, StoreError
from kiosk.store import rows
from kiosk.store.ledger import Ledger, Write

if TYPE_CHECKING:
    from sqlite_utils import Database

KEPT = 50
"""Of one camera; older ones are forgotten, the audit's lines stay, and so does a walk that found the station not fit."""


class SqliteWalks:
    """:class:`kiosk.domain.attack_wizard.Walks` in one table. Any thread may call."""

    def __init__(self, ledger: Ledger) -> None:
        """Nothing is read yet."""
        self._ledger = ledger

    def save(self, walk: Walk) -> Walk:
        """Write a walk, a new one or one that went on; returns it with its times.

        Raises:
            StoreError: ``store_failed`` where an accepted attack would be forgotten: what was seen is not unseen.
        """
        with self._ledger.writing() as write:
            return _save(write, walk)

    def newest(self, camera: str | None = None, *, limit: int = 20) -> Sequence[Walk]:
        """Newest first, of one camera or of all."""
        with self._ledger.reading() as database:
            return _walks(database, camera, limit)


def _save(write: Write, walk: Walk) -> Walk:
    before = write.one("SELECT * FROM walks WHERE id = ?", walk.id)
    kept = None if before is None else rows.decoded(to_walk, before, "walks")
    if kept is not None and kept.wizard.accepted_attacks > walk.wizard.accepted_attacks:
        raise StoreError(Code.STORE_FAILED, "an accepted attack stays in its walk")
    standing = walk.wizard.standing()
    values = (walk.camera, standing.value, _plan(walk.wizard.plan), _trials(walk.wizard.trials))
    if kept is None:
        write.execute(
            "INSERT INTO walks (id, began_at, updated_at, camera, standing, plan, trials) VALUES (?, ?, ?, ?, ?, ?, ?)",
            walk.id,
            write.at,
            write.at,
            *values,
        )
        write.execute(
            # A block must not be forgotten by beginning anew often enough.
            "DELETE FROM walks WHERE camera = ? AND standing <> ? AND id NOT IN"
            " (SELECT id FROM walks WHERE camera = ? ORDER BY began_at DESC, rowid DESC LIMIT ?)",
            walk.camera,
            Standing.BLOCKED.value,
            walk.camera,
            KEPT,
        )
        write.audit("walk_began", walk.id)
    else:
        write.execute(
            "UPDATE walks SET updated_at = ?, camera = ?, standing = ?, plan = ?, trials = ? WHERE id = ?",
            write.at,
            *values,
            walk.id,
        )
        if standing is not kept.wizard.standing():
            write.audit("walk_standing", walk.id, standing.value)
    row = write.one("SELECT * FROM walks WHERE id = ?", walk.id)
    return rows.decoded(to_walk, row or {}, "walks")


def _walks(database: Database, camera: str | None, limit: int) -> Sequence[Walk]:
    found = database.query(
        "SELECT * FROM walks WHERE :camera IS NULL OR camera = :camera ORDER BY began_at DESC, rowid DESC LIMIT :limit",
        {"camera": camera, "limit": max(0, limit)},
    )
    return [rows.decoded(to_walk, row, "walks") for row in found]


def to_walk(row: rows.Row) -> Walk:
    """From columns of ``walks``."""
    plan = json.loads(row["plan"])
    trials = tuple(
        Trial(
            each["species"],
            Response(each["response"]),
            tuple(_cue(cue) for cue in each["cues"]),
            each.get("judged_by", ""),  # a walk of an older version does not know
        )
        for each in json.loads(row["trials"])
    )
    made = Plan(**(plan | {"species": tuple(plan["species"])}))
    return Walk(
        id=row["id"],
        camera=row["camera"],
        wizard=Wizard(made, trials),
        began_at=row["began_at"],
        updated_at=row["updated_at"],
    )


def _plan(plan: Plan) -> str:
    return json.dumps(asdict(plan))


def _trials(trials: Sequence[Trial]) -> str:
    return json.dumps(
        [
            {
                "species": each.species,
                "response": each.response.value,
                "cues": [_told(cue) for cue in each.cues],
                "judged_by": each.judged_by,
            }
            for each in trials
        ],
        allow_nan=False,
    )


def _told(cue: Cue) -> dict[str, Any]:
    """What is not a number was not measured: JSON has no word for it."""
    value = cue.value if cue.value is not None and math.isfinite(cue.value) else None
    return asdict(cue) | {"value": value}


def _cue(told: dict[str, Any]) -> Cue:
    return Cue(**told)
