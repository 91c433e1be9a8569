"""Golden views of the ways in without a face, of where to stand, and of what a refusal says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.codes import CodeTrouble
from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.passes import Way, new_number
from kiosk.station.snapshot import CameraState, CodeStep, Entry, Mode, Screen, Snapshot
from kiosk.ui.presenters import alternative, attract, result
from kiosk.ui.presenters.alternative import AlternativeView, CodeView, FinderView, KeypadView, Typing, WayCard
from kiosk.ui.presenters.attract import Stand, StandView
from kiosk.ui.presenters.common import CountdownView
from kiosk.ui.text import LANGUAGES, Text

EN = Text("en")
AT_DOOR = Snapshot(
    screen=Screen.ALTERNATIVE,
    mode=Mode.ACCESS,
    session="visit",
    camera=CameraState.STREAMING,
    now_ms=1000.0,
    until_ms=91_000.0,
)
OFFERED = (Way.PIN, Way.QR, Way.ATTENDANT)
CHOICE = AlternativeView(
    title="Another way in",
    body="You need not show your face. Choose what suits you.",
    way=None,
    cards=(
        WayCard(Way.PIN, "keypad", "Number and PIN", "Type them here or on a keyboard."),
        WayCard(Way.QR, "qr", "QR code", "Hold your code to the camera."),
        WayCard(Way.ATTENDANT, "person", "Call the attendant", "Somebody comes to help you."),
    ),
    number="Number",
    pin="PIN",
    code=CodeView(
        label="Code",
        resend="",
        can_resend=False,
        again=CountdownView(words="Another code can be sent in {seconds} s", until_ms=None, now_ms=0.0),
    ),
    typing=Typing.NOTHING,
    keypad=KeypadView(name="Digits", clear="Clear all", delete="Delete the last digit"),
    finder=FinderView(
        live=True,
        no_picture="Waiting for the camera",
        late_picture="The camera has stopped sending pictures",
        picture_name="Live camera picture with a square for the code, mirrored",
    ),
    waiting="Looking for a code",
    problem="",
    tries="",
    busy=False,
    go_on="Continue",
    back="",
    cancel="Cancel",
    help="Help",
    countdown=CountdownView(words="This page closes in {seconds} s", until_ms=91_000.0, now_ms=1000.0, below_s=20),
)


def test_the_choice() -> None:
    assert alternative.present(replace(AT_DOOR, entry=Entry(ways=OFFERED)), EN) == CHOICE


def test_one_more_proof_says_so_and_names_nobody() -> None:
    entry = Entry(ways=OFFERED, owes=True, by_face=True)
    view = alternative.present(replace(AT_DOOR, entry=entry, name="Ana Gómez"), EN)
    assert view == replace(
        CHOICE,
        title="One more proof, please",
        body="This door asks for one more proof that it is you. Choose one.",
    )


def test_a_refused_pin() -> None:
    entry = Entry(ways=OFFERED, way=Way.PIN, refused=Reason.PASS_REFUSED)
    view = alternative.present(replace(AT_DOOR, entry=entry, tries_left=1), EN)
    assert view == replace(
        CHOICE,
        title="Your number and your PIN",
        body="The number has 8 digits. You find it on your receipt.",
        way=Way.PIN,
        typing=Typing.PIN,
        problem="This was not accepted. Please check it and try again. "
        "If it is right and still not accepted, the pass may be paused: ask the attendant.",
        tries="One try is left before this station pauses.",
        back="Back",
    )


WITH_CODE = (Way.PIN, Way.CODE, Way.ATTENDANT)


def by_code(step: CodeStep | None, **changes: object) -> AlternativeView:
    entry = replace(Entry(ways=OFFERED, way=Way.CODE, code=step), **changes)  # type: ignore[arg-type]
    return alternative.present(replace(AT_DOOR, entry=entry), EN)


def test_the_number_that_a_code_is_sent_for() -> None:
    assert by_code(CodeStep()) == replace(
        CHOICE,
        title="Your number",
        body="A code goes to the e-mail or phone that is on record for this number.",
        way=Way.CODE,
        typing=Typing.NUMBER,
        go_on="Send the code",
        back="Back",
    )


def test_a_code_for_a_number_tells_nothing_of_an_address() -> None:
    waiting = CountdownView(words=CHOICE.code.again.words, until_ms=31_000.0, now_ms=1000.0)
    expected = replace(
        CHOICE,
        title="Type the code",
        body="If an e-mail or phone is on record for this number, a code is on its way. It counts for 10 minutes.",
        way=Way.CODE,
        typing=Typing.CODE,
        code=replace(CHOICE.code, resend="Send another code", again=waiting),
        back="Back",
    )
    assert by_code(CodeStep(asked=True, again_ms=31_000.0)) == expected
    sending = by_code(CodeStep(asked=True, sending=True, again_ms=31_000.0))
    assert sending == replace(
        expected,
        body="The code is being sent.",
        code=replace(expected.code, again=CHOICE.code.again),
    )
    later = by_code(CodeStep(asked=True, again_ms=31_000.0, can_resend=True))
    assert later.code == replace(expected.code, can_resend=True, again=CHOICE.code.again)
    assert by_code(CodeStep(asked=True)).code.resend == "", "no more are sent"


def test_who_owes_a_proof_sees_where_it_went() -> None:
    view = by_code(CodeStep(asked=True, to="a•••@e•••.org"), owes=True, by_face=True)
    assert view.body == "A code is on its way to a•••@e•••.org. It counts for 10 minutes."


def test_a_wrong_code() -> None:
    view = by_code(CodeStep(asked=True), refused=Reason.PASS_REFUSED)
    assert view.problem == (
        "This was not accepted. Please check it and try again. "
        "Only the newest code counts. If none has come, ask for another one or choose another way."
    )


def test_a_link_that_is_gone_is_said_where_the_other_ways_are() -> None:
    view = by_code(CodeStep(trouble=CodeTrouble.UNREACHABLE), way=None)
    assert view == replace(CHOICE, problem="Codes cannot be sent or checked right now. Choose another way.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("trouble", CodeTrouble)
def test_every_trouble_has_words(language: str, trouble: CodeTrouble) -> None:
    entry = Entry(ways=WITH_CODE, way=Way.CODE, code=CodeStep(asked=True, trouble=trouble))
    view = alternative.present(replace(AT_DOOR, entry=entry), Text(language))
    assert view.problem
    assert not view.problem.startswith("code_trouble")


@pytest.mark.parametrize(
    ("code", "wrong"), [("123456", ""), ("12345", "p"), ("1234567", "p"), ("12345a", "p"), ("", "p")]
)
def test_a_code_is_looked_at_before_it_is_sent(code: str, wrong: str) -> None:
    assert alternative.code_problem(code, EN) == (EN.get("alternative.code_missing") if wrong else "")


def test_while_it_is_looked_at() -> None:
    view = alternative.present(replace(AT_DOOR, entry=Entry(ways=OFFERED, way=Way.QR, busy=True)), EN)
    assert (view.title, view.waiting, view.go_on, view.busy) == (
        "Hold your QR code to the camera",
        "Checking",
        "Checking",
        True,
    )


def test_a_camera_that_gives_no_picture_shows_none() -> None:
    view = alternative.present(replace(AT_DOOR, camera=CameraState.LOST, entry=Entry(ways=OFFERED, way=Way.QR)), EN)
    assert (view.finder.live, view.finder.no_picture) == (False, "Camera: not connected")


@pytest.mark.parametrize(
    ("pin", "wrong"), [("7394", ""), ("73948261", ""), ("739", "p"), ("739482610", "p"), ("73a4", "p"), ("", "p")]
)
def test_what_is_typed_is_looked_at_before_it_is_sent(pin: str, wrong: str) -> None:
    number = new_number()
    expected = EN.get("alternative.pin_missing") if wrong else ""
    assert alternative.typing_problem(number, pin, EN) == expected
    assert alternative.typing_problem(number[:-1], pin, EN) == EN.get("alternative.number_mistyped")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_has_words(language: str) -> None:
    view = alternative.present(replace(AT_DOOR, entry=Entry(ways=tuple(Way))), Text(language))
    assert all(card.title and card.more and not card.title.startswith("alternative.") for card in view.cards)


def test_where_to_stand_is_said_where_it_was_measured() -> None:
    door = replace(AT_DOOR, screen=Screen.ATTRACT)
    view = attract.present(door, EN, Stand(distance_cm=58.0, height_cm=140.0))
    assert view.stand == StandView(words="Stand about 60 cm in front of the camera.", distance_cm=58.0, height_cm=140.0)
    assert attract.present(door, EN).stand is None
    assert attract.present(replace(door, mode=Mode.ENROLL), EN, Stand(distance_cm=58.0)).stand is None


@pytest.mark.parametrize("reason", sorted(result.COUNTED))
def test_a_refusal_that_counts_says_how_many_are_left(reason: Reason) -> None:
    denied = replace(AT_DOOR, screen=Screen.RESULT, outcome=Outcome.DENIED, reason=reason, tries_left=2)
    view = result.present(denied, EN)
    assert view.tries == "2 tries are left before this station pauses."
    assert view.again == "Try again"
    last = result.present(replace(denied, tries_left=0), EN)
    assert (last.tries, last.again) == ("This station now pauses for a short time.", "")


def test_nothing_to_try_again_at_a_desk_or_after_a_yes() -> None:
    denied = replace(AT_DOOR, screen=Screen.RESULT, outcome=Outcome.DENIED, reason=Reason.NO_MATCH)
    assert result.present(denied, EN).again == "Try again"
    assert result.present(replace(denied, mode=Mode.ENROLL, enrolling=True), EN).again == ""
    assert result.present(replace(denied, outcome=Outcome.GRANTED, reason=Reason.PASS_ACCEPTED), EN).again == ""
