from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.records import DETAILS, JPEG, KEY, SESSION, WEIGHTS, HandClock, enrolment, opened, template, validation

from kiosk.domain.errors import Code, InvariantBroken, StoreError
from kiosk.domain.face import Embedding
from kiosk.domain.person import Details, PersonId, Truth, VerificationStatus
from kiosk.store.erasure import _TOLD_BY_ACCOUNT
from kiosk.store.sqlite import SqliteStore


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=["plain", "encrypted"])
def store(tmp_path: Path, clock: HandClock, request: pytest.FixtureRequest) -> Iterator[SqliteStore]:
    with opened(tmp_path / "station.db", clock=clock, key=KEY if request.param == "encrypted" else None) as store:
        yield store


def test_enrolment_comes_back_whole(store: SqliteStore):
    made = store.enrol(enrolment(result=validation()))
    kept = store.person(PersonId("p1"))
    assert kept == made
    assert kept.details == DETAILS
    assert kept.face_image == JPEG
    assert kept.fingerprint is None
    assert kept.liveness_score == 0.95
    assert kept.verification_status == VerificationStatus.PENDING
    assert kept.truth is Truth.LOCAL
    assert kept.created_at == kept.updated_at == "2026-01-02T03:04:05.678Z"
    assert [c.text_version for c in store.consents(PersonId("p1"))] == ["2026-01"]
    assert store.validations()[0] == replace(validation(), person=PersonId("p1"))


def test_templates_come_back_bit_for_bit(store: SqliteStore):
    given = enrolment(seeds=(4, 5))
    store.enrol(given)
    kept = list(store.templates(WEIGHTS))
    assert [person for person, _ in kept] == ["p1", "p1"]
    for (_, got), want in zip(kept, given.templates, strict=True):
        assert np.array_equal(got.vector, want.vector)
        assert got.vector.dtype == np.float32
        assert (got.model, got.model_sha256) == (want.model, want.model_sha256)


def test_templates_of_other_weights_stay_out(store: SqliteStore):
    store.enrol(enrolment("p1", sha="b" * 64))
    store.enrol(enrolment("p2"))
    assert {person for person, _ in store.templates(WEIGHTS)} == {"p2"}


def test_templates_are_read_in_parts_without_loss(store: SqliteStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kiosk.store.sqlite._TEMPLATES_AT_ONCE", 3)
    for n in range(5):
        store.enrol(enrolment(f"p{n}", seeds=(n, n + 100)))
    assert [person for person, _ in store.templates(WEIGHTS)] == [f"p{n}" for n in range(5) for _ in range(2)]


def test_the_same_enrolment_again_writes_nothing(store: SqliteStore):
    first = store.enrol(enrolment(result=validation()))
    before = store.audit()
    assert store.enrol(enrolment(result=validation())) == first
    assert store.audit() == before
    assert len(list(store.templates(WEIGHTS))) == 2


def test_a_taken_id_is_refused(store: SqliteStore):
    store.enrol(enrolment())
    with pytest.raises(StoreError) as caught:
        store.enrol(enrolment(details=Details(first_name="Another")))
    assert caught.value.code is Code.STORE_FAILED
    assert store.person(PersonId("p1")).details == DETAILS


@pytest.mark.parametrize(
    "table", ["persons", "pictures", "consents", "templates", "validations", "liveness_sessions", "audit"]
)
def test_a_failure_in_the_middle_leaves_nothing(store: SqliteStore, table: str):
    store.enrol(enrolment("before", result=validation("v0")))
    with store._connections.writing() as database:
        database.conn.execute(
            f"CREATE TRIGGER power_cut BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'power cut'); END"
        )
    kept = (store.people(), store.validations(), store.audit(), [p for p, _ in store.templates(WEIGHTS)])
    with pytest.raises(StoreError) as caught:
        store.enrol(enrolment("p1", result=validation("v1")))
    assert caught.value.code is Code.STORE_FAILED
    assert (store.people(), store.validations(), store.audit(), [p for p, _ in store.templates(WEIGHTS)]) == kept
    with store._connections.writing() as database:
        database.conn.execute("DROP TRIGGER power_cut")
    assert store.enrol(enrolment("p1", result=validation("v1"))).id == "p1"


def test_a_full_disk_is_named_and_leaves_nothing(store: SqliteStore):
    store.enrol(enrolment("before"))
    with store._connections.reading() as database:
        (pages,) = database.conn.execute("PRAGMA page_count").fetchone()
        database.conn.execute(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        for n in range(200):
            store.enrol(enrolment(f"p{n}"))

    with pytest.raises(StoreError) as caught:
        fill()
    assert caught.value.code is Code.STORE_FULL
    assert caught.value.retryable
    lines = [line.subject for line in store.audit() if line.action == "person_enrolled"]
    assert sorted(lines) == sorted(person.id for person in store.people())
    assert len(list(store.templates(WEIGHTS))) == 2 * len(lines)


@pytest.mark.parametrize(
    "broken",
    [
        lambda e: replace(e, templates=()),
        lambda e: replace(e, templates=(template(1), template(2, sha="b" * 64))),
        lambda e: replace(e, templates=(Embedding(np.full(512, np.nan, np.float32), "m", WEIGHTS),)),
        lambda e: replace(e, templates=(Embedding(np.zeros(512, np.float32), "m", WEIGHTS),)),
        lambda e: replace(e, face_image=b""),
        lambda e: replace(e, face_image=b"PNG"),
        lambda e: replace(e, details=Details(first_name=" ")),
        lambda e: replace(e, consent=replace(e.consent, text_version="")),
        lambda e: replace(e, liveness_score=float("nan")),
        lambda e: replace(e, liveness_score=1.1),
        lambda e: replace(e, validation=validation(person="somebody else")),
        lambda e: replace(e, validation=replace(validation(), identifier="")),
        lambda e: replace(e, validation=replace(validation(), similarity=float("nan"))),
    ],
)
def test_an_enrolment_that_is_not_whole_is_our_bug(store: SqliteStore, broken):
    with pytest.raises(InvariantBroken):
        store.enrol(broken(enrolment()))
    assert store.people() == []
    assert store.audit() == []


def test_every_field_of_a_result_comes_back(store: SqliteStore):
    store.record(validation())
    assert store.validations() == [validation()]


def test_a_result_without_liveness_session(store: SqliteStore):
    store.record(validation(session=None))
    assert store.validations()[0].liveness_session is None


def test_the_same_result_again_writes_nothing(store: SqliteStore):
    store.record(validation())
    store.record(validation())
    assert len(store.validations()) == 1
    assert [line.action for line in store.audit()] == ["result_recorded"]


def test_a_changed_result_replaces_its_row(store: SqliteStore):
    store.record(validation())
    changed = replace(
        validation(), status="sent", truth=Truth.CONFIRMED, liveness_session=replace(SESSION, status="done")
    )
    store.record(changed)
    assert store.validations() == [changed]
    assert [line.action for line in store.audit()] == ["result_recorded", "result_updated"]


def test_another_result_with_the_same_mark_is_refused(store: SqliteStore):
    store.record(validation("v1"))
    with pytest.raises(StoreError) as caught:
        store.record(replace(validation("v2"), identifier="v1-mark"))
    assert caught.value.code is Code.STORE_FAILED
    assert [v.id for v in store.validations()] == ["v1"]


def test_a_result_about_somebody_deleted_is_kept_about_nobody(store: SqliteStore):
    store.record(validation(person="gone"))
    assert store.validations()[0].person is None


def test_results_come_newest_first_and_limited(store: SqliteStore):
    for n in (2, 0, 1):
        store.record(replace(validation(f"v{n}"), created_at=f"2026-01-0{n + 1}T00:00:00.000Z"))
    assert [v.id for v in store.validations()] == ["v2", "v1", "v0"]
    assert [v.id for v in store.validations(limit=2)] == ["v2", "v1"]
    assert store.validations(limit=0) == []


def enrol_named(store: SqliteStore, *names: tuple[str, str]) -> None:
    for n, (first, last) in enumerate(names):
        details = Details(first_name=first, last_name=last, email=f"mail{n}@example.org", document_number=f"10{n}%_")
        store.enrol(enrolment(f"p{n}", details=details))


def test_people_come_by_last_then_first_name_without_pictures(store: SqliteStore):
    enrol_named(store, ("Bo", "Ärlig"), ("Zoe", "arlig"), ("Ann", "Zuse"))
    found = store.people()
    assert [p.details.first_name for p in found] == ["Bo", "Zoe", "Ann"]
    assert all(p.face_image is None for p in found)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", {"p0", "p1", "p2"}),
        ("JOSE", {"p0"}),
        ("josé pér", {"p0"}),
        ("pérez José", {"p0"}),
        ("mail1@", {"p1"}),
        ("102", {"p2"}),
        ("%", {"p0", "p1", "p2"}),  # every document number has one
        ("100%", {"p0"}),
        ("1_0", set()),
        ("\\", set()),
        ("' OR 1=1 --", set()),
        ("Pérezmail", set()),
        ("  ", {"p0", "p1", "p2"}),
        ("\x1f", {"p0", "p1", "p2"}),
    ],
)
def test_search(store: SqliteStore, search: str, found: set[str]):
    enrol_named(store, ("José", "Pérez"), ("Ann", "Lee"), ("Wei", "Xu"))
    assert {p.id for p in store.people(search)} == found


def test_update_changes_details_and_status_and_keeps_the_pictures(store: SqliteStore, clock: HandClock):
    store.enrol(enrolment())
    clock.forward(60)
    listed = store.people()[0]
    new = replace(
        listed,
        details=replace(DETAILS, email="new@example.org"),
        verification_status="on_hold",  # a status that only the server knows
        truth=Truth.CONFIRMED,
        remote_id="r1",
    )
    after = store.update(new)
    assert after == store.person(PersonId("p1"))
    assert after.face_image == JPEG
    assert after.details.email == "new@example.org"
    assert (after.verification_status, after.truth, after.remote_id) == ("on_hold", Truth.CONFIRMED, "r1")
    assert after.created_at == "2026-01-02T03:04:05.678Z"
    assert after.updated_at == "2026-01-02T03:05:05.678Z"
    assert store.audit()[-1].action == "person_updated"
    assert store.audit()[-1].detail == "email,remote_id,truth,verification_status"


def test_update_of_nothing_writes_nothing(store: SqliteStore, clock: HandClock):
    made = store.enrol(enrolment())
    clock.forward(60)
    assert store.update(made) == made
    assert len(store.audit()) == 1


def test_update_to_no_name_is_our_bug(store: SqliteStore):
    made = store.enrol(enrolment())
    with pytest.raises(InvariantBroken):
        store.update(replace(made, details=Details(first_name="")))


def test_unknown_people_are_named_so(store: SqliteStore):
    made = replace(store.enrol(enrolment()), id=PersonId("nobody"))
    for call in (
        lambda: store.person(PersonId("nobody")),
        lambda: store.update(made),
        lambda: store.delete(PersonId("nobody")),
    ):
        with pytest.raises(StoreError) as caught:
            call()
        assert caught.value.code is Code.PERSON_UNKNOWN


def test_delete_leaves_the_results_and_one_audit_line_and_not_a_byte_of_the_face(store: SqliteStore):
    store.enrol(enrolment(result=validation()))
    vector = enrolment().templates[0].vector.tobytes()
    store.delete(PersonId("p1"))
    assert store.people() == []
    assert list(store.templates(WEIGHTS)) == []
    assert store.consents(PersonId("p1")) == []
    told = dict.fromkeys(_TOLD_BY_ACCOUNT, "[]")
    assert store.validations() == [validation(session=replace(SESSION, **told))]  # about nobody
    assert (store.audit()[-1].action, store.audit()[-1].subject) == ("person_deleted", "p1")
    for file in store.path.parent.iterdir():
        content = file.read_bytes()
        for secret in (JPEG[4:60], vector[:64], b"O'Neil", b"XK123456", b"g.oneil"):
            assert secret not in content, file.name


def test_audit_has_no_gap_no_name_and_cannot_be_changed(store: SqliteStore):
    store.enrol(enrolment(result=validation()))
    store.record(validation("v2", person="p1"))
    with pytest.raises(StoreError):
        store.record(replace(validation("v3"), identifier="v2-mark"))  # rolled back
    store.note(action="people_exported", detail="people=1")
    store.delete(PersonId("p1"))
    lines = store.audit()
    assert [line.id for line in lines] == list(range(1, len(lines) + 1))
    assert [line.action for line in lines] == [
        "person_enrolled",
        "result_recorded",
        "result_recorded",
        "people_exported",
        "person_deleted",
    ]
    written = " ".join(f"{line.subject} {line.detail}" for line in lines)
    assert not any(word in written for word in ("Neil", "Gra", "XK1", "example"))
    for sql in (
        "UPDATE audit SET detail = 'x' WHERE id = 1",
        "DELETE FROM audit WHERE id = 5",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit (id, at, action, subject, mono_ms, hash) VALUES (1, 'a', 'b', 'c', 0, hex(zeroblob(32)))",
        "INSERT INTO audit (id, at, action, subject, mono_ms, hash) VALUES (99, 'a', 'b', 'c', 0, hex(zeroblob(32)))",
    ):
        with pytest.raises(StoreError), store._connections.writing() as database:
            database.conn.execute(sql)
    assert store.audit() == lines


def test_a_token_has_no_column(store: SqliteStore):
    with store._connections.reading() as database:
        columns = {column.name for table in database.tables for column in table.columns}
    assert columns
    assert not {name for name in columns if "token" in name}


def test_any_thread_may_call_and_writers_wait_for_each_other(store: SqliteStore):
    failed: list[BaseException] = []

    def work(k: int) -> None:
        try:
            for n in range(5):
                store.enrol(enrolment(f"t{k}-{n}", seeds=(k * 10 + n,)))
                store.people()
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(store.people()) == 20
    assert [line.id for line in store.audit()] == list(range(1, 21))


def test_closed_twice_and_then_says_so(tmp_path: Path):
    with opened(tmp_path / "station.db") as store:
        store.close()
        store.close()
        with pytest.raises(StoreError) as caught:
            store.people()
    assert caught.value.code is Code.STORE_FAILED
    assert sorted(f.name for f in tmp_path.glob("station.db*")) == [
        "station.db",
        "station.db.anchor",
    ]  # the log is folded in


def test_a_value_that_we_never_write_is_damage(store: SqliteStore):
    store.enrol(enrolment())
    with store._connections.writing() as database:
        database.conn.execute("UPDATE persons SET truth = 'maybe'")
    with pytest.raises(StoreError) as caught:
        store.person(PersonId("p1"))
    assert caught.value.code is Code.STORE_DAMAGED
