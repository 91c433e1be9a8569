"""A screen that shows something else is photographed once more: another language, another way in, another page of the room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from support.desk import RecordingIntents, Source, hand_made

from kiosk.details import check_details
from kiosk.domain.operators import Role
from kiosk.domain.passes import Way
from kiosk.station.snapshot import Entry, Screen
from kiosk.ui.main_window import KioskWindow
from kiosk.ui.screenshots import Screenshots
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme

Photographed = tuple[KioskWindow, Path]


@pytest.fixture
def photographed(qtbot: QtBot, tmp_path: Path) -> Iterator[Photographed]:
    screenshots = Screenshots(tmp_path / "shots")
    window = KioskWindow(
        text=Text("en"),
        theme=Theme(),
        intents=RecordingIntents(),
        latest_frame=Source().latest,
        check_details=check_details,
        screenshots=screenshots,
        size=(1280, 800),
    )
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window, tmp_path / "shots"
    window.close()
    screenshots.close()


def waits_for(qtbot: QtBot, folder: Path, *names: str) -> None:
    qtbot.waitUntil(lambda: sorted(path.stem for path in folder.iterdir()) == list(names), timeout=10_000)


def test_another_language(photographed: Photographed, qtbot: QtBot) -> None:
    window, folder = photographed
    window.show_snapshot(hand_made()[Screen.ATTRACT])
    waits_for(qtbot, folder, "001-starting", "002-attract")
    window.use_language("es")
    waits_for(qtbot, folder, "001-starting", "002-attract", "003-attract")
    window.use_language("es")
    window.show_snapshot(hand_made()[Screen.CONSENT])
    waits_for(qtbot, folder, "001-starting", "002-attract", "003-attract", "004-consent")


def test_another_way_in(photographed: Photographed, qtbot: QtBot) -> None:
    window, folder = photographed
    choice = replace(hand_made()[Screen.ALTERNATIVE], entry=Entry(ways=(Way.PIN, Way.QR)))
    window.show_snapshot(choice)
    waits_for(qtbot, folder, "001-starting", "002-alternative")
    window.show_snapshot(replace(choice, entry=Entry(ways=(Way.PIN, Way.QR), way=Way.PIN)))
    waits_for(qtbot, folder, "001-starting", "002-alternative", "003-alternative")


def test_another_page_of_the_room(photographed: Photographed, qtbot: QtBot) -> None:
    window, folder = photographed
    room = replace(hand_made()[Screen.OPERATOR], operator_name="Ana", operator_role=Role.SUPERVISOR)
    window.show_snapshot(room)
    waits_for(qtbot, folder, "001-starting", "002-operator")
    results = window.findChild(QPushButton, "nav_results")
    assert results is not None
    results.click()
    waits_for(qtbot, folder, "001-starting", "002-operator", "003-operator")
