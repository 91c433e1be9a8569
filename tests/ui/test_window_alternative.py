"""The ways in without a face as people use them: taps, a keyboard, what stays on the screen and what does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.passes import Way, new_number
from kiosk.station.snapshot import Entry, Mode, Screen
from kiosk.ui.presenters.attract import Stand
from kiosk.ui.text import LANGUAGES, Text

LEFT = Qt.MouseButton.LeftButton
AT_DOOR = {"mode": Mode.ACCESS, "enrolling": False, "another_way": True}
PIN = Entry(ways=(Way.PIN, Way.QR, Way.ATTENDANT), way=Way.PIN)
VISITORS = (
    Screen.ATTRACT,
    Screen.CAPTURE,
    Screen.CHALLENGE,
    Screen.WORKING,
    Screen.RESULT,
    Screen.LOCKED,
    Screen.FAULT,
)


def line(desk: Desk, name: str) -> QLineEdit:
    found = desk.find(name, QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def tap(desk: Desk, qtbot: QtBot, digits: str) -> None:
    for figure in digits:
        qtbot.mouseClick(desk.find(f"key{figure}"), LEFT)


@pytest.mark.parametrize("screen", VISITORS)
def test_one_tap_away_on_every_screen_of_a_visitor(desk: Desk, qtbot: QtBot, screen: Screen) -> None:
    refused = {"outcome": Outcome.DENIED, "reason": Reason.NO_MATCH, "name": ""} if screen is Screen.RESULT else {}
    desk.show(screen, **AT_DOOR, **refused)
    qtbot.mouseClick(desk.find("anotherWay"), LEFT)
    assert desk.intents.names == ["ask_another_way"]


def test_not_offered_where_there_is_none(desk: Desk) -> None:
    for screen in VISITORS:
        desk.show(screen, **(AT_DOOR | {"another_way": False}))
        assert not [each for each in desk.window.findChildren(QPushButton, "anotherWay") if each.isVisible()]


def test_choosing_a_way_and_the_attendant(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.ALTERNATIVE)
    qtbot.mouseClick(desk.find("way_pin"), LEFT)
    qtbot.mouseClick(desk.find("way_qr"), LEFT)
    qtbot.mouseClick(desk.find("way_attendant"), LEFT)
    assert desk.intents.calls == [("choose_way", Way.PIN), ("choose_way", Way.QR), ("ask_help",)]


def test_the_choice_is_reached_by_keyboard(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.ALTERNATIVE)
    card = desk.find("way_pin")
    for _ in range(30):
        if card.hasFocus():
            break
        qtbot.keyClick(desk.window.focusWidget() or desk.window, Qt.Key.Key_Tab)
    assert card.hasFocus()
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert desk.intents.calls == [("choose_way", Way.PIN)]
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert desk.intents.names[-1] == "cancel"


def test_number_and_pin_by_taps(desk: Desk, qtbot: QtBot) -> None:
    number = new_number()
    desk.show(Screen.ALTERNATIVE, entry=PIN)
    tap(desk, qtbot, number)
    assert line(desk, "number").text() == f"{number[:4]} {number[4:]}"
    tap(desk, qtbot, "7394")
    assert line(desk, "pin").echoMode() is QLineEdit.EchoMode.Password
    qtbot.mouseClick(desk.find("goOn"), LEFT)
    assert desk.intents.calls == [("give_pin", number, "7394")]
    assert line(desk, "pin").text() == "", "a PIN that was sent is not kept"


def test_number_and_pin_by_keyboard(desk: Desk, qtbot: QtBot) -> None:
    number = new_number()
    desk.show(Screen.ALTERNATIVE, entry=PIN)
    qtbot.keyClicks(line(desk, "number"), number)
    assert line(desk, "pin").hasFocus(), "the number is whole: on to the PIN"
    qtbot.keyClicks(line(desk, "pin"), "73x94")
    qtbot.keyClick(line(desk, "pin"), Qt.Key.Key_Return)
    assert desk.intents.calls == [("give_pin", number, "7394")]


def test_deleting_and_clearing(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.ALTERNATIVE, entry=PIN)
    tap(desk, qtbot, "12345")
    qtbot.mouseClick(desk.find("keypadDelete"), LEFT)
    assert line(desk, "number").text() == "1234"
    qtbot.mouseClick(desk.find("keypadClear"), LEFT)
    assert line(desk, "number").text() == ""


def test_a_slip_is_told_before_anybody_is_asked(desk: Desk, qtbot: QtBot) -> None:
    number = new_number()
    slip = number[:-1] + str((int(number[-1]) + 1) % 10)
    desk.show(Screen.ALTERNATIVE, entry=PIN)
    tap(desk, qtbot, slip)
    tap(desk, qtbot, "7394")
    qtbot.mouseClick(desk.find("goOn"), LEFT)
    assert desk.intents.calls == []
    problem = desk.find("alternativeProblem", QLabel)
    assert isinstance(problem, QLabel)
    assert problem.text() == Text("en").get("alternative.number_mistyped")
    assert line(desk, "number").hasFocus()


def test_while_it_is_looked_at_nothing_is_sent_twice(desk: Desk, qtbot: QtBot) -> None:
    number = new_number()
    desk.show(Screen.ALTERNATIVE, entry=PIN)
    tap(desk, qtbot, number + "7394")
    qtbot.mouseClick(desk.find("goOn"), LEFT)
    desk.show(Screen.ALTERNATIVE, entry=Entry(ways=PIN.ways, way=Way.PIN, busy=True))
    qtbot.mouseClick(desk.find("goOn"), LEFT)
    assert len(desk.intents.calls) == 1
    desk.show(Screen.ALTERNATIVE, entry=Entry(ways=PIN.ways, way=Way.PIN, refused=Reason.PASS_REFUSED), tries_left=2)
    words = "\n".join(each.text() for each in desk.window.findChildren(QLabel) if each.isVisible())
    assert Text("en").get("alternative.refused") in words
    assert Text("en").count("result.tries_left", 2) in words
    assert line(desk, "pin").hasFocus()
    assert line(desk, "number").text() != "", "only the PIN is typed again"


def test_nothing_typed_stays_behind(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.ALTERNATIVE, entry=PIN)
    tap(desk, qtbot, "12345674" + "73")
    number, pin = line(desk, "number"), line(desk, "pin")
    desk.show(Screen.ATTRACT, mode=Mode.ACCESS, enrolling=False)
    assert (number.text(), pin.text()) == ("", "")


def test_the_camera_is_asked_for_pictures_only_while_a_code_is_wanted(desk: Desk, qtbot: QtBot) -> None:
    desk.source.show()
    desk.show(Screen.ALTERNATIVE, entry=PIN)
    desk.source.pulled = 0
    tap(desk, qtbot, "1")
    assert desk.source.pulled == 0
    desk.show(Screen.ALTERNATIVE, entry=Entry(ways=PIN.ways, way=Way.QR))
    qtbot.waitUntil(lambda: desk.source.pulled > 2)
    qtbot.mouseClick(desk.find("back"), LEFT)
    assert desk.intents.calls == [("choose_way", None)]


def test_one_tap_tries_again(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.RESULT, **AT_DOOR, outcome=Outcome.DENIED, reason=Reason.NO_MATCH, name="", tries_left=3)
    words = "\n".join(each.text() for each in desk.window.findChildren(QLabel) if each.isVisible())
    assert Text("en").count("result.tries_left", 3) in words
    qtbot.mouseClick(desk.find("tryAgain"), LEFT)
    assert desk.intents.names == ["try_again"]


def test_nothing_to_try_again_after_a_yes_or_the_last_try(desk: Desk) -> None:
    for changes in ({}, {"outcome": Outcome.DENIED, "reason": Reason.NO_MATCH, "name": "", "tries_left": 0}):
        desk.show(Screen.RESULT, **AT_DOOR, **changes)
        assert not [each for each in desk.window.findChildren(QPushButton, "tryAgain") if each.isVisible()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_of_the_last_person_is_left_anywhere(open_desk: Callable[..., Desk], language: str) -> None:
    desk = open_desk(language=language)
    desk.show(Screen.RESULT, **AT_DOOR, name="Ana Gómez", reason=Reason.PASS_ACCEPTED)
    shown = [each.text() for each in desk.window.findChildren(QLabel) if each.isVisible()]
    assert any("Ana Gómez" in words for words in shown)
    desk.show(Screen.ATTRACT, mode=Mode.ACCESS, enrolling=False)
    for each in desk.window.findChildren(QWidget):
        said = [each.accessibleName(), each.accessibleDescription(), each.toolTip(), each.windowTitle()]
        said += [each.text()] if isinstance(each, QLabel | QLineEdit | QPushButton) else []
        assert not any("Gómez" in words for words in said), each.objectName()


class TestAtADoor:
    def test_dims_when_nobody_is_there_and_wakes_for_a_face(self, desk: Desk, qtbot: QtBot) -> None:
        desk.window._dimmer.dim_after(0.03)
        desk.show(Screen.ATTRACT, mode=Mode.ACCESS, enrolling=False)
        qtbot.waitUntil(lambda: desk.window._dimmer.is_dim)
        desk.show(Screen.ATTRACT, mode=Mode.ACCESS, enrolling=False, fps=29.0)
        assert desk.window._dimmer.is_dim, "another snapshot is no sign of somebody"
        desk.show(Screen.CAPTURE, mode=Mode.ACCESS, enrolling=False)
        assert not desk.window._dimmer.is_dim

    def test_a_touch_wakes_it_and_presses_nothing(self, desk: Desk, qtbot: QtBot) -> None:
        desk.window._dimmer.dim_after(0.03)
        desk.show(Screen.ATTRACT, **AT_DOOR)
        qtbot.waitUntil(lambda: desk.window._dimmer.is_dim)
        qtbot.mouseClick(desk.window._dimmer, LEFT)
        assert not desk.window._dimmer.is_dim
        assert desk.intents.calls == []
        qtbot.waitUntil(lambda: desk.window._dimmer.is_dim)
        qtbot.keyClick(desk.window._dimmer, Qt.Key.Key_Return)
        assert not desk.window._dimmer.is_dim
        assert desk.intents.calls == []

    def test_a_desk_never_dims(self, desk: Desk, qtbot: QtBot) -> None:
        desk.window._dimmer.dim_after(0.01)
        desk.show(Screen.ATTRACT)
        assert not desk.window._dimmer._timer.isActive()

    def test_says_and_draws_where_to_stand(self, open_desk: Callable[..., Desk]) -> None:
        desk = open_desk(stand=Stand(distance_cm=58.0, height_cm=140.0))
        desk.show(Screen.ATTRACT, mode=Mode.ACCESS, enrolling=False)
        where = desk.find("attractStand", QLabel)
        assert isinstance(where, QLabel)
        assert "60 cm" in where.text()
        drawn = desk.find("standHere").grab().toImage()
        ground = drawn.pixelColor(0, 0)
        assert any(
            drawn.pixelColor(x, y) != ground for x in range(0, drawn.width(), 3) for y in range(0, drawn.height(), 3)
        )
        desk.show(Screen.ATTRACT)
        assert not [each for each in desk.window.findChildren(QWidget, "standHere") if each.isVisible()]
