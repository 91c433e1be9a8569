"""Larger letters, more time and the voice: asked for by one button, for one visit."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from support.desk import Desk
from support.layout import clipped, settle
from support.station_rig import Rig

from kiosk.domain.policy import Timing
from kiosk.station.snapshot import Screen
from kiosk.ui import main_window
from kiosk.ui.text import Text


def height(desk: Desk) -> int:
    return desk.find("attractBody").fontMetrics().height()


def press(desk: Desk, qtbot: QtBot) -> None:
    qtbot.mouseClick(desk.find("comfort", QPushButton), Qt.MouseButton.LeftButton)
    settle()


def test_one_press_makes_it_larger_and_slower(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.ATTRACT)
    settle()
    before = height(desk)
    told: list[bool] = []
    desk.window.comfort_changed.connect(told.append)
    press(desk, qtbot)
    assert height(desk) > 1.25 * before
    assert ("slow_down", main_window.COMFORT_TIME) in desk.intents.calls
    button = desk.find("comfort", QPushButton)
    assert isinstance(button, QPushButton)
    assert button.text() == Text("en").get("button.usual")
    press(desk, qtbot)
    assert height(desk) == before
    assert desk.intents.calls[-1] == ("slow_down", 1.0)
    assert told == [True, False]


def test_it_lasts_for_the_visit_and_no_longer(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.ATTRACT)
    settle()
    before = height(desk)
    press(desk, qtbot)
    found = []
    for screen in (Screen.CONSENT, Screen.DETAILS, Screen.CAPTURE, Screen.RESULT):
        desk.show(screen)
        settle()
        found += clipped(desk.window)
    assert found == []
    assert desk.intents.calls.count(("slow_down", 1.0)) == 0
    desk.show(Screen.ATTRACT)
    settle()
    assert height(desk) == before
    assert desk.intents.calls[-1] == ("slow_down", 1.0)


def test_who_walks_on_leaves_it_behind(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.ATTRACT)
    desk.window._language_idle.setInterval(30)
    press(desk, qtbot)
    qtbot.waitUntil(lambda: desk.intents.calls[-1] == ("slow_down", 1.0))


def test_the_station_gives_the_time(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    own = rig.station._flow.policy.timing
    rig.station.slow_down(2.0)
    assert rig.station._flow.policy.timing.guiding_ms == 2.0 * own.guiding_ms
    assert rig.station._flow.policy.timing.challenge_ms == own.challenge_ms
    rig.station.slow_down(1000.0)
    assert rig.station._flow.policy.timing.guiding_ms == 4.0 * Timing().guiding_ms
    rig.station.slow_down(1.0)
    assert rig.station._flow.policy.timing == own
    rig.station.stop()
