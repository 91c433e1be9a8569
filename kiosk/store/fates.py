"""What becomes of a record when its row of the outbox was refused, gave way, or was cancelled while its request was under way.

A cancelled row (``orphan``) stays until its answer is known, and says nothing about the record any more: that was deleted here,
or stripped of its face, or enrolled anew under a row of its own. What the answer decides is whom the deletion behind it must
delete.
All inside one open transaction; no rule of sending.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from kiosk.domain.outbox import Action, RowState
from kiosk.domain.person import Details, Truth
from kiosk.domain.record import ValidationType
from kiosk.store import rows
from kiosk.store.ledger import Write

_LONGEST_REASON = 200


def follow(write: Write, person: str, truth: Truth) -> None:
    """The result of an enrolment is as true as the person: both are one act at the account."""
    write.execute(
        "UPDATE validations SET truth = ? WHERE person_id = ? AND type = ? AND remote_id = ''"
        " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject = validations.id)",
        truth.value,
        person,
        ValidationType.ONBOARDING.value,
    )


def tell(write: Write, row: dict[str, Any], truth: Truth) -> None:
    """What a row's fate makes of its record."""
    match row["action"]:
        case Action.SEND_VALIDATION:
            write.execute("UPDATE validations SET truth = ? WHERE id = ?", truth.value, row["subject"])
        case Action.CREATE_PERSON | Action.UPDATE_PERSON:
            write.execute("UPDATE persons SET truth = ? WHERE id = ?", truth.value, row["subject"])
            if row["action"] == Action.CREATE_PERSON:
                follow(write, row["subject"], truth)
        case _:
            return  # who was deleted has no record any more


def bury(write: Write, row: dict[str, Any], *, code: str, reason: str) -> None:
    """A person decides; the record says ``refused``."""
    write.execute(
        "UPDATE outbox SET state = ?, code = ?, reason = ? WHERE id = ?",
        RowState.BURIED.value,
        code,
        one_line(reason),
        row["id"],
    )
    tell(write, row, Truth.REFUSED)
    write.audit("outbox_buried", row["subject"], f"{row['action']} {code} {one_line(reason)}".rstrip())


def settle_deletion(write: Write, person: str, outcome: str) -> None:
    """The account has deleted (or never had) somebody who was deleted here: their certificate says so."""
    for row in write.rows("SELECT id, certificate FROM deletions WHERE person_id = ?", person):
        certificate = rows.to_certificate(row["certificate"])
        touched = tuple(
            replace(each, outcome=outcome) if each.kind == "remote" else each for each in certificate.touched
        )
        settled = rows.certificate_to_json(replace(certificate, touched=touched))
        write.execute("UPDATE deletions SET certificate = ? WHERE id = ?", settled, row["id"])


def never_arrived(write: Write, row: dict[str, Any]) -> None:
    """A cancelled row that the account has not taken: where it was a creation, there is nobody to delete."""
    write.execute("DELETE FROM outbox WHERE id = ?", row["id"])
    if row["action"] == Action.CREATE_PERSON:
        gone = "DELETE FROM outbox WHERE chain = ? AND action = ? AND remote_id = ''"
        write.execute(gone, row["chain"], Action.DELETE_PERSON.value)
        settle_deletion(write, row["subject"], "deleted")
    elif row["action"] == Action.SEND_VALIDATION:
        write.execute("UPDATE validations SET truth = ? WHERE id = ?", Truth.LOCAL.value, row["subject"])


def orphan_in_doubt(write: Write, row: dict[str, Any]) -> None:
    """A cancelled row that the account may have: where it was a creation, the deletion behind it looks."""
    write.execute("DELETE FROM outbox WHERE id = ?", row["id"])
    if row["action"] == Action.CREATE_PERSON:
        write.execute(
            "UPDATE outbox SET state = ?, uncertain = 1 WHERE chain = ? AND action = ?",
            RowState.DOUBT.value,
            row["chain"],
            Action.DELETE_PERSON.value,
        )
    elif row["action"] == Action.SEND_VALIDATION:
        write.execute("UPDATE validations SET truth = ? WHERE id = ?", Truth.SENT_NO_REPLY.value, row["subject"])


def orphan_arrived(write: Write, row: dict[str, Any], remote_id: str) -> None:
    """A cancelled creation or edit that the account has carried out: the deletion behind it knows now whom to delete."""
    if row["action"] == Action.CREATE_PERSON and enrolled_with(write, remote_id, but=row["subject"]):
        never_arrived(write, row)  # the account means somebody else who was enrolled here, and they stay
        return
    known = "UPDATE outbox SET remote_id = ? WHERE chain = ? AND action = ? AND remote_id = ''"
    write.execute(known, remote_id, row["chain"], Action.DELETE_PERSON.value)


def enrolled_with(write: Write, remote_id: str, *, but: str) -> bool:
    """Whether somebody else who was enrolled here has this id of the account."""
    sql = "SELECT 1 FROM persons WHERE remote_id = ? AND remote_id <> '' AND id <> ? AND image_from <> 'account'"
    return write.one(sql, remote_id, but) is not None


def keep_edit(write: Write, person: str, ours: Details, theirs: Details, base: Details | None) -> None:
    """For review: what was changed here since the account acknowledged ``base``, and is not what counts now (``theirs``)."""
    kept = {
        name: value
        for name in rows.DETAIL_COLUMNS
        if (value := getattr(ours, name)) != getattr(theirs, name) and (base is None or value != getattr(base, name))
    }
    if kept:
        text = json.dumps(kept, ensure_ascii=False)
        values = {"id": write.new_id(), "person_id": person, "at": write.at, "kept": text}
        write.database.table("conflicts").insert(values)


def one_line(text: str) -> str:
    """A reason as it is kept."""
    return " ".join(text.split())[:_LONGEST_REASON]
