"""Somebody comes back with their receipt: it is read or typed, and what is held is seen, corrected, renewed, withdrawn."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.errors import Code
from kiosk.domain.operators import Role
from kiosk.domain.person import Details, Person, PersonId
from kiosk.domain.record import Consent, DeletionCertificate, Erasure, Touched
from kiosk.station.office.exports import SaveCertificate, Written
from kiosk.station.office.people import (
    DeletePerson,
    FindPeople,
    PeopleFound,
    PersonShown,
    RenewPerson,
    ShowPerson,
)
from kiosk.station.office.receipts import ReadReceipt, ReceiptRead
from kiosk.station.snapshot import Mode, Screen

NOW = "2026-03-01T12:00:00.000Z"
ANA = Person(
    id=PersonId("01a202f2-97b1-722f-8383-588b4ed72f1d"),
    details=Details(first_name="Zoraida", last_name="Quintero", document_number="AB1234567"),
    created_at=NOW,
    updated_at=NOW,
)
SHOWN = PersonShown(
    person=ANA, consents=(Consent(text_version="2026-01", given_at=NOW),), now=NOW, days_left=400, picture=None
)
CERTIFICATE = DeletionCertificate(
    person=ANA.id,
    at=NOW,
    why=Erasure.ASKED,
    touched=(Touched(kind="table", name="persons", outcome="deleted", count=1),),
    audit_id=7,
    audit_hash="ab" * 32,
)


@pytest.fixture
def finder(desk: Desk, qtbot: QtBot) -> Desk:
    desk.intents.answers |= {
        FindPeople: PeopleFound(people=(ANA,), total=1, now=NOW),
        ShowPerson: SHOWN,
        ReadReceipt: ReceiptRead(),
        RenewPerson: ANA.id,
        DeletePerson: CERTIFICATE,
        SaveCertificate: Written(path="/exports/deletion.json", count=1),
    }
    desk.show(Screen.OPERATOR, manned=True, operator_name="Ana", operator_role=Role.SUPERVISOR)
    press(desk, qtbot, "peopleReceipt")
    qtbot.waitUntil(lambda: desk.find("receiptCode").hasFocus())
    return desk


def press(desk: Desk, qtbot: QtBot, name: str) -> None:
    made = desk.find(name, QPushButton)
    made.setFocus()
    qtbot.keyClick(made, Qt.Key.Key_Return)


def person_is_up(desk: Desk) -> bool:
    panel = desk.window.findChild(QLabel, "personName")
    return panel is not None and panel.isVisible()


def test_a_receipt_before_the_camera_opens_its_person(finder: Desk, qtbot: QtBot) -> None:
    finder.source.show()
    qtbot.waitUntil(lambda: any(isinstance(each, ReadReceipt) for each in finder.intents.asked))
    assert not person_is_up(finder)
    finder.intents.answers[ReadReceipt] = ReceiptRead(other=True)
    finder.source.show(left=9)
    qtbot.waitUntil(lambda: finder.window.findChild(QLabel, "receiptWrong").isVisible())
    finder.intents.answers[ReadReceipt] = ReceiptRead(ANA.id)
    finder.source.show(left=17)
    qtbot.waitUntil(lambda: person_is_up(finder))
    facts = finder.find("personFacts", QLabel).text()
    assert "2026-01" in facts
    assert "400 more days" in facts
    asked = len([each for each in finder.intents.asked if isinstance(each, ReadReceipt)])
    finder.source.show(left=33)
    press(finder, qtbot, "personDelete")
    press(finder, qtbot, "deleteReason_asked")
    qtbot.waitUntil(lambda: finder.window.findChild(QPushButton, "certificateSave").isVisible())
    press(finder, qtbot, "certificateSave")
    qtbot.waitUntil(lambda: "/exports/deletion.json" in finder.find("peopleNotice", QLabel).text())
    assert len([each for each in finder.intents.asked if isinstance(each, ReadReceipt)]) == asked, "it looks no more"


def test_its_number_can_be_typed_and_a_wrong_one_asks_nobody(finder: Desk, qtbot: QtBot) -> None:
    field = finder.find("receiptCode")
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, "not a receipt")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert finder.find("receiptWrong").isVisible()
    assert not any(isinstance(each, ShowPerson) for each in finder.intents.asked)
    field.clear()
    qtbot.keyClicks(field, f"KIOSK-RECEIPT:1:{ANA.id}")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: person_is_up(finder))
    press(finder, qtbot, "personRenew")
    assert RenewPerson(ANA.id) in finder.intents.asked
    finder.show(Screen.ATTRACT)
    assert not finder.window.findChildren(QLineEdit, "receiptCode"), "the room goes, with everything in it"


def test_a_receipt_of_somebody_deleted_says_that_nothing_is_held(finder: Desk, qtbot: QtBot) -> None:
    finder.intents.answers[ShowPerson] = Code.PERSON_UNKNOWN
    field = finder.find("receiptCode")
    qtbot.keyClicks(field, str(ANA.id))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Nothing is held" in finder.window.findChild(QLabel, "peopleNotice").text())
    assert finder.find("receiptCode").isVisible()


def test_no_new_pictures_are_taken_at_a_door(finder: Desk, qtbot: QtBot) -> None:
    finder.show(Screen.OPERATOR, manned=True, operator_name="Ana", operator_role=Role.SUPERVISOR, mode=Mode.ACCESS)
    field = finder.find("receiptCode")
    qtbot.keyClicks(field, str(ANA.id))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: person_is_up(finder))
    assert not finder.window.findChild(QPushButton, "personRenew").isVisible()
