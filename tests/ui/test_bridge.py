"""Snapshots cross from any thread to the GUI's: at most one call waits, the newest wins."""

from __future__ import annotations

import threading
from dataclasses import replace

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from kiosk.station.snapshot import Mode, Screen, Snapshot
from kiosk.ui.bridge import Bridge

BASE = Snapshot(screen=Screen.ATTRACT, mode=Mode.ACCESS)


def from_another_thread(*calls: object) -> None:
    def work() -> None:
        for call in calls:
            call()  # type: ignore[operator]

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_newest_wins(qtbot: QtBot) -> None:
    bridge, seen = Bridge(), []
    bridge.arrived.connect(seen.append)
    from_another_thread(*(lambda n=n: bridge.post(replace(BASE, people=n)) for n in range(1000)))
    qtbot.waitUntil(lambda: bool(seen))
    assert [snapshot.people for snapshot in seen] == [999]


def test_arrives_on_the_thread_of_the_gui(qtbot: QtBot) -> None:
    bridge, threads = Bridge(), []
    bridge.arrived.connect(lambda _snapshot: threads.append(QThread.currentThread()))
    from_another_thread(lambda: bridge.post(BASE))
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [bridge.thread()]


def test_goes_on_after_a_delivery(qtbot: QtBot) -> None:
    bridge, seen = Bridge(), []
    bridge.arrived.connect(seen.append)
    for number in range(3):
        bridge.post(replace(BASE, people=number))
        qtbot.waitUntil(lambda number=number: bool(seen) and seen[-1].people == number)
    assert len(seen) == 3


def test_every_screen_is_kept_where_that_is_asked_for(qtbot: QtBot) -> None:
    bridge, seen = Bridge(every_screen=True), []
    bridge.arrived.connect(seen.append)
    for screen in (Screen.ATTRACT, Screen.CAPTURE, Screen.CAPTURE, Screen.WORKING, Screen.RESULT):
        bridge.post(replace(BASE, screen=screen))
    qtbot.waitUntil(lambda: bool(seen))
    assert [s.screen for s in seen] == [Screen.ATTRACT, Screen.CAPTURE, Screen.WORKING, Screen.RESULT]


def test_waiting_line_is_bounded(qtbot: QtBot) -> None:
    bridge, seen = Bridge(every_screen=True), []
    bridge.arrived.connect(seen.append)
    for number in range(500):
        bridge.post(replace(BASE, screen=(Screen.ATTRACT, Screen.CAPTURE)[number % 2], people=number))
    qtbot.waitUntil(lambda: bool(seen))
    assert len(seen) <= 16
    assert seen[-1].people == 499


def test_closed_bridge_says_nothing(qtbot: QtBot) -> None:
    bridge, seen = Bridge(), []
    bridge.arrived.connect(seen.append)
    bridge.post(BASE)
    bridge.close()
    bridge.post(BASE)
    other = Bridge()
    with qtbot.waitSignal(other.arrived):
        other.post(BASE)
    assert seen == []
