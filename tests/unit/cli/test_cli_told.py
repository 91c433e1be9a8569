"""What a validation says at its end: words, JSON, and nothing that must not be shown; the account's rules of a picture."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from support.sightings import face

from kiosk.api.conversation.steps import (
    Channel,
    CodeSent,
    CodeTried,
    PictureJudged,
    RegistrationStarted,
    SessionOpened,
    Step,
    StepReached,
)
from kiosk.cli.account_picture import Broken, Rule, broken_rule
from kiosk.cli.told import VALIDATION_FIELDS, Outcome, as_object, in_words, step_in_words
from kiosk.domain.face import Box, Face, Pose
from kiosk.domain.record import LivenessSession
from kiosk.domain.remote import Answer
from kiosk.station.picture import Why

ACCEPTED = Outcome(
    kind="login",
    answer=Answer.ACCEPTED,
    person="p1",
    name="Ana Prueba",
    liveness_score=0.91,
    validation={"_id": "v1", "status": "validated", "token": "eyJsecret", "response": {"image": "/9j/"}, "__v": 0},
    session=LivenessSession(id="s1", liveness_result=json.dumps([{"crop": "A" * 500, "score": 0.9}])),
)


def test_an_object_keeps_to_the_documented_fields() -> None:
    answer = as_object(ACCEPTED)
    assert answer["biometricValidation"] == {"_id": "v1", "status": "validated", "__v": 0}
    assert set(answer["biometricValidation"]) <= set(VALIDATION_FIELDS)
    assert answer["livenessSession"]["livenessResult"] == [{"crop": "(left out)", "score": 0.9}]
    assert "eyJ" not in json.dumps(answer)
    assert (answer["validated"], answer["truth"]) == (True, "confirmed")


def test_words_name_who_and_how_true() -> None:
    lines = in_words(ACCEPTED)
    assert lines[0] == "Validated: Ana Prueba"
    assert lines[-1] == "truth: confirmed"
    assert "liveness: 0.910" in lines


@pytest.mark.parametrize("answer", [one for one in Answer if one is not Answer.ACCEPTED])
def test_whatever_is_not_accepted_is_refused(answer: Answer) -> None:
    outcome = replace(ACCEPTED, answer=answer, reason="liveness_failed", person="", name="")
    assert not outcome.is_yes
    assert as_object(outcome)["validated"] is False
    assert as_object(outcome)["truth"] == "refused"
    assert in_words(outcome)[0].startswith("Not validated: ")
    assert "(liveness_failed)" in in_words(outcome)[0]


@pytest.mark.parametrize(
    ("outcome", "answer", "reason"),
    [
        (Outcome(kind="login", why=Why.NO_FACE), "picture_unfit", "no_face"),
        (Outcome(kind="login", why=Why.ATTACK), None, "attack"),
        (
            Outcome(
                kind="login", broken=Broken(rule=Rule.BORDER, value=3.0, limit=25.0), reason="face_close_to_border"
            ),
            "picture_unfit",
            "face_close_to_border",
        ),
    ],
)
def test_what_was_not_sent_is_local(outcome: Outcome, answer: str | None, reason: str) -> None:
    told = as_object(outcome)
    assert (told["answer"], told["reason"], told["truth"], told["validated"]) == (answer, reason, "local", False)
    assert not outcome.is_yes


def test_a_link_is_shown_and_an_account_that_gives_none_is_no_success() -> None:
    link = Outcome(kind="oneTimeLink", link="https://access.example/x", validation={"_id": "v", "status": "new"})
    assert link.is_yes
    assert in_words(link)[0] == "https://access.example/x"
    assert not replace(link, link="").is_yes


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (SessionOpened(validation_id="v", expires_at="2030"), "session opened, ends 2030"),
        (SessionOpened(validation_id="v", expires_at="", again=True), "another session opened"),
        (RegistrationStarted(registration_id="r"), "onboarding started"),
        (CodeSent(channel=Channel.EMAIL), "a code was sent by e-mail"),
        (CodeSent(channel=Channel.PHONE), "a code was sent by phone"),
        (CodeTried(channel=Channel.EMAIL, attempt=1, right=False), "the code is wrong"),
        (CodeTried(channel=Channel.EMAIL, attempt=2, right=True), "the code is right"),
        (StepReached(step="liveness"), "step done: liveness"),
        (PictureJudged(answer=Answer.NOT_LIVE, liveness_score=0.41), "picture judged: not_live, liveness 0.41"),
    ],
)
def test_every_step_has_a_line(step: Step, said: str) -> None:
    assert step_in_words(step) == said


GOOD = replace(face(), box=Box(200, 200, 260, 300), pose=Pose(0.0, 0.0, 0.0))


def seen(given: Face) -> Rule | None:
    broken = broken_rule(given, width=900, height=900)
    return None if broken is None else broken.rule


def test_each_rule_is_named() -> None:
    good = replace(GOOD, interocular_px=120.0)
    assert seen(good) is None
    assert seen(replace(good, box=Box(200, 200, 200, 300))) is Rule.FACE_SIZE
    assert seen(replace(GOOD, interocular_px=60.0)) is Rule.EYE_DISTANCE
    assert seen(replace(good, box=Box(5, 200, 260, 300))) is Rule.BORDER
    assert seen(replace(good, box=Box(700, 200, 260, 300))) is Rule.BORDER
    assert seen(replace(good, pose=Pose(0.0, 40.0, 0.0))) is Rule.TURN
    assert seen(replace(good, pose=Pose(-40.0, 0.0, 0.0))) is Rule.TURN
    assert seen(replace(good, pose=Pose(0.0, 0.0, 40.0))) is None  # roll is no rule
