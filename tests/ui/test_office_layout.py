"""Every page of the operator's room: full, empty, and of a station that fails; it can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from support.contrast import faint
from support.desk import Desk
from support.layout import clipped, nameless, settle
from support.office_answers import SHOWN, empty_answers, failing_answers, full_answers

from kiosk.domain.cues import Cue
from kiosk.domain.decision import Reason
from kiosk.domain.explain import Explanation, Veto
from kiosk.domain.link import Link
from kiosk.domain.operators import Role
from kiosk.station.office.refusals import ReadRefusals, RefusalsShown
from kiosk.station.refusals import Refusal
from kiosk.station.snapshot import Mode, Screen
from kiosk.ui.office.catalog import PAGES
from kiosk.ui.office.screen import OfficeScreen
from kiosk.ui.theme import BRIGHT, DARK, Palette, Theme
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.rows_table import RowsTable

Opens = Callable[..., Desk]
COMBINATIONS = [
    pytest.param((1280, 800), "es", BRIGHT, 1.0, id="1280x800-es"),
    pytest.param((1920, 1080), "pt", DARK, 1.3, id="1920x1080-pt-dark-large"),
    pytest.param((1080, 1920), "pt", BRIGHT, 1.3, id="1080x1920-pt-large"),
]


def enter(desk: Desk, role: Role | None = Role.SUPERVISOR) -> OfficeScreen:
    """The room; None: its sign-in page."""
    name = "Conceição Figueiredo" if role is not None else ""
    desk.show(
        Screen.OPERATOR,
        mode=Mode.ENROLL,
        manned=True,
        account=True,
        link=Link.ONLINE,
        operator_name=name,
        operator_role=role,
    )
    screen = desk.window.findChild(OfficeScreen)
    assert isinstance(screen, OfficeScreen)
    settle()
    return screen


def press(desk: Desk, name: str) -> None:
    made = desk.find(name, QPushButton)
    assert isinstance(made, QPushButton)
    made.click()
    settle()


def views(desk: Desk) -> Iterator[str]:
    """Puts up one page after the other, and what opens from them."""
    screen = enter(desk)
    for page in (entry.name for entry in PAGES):
        screen.open(page)
        settle()
        yield page
    screen.open("people")
    settle()
    table = desk.find("peopleTable")
    if isinstance(table, RowsTable) and table.rows:
        for name, view in (
            ("peopleOpen", "person"),
            ("personDelete", "deleting"),
            ("deleteReason_asked", "certificate"),
            ("certificateBack", "list"),
            ("peopleReceipt", "receipt"),
        ):
            press(desk, name)
            yield view
    enter(desk, None)
    yield "sign_in"


@pytest.mark.parametrize(("size", "language", "palette", "letters"), COMBINATIONS)
def test_full_pages_can_be_read(
    open_desk: Opens, size: tuple[int, int], language: str, palette: Palette, letters: float
) -> None:
    desk = open_desk(width=size[0], height=size[1], language=language, theme=Theme(palette, text=letters))
    desk.intents.answers |= full_answers()
    problems = []
    for view in views(desk):
        problems += [f"{view}: {each}" for look in (clipped, faint, nameless) for each in look(desk.window)]
    assert problems == []


@pytest.mark.parametrize(("answers", "language"), [(empty_answers, "pt"), (failing_answers, "es")])
def test_pages_without_anything_can_be_read(open_desk: Opens, answers: Callable[[], dict], language: str) -> None:
    desk = open_desk(language=language)
    desk.intents.answers |= answers()
    problems = []
    for view in views(desk):
        problems += [f"{view}: {each}" for look in (clipped, nameless) for each in look(desk.window)]
    assert problems == []


def test_lists_without_anything_say_so(open_desk: Opens) -> None:
    desk = open_desk()
    desk.intents.answers |= empty_answers()
    screen = enter(desk)
    for page, table in (("people", "peopleTable"), ("results", "resultsTable")):
        screen.open(page)
        settle()
        assert desk.find(table).accessibleDescription(), page
    screen.open("exports")
    settle()
    nothing = desk.find("exportsNothing", QLabel)
    assert isinstance(nothing, QLabel)
    assert nothing.text() == "Nothing has been exported into this folder yet."


def test_a_list_keeps_its_columns_inside_itself(open_desk: Opens) -> None:
    """Nothing has to be scrolled across: long words are shortened first, and columns that matter less are left out."""
    desk = open_desk(theme=Theme(text=2.0))
    desk.intents.answers |= full_answers()
    screen = enter(desk)
    for page, name in (("people", "peopleTable"), ("results", "resultsTable"), ("operators", "operatorsTable")):
        screen.open(page)
        settle()
        table = desk.find(name)
        assert isinstance(table, RowsTable)
        header = table.horizontalHeader()
        shown = [column for column in range(header.count()) if not table.isColumnHidden(column)]
        assert 1 < len(shown) < header.count(), "at 200 % not all columns can be read"
        assert sum(table.columnWidth(column) for column in shown) <= table.viewport().width()
        assert table.columnWidth(shown[0]) > 5 * table.fontMetrics().height(), "the first column stays readable"
        assert table.horizontalScrollBar().maximum() == 0
    desk_again = open_desk(width=1920, height=1080)
    desk_again.intents.answers |= full_answers()
    enter(desk_again).open("people")
    settle()
    table = desk_again.find("peopleTable")
    assert isinstance(table, RowsTable)
    assert not any(table.isColumnHidden(column) for column in range(4))
    assert len(table.rows) == SHOWN


@pytest.mark.parametrize(("size", "language", "palette", "letters"), COMBINATIONS)
def test_every_word_of_an_explained_refusal_can_be_read(
    open_desk: Opens, size: tuple[int, int], language: str, palette: Palette, letters: float
) -> None:
    desk = open_desk(width=size[0], height=size[1], language=language, theme=Theme(palette, text=letters))
    desk.intents.answers |= full_answers()
    vetoes = tuple(
        Veto(name, 12) for name in ("bezel", "virtual_camera", "stream_frozen", "stream_looped", "stream_rushed")
    )
    told = Explanation(reason=Reason.ATTACK, cues=(Cue(name="passive", value=0.012, limit=0.048),), vetoes=vetoes)
    desk.intents.answers[ReadRefusals] = RefusalsShown(refusals=(Refusal("s", 0.0, told),), now_ms=1000.0)
    enter(desk).open("refusals")
    settle()
    table = desk.find("refusalCues")
    assert isinstance(table, RowsTable)
    letters_of, around = table.fontMetrics(), 2 * table.fontMetrics().averageCharWidth()
    for number, row in enumerate(table.rows):
        for column, words in enumerate(row.cells):
            assert not table.isColumnHidden(column)
            room = QRect(0, 0, table.columnWidth(column) - around, 10_000)
            needed = letters_of.boundingRect(room, int(Qt.TextFlag.TextWordWrap), words)
            assert needed.height() <= table.rowHeight(number), words
            assert max(letters_of.horizontalAdvance(word) for word in words.split()) <= room.width(), words


def test_what_is_open_stays_in_sight_in_the_navigation(open_desk: Opens, qtbot: QtBot) -> None:
    desk = open_desk(theme=Theme(text=2.0))
    desk.intents.answers |= full_answers()
    screen = enter(desk)
    last = desk.window.findChild(QPushButton, "nav_doctor")
    assert last is not None
    assert last.visibleRegion().isEmpty(), "twelve pages do not fit at 200 %"
    screen.open("doctor")
    qtbot.waitUntil(lambda: last.visibleRegion().boundingRect().height() == last.height())


def test_buttons_go_to_another_line_and_mirror(qtbot: QtBot) -> None:
    row = QWidget()
    qtbot.addWidget(row)
    flow = Flow(row)
    flow.setSpacing(10)
    first, second, last = QPushButton("One"), QPushButton("Two"), QPushButton("At the end")
    for made in (first, second):
        flow.addWidget(made)
    flow.break_off()
    flow.addWidget(last)
    whole = flow.sizeHint().width()
    row.resize(whole + 100, 200)
    row.show()
    settle()
    assert first.y() == second.y() == last.y()
    assert last.geometry().right() + 1 == row.width()
    row.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    settle()
    assert last.x() == 0
    assert first.geometry().right() + 1 == row.width()
    row.resize(whole - 20, 200)
    settle()
    assert last.y() >= first.geometry().bottom() + flow.spacing()
    assert flow.heightForWidth(whole - 20) == 2 * first.height() + flow.spacing()
    second.hide()
    settle()
    assert last.y() == first.y(), "what is hidden takes no room"
