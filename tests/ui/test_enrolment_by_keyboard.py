"""The whole enrolment at a real station with a real window, by keyboard alone: nothing is clicked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from support.station_rig import QUICK, Rig

from kiosk.details import check_details
from kiosk.station.snapshot import Mode, Screen
from kiosk.ui.bridge import Bridge
from kiosk.ui.main_window import KioskWindow
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme

WAIT_MS = 8_000
CALM = replace(QUICK, timing=replace(QUICK.timing, receipt_ms=20_000))


class Keys:
    """Somebody at the keyboard."""

    def __init__(self, qtbot: QtBot, rig: Rig, window: KioskWindow) -> None:
        self.qtbot, self.rig, self.window = qtbot, rig, window

    def until(self, screen: Screen) -> None:
        self.qtbot.waitUntil(lambda: self.window.screen_shown is screen, timeout=WAIT_MS)

    @property
    def focused(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None
        return widget

    def press(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.focused, key)

    def tab_to(self, name: str) -> None:
        for _ in range(60):
            if self.focused.objectName() == name:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never gets to {name}")

    def type(self, words: str) -> None:
        self.qtbot.keyClicks(self.focused, words)

    def to_the_camera(self, *names: str) -> None:
        self.until(Screen.ATTRACT)
        self.press(Qt.Key.Key_Return)
        self.until(Screen.CONSENT)
        self.tab_to("agree")
        self.press(Qt.Key.Key_Space)
        self.until(Screen.DETAILS)
        for name in names:
            self.type(name)
            self.press(Qt.Key.Key_Tab)
        self.tab_to("continue")
        self.press(Qt.Key.Key_Return)
        self.rig.camera.tell("show", 5, 255, 1)


@pytest.fixture
def known() -> int:
    """Who is on record before; 0 for nobody."""
    return 0


@pytest.fixture
def keys(qtbot: QtBot, tmp_path: Path, known: int) -> Iterator[Keys]:
    rig = Rig(tmp_path, Mode.ENROLL, CALM)
    if known:
        rig.enrol(known, "Beatriz")
    bridge = Bridge()
    window = KioskWindow(
        text=Text("en"),
        theme=Theme(),
        intents=rig.station,
        latest_frame=rig.station.latest_frame,
        check_details=check_details,
    )
    qtbot.addWidget(window)
    bridge.arrived.connect(window.show_snapshot)
    rig.station.subscribe(bridge.post)
    window.show()
    rig.station.start()
    qtbot.waitExposed(window)
    yield Keys(qtbot, rig, window)
    bridge.close()
    rig.station.stop()


def test_enrolled_without_a_mouse(keys: Keys) -> None:
    keys.to_the_camera("Ana", "Gomez")
    keys.until(Screen.REVIEW)
    keys.tab_to("editDetails")
    keys.press(Qt.Key.Key_Return)
    keys.until(Screen.DETAILS)
    keys.type(" Maria")
    keys.tab_to("continue")
    keys.press(Qt.Key.Key_Return)
    keys.until(Screen.REVIEW)
    keys.press(Qt.Key.Key_Return)
    keys.until(Screen.RESULT)
    keys.qtbot.waitUntil(lambda: ("granted", "enrolled") in keys.rig.results(), timeout=WAIT_MS)
    assert [person.details.display_name for person in keys.rig.store.people()] == ["Ana Maria Gomez"]


@pytest.mark.parametrize("known", [5])
def test_duplicate_is_told_apart_without_a_mouse(keys: Keys) -> None:
    keys.to_the_camera("Ana")
    keys.until(Screen.DUPLICATE)
    keys.tab_to("anotherPerson")
    keys.press(Qt.Key.Key_Return)
    assert keys.focused.objectName() == "reason_look_alike"
    keys.press(Qt.Key.Key_Return)
    keys.until(Screen.REVIEW)
    keys.press(Qt.Key.Key_Return)
    keys.qtbot.waitUntil(lambda: ("granted", "enrolled") in keys.rig.results(), timeout=WAIT_MS)
    assert len(keys.rig.store.people()) == 2


def test_consent_refused_without_a_mouse_keeps_nothing(keys: Keys) -> None:
    keys.until(Screen.ATTRACT)
    keys.press(Qt.Key.Key_Return)
    keys.until(Screen.CONSENT)
    keys.tab_to("refuse")
    keys.press(Qt.Key.Key_Return)
    keys.qtbot.waitUntil(lambda: ("denied", "consent_refused") in keys.rig.results(), timeout=WAIT_MS)
    assert keys.rig.store.people() == []
    assert keys.rig.events("captured") == []
