"""The kill drill can fail: each kind of loss that its comparison is there for is found, in a world that is otherwise whole."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.records import DETAILS, validation

from kiosk.domain.outbox import Action, Backlog, OutboxRow, RowState
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.record import DeletionCertificate, Erasure, Touched

if os.name != "posix":
    pytest.skip("the drill forks its stations", allow_module_level=True)

from support.kill_drill import Kind, plan
from support.kill_drill_old import build, compare_old
from support.kill_drill_told import Here, There, Told, compare
from support.records import KEY

from kiosk.store.cipher import Key
from kiosk.store.connections import connect
from kiosk.store.migrations import LATEST

AT = "2026-01-02T03:04:05.678Z"
World = tuple[Here, There, Told]


def person(name: str) -> Person:
    return Person(
        id=PersonId(name), details=replace(DETAILS, document_number=name), remote_id=f"at-{name}", truth=Truth.CONFIRMED
    )


def shown(name: str) -> dict[str, str]:
    return {"id": f"at-{name}", "documentNumber": name, "phone": DETAILS.phone}


def certificate(name: str, why: Erasure, outcome: str = "deleted") -> DeletionCertificate:
    touched = (Touched(kind="remote", name=f"at-{name}", outcome=outcome),)
    return DeletionCertificate(person=PersonId(name), at=AT, why=why, touched=touched, audit_id=1, audit_hash="")


def told_of_the_world() -> Told:
    """n1 and n2 stay, n3 was deleted, n4 purged; a purge of n5, who stays, was cut; n1 was edited and has logged in."""
    told = Told()
    told.take(
        [
            "begun",
            "opened",
            *(f"enrolled n{n}" for n in range(1, 6)),
            "editing n1 1",
            "edited n1 1",
            "recording l n1",
            "recorded l n1",
        ]
    )
    told.take(["deleting n3", "deleted n3", "purging n4", "purged n4", "purging n5"])
    return told


def whole() -> World:
    told = told_of_the_world()
    people = {name: person(name) for name in ("n1", "n2", "n5")}
    people["n1"] = replace(people["n1"], details=replace(people["n1"].details, phone="1"))
    result = replace(validation("l", person="n1", session=None), truth=Truth.CONFIRMED)
    here = Here(
        people=people,
        results={"l": result},
        certificates=[certificate("n3", Erasure.ASKED), certificate("n4", Erasure.RETENTION)],
        buried=[],
        backlog=Backlog(),
        audit_is_whole=True,
    )
    there = There(people=[{**shown("n1"), "phone": "1"}, shown("n2"), shown("n5")], judged=Counter([result.identifier]))
    return here, there, told


def test_a_world_that_is_whole_passes() -> None:
    assert compare(*whole())["people"] == 3


def without(here: Here, name: str) -> Here:
    return replace(here, people={key: value for key, value in here.people.items() if key != name})


BURIED = OutboxRow(
    id="r",
    action=Action.CREATE_PERSON,
    subject="n2",
    chain="n2",
    state=RowState.BURIED,
    created_at=AT,
    due_at=AT,
    code="api_conflict",
)

LOSSES: dict[str, tuple[str, Callable[[Here, There, Told], World]]] = {
    "enrolled, never due, gone": ("lost here", lambda h, t, d: (without(h, "n2"), t, d)),
    "due in a purge that was cut, gone without a word": (
        "without a certificate",
        lambda h, t, d: (without(h, "n5"), t, d),
    ),
    "purged, still here": ("left over", lambda h, t, d: (replace(h, people={**h.people, "n4": person("n4")}), t, d)),
    "purged, was not due": ("were not due", lambda h, t, d: (h, t, replace(d, purged=d.purged | {"n2"}))),
    "certified as purged, was not due": (
        "nobody asked for it",
        lambda h, t, d: (replace(h, certificates=[*h.certificates, certificate("n2", Erasure.RETENTION)]), t, d),
    ),
    "certified as asked for, nobody asked": (
        "nobody asked for it",
        lambda h, t, d: (replace(h, certificates=[*h.certificates, certificate("n5", Erasure.ASKED)]), t, d),
    ),
    "two certificates": (
        "more than one",
        lambda h, t, d: (replace(h, certificates=[*h.certificates, *h.certificates]), t, d),
    ),
    "a certificate that waits for ever": (
        "still waits",
        lambda h, t, d: (
            replace(h, certificates=[h.certificates[1], certificate("n3", Erasure.ASKED, "pending")]),
            t,
            d,
        ),
    ),
    "refused": ("buried", lambda h, t, d: (replace(h, buried=[BURIED]), t, d)),
    "refused, so not at the account": (
        "buried",
        lambda h, t, d: (replace(h, buried=[BURIED]), replace(t, people=t.people[:1]), d),
    ),
    "not at the account": ("lost at the account", lambda h, t, d: (h, replace(t, people=t.people[:1]), d)),
    "twice at the account": ("doubled", lambda h, t, d: (h, replace(t, people=[*t.people, shown("n2")]), d)),
    "deleted, still at the account": (
        "left over at",
        lambda h, t, d: (h, replace(t, people=[*t.people, shown("n3")]), d),
    ),
    "an edit that did not arrive": (
        "acknowledged edit",
        lambda h, t, d: (h, replace(t, people=[shown("n1"), *t.people[1:]]), d),
    ),
    "confirmed as somebody else": (
        "somebody else",
        lambda h, t, d: (replace(h, people={**h.people, "n2": replace(h.people["n2"], remote_id="at-n5")}), t, d),
    ),
    "not confirmed": (
        "provisional",
        lambda h, t, d: (replace(h, people={**h.people, "n2": replace(h.people["n2"], truth=Truth.PROVISIONAL)}), t, d),
    ),
    "a result that is gone": ("lost results", lambda h, t, d: (replace(h, results={}), t, d)),
    "a result that was never sent": ("not at the account", lambda h, t, d: (h, replace(t, judged=Counter()), d)),
    "judged twice": ("judged twice", lambda h, t, d: (h, replace(t, judged=t.judged + t.judged), d)),
    "a row that waits": ("rows wait", lambda h, t, d: (replace(h, backlog=Backlog(doubt=1)), t, d)),
    "an audit with a hole": ("audit", lambda h, t, d: (replace(h, audit_is_whole=False), t, d)),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_is_found(loss: str) -> None:
    said, broken = LOSSES[loss]
    with pytest.raises(AssertionError, match=said):
        compare(*broken(*whole()))


@pytest.mark.parametrize("kills", [16, 320])
def test_every_form_purges_and_migrates_and_ends_without_a_purge(kills: int) -> None:
    kinds = plan(kills)
    assert len(kinds) == kills
    assert {*Kind} == set(kinds)
    assert Kind.PURGE not in kinds[-3:]
    assert Kind.WORK in kinds[-3:]


DAMAGE = {
    "people": "DELETE FROM persons WHERE id = 'old-03'",
    "templates": "DELETE FROM templates WHERE person_id = 'old-04'",
    "results": "DELETE FROM validations WHERE id = 'v-5'",
    "consents": "DELETE FROM consents WHERE person_id = 'old-06'",
    "pictures": "UPDATE pictures SET face_image = X'00' WHERE person_id = 'old-07'",
    r"\[\]": "DELETE FROM outbox",
}


@pytest.mark.parametrize("part", DAMAGE)
def test_a_migration_that_loses_a_part_is_found(tmp_path: Path, part: str) -> None:
    path = tmp_path / "station.db"
    build(path, LATEST - 1, Key(KEY))
    database = connect(path, busy_ms=1000, key=Key(KEY))
    database.conn.execute(DAMAGE[part])
    database.conn.close()
    with pytest.raises(AssertionError, match=part):
        compare_old(path, LATEST - 1)
