"""A screen that shows something else is photographed once more: another language, another way in, another page of the room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot
from support.desk import RecordingIntents, Source, hand_made

from kiosk.details import check_details
from kiosk.domain.operators import Role
from kiosk.domain.passes import Way
from kiosk.station.snapshot import Entry, Link, Screen
from kiosk.ui.main_window import KioskWindow
from kiosk.ui.screenshots import Screenshots
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme

Photographed = tuple[KioskWindow, Path, Screenshots]


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
    yield window, tmp_path / "shots", screenshots
    window.close()
    screenshots.close()


def waits_for(qtbot: QtBot, folder: Path, *names: str) -> None:
    qtbot.waitUntil(lambda: sorted(path.stem for path in folder.iterdir()) == list(names), timeout=10_000)


def test_another_language(photographed: Photographed, qtbot: QtBot) -> None:
    window, folder, _ = photographed
    window.show_snapshot(hand_made()[Screen.ATTRACT])
    waits_for(qtbot, folder, "001-starting", "002-attract")
    window.use_language("es")
    waits_for(qtbot, folder, "001-starting", "002-attract", "003-attract")
    window.use_language("es")
    window.show_snapshot(hand_made()[Screen.CONSENT])
    waits_for(qtbot, folder, "001-starting", "002-attract", "003-attract", "004-consent")


def test_another_way_in(photographed: Photographed, qtbot: QtBot) -> None:
    window, folder, _ = photographed
    choice = replace(hand_made()[Screen.ALTERNATIVE], entry=Entry(ways=(Way.PIN, Way.QR)))
    window.show_snapshot(choice)
    waits_for(qtbot, folder, "001-starting", "002-alternative")
    window.show_snapshot(replace(choice, entry=Entry(ways=(Way.PIN, Way.QR), way=Way.PIN)))
    waits_for(qtbot, folder, "001-starting", "002-alternative", "003-alternative")


def test_another_page_of_the_room(photographed: Photographed, qtbot: QtBot) -> None:
    window, folder, _ = photographed
    room = replace(hand_made()[Screen.OPERATOR], operator_name="Ana", operator_role=Role.SUPERVISOR)
    window.show_snapshot(room)
    waits_for(qtbot, folder, "001-starting", "002-operator")
    results = window.findChild(QPushButton, "nav_results")
    assert results is not None
    results.click()
    waits_for(qtbot, folder, "001-starting", "002-operator", "003-operator")


def test_new_words_are_whole_on_a_screen_that_goes_at_once(photographed: Photographed, qtbot: QtBot) -> None:
    window, folder, screenshots = photographed
    shown = hand_made()
    attract = replace(shown[Screen.ATTRACT], link=Link.OFFLINE)
    window.show_snapshot(attract)
    waits_for(qtbot, folder, "001-starting", "002-attract")
    window.show_snapshot(shown[Screen.CONSENT])
    longer = replace(attract, link=Link.UNAUTHORIZED, pending=12_345)
    window.show_snapshot(longer)
    window.show_snapshot(shown[Screen.CONSENT])
    waits_for(qtbot, folder, "001-starting", "002-attract", "003-consent", "004-attract", "005-consent")
    window.show_snapshot(longer)
    waits_for(qtbot, folder, "001-starting", "002-attract", "003-consent", "004-attract", "005-consent", "006-attract")
    screenshots.close()
    foot = window.findChild(QWidget, "statusBar")
    assert foot is not None
    at_once, settled = (
        QImage(str(folder / f"{name}.png")).copy(foot.geometry()) for name in ("004-attract", "006-attract")
    )
    assert at_once == settled
