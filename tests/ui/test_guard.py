"""Kiosk mode: no key and no wish to close leads out, until a supervisor lets somebody out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QImage
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from support.desk import Desk, RecordingIntents, Source

from kiosk.details import check_details
from kiosk.domain.operators import Role
from kiosk.station.office.signing import LeaveKiosk
from kiosk.station.snapshot import Mode, Screen, Snapshot
from kiosk.ui import awake, guard
from kiosk.ui.application import Wiring
from kiosk.ui.guard import Guard
from kiosk.ui.look import Look
from kiosk.ui.loop import Loop
from kiosk.ui.main_window import KioskWindow
from kiosk.ui.text import Text


@pytest.fixture
def held(desk: Desk) -> Iterator[tuple[Desk, Guard]]:
    desk.show(Screen.ATTRACT)
    keeper = Guard(desk.window)
    yield desk, keeper
    keeper.stop()


OUT = [
    (Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier),
    (Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_F11, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
]


def test_nothing_closes_the_window(held: tuple[Desk, Guard], qtbot: QtBot) -> None:
    desk, keeper = held
    told: list[int] = []
    desk.window.closed.connect(lambda: told.append(1))
    for key, modifier in OUT:
        qtbot.keyClick(desk.window, key, modifier)
    assert not desk.window.close()
    QApplication.sendEvent(desk.window, QCloseEvent())
    assert desk.window.isVisible()
    assert told == []
    assert keeper.holds


def test_released_it_closes(held: tuple[Desk, Guard]) -> None:
    desk, keeper = held
    keeper.release()
    assert desk.window.close()
    assert not desk.window.isVisible()


def test_a_window_made_small_comes_back(held: tuple[Desk, Guard], qtbot: QtBot) -> None:
    desk, _ = held
    desk.window.showMinimized()
    qtbot.waitUntil(desk.window.isFullScreen)


def test_the_pointer_goes_when_nobody_moves_it_and_comes_back(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "IDLE_MS", 30)
    keeper = Guard(desk.window)
    qtbot.waitUntil(lambda: keeper.hides_pointer)
    qtbot.mouseClick(desk.window, Qt.MouseButton.LeftButton, pos=QPoint(30, 400))
    assert not keeper.hides_pointer
    keeper.stop()


def test_typing_still_works(held: tuple[Desk, Guard], qtbot: QtBot) -> None:
    desk, _ = held
    desk.show(Screen.DETAILS)
    field = desk.find("first_name", QLineEdit)
    qtbot.keyClicks(field, "Wanda Queen")
    assert isinstance(field, QLineEdit)
    assert field.text() == "Wanda Queen"


def test_screen_saver_and_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    kept = awake.Awake()
    kept.stop()
    monkeypatch.setattr(awake.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(awake.os.path, "isdir", lambda path: True)
    inhibit = awake.keeping_command("linux", 42)
    assert inhibit is not None
    assert inhibit[0] == "systemd-inhibit"
    assert "--pid=42" in inhibit
    assert awake.keeping_command("darwin", 42) == ["caffeinate", "-dis", "-w", "42"]
    assert awake.keeping_command("win32", 42) is None


def test_a_site_shows_its_own_logo(open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    desk = open_desk()
    picture = QImage(300, 60, QImage.Format.Format_RGB32)
    picture.fill(0xFF6A1B9A)
    path = tmp_path / "logo.png"
    assert picture.save(str(path))
    desk.window.show_logo(path)
    logo = desk.find("brandLogo", QLabel)
    assert isinstance(logo, QLabel)
    assert logo.pixmap().height() in range(40, 60)
    assert logo.accessibleName()
    assert not [name for name in desk.window.findChildren(QLabel, "brandName") if name.isVisible()]


def test_a_logo_that_cannot_be_read_leaves_ours(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(b"no picture")
    desk.window.show_logo(path)
    assert desk.find("brandName").isVisible()


def test_a_supervisor_who_leaves_kiosk_mode_lets_the_window_go_at_once(qtbot: QtBot) -> None:
    """The whole way: the loop holds the window, the room's question is answered, the window may be closed."""
    intents, source = RecordingIntents(), Source()
    intents.answers |= {LeaveKiosk: True}
    closed: list[int] = []
    wiring = Wiring(
        text=Text(),
        look=Look(kiosk=True),
        intents=intents,
        latest_frame=source.latest,
        check_details=check_details,
        started=lambda: None,
        subscribe=lambda hears: None,
        on_close=lambda: None,
    )
    with Loop() as loop:
        loop.open_window(wiring)
        window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, KioskWindow) and each.held)
        window.closed.connect(lambda: closed.append(1))
        qtbot.waitExposed(window)
        loop.post(
            Snapshot(
                screen=Screen.OPERATOR,
                mode=Mode.ENROLL,
                manned=True,
                operator_name="Ana",
                operator_role=Role.SUPERVISOR,
            )
        )
        qtbot.waitUntil(lambda: window.findChild(QPushButton, "officeLeave") is not None)
        leave = window.findChild(QPushButton, "officeLeave")
        qtbot.waitUntil(leave.isVisible)
        assert not window.close(), "it is held"
        leave.click()
        leave.click()
        qtbot.waitUntil(lambda: not window.isFullScreen())
        assert window.close()
        assert closed == [1]
