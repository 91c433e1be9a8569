"""With every part taken away in turn a named screen comes up, and goes away by itself when the part is back. Nothing freezes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from support.station_parts import engine_failure
from support.station_rig import Rig

from kiosk.details import check_details
from kiosk.domain.errors import Code, StoreError
from kiosk.station.snapshot import Screen
from kiosk.ui.bridge import Bridge
from kiosk.ui.main_window import KioskWindow
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme

Opened = tuple[Rig, KioskWindow]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


@pytest.fixture
def opened(rig: Rig, qtbot: QtBot) -> Iterator[Callable[[], Opened]]:
    bridge = Bridge()

    def start() -> Opened:
        window = KioskWindow(
            text=Text(),
            theme=Theme(),
            intents=rig.station,
            latest_frame=rig.station.latest_frame,
            check_details=check_details,
        )
        qtbot.addWidget(window)
        window.show()
        bridge.arrived.connect(window.show_snapshot)
        rig.station.subscribe(bridge.post)
        rig.station.start()
        return rig, window

    yield start
    rig.camera.unhang.set()
    bridge.close()
    rig.station.stop()


def shows(window: KioskWindow, screen: Screen, code: Code | None = None) -> bool:
    words = [each.text() for each in window.findChildren(QLabel) if each.isVisible()]
    named = code is None or Text().get(f"error.{code}") in words
    return window.screen_shown is screen and named


@pytest.mark.expects_log
@pytest.mark.leaves_thread
def test_camera(opened: Callable[[], Opened], qtbot: QtBot) -> None:
    rig, window = opened()
    qtbot.waitUntil(lambda: shows(window, Screen.ATTRACT))
    rig.camera.cannot_open = True
    rig.camera.tell("lose")
    qtbot.waitUntil(lambda: window.screen_shown is Screen.FAULT)
    rig.camera.cannot_open = False
    qtbot.waitUntil(lambda: shows(window, Screen.ATTRACT))
    rig.camera.tell("hang")
    qtbot.waitUntil(lambda: shows(window, Screen.FAULT, Code.CAMERA_STALLED))
    rig.camera.tell("show", 0, 255, 1)
    rig.camera.unhang.set()
    qtbot.waitUntil(lambda: shows(window, Screen.ATTRACT))


@pytest.mark.expects_log
def test_vision(opened: Callable[[], Opened], qtbot: QtBot) -> None:
    rig, window = opened()
    qtbot.waitUntil(lambda: shows(window, Screen.ATTRACT))
    rig.eyes.broken = engine_failure
    qtbot.waitUntil(lambda: shows(window, Screen.FAULT, Code.MODEL_BROKEN))
    rig.eyes.broken = None
    qtbot.waitUntil(lambda: shows(window, Screen.ATTRACT))


@pytest.mark.expects_log
def test_disk(opened: Callable[[], Opened], rig: Rig, qtbot: QtBot) -> None:
    rig.store_error = StoreError(Code.STORE_FULL, "told")
    _, window = opened()
    qtbot.waitUntil(lambda: shows(window, Screen.FAULT, Code.STORE_FULL))
    rig.store_error = None
    qtbot.waitUntil(lambda: shows(window, Screen.ATTRACT))
