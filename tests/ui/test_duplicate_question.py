"""How somebody knows that they are two people is asked where every answer can be seen at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.session.enrolling import Override
from kiosk.station.snapshot import Screen


@pytest.mark.parametrize("language", ["en", "es", "pt"])
@pytest.mark.parametrize("size", [(1280, 800), (1080, 1920)], ids=["landscape", "portrait"])
def test_every_answer_is_whole(
    open_desk: Callable[..., Desk], qtbot: QtBot, language: str, size: tuple[int, int]
) -> None:
    desk = open_desk(width=size[0], height=size[1], language=language)
    desk.window.show_snapshot(desk.snapshots[Screen.DUPLICATE])
    another = desk.window.findChild(QPushButton, "anotherPerson")
    assert another is not None
    another.click()
    answers = [desk.window.findChild(QPushButton, f"reason_{each}") for each in Override]

    def whole() -> bool:
        return all(
            each is not None and each.visibleRegion().boundingRect().height() == each.height() > 0 for each in answers
        )

    qtbot.waitUntil(whole, timeout=10_000)
