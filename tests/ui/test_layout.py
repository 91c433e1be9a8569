"""Every screen at every size, in every language, with large letters and from right to left: all of it can be read and reached."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from support.desk import Desk
from support.layout import PseudoText, clipped, nameless, out_of_reach, settle

from kiosk.domain.passes import Way
from kiosk.station.snapshot import Entry, Mode, Screen
from kiosk.ui.text import LANGUAGES, Text
from kiosk.ui.theme import DARK, Theme

SIZES = [(1280, 800), (1920, 1080), (1080, 1920), (2560, 1600)]
"""The last one is 1280x800 at 200 %."""


def _problems(desk: Desk, find: Callable[[Desk], list[str]]) -> list[str]:
    found = []
    for screen in desk.snapshots:
        desk.show(screen)
        settle()
        found += [f"{screen}: {problem}" for problem in find(desk)]
    return found


def _clipped(desk: Desk) -> list[str]:
    return clipped(desk.window)


@pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letters", [1.0, 1.5, 2.0])
def test_nothing_is_clipped(
    open_desk: Callable[..., Desk], size: tuple[int, int], language: str, letters: float
) -> None:
    desk = open_desk(width=size[0], height=size[1], language=language, theme=Theme(text=letters))
    assert _problems(desk, _clipped) == []


@pytest.mark.parametrize("size", SIZES[:3], ids=[f"{width}x{height}" for width, height in SIZES[:3]])
@pytest.mark.parametrize("letters", [1.0, 1.3])
def test_from_right_to_left_and_forty_percent_longer(
    open_desk: Callable[..., Desk], size: tuple[int, int], letters: float
) -> None:
    desk = open_desk(width=size[0], height=size[1], text=PseudoText(), theme=Theme(text=letters))
    assert desk.window.layoutDirection() is Qt.LayoutDirection.RightToLeft
    assert _problems(desk, _clipped) == []


def test_right_to_left_mirrors_the_places(open_desk: Callable[..., Desk]) -> None:
    def left_of(desk: Desk, name: str) -> int:
        widget = desk.find(name)
        return widget.mapTo(desk.window, widget.rect().topLeft()).x()

    desk = open_desk(text=PseudoText())
    desk.show(Screen.ALTERNATIVE, entry=Entry(ways=(Way.PIN,), way=Way.PIN))
    settle()
    assert left_of(desk, "key1") < left_of(desk, "key2") < left_of(desk, "key3"), "telephones have one order"
    desk.show(Screen.REVIEW)
    settle()
    assert left_of(desk, "save") < left_of(desk, "cancel")
    desk.window.use_language("es")
    settle()
    assert left_of(desk, "save") > left_of(desk, "cancel")


def test_everything_has_a_name(desk: Desk) -> None:
    assert _problems(desk, lambda desk: nameless(desk.window)) == []


@pytest.mark.parametrize("mode", Mode)
def test_tab_comes_to_everything(desk: Desk, mode: Mode) -> None:
    found = []
    for screen in desk.snapshots:
        desk.show(screen, mode=mode)
        settle()
        found += [f"{screen}: {problem}" for problem in out_of_reach(desk.window)]
    assert found == []


def test_what_does_not_fit_scrolls_by_keys(open_desk: Callable[..., Desk], qtbot: QtBot) -> None:
    desk = open_desk(theme=Theme(text=2.0))
    desk.show(Screen.CONSENT)
    settle()
    page = desk.find("consentScreen")
    last = desk.find("consentPoint3")
    before = last.mapTo(desk.window, last.rect().topLeft()).y()
    qtbot.keyClick(page, Qt.Key.Key_PageDown)
    assert last.mapTo(desk.window, last.rect().topLeft()).y() < before
    assert desk.find("agree", QPushButton).isEnabled()


def test_letters_grow_and_titles_less(open_desk: Callable[..., Desk]) -> None:
    theme = Theme(DARK, text=2.0)
    sizes = [theme.letters(size) for size in (16, 20, 24, 30, 34, 44, 64, 72)]
    assert sizes == sorted(sizes)
    assert theme.letters(20) == 40
    assert theme.letters(64) < 100


def test_the_finder_finds(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(text=Text("es"))
    desk.show(Screen.REVIEW)
    settle()
    save = desk.find("save", QPushButton)
    save.setFixedWidth(20)
    settle()
    assert any("too narrow" in problem and "save" in problem for problem in clipped(desk.window))
