"""One PNG a screen, in order, whole, and on disk when the program ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from support.desk import RecordingIntents, Source, hand_made

from kiosk.details import check_details
from kiosk.domain.errors import Code, InputError
from kiosk.domain.guidance import Hint
from kiosk.station.snapshot import Screen
from kiosk.ui.main_window import KioskWindow
from kiosk.ui.screenshots import Screenshots
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme


@pytest.fixture
def camera(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[KioskWindow, Screenshots, Path]]:
    folder = tmp_path / "not" / "there" / "yet"
    screenshots = Screenshots(folder)
    window = KioskWindow(
        text=Text("en"),
        theme=Theme(),
        intents=RecordingIntents(),
        latest_frame=Source().latest,
        check_details=check_details,
        screenshots=screenshots,
        size=(640, 480),
    )
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window, screenshots, folder
    window.close()
    screenshots.close()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_each_change_of_screen_makes_one_picture(camera: tuple[KioskWindow, Screenshots, Path]) -> None:
    window, screenshots, folder = camera
    made = hand_made()
    for screen in (Screen.ATTRACT, Screen.CONSENT, Screen.CONSENT, Screen.CHALLENGE, Screen.RESULT):
        window.show_snapshot(made[screen])
    screenshots.close()
    assert names(folder) == [
        "001-starting.png",
        "002-attract.png",
        "003-consent.png",
        "004-challenge.png",
        "005-result.png",
    ]
    for path in folder.iterdir():
        image = QImage(str(path))
        assert (image.width(), image.height()) == (640, 480)


def test_picture_is_taken_once_the_screen_has_settled(
    camera: tuple[KioskWindow, Screenshots, Path], qtbot: QtBot
) -> None:
    window, _, folder = camera
    window.show_snapshot(hand_made()[Screen.ATTRACT])
    qtbot.waitUntil(lambda: names(folder) == ["001-starting.png", "002-attract.png"])


def test_capture_is_taken_again_when_the_hint_is_met(
    camera: tuple[KioskWindow, Screenshots, Path], qtbot: QtBot
) -> None:
    window, screenshots, folder = camera
    capture = hand_made()[Screen.CAPTURE]
    window.show_snapshot(capture)
    qtbot.waitUntil(lambda: "002-capture.png" in names(folder))
    for _ in range(3):
        window.show_snapshot(replace(capture, hint=Hint.OK))
    qtbot.waitUntil(lambda: "003-capture.png" in names(folder))
    window.show_snapshot(replace(capture, hint=Hint.COME_CLOSER))
    window.show_snapshot(replace(capture, hint=Hint.OK))
    screenshots.close()
    assert names(folder) == ["001-starting.png", "002-capture.png", "003-capture.png"]


def test_names_can_be_sorted_and_read(camera: tuple[KioskWindow, Screenshots, Path]) -> None:
    window, screenshots, folder = camera
    for screen in Screen:
        window.show_snapshot(hand_made()[screen])
    screenshots.close()
    assert all(re.fullmatch(r"\d{3}-[a-z]+\.png", name) for name in names(folder))


def test_folder_that_cannot_be_made_is_an_error_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError) as caught:
        Screenshots(tmp_path / "file" / "shots")
    assert caught.value.code is Code.FILE_NOT_WRITABLE


@pytest.mark.expects_log
def test_disk_that_fails_later_is_logged_and_harms_nothing(
    camera: tuple[KioskWindow, Screenshots, Path], caplog: pytest.LogCaptureFixture
) -> None:
    window, screenshots, folder = camera
    folder.rmdir()
    window.show_snapshot(hand_made()[Screen.ATTRACT])
    screenshots.close()
    assert any("could not be written" in record.getMessage() for record in caplog.records)
    assert window.screen_shown is Screen.ATTRACT
