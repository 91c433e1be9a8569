"""How somebody knows that they are two people is asked where every answer can be seen at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.session.enrolling import Override
from kiosk.station.snapshot import Screen
from kiosk.ui.theme import Theme


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

    qtbot.waitUntil(whole)


@pytest.mark.parametrize("letters", [1.0, 2.0])
@pytest.mark.parametrize("size", [(1280, 800), (1080, 1920), (1920, 1080)], ids=["small", "portrait", "large"])
def test_both_faces_are_whole(
    open_desk: Callable[..., Desk], qtbot: QtBot, size: tuple[int, int], letters: float
) -> None:
    desk = open_desk(width=size[0], height=size[1], theme=Theme().larger(letters))
    desk.window.show_snapshot(desk.snapshots[Screen.DUPLICATE])
    faces = [desk.find(f"{side}Picture") for side in ("duplicateHere", "duplicateRecord")]

    def inside() -> bool:
        return all(each.x() >= 0 and each.x() + each.width() <= each.parentWidget().width() for each in faces)

    qtbot.waitUntil(inside)
