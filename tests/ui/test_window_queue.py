"""The queue page: what is refused is listed, sent again at one press, given up at two."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.link import Link
from kiosk.domain.outbox import Backlog
from kiosk.station.office.queue import DropRow, QueueShown, ReadQueue, RetryRow
from kiosk.station.snapshot import Queue, QueueRow, Screen

ROWS = tuple(
    QueueRow(id=f"r{number}", action="create_person", code="api_conflict", word="", age_s=60.0 * number)
    for number in range(1, 4)
)


def waits(*rows: QueueRow) -> QueueShown:
    return QueueShown(queue=Queue(backlog=Backlog(pending=1, buried=len(rows)), rows=rows), link=Link.ONLINE)


def enter(desk: Desk, qtbot: QtBot, *rows: QueueRow) -> None:
    """A desk for which nobody has been made an operator: the queue is all that its room has."""
    desk.intents.answers |= {ReadQueue: waits(*rows), RetryRow: waits(*rows), DropRow: waits(*rows[2:])}
    desk.show(Screen.OPERATOR, account=True)
    qtbot.waitUntil(
        lambda: [each.isVisible() for each in desk.window.findChildren(QFrame, "row_r1")] == [True] * len(rows[:1])
    )


def press(qtbot: QtBot, desk: Desk, card: str, name: str) -> None:
    made = desk.find(card).findChild(QPushButton, name)
    assert made is not None
    assert made.isVisible()
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)


def decided(desk: Desk) -> list[object]:
    return [request for request in desk.intents.asked if not isinstance(request, ReadQueue)]


def test_refused_records_are_decided_on(desk: Desk, qtbot: QtBot) -> None:
    enter(desk, qtbot, *ROWS)
    press(qtbot, desk, "row_r1", "rowRetry")
    press(qtbot, desk, "row_r2", "rowDrop")
    assert decided(desk) == [RetryRow("r1")], "nothing is given up at the first press"
    press(qtbot, desk, "row_r2", "rowKeep")
    press(qtbot, desk, "row_r2", "rowDrop")
    press(qtbot, desk, "row_r2", "rowReason_double")
    assert decided(desk)[-1] == DropRow("r2", "double")
    qtbot.waitUntil(lambda: not desk.window.findChildren(QFrame, "row_r1"))
    assert desk.find("row_r3").isVisible()
    qtbot.mouseClick(desk.find("officeClose", QPushButton), Qt.MouseButton.LeftButton)
    assert desk.intents.names[-1] == "close_office"


def test_with_nothing_refused_it_says_so(desk: Desk, qtbot: QtBot) -> None:
    enter(desk, qtbot)
    nothing = desk.window.findChild(QLabel, "queueNothing")
    assert nothing is not None
    qtbot.waitUntil(lambda: bool(nothing.text()) and nothing.isVisible())


def test_the_list_goes_with_the_screen(desk: Desk, qtbot: QtBot) -> None:
    enter(desk, qtbot, *ROWS)
    desk.show(Screen.ATTRACT)
    assert not desk.window.findChildren(QFrame, "row_r1")


def test_a_desk_with_an_account_offers_the_room(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.ATTRACT, account=True)
    qtbot.mouseClick(desk.find("office", QPushButton), Qt.MouseButton.LeftButton)
    assert desk.intents.names == ["open_office"]
