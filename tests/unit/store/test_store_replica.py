"""The account's people in the local tables: added, merged, in conflict, gone; and templates for their pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.records import DETAILS, JPEG, WEIGHTS, HandClock, enrolment, opened, template, validation

from kiosk.domain.errors import Code, InvariantBroken, StoreError
from kiosk.domain.face import Embedding
from kiosk.domain.outbox import Action, Pulled
from kiosk.domain.person import Details, PersonId, Truth
from kiosk.domain.remote import RemotePerson
from kiosk.store.sqlite import SqliteStore

P1 = PersonId("p1")
THUMBNAIL = b"\xff\xd8\xff\xe0 a picture of the account " * 20


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path / "station.db", clock=HandClock(), outgoing=True) as store:
        yield store


def remote(remote_id: str = "r1", details: Details = DETAILS, **changes: object) -> RemotePerson:
    return replace(RemotePerson(remote_id=remote_id, details=details), **changes)  # type: ignore[arg-type]


def known_there(store: SqliteStore, person: str = "p1", remote_id: str = "r1") -> PersonId:
    store.enrol(enrolment(person))
    store.outbox.begin(person)
    store.outbox.confirm(person, remote(remote_id))
    return PersonId(person)


def edit(store: SqliteStore, **changes: str) -> None:
    person = store.person(P1)
    store.update(replace(person, details=replace(person.details, **changes)))


def test_somebody_new_comes_with_what_the_account_says(store: SqliteStore):
    person, pulled = store.replica.apply_remote(
        remote(image=THUMBNAIL, liveness_score=0.9, verification_status="odd", created_at="2024-01-02T03:04:05.000Z")
    )
    assert pulled is Pulled.ADDED
    kept = store.person(person)
    assert (kept.details, kept.face_image, kept.liveness_score) == (DETAILS, THUMBNAIL, 0.9)
    assert (kept.truth, kept.remote_id, kept.verification_status) == (Truth.CONFIRMED, "r1", "odd")
    assert kept.created_at == "2024-01-02T03:04:05.000Z"
    assert store.replica.apply_remote(remote(image=THUMBNAIL)) == (person, Pulled.UNCHANGED)
    assert len(store.people()) == 1
    assert store.outbox.due(limit=10) == []  # nothing is sent about what came from there
    with pytest.raises(StoreError):
        store.replica.apply_remote(remote(""))


def test_somebody_is_found_by_the_accounts_id_and_nobody_by_none(store: SqliteStore):
    known_there(store, "p1", "r1")
    store.enrol(enrolment("p2"))
    found = store.person_with_remote_id("r1")
    assert found == store.person(P1)
    assert store.person_with_remote_id("r9") is None
    assert store.person_with_remote_id("") is None


def test_a_score_that_is_none_is_not_kept(store: SqliteStore):
    person, _ = store.replica.apply_remote(remote(liveness_score=7.0))
    assert store.person(person).liveness_score is None


def test_what_changed_there_changes_here(store: SqliteStore):
    known_there(store)
    assert store.replica.apply_remote(remote(details=replace(DETAILS, phone="+573009999999"))) == (P1, Pulled.UPDATED)
    person = store.person(P1)
    assert (person.details.phone, person.truth, person.face_image) == ("+573009999999", Truth.CONFIRMED, JPEG)
    assert store.outbox.due(limit=10) == []


def test_what_the_dialect_does_not_carry_erases_nothing_and_what_was_erased_there_is_erased(store: SqliteStore):
    store.enrol(enrolment())
    store.outbox.begin("p1")
    bare = Details(first_name="Grażyna", email="g.oneil@example.org")
    store.outbox.confirm("p1", remote(details=bare))
    assert store.replica.apply_remote(remote(details=bare))[1] is Pulled.UNCHANGED
    assert store.person(P1).details == DETAILS
    assert store.replica.apply_remote(remote(details=replace(bare, email="")))[1] is Pulled.UPDATED
    assert store.person(P1).details == replace(DETAILS, email="")
    store.replica.apply_remote(remote(details=Details(first_name="")))
    assert store.person(P1).details.first_name == "Grażyna"  # nobody is without a name


def test_an_edit_that_only_was_made_here_waits_and_stays(store: SqliteStore):
    known_there(store)
    edit(store, email="here@example.org")
    assert store.replica.apply_remote(remote()) == (P1, Pulled.UNCHANGED)
    person = store.person(P1)
    assert (person.details.email, person.truth) == ("here@example.org", Truth.PROVISIONAL)
    assert [row.action for row in store.outbox.due(limit=10)] == [Action.UPDATE_PERSON]


def test_edited_here_and_there_the_account_wins_and_ours_is_kept_for_review(store: SqliteStore):
    known_there(store)
    edit(store, email="here@example.org")
    there = replace(DETAILS, email="there@example.org", phone="+573009999999")
    assert store.replica.apply_remote(remote(details=there)) == (P1, Pulled.CONFLICT)
    person = store.person(P1)
    assert (person.details, person.truth) == (there, Truth.CONFIRMED)
    assert store.outbox.due(limit=10) == []
    (conflict,) = store.replica.conflicts()
    assert (conflict.person, conflict.fields) == (P1, ("email",))  # nobody has touched the phone here
    assert store.replica.kept(conflict.id) == {"email": "here@example.org"}
    assert store.replica.apply_remote(remote(details=there))[1] is Pulled.UNCHANGED
    store.replica.resolve(conflict.id, reason="the account is right")
    assert store.replica.conflicts() == []
    for call in (lambda: store.replica.kept(conflict.id), lambda: store.replica.resolve(conflict.id, reason="")):
        with pytest.raises(StoreError):
            call()


def test_the_same_edit_here_and_there_is_no_conflict(store: SqliteStore):
    known_there(store)
    edit(store, email="new@example.org")
    assert store.replica.apply_remote(remote(details=replace(DETAILS, email="new@example.org")))[1] is Pulled.UNCHANGED
    assert store.replica.conflicts() == []


def test_an_edit_under_way_is_left_alone(store: SqliteStore):
    known_there(store)
    edit(store, email="here@example.org")
    (row,) = store.outbox.due(limit=1)
    store.outbox.begin(row.id)
    assert store.replica.apply_remote(remote(details=replace(DETAILS, phone="+573009999999")))[1] is Pulled.UNCHANGED
    assert store.person(P1).details.email == "here@example.org"
    store.outbox.confirm(row.id, None)


def test_a_creation_in_doubt_is_found_by_its_mark(store: SqliteStore):
    store.enrol(enrolment())
    store.outbox.begin("p1")
    store.outbox.doubt("p1", seconds=0, code="api_reply_lost")
    assert store.replica.apply_remote(remote(mark="p1")) == (P1, Pulled.UNCHANGED)
    assert store.person(P1).remote_id == "r1"
    store.outbox.confirm("p1", remote())
    assert (len(store.people()), store.person(P1).truth) == (1, Truth.CONFIRMED)


def test_somebody_pulled_as_new_before_the_answer_was_known_is_one_person_again(store: SqliteStore):
    store.enrol(enrolment())
    store.outbox.begin("p1")
    store.outbox.doubt("p1", seconds=0, code="api_reply_lost")
    twin, pulled = store.replica.apply_remote(remote())  # an account that keeps no marks
    assert pulled is Pulled.ADDED
    store.record(validation(person=twin), b"\xff\xd8\xff picture")
    store.outbox.confirm("p1", remote())
    assert [person.id for person in store.people()] == ["p1"]
    assert store.validations()[0].person == "p1"
    assert [(row.action, row.chain) for row in store.outbox.due(limit=10)] == [(Action.SEND_VALIDATION, "p1")]


def test_somebody_whose_deletion_waits_does_not_come_back(store: SqliteStore):
    known_there(store)
    store.delete(P1)
    assert store.replica.apply_remote(remote()) == (P1, Pulled.UNCHANGED)
    assert store.people() == []
    store.enrol(enrolment("p2"))
    store.outbox.begin("p2")
    store.outbox.doubt("p2", seconds=0, code="api_reply_lost")
    store.delete(PersonId("p2"))
    assert store.replica.apply_remote(remote("r2", mark="p2")) == ("p2", Pulled.UNCHANGED)
    assert store.people() == []


def test_a_pull_that_crosses_a_deletion_is_undone_by_its_confirmation(store: SqliteStore):
    store.enrol(enrolment())
    store.outbox.begin("p1")
    store.delete(P1)
    came_back, _ = store.replica.apply_remote(remote())  # no mark, no id known yet: as new
    store.outbox.confirm("p1", remote())
    (row,) = store.outbox.due(limit=1)
    store.outbox.begin(row.id)
    store.outbox.confirm(row.id, None)
    assert store.people() == []
    with pytest.raises(StoreError):
        store.person(came_back)


def test_a_picture_taken_here_is_never_replaced_and_one_from_there_is(store: SqliteStore):
    known_there(store)
    assert store.replica.apply_remote(remote(image=THUMBNAIL))[1] is Pulled.UNCHANGED
    assert store.person(P1).face_image == JPEG
    other, _ = store.replica.apply_remote(remote("r2", image=THUMBNAIL))
    store.replica.add_templates(other, [template(7)])
    assert store.replica.apply_remote(remote("r2", image=THUMBNAIL + b"2"))[1] is Pulled.UPDATED
    assert store.person(other).face_image == THUMBNAIL + b"2"
    assert store.replica.without_templates(WEIGHTS, limit=9) == [other]


def test_templates_are_asked_for_until_they_are_there_or_given_up(store: SqliteStore):
    known_there(store)
    people = [store.replica.apply_remote(remote(f"x{n}", image=THUMBNAIL))[0] for n in range(3)]
    store.replica.apply_remote(remote("no picture"))
    assert store.replica.without_templates(WEIGHTS, limit=2) == people[:2]
    store.replica.add_templates(people[0], [template(1), template(2)])
    store.replica.add_templates(people[1], [])
    assert store.replica.without_templates(WEIGHTS, limit=9) == [people[2]]
    assert [person for person, _ in store.templates(WEIGHTS)] == [P1, P1, people[0], people[0]]
    assert set(store.replica.without_templates("b" * 64, limit=9)) == {P1, people[0], people[2]}
    with pytest.raises(StoreError) as caught:
        store.replica.add_templates(PersonId("gone"), [template(1)])
    assert caught.value.code is Code.PERSON_UNKNOWN
    with pytest.raises(InvariantBroken):
        store.replica.add_templates(people[2], [Embedding(np.zeros(512, np.float32), "m", WEIGHTS)])


def test_whom_a_whole_pull_does_not_name_is_gone_there(store: SqliteStore):
    for n in range(3):
        known_there(store, f"p{n}", f"r{n}")
    store.enrol(enrolment("local only"))
    store.replica.begin_pull()
    store.replica.apply_remote(remote("r0"))
    known_there(store, "later", "r-later")  # confirmed after the pull began
    assert store.replica.confirmed() == 4
    assert store.replica.unnamed() == [("p1", "r1"), ("p2", "r2")]
    edit(store, email="edited@example.org")  # P1 is not to go while an edit waits
    assert store.replica.unnamed() == [("p2", "r2")]
    store.replica.remote_deleted(PersonId("p2"))
    store.replica.remote_deleted(PersonId("p2"))
    assert {person.id for person in store.people()} == {"p0", "p1", "later", "local only"}
    tombstone = store.audit_of("p2")[-1]
    assert (tombstone.action, tombstone.detail) == ("person_deleted", "gone_at_account")
    assert all(row.action is not Action.DELETE_PERSON for row in store.outbox.due(limit=10))
    assert store.deletions()[-1].complete


def test_where_a_pull_stopped_outlives_a_restart(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path, outgoing=True) as store:
        known_there(store)
        store.replica.begin_pull()
        store.replica.save_cursor("people", "page 2")
        store.replica.save_cursor("other", "x")
        store.replica.save_cursor("other", "")
    with opened(path, outgoing=True) as store:
        assert (store.replica.cursor("people"), store.replica.cursor("other")) == ("page 2", "")
        assert store.replica.unnamed() == [("p1", "r1")]


def test_whose_consent_is_withdrawn_is_not_brought_back(store: SqliteStore):
    known_there(store)
    store.withdraw_consent(P1)
    with store._connections.writing() as database:
        database.conn.execute("DELETE FROM outbox")  # an operator dropped the deletion
    assert store.replica.apply_remote(remote(mark="p1", image=THUMBNAIL)) == (P1, Pulled.UNCHANGED)
    assert store.person(P1).face_image is None
