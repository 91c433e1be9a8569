"""Golden views of the ways in without a face, of where to stand, and of what a refusal says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.passes import Way, new_number
from kiosk.station.snapshot import CameraState, Entry, Mode, Screen, Snapshot
from kiosk.ui.presenters import alternative, attract, result
from kiosk.ui.presenters.alternative import AlternativeView, FinderView, KeypadView, WayCard
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
        problem="This was not accepted. Please check it and try again. "
        "If it is right and still not accepted, the pass may be paused: ask the attendant.",
        tries="One try is left before this station pauses.",
        back="Back",
    )


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
