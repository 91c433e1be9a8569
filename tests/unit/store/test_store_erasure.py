"""Forgetting people: what is gone, what stays, what the certificate says. Byte by byte, in every file of the station."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.records import DETAILS, JPEG, KEY, SESSION, WEIGHTS, HandClock, enrolment, opened, template, validation

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.record import DeletionCertificate, Erasure
from kiosk.domain.remote import RemotePerson, RemoteValidation
from kiosk.store import eraser
from kiosk.store.cipher import Key
from kiosk.store.files import back_up
from kiosk.store.sqlite import SqliteStore

P1 = PersonId("p1")
PICTURE = b"\xff\xd8\xff\xe0 captured at the door " * 99
PERSONAL = (
    JPEG[4:60],
    PICTURE[4:60],
    template(1).vector.tobytes()[:64],
    template(2).vector.tobytes()[-64:],
    b"O'Neil",
    b"XK123456",
    b"g.oneil",
    b"+573001234567",
    "Grażyna".encode(),
    b"conflicting@example.org",
    b"said by the account",
)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=["plain", "encrypted"])
def key(request: pytest.FixtureRequest) -> bytes | None:
    return KEY if request.param == "encrypted" else None


@pytest.fixture
def store(tmp_path: Path, clock: HandClock, key: bytes | None) -> Iterator[SqliteStore]:
    with opened(tmp_path / "station.db", clock=clock, key=key, outgoing=True) as store:
        yield store


def live_a_life(store: SqliteStore) -> None:
    """Somebody with something in every table, in a backup and in the log, known to the account."""
    store.enrol(enrolment(result=validation("v0")))
    store.outbox.begin("p1")
    there = RemotePerson(remote_id="r1", details=DETAILS)
    store.outbox.confirm("p1", there)
    store.record(validation("v1", person="p1"), PICTURE)
    told = replace(SESSION, general_information='["said by the account"]')
    store.outbox.begin("v1-mark")
    store.outbox.confirm("v1-mark", RemoteValidation(remote_id="rv", status="completed", session=told))
    edited = replace(DETAILS, email="conflicting@example.org")
    store.update(replace(store.person(P1), details=edited))
    store.replica.apply_remote(replace(there, details=replace(DETAILS, phone="+573009999999")))
    assert len(store.replica.conflicts()) == 1
    store.record(validation("v2", person="p1"), PICTURE)
    with store._connections.reading() as database:
        back_up(database.conn, store.path, before=99, key=None if store._connections.key is None else Key(KEY))


def left_over(folder: Path) -> list[tuple[str, bytes]]:
    return [(f.name, p) for f in folder.rglob("*") if f.is_file() for p in PERSONAL if p in f.read_bytes()]


def dump(store: SqliteStore) -> str:
    """Every value of every table of the database and of its backup: encrypted files are looked into as well."""
    said = []
    for path in (store.path, store.path.with_name("station.db.before-v99.db")):
        from contextlib import closing

        from kiosk.store.cipher import open_file

        with closing(open_file(path, mode="ro", key=store._connections.key, busy_ms=1000)) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for name in names:
                said += [repr(row) for row in connection.execute(f"SELECT * FROM {name}")]
    return "\n".join(said)


def test_not_a_byte_is_left_in_any_file(
    store: SqliteStore, tmp_path: Path, key: bytes | None, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    live_a_life(store)
    if key is None:
        assert {p for _, p in left_over(tmp_path)} == set(PERSONAL)  # all of it was there to be found
    store.delete(P1)
    assert left_over(tmp_path) == []
    everything = dump(store)
    for text in (
        "O'Neil",
        "XK123456",
        "g.oneil",
        "57300",
        "Grażyna",
        "conflicting",
        "said by",
        "not really",
        "captured",
    ):
        assert text not in everything
    store.close()
    assert left_over(tmp_path) == []
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert not any(part.decode("latin-1") in logged for part in PERSONAL)


def touched(certificate: DeletionCertificate, kind: str) -> dict[str, tuple[str, int]]:
    return {each.name: (each.outcome, each.count) for each in certificate.touched if each.kind == kind}


def test_the_certificate_lists_everything_and_the_chain_proves_it(store: SqliteStore, clock: HandClock):
    live_a_life(store)
    certificate = store.delete(P1)
    assert (certificate.person, certificate.why, certificate.at) == (P1, Erasure.ASKED, "2026-01-02T03:04:05.678Z")
    assert touched(certificate, "table") == {
        "outbox": ("deleted", 1),
        "liveness_sessions": ("cleared", 3),
        "validations": ("cleared", 3),
        "pictures": ("deleted", 1),
        "templates": ("deleted", 2),
        "consents": ("deleted", 1),
        "conflicts": ("deleted", 1),
        "pull_unnamed": ("deleted", 0),
        "passes": ("deleted", 0),
        "enrolment_quality": ("deleted", 0),
        "persons": ("deleted", 1),
    }
    assert touched(certificate, "file") == {
        "station.db": ("overwritten", 0),
        "station.db-wal": ("overwritten", 0),
        "station.db.before-v99.db": ("overwritten", 0),
    }
    assert touched(certificate, "remote") == {"r1": ("pending", 0)}
    tombstone = store.audit()[certificate.audit_id - 1]
    assert (tombstone.action, tombstone.subject, tombstone.hash) == ("person_deleted", "p1", certificate.audit_hash)
    assert store.verify_audit().whole
    assert store.deletions() == [certificate]


def test_results_stay_about_nobody(store: SqliteStore):
    live_a_life(store)
    store.delete(P1)
    results = store.validations()
    assert [(v.id, v.person) for v in sorted(results, key=lambda v: v.id)] == [("v0", None), ("v1", None), ("v2", None)]
    assert {v.id: v.truth for v in results}["v2"] is Truth.LOCAL  # its picture is gone: it can never be judged


@pytest.mark.expects_log
def test_what_cannot_be_cleaned_is_named(store: SqliteStore):
    store.enrol(enrolment())
    store.path.with_name("station.db.before-v1.db").write_bytes(b"garbage " * 999)
    store.path.with_name("station.db.damaged-20260101T000000Z").write_bytes(b"garbage " * 999)
    certificate = store.delete(P1)
    files = touched(certificate, "file")
    assert files["station.db.before-v1.db"] == files["station.db.damaged-20260101T000000Z"] == ("kept", 0)
    assert not certificate.complete


def test_a_program_killed_after_the_rows_cleans_the_files_at_the_next_start(
    tmp_path: Path, key: bytes | None, monkeypatch: pytest.MonkeyPatch
):
    class PowerCut(BaseException):
        pass

    def cut(*_: object, **__: object) -> None:
        raise PowerCut

    path = tmp_path / "station.db"
    with opened(path, key=key, outgoing=True) as store:
        live_a_life(store)
        with monkeypatch.context() as patched:
            patched.setattr(eraser, "purge_backups", cut)
            with pytest.raises(PowerCut):
                store.delete(P1)
    with opened(path, key=key, outgoing=True) as store:
        assert left_over(tmp_path) == []
        assert "O'Neil" not in dump(store)
        (certificate,) = store.deletions()
        assert touched(certificate, "file")["station.db.before-v99.db"] == ("overwritten", 0)


def test_withdrawn_consent_takes_the_face_and_leaves_the_details(store: SqliteStore, tmp_path: Path):
    live_a_life(store)
    before = store.person(P1)
    certificate = store.withdraw_consent(P1)
    after = store.person(P1)
    assert (after.details, after.face_image, after.liveness_score) == (before.details, None, None)
    assert (after.truth, after.remote_id) == (Truth.LOCAL, "")
    assert list(store.templates(WEIGHTS)) == []
    (consent,) = store.consents(P1)
    assert consent.withdrawn_at == "2026-01-02T03:04:05.678Z"
    assert (consent.text_version, consent.operator) == ("2026-01", "desk 2")
    assert certificate.why is Erasure.CONSENT_WITHDRAWN
    assert touched(certificate, "remote") == {"r1": ("pending", 0)}
    assert store.outbox.enqueue_unsent() == 0
    faces = (JPEG[4:60], PICTURE[4:60], template(1).vector.tobytes()[:64])
    assert not [f.name for f in tmp_path.iterdir() for face in faces if face in f.read_bytes()]
    assert store.audit_of("p1")[-1].action == "consent_withdrawn"
    store.withdraw_consent(P1)
    assert store.consents(P1) == [consent]


def test_nobody_is_forgotten_twice(store: SqliteStore):
    for call in (store.delete, store.withdraw_consent):
        with pytest.raises(StoreError) as caught:
            call(PersonId("nobody"))
        assert caught.value.code is Code.PERSON_UNKNOWN
    assert store.deletions() == []


def days(store: SqliteStore, clock: HandClock, count: int) -> None:
    """So many days of a station that is used."""
    for _ in range(count):
        clock.forward(86_400)
        store.note(action="station_started")


def test_whoever_was_not_seen_for_long_is_deleted(store: SqliteStore, clock: HandClock):
    store.enrol(enrolment("old"))
    store.enrol(enrolment("comes every month"))
    days(store, clock, 20)
    store.enrol(enrolment("new"))
    seen = validation("v1", person="comes every month")
    store.record(replace(seen, created_at=clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")))
    days(store, clock, 15)
    assert store.purge_due(clock.now(), days=0) == []
    assert store.purge_due(clock.now(), days=40) == []
    (certificate,) = store.purge_due(clock.now(), days=30)
    assert (certificate.person, certificate.why) == ("old", Erasure.RETENTION)
    assert {person.id for person in store.people()} == {"comes every month", "new"}
    assert store.audit_of("old")[-1].detail == "retention"
    assert store.purge_due(clock.now(), days=30) == []


@pytest.mark.parametrize("jump", [365, 5000])
def test_a_clock_that_jumps_a_year_deletes_nobody(store: SqliteStore, clock: HandClock, jump: int):
    store.enrol(enrolment())
    right = clock.now()
    clock.at += timedelta(days=jump)
    for _ in range(3):  # however often the station is started meanwhile
        assert store.purge_due(clock.now(), days=30) == []
        clock.forward(3600)
    clock.at = right + timedelta(hours=4)
    assert store.purge_due(clock.now(), days=30) == []
    assert len(store.people()) == 1


def test_a_station_that_was_off_for_months_deletes_a_day_later(store: SqliteStore, clock: HandClock):
    store.enrol(enrolment())
    clock.at = datetime(2026, 12, 1, tzinfo=UTC)
    assert store.purge_due(clock.now(), days=30) == []
    clock.forward(86_400)
    assert [certificate.person for certificate in store.purge_due(clock.now(), days=30)] == [P1]
