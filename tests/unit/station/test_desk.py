"""Enrolling and identifying from judged pictures: every refusal is a value, nothing is half-written, waivers are in the audit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from support.records import DETAILS, JPEG, HandClock
from support.sightings import GOOD_LIGHT, face
from support.station_parts import SHA, TurnedClock

from kiosk.domain.errors import Code, StoreError
from kiosk.domain.face import Embedding, Face, Measures, PassiveSample, Pixels
from kiosk.domain.guidance import Hint
from kiosk.domain.policy import Policy
from kiosk.gallery.exact import ExactGallery
from kiosk.station.desk import Desk, Waived, enrol, identify
from kiosk.station.picture import MAX_TURN_DEG, MIN_INTEROCULAR_PX, Seen, Why, is_live, look_at
from kiosk.store.sqlite import SqliteStore

POLICY = Policy()
PICTURE: Pixels = np.zeros((720, 1280, 3), np.uint8)


def person(who: int, *, towards: int = 0, by: float = 0.0) -> Embedding:
    """A direction for each person, turned towards another one: the cosine to ``towards`` is ``by``."""
    vector = np.zeros(512, np.float32)
    vector[who] = math.sqrt(1.0 - by * by)
    vector[towards] += by
    return Embedding(vector, "told", SHA)


@dataclass
class ToldPictureEyes:
    """Sees what the test says, whatever the picture."""

    seen: tuple[Face, ...] = field(default_factory=lambda: (face(),))
    measures: Measures | None = GOOD_LIGHT
    score: float | None = 0.99
    probe: Embedding | None = field(default_factory=lambda: person(1))

    def faces(self, pixels: Pixels) -> tuple[Face, ...]:
        return self.seen

    def measure(self, pixels: Pixels, face: Face) -> Measures | None:
        return self.measures

    def liveness(self, pixels: Pixels, face: Face) -> PassiveSample:
        return PassiveSample(self.score)

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        return self.probe


def picture(who: int = 1, *, towards: int = 0, by: float = 0.0, score: float | None = 0.99) -> Seen:
    return look_at(PICTURE, ToldPictureEyes(score=score, probe=person(who, towards=towards, by=by)), POLICY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "station.db", clock=HandClock())
    yield opened
    opened.close()


@pytest.fixture
def desk(store: SqliteStore) -> Desk:
    return Desk(ExactGallery(SHA), store, TurnedClock(), POLICY, lambda pixels, evidence: JPEG)


# one picture


def test_a_good_picture_has_nothing_against_it() -> None:
    seen = look_at(PICTURE, ToldPictureEyes(), POLICY)
    assert (seen.why, seen.hint, seen.score, seen.live) == (None, None, 0.99, True)
    assert seen.still is not None
    assert seen.still.quality > 0.0
    assert seen.probe is not None


@pytest.mark.parametrize(
    ("eyes", "why", "hint"),
    [
        (ToldPictureEyes(seen=()), Why.NO_FACE, None),
        (ToldPictureEyes(seen=(replace(face(), interocular_px=math.nan),)), Why.NO_FACE, None),
        (ToldPictureEyes(seen=(face(share=0.3), face(share=0.1))), Why.TWO_FACES, None),
        (ToldPictureEyes(measures=None), Why.LOW_QUALITY, Hint.LOOK_STRAIGHT),
        (ToldPictureEyes(probe=None), Why.LOW_QUALITY, Hint.LOOK_STRAIGHT),
        (ToldPictureEyes(seen=(face(yaw=MAX_TURN_DEG + 1),)), Why.LOW_QUALITY, Hint.LOOK_STRAIGHT),
        (ToldPictureEyes(seen=(face(share=0.05),)), Why.LOW_QUALITY, Hint.COME_CLOSER),
        (ToldPictureEyes(measures=replace(GOOD_LIGHT, brightness=5.0)), Why.LOW_QUALITY, Hint.TOO_DARK),
        (ToldPictureEyes(measures=replace(GOOD_LIGHT, sharpness=0.0)), Why.LOW_QUALITY, Hint.BLURRED),
        (ToldPictureEyes(measures=replace(GOOD_LIGHT, occlusion=0.9)), Why.LOW_QUALITY, Hint.UNCOVER_FACE),
        (ToldPictureEyes(score=0.001), Why.ATTACK, None),
        (ToldPictureEyes(score=None), Why.LIVENESS_UNSURE, None),
        (ToldPictureEyes(score=math.nan), Why.LIVENESS_UNSURE, None),
    ],
)
def test_what_is_wrong_with_a_picture_is_a_value(eyes: ToldPictureEyes, why: Why, hint: Hint | None) -> None:
    seen = look_at(PICTURE, eyes, POLICY)
    assert (seen.why, seen.hint) == (why, hint)
    assert seen.live is not True


def test_a_small_face_in_the_background_does_not_spoil_a_picture() -> None:
    assert look_at(PICTURE, ToldPictureEyes(seen=(face(share=0.4), face(share=0.05))), POLICY).why is None


@pytest.mark.parametrize("shares", [(0.95, 0.5), (0.2, 0.05)])
def test_where_a_face_is_in_a_picture_does_not_matter(shares: tuple[float, float]) -> None:
    eyes = ToldPictureEyes(seen=(face(share=shares[0], at=(shares[1], 0.5)),))
    assert eyes.seen[0].interocular_px > MIN_INTEROCULAR_PX
    assert look_at(PICTURE, eyes, POLICY).why is None


@pytest.mark.parametrize(
    ("score", "live"), [(0.048, True), (0.047, False), (None, None), (math.nan, None), (1.5, None)]
)
def test_a_score_means_live_attack_or_nothing(score: float | None, live: bool | None) -> None:
    assert is_live(score, POLICY) is live


# identify


def test_somebody_enrolled_is_recognised_and_the_question_is_in_the_audit(desk: Desk, store: SqliteStore) -> None:
    enrolled = enrol([picture()], DETAILS, consent="v1", desk=desk).person
    answer = identify(picture(), desk)
    assert enrolled is not None
    assert answer.is_yes
    assert answer.person == store.person(enrolled.id)
    line = store.audit()[-1]
    assert (line.action, line.subject, line.detail) == ("identify_asked", enrolled.id, "recognised")


def test_nobody_is_recognised_in_an_empty_gallery(desk: Desk) -> None:
    assert identify(picture(), desk).why is Why.EMPTY_GALLERY


def test_a_stranger_is_not_recognised(desk: Desk) -> None:
    enrol([picture(1)], DETAILS, consent="v1", desk=desk)
    answer = identify(picture(2), desk)
    assert (answer.why, answer.person, answer.is_yes) == (Why.NO_MATCH, None, False)


@pytest.mark.parametrize(("score", "why"), [(0.001, Why.ATTACK), (None, Why.LIVENESS_UNSURE)])
def test_an_enrolled_face_that_is_not_live_is_not_even_searched(desk: Desk, score: float | None, why: Why) -> None:
    enrol([picture(1)], DETAILS, consent="v1", desk=desk)
    answer = identify(picture(1, score=score), desk)
    assert (answer.why, answer.person, answer.similarity) == (why, None, None)


def test_somebody_deleted_meanwhile_is_nobody(desk: Desk, store: SqliteStore) -> None:
    enrolled = enrol([picture(1)], DETAILS, consent="v1", desk=desk).person
    assert enrolled is not None
    store.delete(enrolled.id)
    assert identify(picture(1), desk).why is Why.NO_MATCH
    assert desk.gallery.people == 0


def test_two_people_alike_are_ambiguous(desk: Desk) -> None:
    enrol([picture(1)], DETAILS, consent="v1", desk=desk)
    enrol([picture(2)], DETAILS, consent="v1", desk=desk)
    between = picture(1, towards=2, by=0.7)
    assert identify(between, desk).why is Why.AMBIGUOUS


# enrol


def test_an_enrolment_is_whole(desk: Desk, store: SqliteStore) -> None:
    answer = enrol([picture(1, score=0.9), picture(1, towards=3, by=0.3, score=0.8)], DETAILS, consent="v1", desk=desk)
    assert answer.why is Why.ENROLLED
    assert answer.person is not None
    saved = store.person(answer.person.id)
    assert (saved.details, saved.face_image, saved.liveness_score) == (DETAILS, JPEG, 0.8)
    (consent,) = store.consents(saved.id)
    assert consent.text_version == "v1"
    ((owner, template),) = store.templates(SHA)
    assert owner == saved.id
    assert template.similarity(person(1)) > 0.98
    (validation,) = store.validations()
    assert (validation.person, validation.reason, validation.type) == (saved.id, "enrolled", "onboarding")
    assert desk.gallery.people == 1


@pytest.mark.parametrize(
    ("pictures", "why", "blamed"),
    [
        ([picture(1), Seen(Why.NO_FACE)], Why.NO_FACE, 2),
        ([Seen(Why.TWO_FACES)], Why.TWO_FACES, 1),
        ([picture(1, score=0.001)], Why.ATTACK, 1),
        ([picture(1, score=None)], Why.LIVENESS_UNSURE, 1),
        ([picture(1), picture(2)], Why.DIFFERENT_PEOPLE, 2),
        ([picture(1), picture(1), picture(1, towards=2, by=0.95)], Why.DIFFERENT_PEOPLE, 3),
    ],
)
def test_a_refusal_names_the_picture_and_writes_nobody(
    desk: Desk, store: SqliteStore, pictures: list[Seen], why: Why, blamed: int
) -> None:
    answer = enrol(pictures, DETAILS, consent="v1", desk=desk)
    assert (answer.why, answer.picture, answer.is_yes) == (why, blamed, False)
    assert store.people() == []
    assert store.validations() == []
    assert [(line.action, line.detail) for line in store.audit()] == [("enrolment_refused", why.value)]


def test_somebody_known_is_not_enrolled_again(desk: Desk, store: SqliteStore) -> None:
    first = enrol([picture(1)], DETAILS, consent="v1", desk=desk).person
    answer = enrol([picture(1, towards=3, by=0.3)], DETAILS, consent="v1", desk=desk)
    assert answer.why is Why.DUPLICATE
    assert not answer.is_yes
    assert first is not None
    assert answer.person is not None
    assert answer.person.id == first.id
    assert len(store.people()) == 1


def test_a_duplicate_of_somebody_deleted_meanwhile_is_none(desk: Desk, store: SqliteStore) -> None:
    first = enrol([picture(1)], DETAILS, consent="v1", desk=desk).person
    assert first is not None
    store.delete(first.id)
    assert enrol([picture(1)], DETAILS, consent="v1", desk=desk).why is Why.ENROLLED


def test_what_an_operator_waives_is_in_the_audit(desk: Desk, store: SqliteStore) -> None:
    enrol([picture(1)], DETAILS, consent="v1", desk=desk)
    waived = Waived(low_liveness="scanned document", duplicate="twins")
    answer = enrol([picture(1, score=0.001)], DETAILS, consent="v1", desk=desk, waived=waived)
    assert answer.why is Why.ENROLLED
    assert answer.person is not None
    noted = {line.action: line.detail for line in store.audit() if line.subject == answer.person.id}
    assert noted["low_liveness_accepted"] == "scanned document"
    assert noted["duplicate_allowed"] == "twins"


def test_low_liveness_waives_nothing_else(desk: Desk) -> None:
    waived = Waived(low_liveness="why not", duplicate="why not")
    for pictures in ([Seen(Why.NO_FACE)], [Seen(Why.TWO_FACES)], [picture(1), picture(2)]):
        assert not enrol(pictures, DETAILS, consent="v1", desk=desk, waived=waived).is_yes


def test_an_enrolment_without_a_picture_is_a_bug_of_the_caller(desk: Desk) -> None:
    with pytest.raises(ValueError, match="picture"):
        enrol([], DETAILS, consent="v1", desk=desk)


def test_a_store_that_fails_leaves_the_gallery_as_it_was(desk: Desk, store: SqliteStore) -> None:
    store.close()
    with pytest.raises(StoreError) as caught:
        enrol([picture(1)], DETAILS, consent="v1", desk=desk)
    assert caught.value.code is Code.STORE_FAILED
    assert desk.gallery.people == 0
