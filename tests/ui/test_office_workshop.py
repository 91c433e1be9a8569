"""The pages on which a supervisor tries and keeps the station: read, reached and used with the keyboard, empty once left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListWidget, QPushButton, QTableView
from pytestqt.qtbot import QtBot
from support.desk import Desk
from support.layout import clipped, nameless, settle
from support.workshop_answers import answers

from kiosk.domain.errors import Code
from kiosk.domain.operators import Role
from kiosk.station.office import trying, upkeep
from kiosk.station.snapshot import CameraState, Mode, Screen, Snapshot
from kiosk.ui.office.screen import OfficeScreen

PAGES = ("attacks", "site", "camera", "settings", "doctor")
SIZES = [(1280, 800), (1920, 1080), (1080, 1920)]


def office(desk: Desk, page: str, *, role: Role = Role.SUPERVISOR) -> OfficeScreen:
    desk.intents.answers.update(answers())
    desk.window.show_snapshot(
        Snapshot(
            screen=Screen.OPERATOR,
            mode=Mode.ACCESS,
            camera=CameraState.STREAMING,
            manned=True,
            operator_name="Ida",
            operator_role=role,
        )
    )
    screen = desk.window.findChild(OfficeScreen)
    assert isinstance(screen, OfficeScreen)
    screen.open(page)
    settle()
    return screen


def words(desk: Desk, name: str) -> str:
    found = desk.find(name, QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def press(desk: Desk, qtbot: QtBot, name: str) -> None:
    button = desk.find(name, QPushButton)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    settle()


def asked(desk: Desk, kind: type) -> list[object]:
    return [request for request in desk.intents.asked if isinstance(request, kind)]


@pytest.mark.parametrize(("size", "language"), [(SIZES[0], "es"), (SIZES[1], "en"), (SIZES[2], "pt")])
def test_every_page_can_be_read(open_desk: Callable[..., Desk], size: tuple[int, int], language: str) -> None:
    desk = open_desk(width=size[0], height=size[1], language=language)
    for page in PAGES:
        office(desk, page)
        assert clipped(desk.window) == [], page
        assert nameless(desk.window) == [], page


def test_an_operator_is_offered_the_doctor_only(desk: Desk) -> None:
    office(desk, "doctor", role=Role.OPERATOR)
    offered = {b.objectName() for b in desk.window.findChildren(QPushButton) if b.objectName().startswith("nav_")}
    assert "nav_doctor" in offered
    assert offered.isdisjoint({f"nav_{page}" for page in PAGES if page != "doctor"})
    assert not desk.window.findChild(QPushButton, "doctorBundle").isVisible()


def test_a_trial_is_begun_and_the_report_saved_with_the_keyboard(desk: Desk, qtbot: QtBot) -> None:
    office(desk, "attacks")
    assert "LET IN" in words(desk, "attacksAnswer")
    assert "Not fit" in words(desk, "attacksStanding")
    assert not desk.find("attacksUndo").isEnabled()  # an accepted attack is not undone
    press(desk, qtbot, "attacksStart")
    assert trying.DoWalk(trying.WalkAct.START) in desk.intents.asked
    size = desk.find("attacksSize", QComboBox)
    assert isinstance(size, QComboBox)
    assert size.itemText(0) == "5: up to 52 %"
    qtbot.keyClick(size, Qt.Key.Key_Down)
    press(desk, qtbot, "attacksBegin")
    assert trying.DoWalk(trying.WalkAct.BEGIN, attacks=10) in desk.intents.asked
    press(desk, qtbot, "attacksSave")
    assert words(desk, "attacksNotice") == "The report is saved: report.html"


def test_a_site_is_measured_and_saved(desk: Desk, qtbot: QtBot) -> None:
    office(desk, "site")
    press(desk, qtbot, "siteMeasure_seated")
    assert asked(desk, trying.MeasureStep)
    assert "Raise the camera 17 cm." in words(desk, "siteTips")
    eyes = desk.find("siteEyes", QLineEdit)
    qtbot.keyClicks(eyes, "999")
    qtbot.keyClick(eyes, Qt.Key.Key_Return)
    settle()
    assert asked(desk, trying.StandsAt) == []
    assert eyes.property("wrong") == "true"
    press(desk, qtbot, "siteSaveLimits")
    assert asked(desk, trying.SaveSite) == [trying.SaveSite(with_limits=True)]


def test_a_camera_is_tried_and_taken(desk: Desk, qtbot: QtBot) -> None:
    office(desk, "camera")
    cameras = desk.find("cameraChooserList", QListWidget)
    assert isinstance(cameras, QListWidget)
    qtbot.keyClick(cameras, Qt.Key.Key_Down)
    cameras.setCurrentRow(1)
    qtbot.keyClick(cameras, Qt.Key.Key_Return)
    settle()
    assert asked(desk, trying.TryCamera) == [trying.TryCamera("usb:2")]
    press(desk, qtbot, "cameraChooserTake")
    assert words(desk, "cameraNotice") == "usb:2 is in use now."


def test_an_address_that_is_none_is_refused_in_words(desk: Desk, qtbot: QtBot) -> None:
    office(desk, "camera")
    desk.intents.answers[trying.TryCamera] = Code.CAMERA_BAD_URI
    address = desk.find("cameraChooserAddress", QLineEdit)
    qtbot.keyClicks(address, "ftp://x")
    qtbot.keyClick(address, Qt.Key.Key_Return)
    settle()
    assert words(desk, "cameraNotice")


def test_a_setting_is_found_and_changed(desk: Desk, qtbot: QtBot) -> None:
    office(desk, "settings")
    qtbot.keyClicks(desk.find("settingsSearch", QLineEdit), "lockout.attacks")
    settle()
    table = desk.find("settingsTable", QTableView)
    assert isinstance(table, QTableView)
    assert table.model().rowCount() == 1
    table.setCurrentIndex(table.model().index(0, 0))
    settle()
    assert "From 1 to 1000." in words(desk, "settingLimits")
    line = desk.find("settingLine", QLineEdit)
    assert isinstance(line, QLineEdit)
    line.clear()
    qtbot.keyClicks(line, "7")
    desk.intents.answers[upkeep.ChangeSetting] = Code.CONFIG_BAD_VALUE
    qtbot.keyClick(line, Qt.Key.Key_Return)
    settle()
    assert asked(desk, upkeep.ChangeSetting) == [upkeep.ChangeSetting("policy.lockout.attacks", "7")]
    assert "cannot be" in words(desk, "settingsNotice")


def test_a_secret_has_no_editor(desk: Desk, qtbot: QtBot) -> None:
    office(desk, "settings")
    qtbot.keyClicks(desk.find("settingsSearch", QLineEdit), "api.token")
    settle()
    table = desk.find("settingsTable", QTableView)
    assert isinstance(table, QTableView)
    table.setCurrentIndex(table.model().index(0, 0))
    settle()
    assert "never shown" in words(desk, "settingRestart")
    for name, kind in (("settingLine", QLineEdit), ("settingChoice", QComboBox), ("settingSave", QPushButton)):
        assert not desk.window.findChild(kind, name).isVisible()


def test_the_doctor_shows_what_fails_first_and_makes_a_bundle(desk: Desk, qtbot: QtBot) -> None:
    office(desk, "doctor")
    assert words(desk, "checkName_0") == "Disk"
    assert words(desk, "doctorAlone") == "Not to be left unattended while a check fails."
    press(desk, qtbot, "doctorBundle")
    assert "support.zip" in words(desk, "doctorNotice")


@pytest.mark.parametrize(
    ("page", "request_"),
    [
        ("attacks", trying.DoWalk(trying.WalkAct.LEAVE)),
        ("site", trying.LeaveSite()),
        ("camera", trying.LeaveCamera()),
    ],
)
def test_leaving_lets_go(desk: Desk, page: str, request_: object) -> None:
    screen = office(desk, page)
    screen.open("doctor")
    settle()
    assert request_ in desk.intents.asked
    before = len(desk.intents.asked)
    settle()
    assert len(desk.intents.asked) == before
