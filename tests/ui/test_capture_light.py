"""The capture screen as a lamp: soft colours around the oval, a way to decline them, and nothing left when it is over."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.light.colours import Colour
from kiosk.station.snapshot import Screen
from kiosk.ui.theme import painted


def at_the_edge(desk: Desk) -> str:
    """What is painted outside the oval."""
    picture = desk.find("picture")
    return str(picture.grab().toImage().pixelColor(picture.width() // 2, 12).name()).upper()


def test_the_colour_fades_in_around_the_oval_and_goes_with_the_question(desk: Desk, qtbot: QtBot) -> None:
    desk.source.show()
    desk.show(Screen.CAPTURE, lit=True, light=Colour.MINT, can_refuse_light=True)
    shown: list[str] = []

    def is_mint() -> bool:
        desk.source.show()
        shown.append(at_the_edge(desk))
        return shown[-1] == painted(Colour.MINT)

    qtbot.waitUntil(is_mint)
    assert len(set(shown)) > 1, "it fades, it does not flash"
    desk.show(Screen.CAPTURE)
    qtbot.waitUntil(lambda: at_the_edge(desk) != painted(Colour.MINT), timeout=5_000)


def test_a_person_can_say_that_they_want_no_colours(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.CAPTURE)
    declines = desk.window.findChild(QPushButton, "noLight")
    assert declines is not None
    assert not declines.isVisible()
    desk.show(Screen.CAPTURE, can_refuse_light=True)
    assert declines.isVisible()
    assert declines.text() == "No colours, please"
    qtbot.mouseClick(declines, Qt.MouseButton.LeftButton)
    assert desk.intents.names == ["refuse_light"]
