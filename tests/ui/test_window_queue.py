"""The operator's screen: what is refused is listed, sent again at one press, given up at two."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.outbox import Backlog
from kiosk.station.snapshot import Queue, QueueRow, Screen

ROWS = tuple(
    QueueRow(id=f"r{number}", action="create_person", code="api_conflict", word="", age_s=60.0 * number)
    for number in range(1, 4)
)


def waits(*rows: QueueRow) -> Queue:
    return Queue(backlog=Backlog(pending=1, buried=len(rows)), rows=rows)


def press(qtbot: QtBot, desk: Desk, card: str, name: str) -> None:
    made = desk.find(card).findChild(QPushButton, name)
    assert made is not None
    assert made.isVisible()
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)


def test_refused_records_are_decided_on(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.OPERATOR, queue=waits(*ROWS))
    press(qtbot, desk, "row_r1", "rowRetry")
    press(qtbot, desk, "row_r2", "rowDrop")
    assert desk.intents.calls == [("retry_row", "r1")], "nothing is given up at the first press"
    press(qtbot, desk, "row_r2", "rowKeep")
    press(qtbot, desk, "row_r2", "rowDrop")
    press(qtbot, desk, "row_r2", "rowReason_double")
    assert desk.intents.calls[-1] == ("drop_row", "r2", "double")
    desk.show(Screen.OPERATOR, queue=waits(ROWS[2]))
    qtbot.waitUntil(lambda: not desk.window.findChildren(QFrame, "row_r1"))
    assert desk.find("row_r3").isVisible()
    qtbot.mouseClick(desk.find("close", QPushButton), Qt.MouseButton.LeftButton)
    assert desk.intents.names[-1] == "close_queue"


def test_with_nothing_refused_it_says_so(desk: Desk) -> None:
    desk.show(Screen.OPERATOR, queue=waits())
    nothing = desk.find("queueNothing", QLabel)
    assert isinstance(nothing, QLabel)
    assert nothing.text()


def test_the_list_goes_with_the_screen(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.OPERATOR, queue=waits(*ROWS))
    desk.show(Screen.ATTRACT)
    qtbot.waitUntil(lambda: not desk.window.findChildren(QFrame, "row_r1"))


def test_a_desk_with_an_account_offers_it(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.ATTRACT, account=True)
    qtbot.mouseClick(desk.find("queue", QPushButton), Qt.MouseButton.LeftButton)
    assert desk.intents.names == ["open_queue"]
