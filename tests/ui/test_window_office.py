"""The operator's room on a real window: by keyboard alone, and nothing left behind."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.errors import Code
from kiosk.domain.operators import Operator, OperatorId, PinAnswer, PinChecked, Role
from kiosk.domain.person import Details, Person, PersonId, Truth
from kiosk.domain.record import DeletionCertificate, Erasure, Touched
from kiosk.station.office.exports import (
    DeleteExportsOf,
    ExportPeople,
    ExportsShown,
    ListExports,
    SaveCertificate,
    Written,
)
from kiosk.station.office.operators import AddOperator, DisableOperator, ListOperators, NewPin, OperatorsShown
from kiosk.station.office.people import (
    DeletePerson,
    DeleteReason,
    EditPerson,
    FindPeople,
    PeopleFound,
    PersonShown,
    ShowPerson,
)
from kiosk.station.office.refusals import ReadRefusals, RefusalsShown
from kiosk.station.office.requests import OfficeReply
from kiosk.station.office.results import FindResults, ResultsPage
from kiosk.station.office.signing import LeaveKiosk, ListNames, NameShown, SignIn
from kiosk.station.snapshot import Screen
from kiosk.ui.gesture import OperatorGesture
from kiosk.ui.office.bridge import OfficeBridge
from kiosk.ui.widgets.face_picture import FacePicture
from kiosk.ui.widgets.rows_table import RowsTable

NOW = "2026-03-01T12:00:00.000Z"
ANA = Person(
    id=PersonId("p1"),
    details=Details(first_name="Zoraida", last_name="Quintero", document_number="AB1234567", document_type="passport"),
    created_at=NOW,
    updated_at=NOW,
    truth=Truth.PROVISIONAL,
)
NAMES = (
    NameShown(id=OperatorId("boss"), name="Ana", role=Role.SUPERVISOR),
    NameShown(id=OperatorId("clerk"), name="Luis", role=Role.OPERATOR, locked_s=60.0),
)
OPERATORS = OperatorsShown(
    operators=tuple(Operator(id=each.id, name=each.name, role=each.role, created_at=NOW) for each in NAMES),
    me="boss",
    now=NOW,
)
CERTIFICATE = DeletionCertificate(
    person=ANA.id,
    at=NOW,
    why=Erasure.ASKED,
    touched=(Touched(kind="table", name="persons", outcome="deleted", count=1),),
    audit_id=7,
    audit_hash="ab" * 32,
)


def jpeg() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (90, 120), (200, 150, 120)).save(made, "JPEG")
    return made.getvalue()


@pytest.fixture
def room(desk: Desk, qtbot: QtBot) -> Iterator[Desk]:
    """A supervisor in the room, with the people page up."""
    desk.intents.answers |= {
        ListNames: NAMES,
        FindPeople: PeopleFound(people=(ANA,), total=1, now=NOW),
        ShowPerson: PersonShown(person=ANA, consents=(), now=NOW, picture=jpeg()),
        EditPerson: lambda request: PersonShown(
            person=Person(id=ANA.id, details=request.details, created_at=NOW, updated_at=NOW), consents=(), now=NOW
        ),
        DeletePerson: CERTIFICATE,
        SaveCertificate: Written(path="/exports/deletion.json", count=1),
        FindResults: ResultsPage(lines=(), total=0, page=0, pages=1, now=NOW),
        ReadRefusals: RefusalsShown(refusals=(), now_ms=0.0),
        ListOperators: OPERATORS,
        AddOperator: OPERATORS,
        NewPin: OPERATORS,
        DisableOperator: Code.LAST_SUPERVISOR,
        ListExports: ExportsShown(folder="/exports", files=("people-1.csv",)),
        ExportPeople: Written(path="/exports/people-2.csv", count=3),
    }
    enter(desk)
    qtbot.waitUntil(lambda: bool(table(desk, "peopleTable").rows))
    yield desk
    desk.show(Screen.ATTRACT)


def enter(desk: Desk, role: Role = Role.SUPERVISOR) -> None:
    desk.show(Screen.OPERATOR, manned=True, account=True, operator_name="Ana", operator_role=role)


def table(desk: Desk, name: str) -> RowsTable:
    found = desk.find(name)
    assert isinstance(found, RowsTable)
    return found


def go(desk: Desk, qtbot: QtBot, page: str, first: str) -> None:
    """To a page with the keyboard alone."""
    item = desk.find(f"nav_{page}", QPushButton)
    item.setFocus()
    qtbot.keyClick(item, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.find(first).isVisible())


def press(qtbot: QtBot, desk: Desk, name: str) -> None:
    made = desk.find(name, QPushButton)
    assert isinstance(made, QPushButton)
    assert made.isEnabled(), name
    made.setFocus()
    qtbot.keyClick(made, Qt.Key.Key_Return)


def everything_written(window: QWidget) -> str:
    """Every text of every widget that there is, seen or not."""
    words: list[str] = []
    for widget in window.findChildren(QWidget):
        words += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLabel | QLineEdit | QPushButton):
            words.append(widget.text())
        elif isinstance(widget, QComboBox):
            words += [widget.itemText(number) for number in range(widget.count())]
        elif isinstance(widget, QListWidget):
            words += [widget.item(number).text() for number in range(widget.count())]
        elif isinstance(widget, RowsTable):
            words += [cell for row in widget.rows for cell in row.cells]
    return "\n".join(words)


# --------------------------------------------------------------------------------------------------------- sign-in


def test_the_keys_and_a_long_press_open_it_and_a_short_one_does_not(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.ATTRACT)
    qtbot.keyClick(desk.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert desk.intents.names == ["open_office"]
    header = desk.find("header")
    qtbot.mouseClick(header, Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    gesture = desk.window.findChild(OperatorGesture)
    assert gesture is not None
    qtbot.mousePress(header, Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    with qtbot.waitSignal(gesture.made):
        pass
    qtbot.mouseRelease(header, Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    assert desk.intents.names == ["open_office", "open_office"]


def test_a_name_and_a_pin_by_keyboard(desk: Desk, qtbot: QtBot) -> None:
    desk.intents.answers |= {
        ListNames: NAMES,
        SignIn: PinChecked(answer=PinAnswer.WRONG, tries_left=3),
    }
    desk.show(Screen.OPERATOR, manned=True)
    names = desk.find("signInNames", QListWidget)
    assert isinstance(names, QListWidget)
    qtbot.waitUntil(lambda: names.count() == 2)
    qtbot.keyClick(names, Qt.Key.Key_Down)
    qtbot.keyClick(names, Qt.Key.Key_Return)
    pin = desk.find("signInPin", QLineEdit)
    assert isinstance(pin, QLineEdit)
    qtbot.keyClicks(pin, "493817")
    assert pin.displayText() != "493817", "nobody reads it over a shoulder"
    qtbot.keyClick(pin, Qt.Key.Key_Return)
    said = desk.find("signInSaid", QLabel)
    assert isinstance(said, QLabel)
    qtbot.waitUntil(lambda: "3 tries" in said.text())
    asked = [request for request in desk.intents.asked if isinstance(request, SignIn)]
    assert [(request.operator, request.pin) for request in asked] == [("clerk", "493817")]
    assert "493817" not in repr(asked[0])
    assert pin.text() == "", "the PIN is gone once it was handed over"


def test_the_pad_types_and_who_is_locked_hears_for_how_long(desk: Desk, qtbot: QtBot) -> None:
    desk.intents.answers |= {
        ListNames: NAMES[:1],
        SignIn: PinChecked(answer=PinAnswer.LOCKED, locked_s=299.0),
    }
    desk.show(Screen.OPERATOR, manned=True)
    names = desk.find("signInNames", QListWidget)
    assert isinstance(names, QListWidget)
    qtbot.waitUntil(lambda: names.count() == 1)
    for digit in "12":
        qtbot.mouseClick(desk.find(f"key_{digit}"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(desk.find("key_erase"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(desk.find("signInEnter"), Qt.MouseButton.LeftButton)
    said = desk.find("signInSaid", QLabel)
    assert isinstance(said, QLabel)
    qtbot.waitUntil(lambda: re.search(r"Locked until \d\d:\d\d\.", said.text()) is not None)
    assert [request.pin for request in desk.intents.asked if isinstance(request, SignIn)] == ["1"]


def test_leaving_the_sign_in_page_forgets_names_and_digits(desk: Desk, qtbot: QtBot) -> None:
    desk.intents.answers[ListNames] = NAMES
    desk.show(Screen.OPERATOR, manned=True)
    names = desk.find("signInNames", QListWidget)
    assert isinstance(names, QListWidget)
    qtbot.waitUntil(lambda: names.count() == 2)
    qtbot.keyClicks(desk.find("signInPin"), "4938")
    qtbot.keyClick(desk.find("signInPanel"), Qt.Key.Key_Escape)
    assert desk.intents.names == ["close_office"]
    desk.show(Screen.ATTRACT)
    written = everything_written(desk.window)
    assert "Luis" not in written
    assert "4938" not in written


# --------------------------------------------------------------------------------------------------------- the room


def test_an_operator_is_offered_less_than_a_supervisor(room: Desk) -> None:
    assert room.find("nav_operators").isVisible()
    enter(room, Role.OPERATOR)
    shown = {
        item.objectName() for item in room.window.findChildren(QPushButton) if item.objectName().startswith("nav_")
    }
    assert {"nav_people", "nav_results", "nav_queue", "nav_refusals"} <= shown
    assert not shown & {"nav_operators", "nav_exports"}


def test_search_open_edit_and_save_by_keyboard(room: Desk, qtbot: QtBot) -> None:
    search = room.find("peopleSearch", QLineEdit)
    qtbot.keyClicks(search, "quin")
    qtbot.waitUntil(lambda: FindPeople("quin") in room.intents.asked)
    qtbot.keyClick(search, Qt.Key.Key_Return)
    people = table(room, "peopleTable")
    qtbot.waitUntil(lambda: bool(people.rows))
    assert people.rows[0].cells[2] == "Provisional", "with its truth label"
    qtbot.keyClick(people, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: room.find("personPanel").isVisible())
    qtbot.waitUntil(lambda: picture(room).shows_picture)
    save = room.find("personSave", QPushButton)
    assert not save.isEnabled(), "nothing has changed yet"
    first = room.find("personPanel").findChild(QLineEdit, "email")
    assert first is not None
    qtbot.keyClicks(first, "nobody")
    assert not save.isEnabled(), "this is not an e-mail address"
    qtbot.keyClicks(first, "@example.org")
    press(qtbot, room, "personSave")
    edits = [request for request in room.intents.asked if isinstance(request, EditPerson)]
    assert [(edit.person, edit.details.email) for edit in edits] == [("p1", "nobody@example.org")]
    assert "nobody@example.org" not in repr(edits[0])
    notice = room.window.findChild(QLabel, "peopleNotice")
    assert notice is not None
    qtbot.waitUntil(lambda: notice.isVisible() and "saved" in notice.text())


def picture(room: Desk) -> FacePicture:
    found = room.window.findChild(FacePicture, "personPicture")
    assert found is not None
    return found


def open_person(room: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(table(room, "peopleTable").rows))
    qtbot.keyClick(table(room, "peopleTable"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: picture(room).shows_picture)


def test_deleting_asks_why_and_shows_the_certificate(room: Desk, qtbot: QtBot) -> None:
    open_person(room, qtbot)
    press(qtbot, room, "personDelete")
    assert not [request for request in room.intents.asked if isinstance(request, DeletePerson)]
    press(qtbot, room, f"deleteReason_{DeleteReason.DOUBLE}")
    assert DeletePerson(ANA.id, DeleteReason.DOUBLE) in room.intents.asked
    qtbot.waitUntil(lambda: room.find("certificatePanel").isVisible())
    assert not picture(room).shows_picture
    press(qtbot, room, "certificateSave")
    assert SaveCertificate(ANA.id) in room.intents.asked


@pytest.mark.parametrize("way", ["another_page", "close", "signed_out"])
def test_the_picture_and_the_name_go_with_the_page(room: Desk, qtbot: QtBot, way: str) -> None:
    open_person(room, qtbot)
    shown = picture(room)
    assert "Zoraida" in everything_written(room.window)
    match way:
        case "another_page":
            go(room, qtbot, "results", "resultsTable")
            assert not shown.shows_picture
        case "close":
            room.show(Screen.ATTRACT)
        case _:
            room.show(Screen.OPERATOR, manned=True)
    assert "Zoraida" not in everything_written(room.window)
    if way != "another_page":
        assert room.window.findChild(FacePicture, "personPicture") is None, "it is not in the widget tree any more"


def test_signing_out_wipes_every_page_that_was_opened(room: Desk, qtbot: QtBot) -> None:
    for page, first in (
        ("results", "resultsTable"),
        ("refusals", "refusalsBody"),
        ("operators", "operatorsTable"),
        ("exports", "exportsFiles"),
        ("people", "peopleTable"),
    ):
        go(room, qtbot, page, first)
    open_person(room, qtbot)
    press(qtbot, room, "officeSignOut")
    assert room.intents.names[-1] == "sign_out"
    room.intents.answers[ListNames] = ()
    room.show(Screen.OPERATOR, manned=True)
    written = everything_written(room.window)
    for gone in ("Zoraida", "AB1234567", "Luis", "people-1.csv"):
        assert gone not in written
    pages = [each.objectName() for each in room.window.findChildren(QWidget) if each.objectName().endswith("Page")]
    assert pages == []


def test_an_answer_that_nobody_waits_for_any_more_is_dropped(qtbot: QtBot) -> None:
    replies: list[Callable[[OfficeReply], None]] = []
    bridge = OfficeBridge(lambda request, reply: replies.append(reply))
    came: list[str] = []
    for owner in ("page that was left", "page that is up"):
        bridge.ask(owner, ListNames(), lambda reply, owner=owner: came.append(owner))
    bridge.forget("page that was left")
    for reply in replies:
        reply(OfficeReply(request=ListNames(), answer=()))
    qtbot.waitUntil(lambda: bool(came))
    bridge.close()
    replies[0](OfficeReply(request=ListNames(), answer=()))
    assert came == ["page that is up"]


def test_a_new_operator_needs_a_name_and_the_same_pin_twice(room: Desk, qtbot: QtBot) -> None:
    go(room, qtbot, "operators", "operatorsTable")
    press(qtbot, room, "operatorAdd")
    qtbot.keyClicks(room.find("operatorName"), "Eva")
    qtbot.keyClicks(room.find("operatorPin"), "739164")
    save = room.find("operatorSave", QPushButton)
    assert not save.isEnabled()
    qtbot.keyClicks(room.find("operatorPinAgain"), "739164")
    press(qtbot, room, "operatorSave")
    added = [request for request in room.intents.asked if isinstance(request, AddOperator)]
    assert [(request.name, request.role, request.pin) for request in added] == [("Eva", Role.OPERATOR, "739164")]
    assert "739164" not in everything_written(room.window)


def test_disabling_takes_two_presses_and_says_why_not(room: Desk, qtbot: QtBot) -> None:
    go(room, qtbot, "operators", "operatorsTable")
    qtbot.waitUntil(lambda: bool(table(room, "operatorsTable").rows))
    press(qtbot, room, "operatorDisable")
    assert not [request for request in room.intents.asked if isinstance(request, DisableOperator)]
    press(qtbot, room, "operatorDisable")
    notice = room.window.findChild(QLabel, "operatorsNotice")
    assert notice is not None
    qtbot.waitUntil(lambda: "last supervisor" in notice.text())


def test_exports_say_where_they_are(room: Desk, qtbot: QtBot) -> None:
    go(room, qtbot, "exports", "exportsFiles")
    press(qtbot, room, "exportPeople")
    notice = room.window.findChild(QLabel, "exportsNotice")
    assert notice is not None
    qtbot.waitUntil(lambda: "/exports/people-2.csv" in notice.text())


def test_typing_keeps_the_operator_signed_in(room: Desk, qtbot: QtBot) -> None:
    before = room.intents.acts
    qtbot.waitUntil(lambda: bool(qtbot.keyClicks(room.find("peopleSearch"), "a") or room.intents.acts > before))


def test_an_operator_hears_why_there_is_no_delete_and_whom_to_ask(room: Desk, qtbot: QtBot) -> None:
    enter(room, Role.OPERATOR)
    go(room, qtbot, "results", "resultsTable")
    go(room, qtbot, "people", "peopleTable")
    qtbot.waitUntil(lambda: bool(table(room, "peopleTable").rows))
    press(qtbot, room, "peopleOpen")
    qtbot.waitUntil(lambda: room.find("personPanel").isVisible())
    why = room.find("personMayNot", QLabel)
    assert isinstance(why, QLabel)
    assert why.text() == "Only a supervisor may delete somebody. Ask: Ana."
    room.show(Screen.OPERATOR, manned=True, account=True, operator_name="Ana", operator_role=Role.OPERATOR, pending=1)
    withheld = room.find("officeWithheld", QLabel)
    assert isinstance(withheld, QLabel)
    assert withheld.text().startswith("Only for a supervisor: Operators, Exports")
    assert withheld.text().endswith("Ask: Ana.")


def test_leaving_kiosk_mode_takes_a_supervisor_and_two_presses(desk: Desk, qtbot: QtBot) -> None:
    let_out: list[bool] = []
    desk.window.held = True
    desk.window.let_out.connect(lambda: let_out.append(True))
    desk.intents.answers |= {ListNames: NAMES, FindPeople: PeopleFound(people=(), total=0, now=NOW), LeaveKiosk: True}
    enter(desk, Role.OPERATOR)
    assert not desk.window.findChild(QPushButton, "officeLeave").isVisible()
    enter(desk)
    press(qtbot, desk, "officeLeave")
    assert [each for each in desk.intents.asked if isinstance(each, LeaveKiosk)] == [], "not at the first press"
    press(qtbot, desk, "officeLeave")
    qtbot.waitUntil(lambda: let_out == [True])
    assert not desk.window.findChild(QPushButton, "officeLeave").isVisible()
    assert not desk.window.held
    desk.show(Screen.ATTRACT)


def test_exports_go_to_the_stick_that_is_chosen(room: Desk, qtbot: QtBot) -> None:
    own, stick = "/exports", "/media/STICK"
    room.intents.answers[ListExports] = lambda request: ExportsShown(
        folder=request.place or own,
        files=("people-1.csv",) if request.place == stick else (),
        places=(own, stick),
    )
    go(room, qtbot, "exports", "exportPeople")
    where = room.find("exportsPlace", QComboBox)
    assert isinstance(where, QComboBox)
    qtbot.waitUntil(lambda: where.count() == 2)
    assert [where.itemText(number) for number in range(2)] == ["this station's folder", "stick STICK"]
    assert not where.isEditable(), "the station is closed in: no other folder"
    where.setFocus()
    qtbot.keyClick(where, Qt.Key.Key_Down)
    files = room.find("exportsNothing")
    qtbot.waitUntil(lambda: not files.isVisible())
    press(qtbot, room, "exportPeople")
    qtbot.waitUntil(lambda: room.intents.asked[-2:] == [ExportPeople(stick), ListExports(stick)])
    room.intents.answers[ListExports] = lambda request: (
        Code.EXPORT_PLACE if request.place == stick else ExportsShown(folder=own, files=(), places=(own,))
    )
    press(qtbot, room, "exportsLook")
    notice = room.window.findChild(QLabel, "exportsNotice")
    assert isinstance(notice, QLabel)
    qtbot.waitUntil(lambda: "Plug the stick in again" in notice.text())
    qtbot.waitUntil(lambda: where.count() == 1)


def test_tables_that_still_hold_somebody_are_deleted_from_the_certificate(room: Desk, qtbot: QtBot) -> None:
    held = Touched(kind="export", name="people-20260301-120000.csv", outcome="kept")
    room.intents.answers[DeletePerson] = replace(CERTIFICATE, touched=(*CERTIFICATE.touched, held))
    gone = replace(CERTIFICATE, touched=(*CERTIFICATE.touched, replace(held, outcome="deleted")))
    room.intents.answers[DeleteExportsOf] = gone
    press(qtbot, room, "peopleOpen")
    qtbot.waitUntil(lambda: room.find("personPanel").isVisible())
    press(qtbot, room, "personDelete")
    press(qtbot, room, f"deleteReason_{DeleteReason.ASKED}")
    lines = room.window.findChild(QListWidget, "certificateLines")
    assert isinstance(lines, QListWidget)
    qtbot.waitUntil(lines.isVisible)
    assert lines.item(lines.count() - 1).text() == (
        "Exported table people-20260301-120000.csv: may still hold the person"
    )
    press(qtbot, room, "certificateExports")
    qtbot.waitUntil(lambda: lines.item(lines.count() - 1).text().endswith(": deleted"))
    assert DeleteExportsOf(ANA.id) in room.intents.asked
    assert not room.window.findChild(QPushButton, "certificateExports").isVisible()
    notice = room.find("peopleNotice", QLabel)
    assert isinstance(notice, QLabel)
    assert "the certificate says so" in notice.text()
