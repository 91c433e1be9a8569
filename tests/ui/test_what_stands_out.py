"""One button stands out and Enter presses it; no button hides another one; what is asked can be done."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from support.desk import Desk
from support.layout import settle

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.guidance import Hint
from kiosk.domain.operators import Role
from kiosk.station.snapshot import CameraState, Mode, Screen
from kiosk.ui.text import LANGUAGES, Text
from kiosk.ui.theme import Theme

DENIED = {
    "outcome": Outcome.DENIED,
    "reason": Reason.NO_MATCH,
    "name": "",
    "mode": Mode.ACCESS,
    "enrolling": False,
    "another_way": True,
}


def place(desk: Desk, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(desk.window, QPoint(0, 0)), widget.size())


@pytest.mark.parametrize(("tries", "leads", "does"), [(2, "tryAgain", "try_again"), (0, "done", "cancel")])
def test_enter_does_what_stands_out_after_a_refusal(
    desk: Desk, qtbot: QtBot, tries: int, leads: str, does: str
) -> None:
    desk.show(Screen.RESULT, tries_left=tries, **DENIED)
    seen = [each for each in desk.window.findChildren(QPushButton) if each.isVisible()]
    assert [each.objectName() for each in seen if each.property("role") == "primary"] == [leads]
    qtbot.keyClick(desk.find("resultScreen"), Qt.Key.Key_Return)
    assert desk.intents.names == [does]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1280, 800), (1080, 1920), (800, 600)], ids=str)
def test_who_is_signed_in_still_sees_the_whole_start_button(
    open_desk: Callable[..., Desk], size: tuple[int, int], language: str
) -> None:
    desk = open_desk(width=size[0], height=size[1], language=language)
    desk.show(
        Screen.ATTRACT,
        manned=True,
        account=True,
        operator_name="Ana",
        operator_role=Role.SUPERVISOR,
        pending=9,
        buried=2,
    )
    settle()
    start = place(desk, desk.find("start"))
    assert start.bottom() < place(desk, desk.find("actions")).top()
    assert not [
        area.objectName()
        for area in desk.window.findChildren(QScrollArea)
        if area.isVisible() and area.verticalScrollBar().maximum() > 0
    ]


@pytest.mark.parametrize("letters", [1.0, 1.4])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ways_out_of_the_picture_are_never_scrolled_away(
    open_desk: Callable[..., Desk], language: str, letters: float
) -> None:
    desk = open_desk(language=language, theme=Theme(text=letters))
    for changes in ({"lit": True, "can_refuse_light": True, "until_ms": 5000.0}, {"another_way": True}):
        desk.show(Screen.CAPTURE, hint=Hint.NO_FACE, **changes)
        settle()
        row, picture = place(desk, desk.find("actions")), place(desk, desk.find("picture"))
        footer = place(desk, desk.find("statusBar")).top()
        assert row.bottom() <= footer
        assert picture.bottom() <= footer


def test_nothing_is_asked_of_somebody_whom_no_camera_sees(desk: Desk) -> None:
    text = Text("en")
    desk.show(Screen.CAPTURE, hint=Hint.COME_CLOSER, camera=CameraState.LOST)
    assert desk.find("hint").accessibleName() == text.get("camera.lost")
    desk.show(Screen.CAPTURE, hint=Hint.COME_CLOSER, camera=CameraState.BACK)
    assert desk.find("hint").accessibleName() == text.get("hint.come_closer")


def test_two_that_answer_a_question_are_alike_in_portrait(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(width=1080, height=1920, language="pt")
    desk.show(Screen.DUPLICATE)
    settle()
    same, another = place(desk, desk.find("samePerson")), place(desk, desk.find("anotherPerson"))
    assert same.top() == another.top()
    assert abs(same.width() - another.width()) < 0.25 * same.width()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_birthday_on_the_review_cannot_be_misread(open_desk: Callable[..., Desk], language: str) -> None:
    desk = open_desk(language=language)
    snapshot = desk.show(Screen.REVIEW)
    assert snapshot.details is not None
    born = type(snapshot.details)(first_name="Ana", date_of_birth="1990-02-03")
    desk.show(Screen.REVIEW, details=born)
    words = desk.find("review_date_of_birth").accessibleName()
    assert Text(language).get("month.2") in words
    assert "02" not in words
