"""Acknowledgements that come when the record is no longer what it was: withdrawn, enrolled anew, or somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.records import DETAILS, JPEG, WEIGHTS, HandClock, enrolment, opened, validation

from kiosk.domain.errors import Code
from kiosk.domain.outbox import Action, OutboxRow, RowState
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.record import Erasure, ValidationType
from kiosk.domain.remote import RemotePerson
from kiosk.store.sqlite import SqliteStore

P1, P2 = PersonId("p1"), PersonId("p2")
FATES = ("confirm", "delay", "doubt", "bury", "release", "kill")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path / "station.db", clock=HandClock(), outgoing=True) as opened_store:
        yield opened_store


def remote(remote_id: str = "r1", **changes: str) -> RemotePerson:
    return RemotePerson(remote_id=remote_id, details=replace(DETAILS, **changes), image=JPEG)


def begin(store: SqliteStore) -> OutboxRow:
    row = store.outbox.due(limit=1)[0]
    begun = store.outbox.begin(row.id)
    assert begun is not None
    return begun


def waiting(store: SqliteStore) -> list[tuple[Action, str, str]]:
    return [(row.action, row.subject, row.remote_id) for row in store.outbox.waiting()]


def meet(store: SqliteStore, row: str, fate: str) -> None:
    match fate:
        case "confirm":
            store.outbox.confirm(row, remote())
        case "delay":
            store.outbox.delay(row, seconds=0, code="api_no_link")
        case "doubt":
            store.outbox.doubt(row, seconds=0, code="api_reply_lost")
        case "bury":
            store.outbox.bury(row, code="api_refused", reason="")
        case "release":
            store.outbox.release((row,))
        case _:
            store.close()


def is_stripped(person: Person) -> bool:
    return (person.truth, person.remote_id, person.face_image) == (Truth.LOCAL, "", None)


@pytest.mark.parametrize("fate", FATES)
def test_an_answer_about_a_face_that_was_withdrawn_brings_nothing_back(tmp_path: Path, fate: str) -> None:
    path = tmp_path / "station.db"
    with opened(path, clock=HandClock(), outgoing=True) as store:
        store.enrol(enrolment())
        row = begin(store)
        store.withdraw_consent(P1)
        meet(store, row.id, fate)
    with opened(path, clock=HandClock(), outgoing=True) as store:
        assert is_stripped(store.person(P1))
        if fate in ("confirm", "doubt", "kill"):
            deletion = begin(store)
            assert (deletion.action, deletion.remote_id) == (Action.DELETE_PERSON, "r1" if fate == "confirm" else "")
            store.outbox.confirm(deletion.id, None)
        assert waiting(store) == []
        assert is_stripped(store.person(P1))
        assert store.person(P1).details == DETAILS
        assert [consent.withdrawn_at != "" for consent in store.consents(P1)] == [True]
        (certificate,) = store.deletions()
        assert (certificate.why, certificate.complete) == (Erasure.CONSENT_WITHDRAWN, True)


def test_an_edit_that_arrives_after_the_consent_was_withdrawn_brings_nothing_back(store: SqliteStore) -> None:
    store.enrol(enrolment())
    store.outbox.confirm(begin(store).id, remote())
    store.update(replace(store.person(P1), details=replace(DETAILS, phone="+571")))
    edit = begin(store)
    store.withdraw_consent(P1)
    store.outbox.confirm(edit.id, remote(phone="+571"))
    assert is_stripped(store.person(P1))
    assert waiting(store) == [(Action.DELETE_PERSON, "p1", "r1")]
    store.outbox.confirm(begin(store).id, None)
    assert is_stripped(store.person(P1))
    assert len(store.consents(P1)) == 1


@pytest.mark.parametrize("fate", FATES)
def test_who_agrees_again_while_the_first_creation_is_under_way_is_created_once_more(tmp_path: Path, fate: str) -> None:
    path = tmp_path / "station.db"
    with opened(path, clock=HandClock(), outgoing=True) as store:
        store.enrol(enrolment())
        row = begin(store)
        store.withdraw_consent(P1)
        store.renew(enrolment())
        assert store.person(P1).truth is Truth.PROVISIONAL
        meet(store, row.id, fate)
    with opened(path, clock=HandClock(), outgoing=True) as store:
        assert store.outbox.enqueue_unsent() == 0
        if fate in ("confirm", "doubt", "kill"):
            deletion = begin(store)
            assert (deletion.action, deletion.remote_id) == (Action.DELETE_PERSON, "r1" if fate == "confirm" else "")
            store.outbox.confirm(deletion.id, None)
        (again,) = store.outbox.waiting()
        assert (again.action, again.subject, again.chain, again.tries) == (Action.CREATE_PERSON, "p1", "p1", 0)
        cargo = store.outbox.cargo(begin(store).id)
        assert cargo is not None
        assert cargo.person is not None
        assert (cargo.person.id, cargo.person.face_image) == (P1, JPEG)
        store.outbox.confirm(again.id, remote("r2"))
        assert (store.person(P1).truth, store.person(P1).remote_id) == (Truth.CONFIRMED, "r2")
        assert len(list(store.templates(WEIGHTS))) == 2
        assert store.outbox.enqueue_unsent() == 0


def test_a_login_after_they_agreed_again_is_not_lost_with_the_first_creation(store: SqliteStore) -> None:
    store.enrol(enrolment())
    row = begin(store)
    store.withdraw_consent(P1)
    store.renew(enrolment())
    store.record(validation(person="p1"), b"\xff\xd8 a picture")
    store.outbox.delay(row.id, seconds=0, code="api_no_link")
    assert [row.action for row in store.outbox.waiting()] == [Action.CREATE_PERSON, Action.SEND_VALIDATION]


def test_an_edit_after_they_agreed_again_goes_with_the_creation_that_is_not_cancelled(store: SqliteStore) -> None:
    store.enrol(enrolment())
    row = begin(store)
    store.withdraw_consent(P1)
    store.update(replace(store.person(P1), details=replace(DETAILS, phone="+571")))
    assert [each.action for each in store.outbox.waiting()] == [
        Action.DELETE_PERSON
    ]  # nothing about a face they took back
    store.renew(enrolment(details=replace(DETAILS, phone="+571")))
    store.update(replace(store.person(P1), details=replace(DETAILS, phone="+572")))
    store.outbox.confirm(row.id, remote())
    assert [each.action for each in store.outbox.waiting()] == [Action.DELETE_PERSON, Action.CREATE_PERSON]


def test_who_is_deleted_after_the_withdrawal_waits_for_the_same_deletion(store: SqliteStore) -> None:
    store.enrol(enrolment())
    row = begin(store)
    store.withdraw_consent(P1)
    certificate = store.delete(P1)
    assert [(part.name, part.outcome) for part in certificate.touched if part.kind == "remote"] == [("p1", "pending")]
    store.outbox.confirm(row.id, remote())
    assert waiting(store) == [(Action.DELETE_PERSON, "p1", "r1")]
    store.outbox.confirm(begin(store).id, None)
    assert [each.complete for each in store.deletions()] == [True, True]


def test_whom_a_pull_brought_back_during_their_deletion_leaves_with_a_certificate(store: SqliteStore) -> None:
    store.enrol(enrolment())
    row = begin(store)
    store.delete(P1)
    copy, _ = store.replica.apply_remote(remote())  # an account that keeps no mark
    store.outbox.confirm(row.id, remote())
    store.outbox.confirm(begin(store).id, None)
    assert store.people() == []
    assert [(each.person, each.why) for each in store.deletions()] == [
        (P1, Erasure.ASKED),
        (copy, Erasure.GONE_AT_ACCOUNT),
    ]
    assert [line.action for line in store.audit_of(copy)] == ["person_pulled", "person_deleted"]


# --------------------------------------------------------------- two people here, one there


def test_two_people_who_were_enrolled_here_never_become_one(store: SqliteStore) -> None:
    store.enrol(enrolment("p1"))
    store.outbox.confirm(begin(store).id, remote())
    store.enrol(enrolment("p2", result=replace(validation("v2"), type=ValidationType.ONBOARDING)))
    row = begin(store)
    store.outbox.settle([(row.id, remote())], begin=())  # the account says that it has them already
    assert {person.id: (person.truth, person.remote_id) for person in store.people()} == {
        P1: (Truth.CONFIRMED, "r1"),
        P2: (Truth.REFUSED, ""),
    }
    assert len(store.consents(P1)) == 1
    assert {person for person, _ in store.templates(WEIGHTS)} == {P1, P2}
    (buried,) = store.outbox.buried()
    assert (buried.state, buried.code, buried.reason) == (RowState.BURIED, Code.API_CONFLICT, "person_already_set")
    assert [result.truth for result in store.validations()] == [Truth.REFUSED]


def test_who_came_from_the_account_and_was_enrolled_here_since_is_nobodys_copy(store: SqliteStore) -> None:
    pulled, _ = store.replica.apply_remote(remote())
    store.renew(enrolment(pulled))
    store.enrol(enrolment("p2"))
    rows = {row.subject: row for row in store.outbox.due(limit=9)}
    store.outbox.begin(rows["p2"].id)
    store.outbox.confirm(rows["p2"].id, remote())
    assert {person.id for person in store.people()} == {pulled, P2}
    assert store.person(P2).truth is Truth.REFUSED


def test_a_cancelled_creation_never_deletes_somebody_else_who_was_enrolled_here(store: SqliteStore) -> None:
    store.enrol(enrolment("p1"))
    store.outbox.confirm(begin(store).id, remote())
    store.enrol(enrolment("p2"))
    row = begin(store)
    store.delete(P2)
    store.outbox.confirm(row.id, remote())  # the account means p1
    assert waiting(store) == []
    assert store.deletions()[0].complete
    assert store.person(P1).remote_id == "r1"
