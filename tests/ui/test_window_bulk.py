"""The bulk page on a real window: what will fail is shown first, and only a second press enrols."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.errors import Code
from kiosk.domain.guidance import Hint
from kiosk.domain.operators import Role
from kiosk.domain.person import PersonId
from kiosk.station.bulk import BulkLine, Finding
from kiosk.station.import_places import TableFile
from kiosk.station.office.bulk import (
    BulkNow,
    CheckTable,
    EnrolTable,
    LeaveBulk,
    ListTables,
    LookAtBulk,
    Stage,
    StopBulk,
    TablesShown,
)
from kiosk.station.snapshot import Screen
from kiosk.ui.presenters.bulk import present
from kiosk.ui.presenters.common import Tone
from kiosk.ui.text import LANGUAGES, Text, texts_of
from kiosk.ui.widgets.rows_table import RowsTable

LINES = (
    BulkLine(line=3, image="", finding=Finding.BAD_LINE, why="bad_date", field="date_of_birth"),
    BulkLine(line=4, image="eva.jpg", finding=Finding.BAD_PICTURE, why="file_missing"),
    BulkLine(line=6, image="uwe.jpg", finding=Finding.REFUSED, why="low_quality", hint=Hint.TOO_DARK),
    BulkLine(line=7, image="eve.jpg", finding=Finding.REFUSED, why="duplicate", person=PersonId("p1")),
    BulkLine(line=8, image="twin.jpg", finding=Finding.TWICE, other=2),
    BulkLine(line=9, image="", finding=Finding.BAD_LINE, why="cells", field="2/3"),
    BulkLine(line=11, image="ana.jpg", finding=Finding.DONE, person=PersonId("p2")),
)
CHECKED = BulkNow(
    stage=Stage.CHECKED,
    table="people.csv",
    total=240,
    done=240,
    counts={Finding.READY: 233, Finding.BAD_LINE: 2, Finding.BAD_PICTURE: 1, Finding.REFUSED: 2, Finding.TWICE: 1},
    lines=LINES,
)
RUNNING = BulkNow(
    stage=Stage.ENROLLING,
    table="people.csv",
    total=233,
    done=58,
    left_s=140.0,
    counts={Finding.READY: 175, Finding.ENROLLED: 58, Finding.BAD_LINE: 2},
    lines=LINES,
)
FINISHED = replace(
    RUNNING,
    stage=Stage.FINISHED,
    left_s=None,
    counts={Finding.ENROLLED: 233, Finding.BAD_LINE: 2, Finding.BAD_PICTURE: 1, Finding.REFUSED: 2, Finding.TWICE: 1},
    result="/profile/import/people-result-20260301-120000.csv",
)
TABLES = TablesShown(
    folder="/profile/import",
    tables=(
        TableFile("/profile/import/people.csv", ("/profile/import/pictures", "/profile/import")),
        TableFile("/media/stick/other.csv", ("/media/stick",)),
    ),
    anywhere=False,
)


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> Desk:
    desk.intents.answers |= {
        ListTables: TABLES,
        LookAtBulk: BulkNow(),
        CheckTable: CHECKED,
        EnrolTable: RUNNING,
        StopBulk: RUNNING,
        LeaveBulk: BulkNow(),
    }
    desk.show(Screen.OPERATOR, manned=True, operator_name="Luis", operator_role=Role.OPERATOR)
    press(desk, qtbot, "nav_bulk")
    qtbot.waitUntil(lambda: box(desk, "bulkTable").count() == 2)
    return desk


def press(desk: Desk, qtbot: QtBot, name: str) -> None:
    made = desk.find(name, QPushButton)
    made.setFocus()
    qtbot.keyClick(made, Qt.Key.Key_Return)


def box(desk: Desk, name: str) -> QComboBox:
    found = desk.find(name)
    assert isinstance(found, QComboBox)
    return found


def tell(desk: Desk, qtbot: QtBot, now: BulkNow, words: str) -> None:
    desk.intents.answers[LookAtBulk] = now
    stage = desk.window.findChild(QLabel, "bulkStage")
    qtbot.waitUntil(lambda: words in stage.text())


def test_from_a_table_to_everybody_enrolled_by_keyboard(page: Desk, qtbot: QtBot) -> None:
    tables = box(page, "bulkTable")
    qtbot.keyClick(tables, Qt.Key.Key_Down)
    assert box(page, "bulkPictures").currentText() == "media/stick"
    qtbot.keyClick(tables, Qt.Key.Key_Up)
    page.intents.answers[LookAtBulk] = CHECKED
    press(page, qtbot, "bulkCheck")
    assert CheckTable("/profile/import/people.csv", "/profile/import/pictures") in page.intents.asked
    qtbot.waitUntil(lambda: page.window.findChild(RowsTable, "bulkRows").isVisible())
    rows = page.find("bulkRows")
    assert isinstance(rows, RowsTable)
    assert rows.rows[0].cells == ("3", "", "Date of birth: in a table, as YYYY-MM-DD, such as 1990-01-31.")
    begin = page.find("bulkBegin", QPushButton)
    assert begin.text() == "Enrol 233 people"
    press(page, qtbot, "bulkBegin")
    assert not any(isinstance(each, EnrolTable) for each in page.intents.asked), "the first press only asks"
    page.intents.answers[LookAtBulk] = RUNNING
    press(page, qtbot, "bulkBegin")
    assert EnrolTable(agreed=True) in page.intents.asked
    qtbot.waitUntil(lambda: bool(page.find("bulkStop").isVisible()))
    bar = page.find("bulkProgress")
    assert isinstance(bar, QProgressBar)
    assert bar.value() == round(1000 * 58 / 233)
    assert page.find("bulkProgressWords", QLabel).text() == "58 of 233 · about 2 minutes left"
    assert not page.find("bulkCheck").isEnabled()
    press(page, qtbot, "bulkStop")
    assert StopBulk() in page.intents.asked
    tell(page, qtbot, FINISHED, "finished")
    assert FINISHED.result in page.find("bulkSaid", QLabel).text()
    page.show(Screen.ATTRACT)
    assert LeaveBulk() in page.intents.asked


def test_a_bad_table_is_said_on_the_page(page: Desk, qtbot: QtBot) -> None:
    page.intents.answers[CheckTable] = Code.TABLE_INVALID
    press(page, qtbot, "bulkCheck")
    qtbot.waitUntil(lambda: page.find("bulkNotice").isVisible())
    assert Text().get("error.table_invalid") in page.find("bulkNotice", QLabel).text()


def test_a_path_can_be_typed_only_where_any_file_may_be_taken(page: Desk, qtbot: QtBot) -> None:
    assert not box(page, "bulkTable").isEditable()
    page.intents.answers[ListTables] = replace(TABLES, anywhere=True)
    press(page, qtbot, "bulkAgain")
    qtbot.waitUntil(lambda: box(page, "bulkTable").isEditable())
    tables, pictures = box(page, "bulkTable"), box(page, "bulkPictures")
    tables.lineEdit().setText("/elsewhere/list.csv")
    pictures.lineEdit().setText("/elsewhere/faces")
    press(page, qtbot, "bulkCheck")
    assert CheckTable("/elsewhere/list.csv", "/elsewhere/faces") in page.intents.asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_a_row_can_come_to_has_words(language: str) -> None:
    text, known = Text(language), texts_of(language)
    assert all(f"bulk_count.{each}" in known for each in Finding)
    assert all(f"bulk_stage.{each}" in known for each in Stage if each is not Stage.IDLE)
    view = present(CHECKED, TABLES, text)
    assert len(view.rows) == len(LINES)
    assert all(row.cells[2] and "." in row.cells[2] for row in view.rows)
    assert [row.tone for row in view.rows] == [Tone.BAD] * 6 + [Tone.GOOD]
    failed = present(replace(FINISHED, stage=Stage.FAILED, error=Code.STORE_FULL), TABLES, text)
    assert (failed.tone, failed.can_begin, failed.can_stop) == (Tone.BAD, False, False)
