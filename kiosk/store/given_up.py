"""An edit that the account refused and an operator gave up: what was typed is kept for review, as the next pull replaces it."""

from __future__ import annotations

import json

from kiosk.store import rows
from kiosk.store.ledger import Write


def keep_edit(write: Write, person: str) -> None:
    """What differs from the account's version becomes a conflict; nothing where the account never said how it has the person."""
    row = write.one(f"{rows.WHOLE_PERSONS} WHERE p.id = ?", person)
    if row is None or not row["remote_details"]:
        return
    here = rows.decoded(rows.to_person, row, "persons").details
    there = rows.details_from_json(row["remote_details"])
    kept = {name: value for name in rows.DETAIL_COLUMNS if (value := getattr(here, name)) != getattr(there, name)}
    if kept:
        write.database.table("conflicts").insert(
            {
                "id": write.new_id(),
                "person_id": person,
                "at": write.at,
                "kept": json.dumps(kept, ensure_ascii=False),
            }
        )
