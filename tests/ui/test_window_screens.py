"""The window follows the station through every screen, in any order, and forgets what was a person's."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.guidance import Hint
from kiosk.domain.person import Truth
from kiosk.station.snapshot import CameraState, Link, Mode, Screen
from kiosk.ui.screens.page import Page
from kiosk.ui.text import LANGUAGES, Text, texts_of
from kiosk.ui.widgets.page_stack import PageStack

SIZES = pytest.mark.parametrize(("width", "height"), [(1280, 800), (1080, 1920), (800, 600)])


def settle() -> None:
    """Until nothing is left to lay out: each level of a layout asks the next through the event loop."""
    for _ in range(6):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def top_of(desk: Desk, widget: QWidget) -> int:
    return widget.mapTo(desk.window, widget.rect().topLeft()).y()


def words_on_screen(desk: Desk) -> str:
    labels = desk.window.centralWidget().findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


@pytest.mark.parametrize("screen", Screen)
def test_each_screen_comes_up_and_names_itself(desk: Desk, screen: Screen) -> None:
    desk.show(screen)
    assert desk.window.screen_shown is screen
    stack = desk.find("pages", PageStack)
    assert isinstance(stack, PageStack)
    page = stack.current
    assert page is not None
    assert page.isVisible()
    assert [each for each in stack.findChildren(Page) if each.isVisible()] == [page]
    assert page.accessibleName() == Text("en").get(f"screen.{screen}")


def test_any_screen_may_follow_any_other(desk: Desk) -> None:
    order = [screen for _ in range(4) for screen in Screen]
    random.Random(7).shuffle(order)
    for screen in order:
        desk.show(screen)
        assert desk.window.screen_shown is screen


def longest(language: str, group: str, members: type[StrEnum]) -> str:
    """The member whose sentence is the longest in a language."""
    return max(members, key=lambda member: len(texts_of(language)[f"{group}.{member}"]))


def wordiest(language: str) -> list[tuple[Screen, dict[str, object]]]:
    """Every screen with the longest words that can stand on it."""
    name = "María del Carmen Fernández-Villaseñor"
    truth = longest(language, "truth_more", Truth)
    return [
        *((screen, {}) for screen in Screen),
        (Screen.CAPTURE, {"hint": longest(language, "hint", Hint), "until_ms": 5000.0}),
        (Screen.CAPTURE, {"hint": longest(language, "hint_more", Hint), "until_ms": 5000.0}),
        (Screen.RESULT, {"name": name, "truth": truth}),
        *(
            (Screen.RESULT, {"outcome": Outcome.DENIED, "reason": reason, "truth": truth, "tries_left": 2, "name": ""})
            for reason in (longest(language, "reason", Reason), longest(language, "next", Reason), Reason.ATTACK)
        ),
        (Screen.FAULT, {"fault": longest(language, "error", Code)}),
        (Screen.FAULT, {"fault": longest(language, "remedy", Code), "fault_detail": "rtsp://camera.example/" * 3}),
        (Screen.ATTRACT, {"pending": 120, "buried": 14, "camera": CameraState.STALLED, "link": Link.NO_LINK}),
    ]


def assert_whole(widget: QLabel | QAbstractButton, where: str) -> None:
    """All of its words can be seen."""
    where = f"{where} {widget.objectName()}: {widget.text()}"
    if isinstance(widget, QAbstractButton):
        assert widget.width() >= widget.minimumSizeHint().width(), f"too narrow: {where}"
        assert widget.height() >= 30, f"too low: {where}"
        return
    needed = widget.heightForWidth(widget.width()) if widget.wordWrap() else widget.sizeHint().height()
    assert widget.height() >= needed - 1, f"too low: {where}"
    if not widget.wordWrap():
        assert widget.width() >= widget.sizeHint().width() - 1, f"too narrow: {where}"


@SIZES
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_cut_off(open_desk: Callable[..., Desk], language: str, width: int, height: int) -> None:
    desk = open_desk(width=width, height=height, language=language)
    for screen, changes in wordiest(language):
        desk.show(screen, **changes)
        settle()
        assert (desk.window.width(), desk.window.height()) == (width, height)
        for kind in (QLabel, QAbstractButton):
            for widget in desk.window.centralWidget().findChildren(kind):
                if widget.isVisible() and widget.text():
                    assert_whole(widget, screen)


@SIZES
def test_everything_stays_inside_the_window(open_desk: Callable[..., Desk], width: int, height: int) -> None:
    desk = open_desk(width=width, height=height, language="es")
    for screen in Screen:
        desk.show(screen)
        settle()
        for widget in desk.window.centralWidget().findChildren(QWidget):
            if widget.isVisible() and (isinstance(widget, QAbstractButton) or widget.objectName().endswith("Words")):
                corner = widget.mapTo(desk.window, widget.rect().bottomRight())
                assert corner.x() <= width, f"{screen} {widget.objectName()}"
                assert corner.y() <= height, f"{screen} {widget.objectName()}"


def test_portrait_puts_the_controls_low(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(width=1080, height=1920)
    for screen in (Screen.CONSENT, Screen.DETAILS, Screen.CAPTURE, Screen.REVIEW, Screen.RESULT):
        desk.show(screen)
        settle()
        row = desk.find("actions")
        assert top_of(desk, row) > 1920 * 0.75, screen


def test_name_and_details_leave_with_their_screen(desk: Desk) -> None:
    desk.show(Screen.REVIEW)
    assert "Gómez" in words_on_screen(desk)
    desk.show(Screen.RESULT)
    assert "Ana Gómez" in words_on_screen(desk)
    desk.show(Screen.ATTRACT)
    held = [label.text() for label in desk.window.findChildren(QLabel)]
    assert not any("Gómez" in words or "ana@" in words for words in held)


def test_agreeing_and_refusing_weigh_the_same(desk: Desk) -> None:
    desk.show(Screen.CONSENT)
    settle()
    agree, refuse = desk.find("agree"), desk.find("refuse")
    assert agree.size() == refuse.size()
    assert agree.property("role") == refuse.property("role")
    assert not agree.hasFocus()
    assert not refuse.hasFocus()


def test_language_lasts_for_the_visit(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.ATTRACT)
    qtbot.mouseClick(desk.find("language_es"), Qt.MouseButton.LeftButton)
    assert Text("es").get("attract.enrol_title") in words_on_screen(desk)
    for screen in (Screen.CONSENT, Screen.DETAILS, Screen.CAPTURE, Screen.RESULT):
        desk.show(screen)
    assert Text("es").get("reason.enrolled") in words_on_screen(desk)
    desk.show(Screen.ATTRACT)
    assert Text("en").get("attract.enrol_title") in words_on_screen(desk)


def test_language_can_change_in_the_middle_of_the_form(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.DETAILS)
    field = desk.find("first_name", QLineEdit)
    qtbot.keyClicks(field, "Ana")
    qtbot.mouseClick(desk.find("language_pt"), Qt.MouseButton.LeftButton)
    assert Text("pt").get("details.last_name") in words_on_screen(desk)
    assert isinstance(field, QLineEdit)
    assert field.text() == "Ana"


def test_help_is_on_every_screen_of_a_visit(desk: Desk) -> None:
    for screen in (Screen.CONSENT, Screen.DETAILS, Screen.CAPTURE, Screen.CHALLENGE, Screen.WORKING, Screen.REVIEW):
        desk.show(screen)
        assert desk.find("help").isEnabled()
    desk.show(Screen.RESULT, outcome=Outcome.DENIED, reason=Reason.NO_MATCH)
    assert desk.find("help").isEnabled()


def test_everything_usable_has_a_name_for_screen_readers(desk: Desk) -> None:
    for screen in Screen:
        desk.show(screen)
        for kind in (QAbstractButton, QLineEdit, QComboBox):
            for widget in desk.window.centralWidget().findChildren(kind):
                if widget.isVisible():
                    assert widget.accessibleName(), f"{screen} {widget.objectName()}"


def test_status_bar_tells_what_waits(desk: Desk) -> None:
    desk.show(Screen.ATTRACT, pending=3, buried=1)
    words = words_on_screen(desk)
    assert "3 waiting to be sent" in words
    assert "1 for the operator" in words


def test_narrow_status_bar_takes_a_second_row(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(width=620, height=1000, language="es")
    desk.show(Screen.ATTRACT)
    settle()
    low = desk.find("statusBar").height()
    desk.show(Screen.ATTRACT, pending=12, buried=3, camera=CameraState.STALLED, link=Link.NO_LINK)
    settle()
    assert desk.find("statusBar").height() > low
    desk.show(Screen.ATTRACT)
    settle()
    assert desk.find("statusBar").height() == low


def test_resizing_turns_the_layout(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.CAPTURE)
    wide = desk.find("picture").width()
    hint, picture = desk.find("hint"), desk.find("picture")

    def hint_is_below() -> bool:
        return top_of(desk, hint) > top_of(desk, picture) + picture.height()

    assert not hint_is_below()
    desk.window.resize(700, 1200)
    qtbot.waitUntil(hint_is_below)
    assert picture.width() < wide


def test_same_snapshot_again_changes_nothing(desk: Desk) -> None:
    shown = desk.show(Screen.CAPTURE)
    before = desk.find("hintWords", QLabel)
    assert isinstance(before, QLabel)
    words = before.text()
    for now in range(50):
        desk.window.show_snapshot(replace(shown, now_ms=float(now)))
    assert before.text() == words


def test_door_mode_invites_to_look_and_has_no_start(desk: Desk) -> None:
    desk.show(Screen.ATTRACT, mode=Mode.ACCESS)
    assert Text("en").get("attract.access_title") in words_on_screen(desk)
    assert not [b for b in desk.window.findChildren(QAbstractButton, "start") if b.isVisible()]


def test_closing_tells_once(desk: Desk) -> None:
    told: list[int] = []
    desk.window.closed.connect(lambda: told.append(1))
    desk.window.close()
    desk.window.close()
    assert told == [1]
