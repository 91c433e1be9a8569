"""Somebody who taps, types, closes and switches at random: the window stays, nothing breaks, nobody sees who was there before."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QMenu
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.guidance import Hint
from kiosk.domain.person import Details
from kiosk.station.snapshot import CameraState, Mode, Screen
from kiosk.ui.guard import Guard

SHORT, LONG = 1_500, 20_000
SIZES = ((1280, 800), (1080, 1920), (800, 600), (1920, 1080))
KEYS = [
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_F1,
    Qt.Key.Key_F4,
    Qt.Key.Key_F11,
    Qt.Key.Key_Space,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Q,
    Qt.Key.Key_W,
    Qt.Key.Key_A,
    Qt.Key.Key_1,
]
HELD = [
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
]
BETWEEN = (Screen.ATTRACT, Screen.LOCKED, Screen.FAULT)


class Hostile:
    """Draws what happens next, by a seed that a failure names."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.dice = random.Random(seed)
        self.visit = 0

    def act(self) -> None:
        """One tap, key, close, wheel, resize, or a change of screen under the finger."""
        match self.dice.randrange(12):
            case 0 | 1:
                self._change_screen()
            case 2 | 3 | 4 | 5:
                self._tap()
            case 6 | 7 | 8:
                self._key()
            case 9:
                self.desk.window.close()
            case 10:
                self._wheel()
            case _:
                if self.dice.randrange(20) == 0:
                    self.desk.window.resize(*self.dice.choice(SIZES))
                self.desk.source.show(width=self.dice.choice([1, 16, 320]), height=self.dice.choice([1, 9, 240]))
        for menu in QApplication.topLevelWidgets():
            if isinstance(menu, QMenu) and menu.isVisible():
                menu.close()

    def _change_screen(self) -> None:
        screen = self.dice.choice(list(self.desk.snapshots))
        if screen in BETWEEN:
            self.visit += 1
        person = Details(first_name=f"Person{self.visit}", last_name="Secret", email=f"person{self.visit}@example.org")
        changes: dict[str, object] = {
            "session": None if screen in BETWEEN else f"visit-{self.visit}",
            "mode": self.dice.choice(list(Mode)),
            "camera": self.dice.choice(list(CameraState)),
        }
        made = self.desk.snapshots[screen]
        if made.details is not None:
            changes["details"] = person
        if made.name:
            changes["name"] = person.first_name
        if screen is Screen.CAPTURE:
            changes["hint"] = self.dice.choice(list(Hint))
        if made.candidate is not None:
            changes["candidate"] = replace(made.candidate, name=f"Person{self.visit} Double")
        self.desk.show(screen, **changes)

    def _tap(self) -> None:
        window = self.desk.window
        point = QPoint(self.dice.randrange(window.width()), self.dice.randrange(window.height()))
        under = window.childAt(point)
        if under is not None and not isinstance(under, QComboBox):
            button = self.dice.choice(
                [Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton]
            )
            QtBot.mouseClick(under, button, pos=under.mapFrom(window, point))

    def _key(self) -> None:
        target = QApplication.focusWidget() or self.desk.window
        if isinstance(target, QLineEdit) and self.dice.randrange(3):
            QtBot.keyClicks(target, f"Person{self.visit}")
        else:
            QtBot.keyClick(target, self.dice.choice(KEYS), self.dice.choice(HELD))

    def _wheel(self) -> None:
        window = self.desk.window
        point = QPoint(window.width() // 2, window.height() // 2)
        none = Qt.KeyboardModifier.NoModifier
        event = QWheelEvent(
            point.toPointF(),
            window.mapToGlobal(point).toPointF(),
            QPoint(0, 0),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            none,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(window.childAt(point) or window, event)

    def others_on_screen(self) -> list[str]:
        """Whoever of the earlier visits can still be read."""
        found = []
        for kind in (QLabel, QLineEdit):
            for widget in self.desk.window.findChildren(kind):
                if widget.isVisible():
                    found += [name for name in re.findall(r"Person(\d+)", widget.text()) if int(name) != self.visit]
        return found


@pytest.fixture
def held(open_desk: Callable[..., Desk]) -> Iterator[Desk]:
    desk = open_desk()
    guard = Guard(desk.window)
    yield desk
    guard.stop()


def drill(desk: Desk, actions: int, seed: int) -> None:
    hostile = Hostile(desk, seed)
    closed: list[int] = []
    desk.window.closed.connect(lambda: closed.append(1))
    for number in range(actions):
        hostile.act()
        if number % 10 == 0:
            QApplication.processEvents()
            assert desk.window.isVisible(), f"seed {seed}, action {number}"
            assert hostile.others_on_screen() == [], f"seed {seed}, action {number}"
    assert closed == [], f"seed {seed}"
    desk.show(Screen.ATTRACT)
    QApplication.processEvents()
    held = [each.text() for kind in (QLabel, QLineEdit) for each in desk.window.findChildren(kind)]
    assert not any("Person" in words for words in held), f"seed {seed}"


def test_a_hostile_user_finds_no_way_out(held: Desk) -> None:
    drill(held, SHORT, int(os.environ.get("DRILL_SEED", "20")))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_hostile_user_of_twenty_thousand_actions(held: Desk) -> None:
    drill(held, LONG, int(os.environ.get("DRILL_SEED", "7")))
