"""Somebody on record is enrolled again, and how good the pictures were is kept as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.station_parts import SHA, RealClock, vector

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.person import Details, PersonId, Truth
from kiosk.domain.record import Consent, Enrolment
from kiosk.store.sqlite import SqliteStore

ANA = PersonId("person-ana")


def enrolment(who: int, name: str, picture: bytes, *, sharpness: float = 0.5) -> Enrolment:
    return Enrolment(
        person=ANA,
        details=Details(first_name=name),
        consent=Consent(text_version=f"v{who}", given_at="2026-01-01T00:00:00.000Z"),
        face_image=b"\xff\xd8\xff" + picture,
        templates=(vector(who), vector(who + 1)),
        liveness_score=0.9,
        quality={"front": {"sharpness": sharpness, "yaw_deg": -1.5}},
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "station.db", clock=RealClock())
    yield opened
    opened.close()


def test_quality_is_kept_and_goes_with_the_person(store: SqliteStore) -> None:
    store.enrol(enrolment(1, "Ana", b"old"))
    assert store.quality(ANA) == {"front": {"sharpness": 0.5, "yaw_deg": -1.5}}
    store.delete(ANA)
    assert store.quality(ANA) == {}


def test_renewed_person_has_the_new_face_only(store: SqliteStore) -> None:
    store.enrol(enrolment(1, "Ana", b"old"))
    renewed = store.renew(enrolment(5, "Ana María", b"new", sharpness=0.75))
    assert (renewed.id, renewed.details.first_name, renewed.face_image) == (ANA, "Ana María", b"\xff\xd8\xffnew")
    assert [template.vector.argmax() for _, template in store.templates(SHA)] == [5, 6]
    assert store.quality(ANA)["front"]["sharpness"] == 0.75
    assert [consent.text_version for consent in store.consents(ANA)] == ["v1", "v5"]
    assert [line.action for line in store.audit_of(ANA)][-1] == "person_renewed"
    assert len(store.people()) == 1


def test_nobody_is_renewed_who_is_not_there(store: SqliteStore) -> None:
    with pytest.raises(StoreError) as caught:
        store.renew(enrolment(1, "Ana", b"old"))
    assert caught.value.code is Code.PERSON_UNKNOWN
    assert store.people() == []


def test_withdrawn_consent_takes_the_numbers_too(store: SqliteStore) -> None:
    store.enrol(enrolment(1, "Ana", b"old"))
    store.withdraw_consent(ANA)
    assert store.quality(ANA) == {}


def test_who_agrees_again_after_withdrawing_is_sent_again(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path / "account.db", clock=RealClock(), outgoing=True)
    try:
        store.enrol(enrolment(1, "Ana", b"old"))
        store.withdraw_consent(ANA)
        assert store.outbox.backlog().pending == 0
        assert store.renew(enrolment(5, "Ana", b"new")).truth is Truth.PROVISIONAL
        assert store.outbox.backlog().pending == 1
    finally:
        store.close()
