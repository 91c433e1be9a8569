"""The queue: what a user's action puts into it, and what each answer makes of the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.records import DETAILS, JPEG, SESSION, HandClock, enrolment, opened, validation

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.outbox import Action, Backlog, OutboxRow, RowState
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.record import ValidationType
from kiosk.domain.remote import RemotePerson, RemoteValidation
from kiosk.store.sqlite import SqliteStore

P1 = PersonId("p1")
PICTURE = b"\xff\xd8\xff\xe0 a captured face " * 30


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[SqliteStore]:
    with opened(tmp_path / "station.db", clock=clock, outgoing=True) as store:
        yield store


def remote(person: str = "r1", **changes: object) -> RemotePerson:
    return replace(RemotePerson(remote_id=person, details=DETAILS), **changes)  # type: ignore[arg-type]


def waiting(store: SqliteStore) -> list[tuple[Action, str]]:
    """Every row, in order, whatever its state."""
    with store._connections.reading() as database:
        return [(Action(r["action"]), r["subject"]) for r in database.query("SELECT * FROM outbox ORDER BY seq")]


def due(store: SqliteStore) -> list[OutboxRow]:
    return list(store.outbox.due(limit=100))


def begun(store: SqliteStore) -> OutboxRow:
    (row,) = due(store)
    started = store.outbox.begin(row.id)
    assert started is not None
    return started


def truth(store: SqliteStore) -> Truth:
    return store.person(P1).truth


def confirm_creation(store: SqliteStore, person: str = "p1", remote_id: str = "r1") -> None:
    store.outbox.begin(person)
    store.outbox.confirm(person, remote(remote_id))


# ---------------------------------------------------------------- what an action writes


def test_without_an_account_nothing_waits(tmp_path: Path):
    with opened(tmp_path / "station.db") as store:
        store.enrol(enrolment(result=validation()))
        store.record(validation("v2"), PICTURE)
        assert waiting(store) == []
        assert store.outbox.backlog() == Backlog()
        assert truth(store) is Truth.LOCAL


def test_an_enrolment_waits_under_its_own_id_and_is_provisional(store: SqliteStore):
    person = store.enrol(enrolment())
    assert person.truth is truth(store) is Truth.PROVISIONAL
    (row,) = due(store)
    assert (row.id, row.action, row.subject, row.chain) == ("p1", Action.CREATE_PERSON, "p1", "p1")
    assert (row.state, row.tries, row.due_at) == (RowState.PENDING, 0, row.created_at)
    cargo = store.outbox.cargo(row.id)
    assert cargo is not None
    assert cargo.person == store.person(P1)
    assert cargo.person.face_image == JPEG
    store.enrol(enrolment())  # the same again
    assert len(due(store)) == 1


def test_a_failure_in_the_middle_leaves_neither_record_nor_row(store: SqliteStore):
    with store._connections.writing() as database:
        database.conn.execute("CREATE TRIGGER cut BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'power cut'); END")
    with pytest.raises(StoreError):
        store.enrol(enrolment())
    with pytest.raises(StoreError):
        store.record(validation(), PICTURE)
    assert (store.people(), store.validations(), waiting(store), store.audit()) == ([], [], [], [])


def test_a_result_waits_with_its_picture_under_its_own_mark(store: SqliteStore):
    store.record(replace(validation(), truth=Truth.LOCAL), PICTURE)
    (row,) = due(store)
    assert (row.id, row.action, row.subject, row.chain) == ("v1-mark", Action.SEND_VALIDATION, "v1", "v1")
    cargo = store.outbox.cargo(row.id)
    assert cargo is not None
    assert (cargo.image, cargo.validation) == (PICTURE, store.validations()[0])
    assert store.validations()[0].truth is Truth.PROVISIONAL


@pytest.mark.parametrize("said", [Truth.CONFIRMED, Truth.REFUSED])
def test_what_the_account_has_judged_is_not_sent(store: SqliteStore, said: Truth):
    store.record(replace(validation(), truth=said), PICTURE)
    assert waiting(store) == []
    assert store.validations()[0].truth is said


def test_a_result_without_a_picture_has_nothing_to_send_and_promises_nothing(store: SqliteStore):
    store.record(validation())
    assert waiting(store) == []
    assert store.validations()[0].truth is Truth.LOCAL


def test_a_login_that_was_sent_without_an_answer_is_looked_for_first(store: SqliteStore):
    store.record(replace(validation(), truth=Truth.SENT_NO_REPLY), PICTURE)
    (row,) = due(store)
    assert row.state is RowState.DOUBT
    assert store.validations()[0].truth is Truth.SENT_NO_REPLY


def test_an_answer_that_comes_late_empties_the_queue_and_is_never_taken_back(store: SqliteStore):
    store.record(validation(), PICTURE)
    store.record(replace(validation(), truth=Truth.CONFIRMED, remote_id="rv"))
    assert waiting(store) == []
    store.record(validation(), PICTURE)
    assert (store.validations()[0].truth, store.validations()[0].remote_id) == (Truth.CONFIRMED, "rv")
    assert waiting(store) == []


def test_the_same_result_again_makes_no_second_row(store: SqliteStore):
    for _ in range(3):
        store.record(validation(), PICTURE)
    assert len(waiting(store)) == 1
    assert len(store.audit()) == 1


def test_the_result_of_an_enrolment_is_as_true_as_the_person(store: SqliteStore):
    onboarding = replace(validation(), type=ValidationType.ONBOARDING, truth=Truth.LOCAL)
    store.enrol(enrolment(result=onboarding))
    assert [action for action, _ in waiting(store)] == [Action.CREATE_PERSON]
    seen = [store.validations()[0].truth]
    row = begun(store)
    store.outbox.doubt(row.id, seconds=0, code="api_reply_lost")
    seen.append(store.validations()[0].truth)
    store.outbox.confirm(row.id, remote())
    seen.append(store.validations()[0].truth)
    assert seen == [Truth.PROVISIONAL, Truth.SENT_NO_REPLY, Truth.CONFIRMED]


def edit(store: SqliteStore, **changes: str) -> None:
    person = store.person(P1)
    store.update(replace(person, details=replace(person.details, **changes)))


def test_an_edit_before_the_creation_was_sent_needs_no_row_of_its_own(store: SqliteStore):
    store.enrol(enrolment())
    edit(store, email="new@example.org")
    assert waiting(store) == [(Action.CREATE_PERSON, "p1")]
    cargo = store.outbox.cargo("p1")
    assert cargo is not None
    assert cargo.person is not None
    assert cargo.person.details.email == "new@example.org"


def test_edits_are_one_row_until_it_is_sent(store: SqliteStore):
    store.enrol(enrolment())
    confirm_creation(store)
    edit(store, email="a@example.org")
    edit(store, email="b@example.org")
    assert truth(store) is Truth.PROVISIONAL
    row = begun(store)
    assert (row.action, row.remote_id) == (Action.UPDATE_PERSON, "r1")
    edit(store, email="c@example.org")  # while the first is under way
    assert waiting(store) == [(Action.UPDATE_PERSON, "p1")] * 2
    assert due(store) == []  # in order
    store.outbox.confirm(row.id, None)
    assert truth(store) is Truth.PROVISIONAL
    store.outbox.confirm(begun(store).id, remote())
    assert truth(store) is Truth.CONFIRMED
    assert waiting(store) == []


def test_what_the_account_does_not_carry_is_not_sent(store: SqliteStore):
    store.enrol(enrolment())
    confirm_creation(store)
    store.update(replace(store.person(P1), verification_status="verified"))
    assert waiting(store) == []
    assert truth(store) is Truth.CONFIRMED


def test_an_edit_of_a_refused_edit_takes_its_place(store: SqliteStore):
    store.enrol(enrolment())
    confirm_creation(store)
    edit(store, email="refused@example.org")
    store.outbox.bury(begun(store).id, code="api_bad_request", reason="")
    assert truth(store) is Truth.REFUSED
    edit(store, email="right@example.org")
    assert store.outbox.buried() == []
    assert [row.action for row in due(store)] == [Action.UPDATE_PERSON]
    assert truth(store) is Truth.PROVISIONAL


# ---------------------------------------------------------------- a row's life


def test_only_the_first_of_each_chain_is_due_and_one_chain_never_blocks_another(store: SqliteStore):
    for person in ("p1", "p2"):
        store.enrol(enrolment(person))
        store.record(validation(f"v-{person}", person=person), PICTURE)
    assert [row.id for row in due(store)] == ["p1", "p2"]
    store.outbox.bury(begin(store, "p1"), code="api_refused", reason="no")
    assert [row.id for row in due(store)] == ["p2"]
    confirm_creation(store, "p2", "r2")
    assert [row.id for row in due(store)] == ["v-p2-mark"]
    assert len(list(store.outbox.due(limit=0))) == 0


def begin(store: SqliteStore, row: str) -> str:
    started = store.outbox.begin(row)
    assert started is not None
    assert started.state is RowState.SENDING
    return row


def test_a_row_is_begun_once(store: SqliteStore):
    store.enrol(enrolment())
    assert begun(store).tries == 1
    assert due(store) == []
    with pytest.raises(StoreError) as caught:
        store.outbox.begin("p1")
    assert caught.value.code is Code.STORE_FAILED
    assert store.outbox.begin("nobody") is None
    assert store.outbox.cargo("nobody") is None


def test_a_delay_waits_its_time(store: SqliteStore, clock: HandClock):
    store.enrol(enrolment())
    store.outbox.delay(begun(store).id, seconds=10, code="api_throttled")
    assert due(store) == []
    assert truth(store) is Truth.PROVISIONAL
    clock.forward(9.9)
    assert due(store) == []
    clock.forward(0.2)
    (row,) = due(store)
    assert (row.state, row.tries, row.code) == (RowState.PENDING, 1, "api_throttled")


@pytest.mark.parametrize("days", [-365, 365])
def test_a_clock_that_jumps_holds_nothing_up(store: SqliteStore, clock: HandClock, days: int):
    store.enrol(enrolment())
    store.outbox.delay(begun(store).id, seconds=600, code="api_no_link")
    store.enrol(enrolment("p2"))
    clock.at += timedelta(days=days)
    assert [row.id for row in due(store)] == ["p1", "p2"]
    assert store.outbox.backlog().oldest_s >= 0.0


def test_doubt_is_said_and_then_settled(store: SqliteStore, clock: HandClock):
    store.enrol(enrolment())
    store.outbox.doubt(begun(store).id, seconds=5, code="api_reply_lost")
    assert truth(store) is Truth.SENT_NO_REPLY
    assert store.outbox.backlog() == Backlog(doubt=1)
    clock.forward(5)
    (row,) = due(store)
    assert row.state is RowState.DOUBT
    store.outbox.confirm(row.id, remote(verification_status="verified"))
    person = store.person(P1)
    assert (person.truth, person.remote_id, person.verification_status) == (Truth.CONFIRMED, "r1", "verified")
    assert waiting(store) == []


def test_a_result_that_is_confirmed_carries_what_the_account_said_and_loses_its_picture(store: SqliteStore):
    store.record(validation(session=None), PICTURE)
    answer = RemoteValidation(remote_id="rv", status="completed", liveness_score=0.5, session=SESSION)
    store.outbox.confirm(begun(store).id, answer)
    (result,) = store.validations()
    assert (result.truth, result.remote_id, result.status) == (Truth.CONFIRMED, "rv", "completed")
    assert (result.liveness_score, result.liveness_session) == (0.5, SESSION)
    store.close()
    assert all(PICTURE[:40] not in file.read_bytes() for file in store.path.parent.iterdir())


def test_an_answer_about_something_else_settles_nothing(store: SqliteStore):
    store.enrol(enrolment())
    row = begun(store)
    for answer in (None, RemoteValidation(remote_id="rv", status="x")):
        with pytest.raises(StoreError) as caught:
            store.outbox.confirm(row.id, answer)
        assert caught.value.code is Code.STORE_FAILED
    assert waiting(store) == [(Action.CREATE_PERSON, "p1")]


def test_a_refused_row_is_retried_or_dropped_by_a_person(store: SqliteStore):
    store.record(validation("v1"), PICTURE)
    store.record(validation("v2"), PICTURE)
    for mark in ("v1-mark", "v2-mark"):
        store.outbox.bury(begin(store, mark), code="api_refused", reason="liveness\nfailed " + "x" * 500)
    assert {v.truth for v in store.validations()} == {Truth.REFUSED}
    first, second = store.outbox.buried()
    assert (first.id, first.code, first.reason[:16]) == ("v1-mark", "api_refused", "liveness failed ")
    assert len(first.reason) == 200
    assert store.outbox.backlog() == Backlog(buried=2)
    store.outbox.retry(first.id, reason="the flow was mended")
    store.outbox.drop(second.id, reason="a test of ours")
    assert [row.id for row in due(store)] == ["v1-mark"]
    assert {v.id: v.truth for v in store.validations()} == {"v1": Truth.PROVISIONAL, "v2": Truth.LOCAL}
    for call in (store.outbox.retry, store.outbox.drop):
        with pytest.raises(StoreError) as caught:
            call("v1-mark", reason="")
        assert caught.value.code is Code.STORE_FAILED
    told = [(line.action, line.detail) for line in store.audit()][-2:]
    assert told == [
        ("outbox_retried", "send_validation the flow was mended"),
        ("outbox_dropped", "send_validation a test of ours"),
    ]


def test_a_buried_row_that_may_have_arrived_is_looked_for_when_it_is_retried(store: SqliteStore):
    store.enrol(enrolment())
    store.outbox.doubt(begun(store).id, seconds=0, code="api_reply_lost")
    store.outbox.bury("p1", code="api_refused", reason="")
    store.outbox.retry("p1", reason="")
    (row,) = due(store)
    assert (row.state, truth(store)) == (RowState.DOUBT, Truth.SENT_NO_REPLY)


def test_age_and_counts(store: SqliteStore, clock: HandClock):
    store.enrol(enrolment("p1"))
    clock.forward(60)
    store.enrol(enrolment("p2"))
    begin(store, "p1")
    assert store.outbox.backlog() == Backlog(pending=2, oldest_s=60.0)


# ---------------------------------------------------------------- people from before the account


def test_people_from_before_there_was_an_account_are_sent_once(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path) as store:
        for person in ("p1", "p2", "p3"):
            store.enrol(enrolment(person))
    with opened(path, outgoing=True) as store:
        assert store.outbox.enqueue_unsent() == 3
        assert store.outbox.enqueue_unsent() == 0
        assert [row.id for row in due(store)] == ["p1", "p2", "p3"]
        confirm_creation(store)
        store.outbox.bury(begin(store, "p2"), code="api_refused", reason="")
        store.outbox.drop("p2", reason="does not want to be there")
        assert store.outbox.enqueue_unsent() == 0  # one is there, one was given up, one waits
        assert {p.id: p.truth for p in store.people()} == {
            "p1": Truth.CONFIRMED,
            "p2": Truth.LOCAL,
            "p3": Truth.PROVISIONAL,
        }


# ---------------------------------------------------------------- restarts and second programs


def test_what_was_being_sent_at_the_end_is_in_doubt_at_the_next_start(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path, outgoing=True) as store:
        store.enrol(enrolment())
        begin(store, "p1")
    with opened(path, outgoing=True) as store:
        (row,) = due(store)
        assert (row.state, truth(store)) == (RowState.DOUBT, Truth.SENT_NO_REPLY)
        assert store.audit()[-1].action == "outbox_in_doubt"


def test_a_second_program_neither_doubts_nor_sends_what_the_first_sends(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path, outgoing=True) as first:
        first.enrol(enrolment("p1"))
        first.enrol(enrolment("p2"))
        begin(first, "p1")
        with opened(path, outgoing=True) as second:
            assert [row.id for row in due(second)] == ["p2"]
            with pytest.raises(StoreError) as caught:
                second.outbox.begin("p2")
            assert caught.value.code is Code.STORE_LOCKED
        first.outbox.confirm("p1", remote())
        assert begin(first, "p2")


# ---------------------------------------------------------------- deletions


def test_who_never_left_is_never_sent(store: SqliteStore):
    store.enrol(enrolment(result=validation("v0")))
    store.record(validation(person="p1"), PICTURE)
    certificate = store.delete(P1)
    assert waiting(store) == []
    assert [each for each in certificate.touched if each.kind == "remote"] == []
    assert {v.truth for v in store.validations()} <= {Truth.LOCAL, Truth.PROVISIONAL}


@pytest.mark.parametrize("fate", ["delay", "bury"])
def test_who_surely_never_arrived_is_never_deleted_there(store: SqliteStore, fate: str):
    store.enrol(enrolment())
    row = begun(store)
    if fate == "delay":
        store.outbox.delay(row.id, seconds=60, code="api_no_link")
    else:
        store.outbox.bury(row.id, code="api_refused", reason="")
    store.delete(P1)
    assert waiting(store) == []


def test_who_is_at_the_account_is_deleted_there_and_the_certificate_says_when(store: SqliteStore):
    store.enrol(enrolment())
    confirm_creation(store)
    edit(store, email="never@example.org")
    certificate = store.delete(P1)
    assert [(t.kind, t.name, t.outcome) for t in certificate.touched if t.kind == "remote"] == [
        ("remote", "r1", "pending")
    ]
    assert not certificate.complete
    assert waiting(store) == [(Action.DELETE_PERSON, "p1")]
    row = begun(store)
    assert row.remote_id == "r1"
    store.outbox.confirm(row.id, None)
    (settled,) = store.deletions()
    assert settled.complete
    assert waiting(store) == []


def test_without_an_account_a_deletion_of_somebody_there_still_waits(tmp_path: Path):
    path = tmp_path / "station.db"
    with opened(path, outgoing=True) as store:
        store.enrol(enrolment())
        confirm_creation(store)
    with opened(path) as store:
        store.delete(P1)
        assert waiting(store) == [(Action.DELETE_PERSON, "p1")]


def test_a_creation_in_doubt_becomes_a_deletion_that_looks(store: SqliteStore):
    store.enrol(enrolment())
    store.outbox.doubt(begun(store).id, seconds=60, code="api_reply_lost")
    store.delete(P1)
    (row,) = due(store)
    assert (row.action, row.state, row.remote_id) == (Action.DELETE_PERSON, RowState.DOUBT, "")
    cargo = store.outbox.cargo(row.id)
    assert cargo is not None
    assert cargo.person is not None
    assert (cargo.person.id, cargo.person.details, cargo.person.face_image) == ("p1", DETAILS, None)
    store.outbox.confirm(begin(store, row.id), None)
    assert waiting(store) == []
    assert store.deletions()[0].complete
    store.close()
    assert all(b"XK123456" not in file.read_bytes() for file in store.path.parent.iterdir())


@pytest.mark.parametrize(
    ("fate", "left"), [("confirm", "r1"), ("doubt", ""), ("delay", None), ("bury", None), ("kill", "")]
)
def test_a_deletion_while_the_creation_is_under_way(tmp_path: Path, fate: str, left: str | None):
    path = tmp_path / "station.db"
    with opened(path, outgoing=True) as store:
        store.enrol(enrolment())
        begin(store, "p1")
        store.delete(P1)
        assert due(store) == []  # the answer decides
        assert store.outbox.cargo("p1") is None
        match fate:
            case "confirm":
                store.outbox.confirm("p1", remote())
            case "doubt":
                store.outbox.doubt("p1", seconds=0, code="api_reply_lost")
            case "delay":
                store.outbox.delay("p1", seconds=0, code="api_no_link")
            case "bury":
                store.outbox.bury("p1", code="api_refused", reason="")
    with opened(path, outgoing=True) as store:
        assert store.people() == []
        if left is None:
            assert waiting(store) == []
            assert store.deletions()[0].complete
            return
        (row,) = due(store)
        assert (row.action, row.remote_id) == (Action.DELETE_PERSON, left)
        assert row.state is (RowState.PENDING if left else RowState.DOUBT)


def test_a_result_under_way_loses_its_picture_with_the_person(store: SqliteStore):
    store.enrol(enrolment())
    confirm_creation(store)
    store.record(validation(person="p1"), PICTURE)
    begin(store, "v1-mark")
    store.delete(P1)
    assert store.outbox.cargo("v1-mark") is None
    store.outbox.delay("v1-mark", seconds=0, code="api_no_link")
    assert waiting(store) == [(Action.DELETE_PERSON, "p1")]
    (result,) = store.validations()
    assert (result.person, result.truth) == (None, Truth.LOCAL)


def test_answers_to_rows_that_are_gone_change_nothing(store: SqliteStore):
    store.outbox.confirm("gone", None)
    store.outbox.delay("gone", seconds=1, code="x")
    store.outbox.doubt("gone", seconds=1, code="x")
    store.outbox.bury("gone", code="x", reason="x")
    assert store.audit() == []
