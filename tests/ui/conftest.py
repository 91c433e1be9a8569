"""A real window, off screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.desk import Desk, RecordingIntents, Source, hand_made

from kiosk.details import check_details
from kiosk.ui.environment import prepare_environment
from kiosk.ui.fonts import load_fonts
from kiosk.ui.main_window import KioskWindow
from kiosk.ui.presenters.attract import NOWHERE, Stand
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme


@pytest.fixture(scope="session", autouse=True)
def _letters(qapp: QApplication) -> None:
    prepare_environment()
    load_fonts()


@pytest.fixture
def open_desk(qtbot: QtBot) -> Callable[..., Desk]:
    """Make a window of a size, in a language."""

    def make(
        *,
        width: int = 1280,
        height: int = 800,
        language: str = "en",
        text: Text | None = None,
        theme: Theme | None = None,
        stand: Stand = NOWHERE,
    ) -> Desk:
        intents, source = RecordingIntents(), Source()
        window = KioskWindow(
            text=text or Text(language),
            theme=theme or Theme(),
            intents=intents,
            latest_frame=source.latest,
            check_details=check_details,
            size=(width, height),
            stand=stand,
        )
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        return Desk(window, intents, source, hand_made())

    return make


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """1280x800, English."""
    return open_desk()
