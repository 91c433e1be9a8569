"""A supervisor at the window of a whole station: signs in, edits a person, exports, deletes them; all by keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from support.station_parts import wait_until
from support.station_rig import Rig

from kiosk.cli.office import export_parts
from kiosk.details import check_details
from kiosk.domain.operators import Role
from kiosk.domain.person import PersonId
from kiosk.settings import Settings
from kiosk.station.office.export_places import ExportPlaces
from kiosk.station.office.exports import exports
from kiosk.store.sqlite import SqliteStore
from kiosk.ui.bridge import Bridge
from kiosk.ui.environment import prepare_environment
from kiosk.ui.fonts import load_fonts
from kiosk.ui.main_window import KioskWindow
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme

PIN = "493817"


@dataclass
class Whole:
    """Everything, with the window on top."""

    rig: Rig
    window: KioskWindow
    folder: Path
    qtbot: QtBot

    def seen(self, name: str) -> list[QWidget]:
        return [each for each in self.window.findChildren(QWidget, name) if each.isVisible() and each.isEnabled()]

    def find(self, name: str) -> QWidget:
        self.qtbot.waitUntil(lambda: bool(self.seen(name)))
        return self.seen(name)[0]

    def press(self, name: str) -> None:
        made = self.find(name)
        assert isinstance(made, QPushButton)
        made.setFocus()
        self.qtbot.keyClick(made, Qt.Key.Key_Return)

    def notice(self, page: str, words: str) -> str:
        shown = self.window.findChild(QLabel, f"{page}Notice")
        assert shown is not None
        self.qtbot.waitUntil(lambda: words in shown.text())
        return shown.text()


@pytest.fixture
def whole(qtbot: QtBot, tmp_path: Path) -> Iterator[Whole]:
    prepare_environment()
    load_fonts()
    folder = tmp_path / "exports"
    rig = Rig(tmp_path, office=(exports(export_parts(Settings(), ExportPlaces(folder=folder))),))
    rig.enrol(1, "Zoraida")
    rig.enrol(2, "Wilmer")
    store = SqliteStore.open(rig.path, clock=rig.clock)
    store.operators.add(name="Ana", role=Role.SUPERVISOR, pin=PIN, by="test")
    store.close()
    window = KioskWindow(
        text=Text("en"),
        theme=Theme(),
        intents=rig.station,
        latest_frame=rig.station.latest_frame,
        check_details=check_details,
    )
    bridge = Bridge()
    bridge.arrived.connect(window.show_snapshot)
    rig.station.subscribe(bridge.post)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    rig.station.start()
    assert wait_until(lambda: rig.station.ready)
    yield Whole(rig, window, folder, qtbot)
    rig.station.stop()
    bridge.close()


def test_a_supervisor_edits_exports_and_deletes(whole: Whole) -> None:
    qtbot, rig = whole.qtbot, whole.rig
    qtbot.keyClick(whole.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    names = whole.find("signInNames")
    assert isinstance(names, QListWidget)
    qtbot.waitUntil(lambda: names.count() == 1)
    qtbot.keyClick(names, Qt.Key.Key_Return)
    qtbot.keyClicks(whole.find("signInPin"), PIN)
    qtbot.keyClick(whole.find("signInPin"), Qt.Key.Key_Return)

    search = whole.find("peopleSearch")
    qtbot.keyClicks(search, "zora")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    table = whole.find("peopleTable")
    qtbot.waitUntil(lambda: len(table.rows) == 1)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    email = whole.find("email")
    assert isinstance(email, QLineEdit)
    qtbot.keyClicks(email, "zoraida@example.org")
    whole.press("personSave")
    whole.notice("people", "saved")
    assert rig.store.person(PersonId("person-1")).details.email == "zoraida@example.org"

    whole.press("nav_exports")
    for name, ending in (("exportPeople", "csv"), ("exportReport", "pdf")):
        whole.press(name)
        said = whole.notice("exports", f".{ending}")
        written = Path(said.rpartition(": ")[2])
        assert written.parent == whole.folder
        assert written.stat().st_mode & 0o077 == 0
    people = next(whole.folder.glob("people-*.csv")).read_text(encoding="utf-8-sig")
    assert "zoraida@example.org" in people
    assert next(whole.folder.glob("report-*.pdf")).read_bytes().startswith(b"%PDF")

    whole.press("nav_people")
    table = whole.find("peopleTable")
    qtbot.waitUntil(lambda: len(table.rows) == 2)
    search = whole.find("peopleSearch")
    qtbot.keyClicks(search, "zora")
    qtbot.waitUntil(lambda: len(table.rows) == 1)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    whole.press("personDelete")
    whole.press("deleteReason_asked")
    assert list(whole.folder.glob("people-*.csv")), "the certificate has named it; nobody has deleted it yet"
    whole.press("certificateExports")
    whole.notice("people", "the certificate says so")
    assert not list(whole.folder.glob("people-*.csv"))
    whole.press("certificateSave")
    whole.notice("people", ".json")
    certificate = json.loads(next(whole.folder.glob("deletion-*.json")).read_text())
    assert (certificate["person"], certificate["complete"]) == ("person-1", True)
    assert [each.id for each in rig.store.people()] == ["person-2"]

    whole.press("officeClose")
    qtbot.waitUntil(lambda: rig.station.signed_in is None)
    assert not whole.window.findChildren(QWidget, "peoplePage")
    actions = [line.action for line in rig.store.audit()]
    wanted = ["operator_signed_in", "person_edited", "people_exported", "report_written", "deletion_asked"]
    assert [action for action in actions if action in wanted] == wanted
