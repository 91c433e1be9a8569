"""What a person does at the screen reaches the station, by mouse and by keyboard, and nothing else does."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.person import Details
from kiosk.station.snapshot import Screen
from kiosk.ui.text import texts_of

LEFT = Qt.MouseButton.LeftButton
VERSION = f"{texts_of('en')['consent.version']}-en"

CLICKS = [
    (Screen.ATTRACT, "start", ("begin_enrolment",)),
    (Screen.ATTRACT, "help", ("ask_help",)),
    (Screen.CONSENT, "agree", ("give_consent", VERSION)),
    (Screen.CONSENT, "refuse", ("refuse_consent",)),
    (Screen.DETAILS, "cancel", ("cancel",)),
    (Screen.CAPTURE, "cancel", ("cancel",)),
    (Screen.CAPTURE, "help", ("ask_help",)),
    (Screen.CHALLENGE, "cancel", ("cancel",)),
    (Screen.WORKING, "help", ("ask_help",)),
    (Screen.REVIEW, "save", ("accept_review",)),
    (Screen.REVIEW, "retake", ("retake",)),
    (Screen.REVIEW, "cancel", ("cancel",)),
    (Screen.RESULT, "done", ("cancel",)),
    (Screen.LOCKED, "help", ("ask_help",)),
]


@pytest.mark.parametrize(("screen", "button", "call"), CLICKS)
def test_click(desk: Desk, qtbot: QtBot, screen: Screen, button: str, call: tuple[object, ...]) -> None:
    desk.show(screen)
    qtbot.mouseClick(desk.find(button), LEFT)
    assert desk.intents.calls == [call]


@pytest.mark.parametrize(("screen", "button", "call"), CLICKS)
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_tab_to_it_and_press(
    desk: Desk, qtbot: QtBot, screen: Screen, button: str, call: tuple[object, ...], key: Qt.Key
) -> None:
    desk.show(screen)
    wanted = desk.find(button)
    for _ in range(40):
        if wanted.hasFocus():
            break
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert wanted.hasFocus(), "Tab never gets there"
    qtbot.keyClick(wanted, key)
    assert desk.intents.calls == [call]


@pytest.mark.parametrize(
    ("screen", "key", "call"),
    [
        (Screen.ATTRACT, Qt.Key.Key_Return, "begin_enrolment"),
        (Screen.REVIEW, Qt.Key.Key_Return, "accept_review"),
        (Screen.RESULT, Qt.Key.Key_Return, "cancel"),
        (Screen.CAPTURE, Qt.Key.Key_Escape, "cancel"),
        (Screen.DETAILS, Qt.Key.Key_Escape, "cancel"),
        (Screen.REVIEW, Qt.Key.Key_Escape, "cancel"),
        (Screen.CAPTURE, Qt.Key.Key_F1, "ask_help"),
        (Screen.CONSENT, Qt.Key.Key_F1, "ask_help"),
    ],
)
def test_key_of_the_page(desk: Desk, qtbot: QtBot, screen: Screen, key: Qt.Key, call: str) -> None:
    desk.show(screen)
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, key)
    assert desk.intents.names == [call]


def test_enter_alone_never_agrees(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.CONSENT)
    focused = QApplication.focusWidget()
    assert focused is not None
    for _ in range(3):
        qtbot.keyClick(focused, Qt.Key.Key_Return)
    assert desk.intents.calls == []


def test_start_waits_for_the_pause_after_a_visit(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.ATTRACT, until_ms=1500.0)
    qtbot.mouseClick(desk.find("start"), LEFT)
    assert desk.intents.calls == []
    desk.show(Screen.ATTRACT)
    qtbot.mouseClick(desk.find("start"), LEFT)
    assert desk.intents.names == ["begin_enrolment"]


def test_help_screen_has_no_help_button_that_does_nothing(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.RESULT, outcome=Outcome.HELP, reason=Reason.HELP_ASKED, name="")
    qtbot.keyClick(QApplication.focusWidget() or desk.window, Qt.Key.Key_F1)
    assert desk.intents.calls == []


def test_hostile_clicks_and_keys(desk: Desk, qtbot: QtBot) -> None:
    """Anywhere, at any time, while screens change under the finger: nothing breaks, and only intents come out."""
    dice = random.Random(20)
    keys = [Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_Space, Qt.Key.Key_A]
    for _ in range(400):
        match dice.randrange(5):
            case 0:
                desk.show(dice.choice(list(Screen)))
            case 1:
                desk.source.show(width=dice.choice([1, 16, 640]), height=dice.choice([1, 9, 480]))
            case 2:
                target = QApplication.focusWidget()
                if target is not None:
                    qtbot.keyClick(target, dice.choice(keys))
            case _:
                point = QPoint(dice.randrange(desk.window.width()), dice.randrange(desk.window.height()))
                under = desk.window.childAt(point)
                if under is not None and not isinstance(under, QComboBox):
                    qtbot.mouseClick(under, LEFT, pos=under.mapFrom(desk.window, point))
    known = {"begin_enrolment", "give_consent", "refuse_consent", "submit_details", "accept_review", "retake", "cancel"}
    known |= {"slow_down", "ask_another_way", "choose_way", "give_pin", "try_again", "close_office"}
    assert set(desk.intents.names) <= known | {"ask_help"}


class TestForm:
    def test_typed_by_keyboard_alone(self, desk: Desk, qtbot: QtBot) -> None:
        desk.show(Screen.DETAILS)
        for words in ("Ana", "Gomez", "ana@example.org", "+57 300 123 4567", "1990-01-15"):
            focused = QApplication.focusWidget()
            assert isinstance(focused, QLineEdit)
            qtbot.keyClicks(focused, words)
            qtbot.keyClick(focused, Qt.Key.Key_Tab)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)  # document: passport
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)  # its country: none chosen
        qtbot.keyClicks(QApplication.focusWidget(), "xk 123456")
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        assert desk.intents.calls == [
            (
                "submit_details",
                Details(
                    first_name="Ana",
                    last_name="Gomez",
                    email="ana@example.org",
                    phone="+573001234567",
                    date_of_birth="1990-01-15",
                    document_type="passport",
                    document_number="XK123456",
                ),
            )
        ]

    def test_continue_waits_and_says_why(self, desk: Desk, qtbot: QtBot) -> None:
        desk.show(Screen.DETAILS)
        button, status = desk.find("continue"), desk.find("detailsStatus")
        assert not button.isEnabled()
        assert status.accessibleName() == "Still needed: First name"
        qtbot.keyClicks(desk.find("first_name", QLineEdit), "Ana")
        assert button.isEnabled()
        qtbot.keyClicks(desk.find("email", QLineEdit), "ana@")
        assert not button.isEnabled()
        assert status.accessibleName() == "Please correct: E-mail"
        qtbot.mouseClick(button, LEFT)
        assert desk.intents.calls == []

    def test_what_is_wrong_stands_beside_the_field_once_it_is_left(self, desk: Desk, qtbot: QtBot) -> None:
        desk.show(Screen.DETAILS)
        email = desk.find("email", QLineEdit)
        email.setFocus()
        qtbot.keyClicks(email, "ana@")
        assert email.accessibleDescription() == ""
        qtbot.keyClick(email, Qt.Key.Key_Tab)
        assert email.accessibleDescription() == "This is not an e-mail address."
        assert email.property("wrong") == "true"
        qtbot.keyClicks(email, "example.org")
        assert email.accessibleDescription() == ""

    def test_enter_goes_to_the_next_field_while_something_is_missing(self, desk: Desk, qtbot: QtBot) -> None:
        desk.show(Screen.DETAILS)
        qtbot.keyClick(desk.find("first_name", QLineEdit), Qt.Key.Key_Return)
        assert desk.find("last_name", QLineEdit).hasFocus()

    def test_next_visitor_finds_an_empty_form(self, desk: Desk, qtbot: QtBot) -> None:
        desk.show(Screen.DETAILS)
        qtbot.keyClicks(desk.find("first_name", QLineEdit), "Ana")
        desk.show(Screen.DETAILS, session="another")
        field = desk.find("first_name", QLineEdit)
        assert isinstance(field, QLineEdit)
        assert field.text() == ""

    def test_form_is_emptied_when_it_goes(self, desk: Desk, qtbot: QtBot) -> None:
        desk.show(Screen.DETAILS)
        field = desk.find("first_name", QLineEdit)
        assert isinstance(field, QLineEdit)
        qtbot.keyClicks(field, "Ana")
        desk.show(Screen.CAPTURE)
        assert field.text() == ""

    def test_snapshots_while_typing_keep_what_was_typed(self, desk: Desk, qtbot: QtBot) -> None:
        desk.show(Screen.DETAILS)
        field = desk.find("first_name", QLineEdit)
        assert isinstance(field, QLineEdit)
        for number, letter in enumerate("Alexandra"):
            qtbot.keyClicks(field, letter)
            desk.show(Screen.DETAILS, now_ms=number * 100.0, fps=float(20 + number))
        assert field.text() == "Alexandra"
        assert field.hasFocus()
