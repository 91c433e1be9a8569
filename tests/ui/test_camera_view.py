"""The live picture: mirrored, never stale, any size; pixels go when the screen goes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot
from support.desk import Desk, Source

from kiosk.domain.face import Frame
from kiosk.domain.guidance import Hint
from kiosk.station.snapshot import CameraState, Screen
from kiosk.ui.widgets import camera_view
from kiosk.ui.widgets.camera_view import CameraView


def picture_of(desk: Desk) -> CameraView:
    view = desk.find("picture")
    assert isinstance(view, CameraView)
    return view


def painted(view: CameraView) -> QImage:
    return view.grab().toImage()


def colour_at(image: QImage, x: float, y: float) -> QColor:
    return image.pixelColor(round(x * (image.width() - 1)), round(y * (image.height() - 1)))


def test_picture_is_mirrored_once(desk: Desk, qtbot: QtBot) -> None:
    desk.source.show(width=640, height=480, left=0, right=255)
    desk.show(Screen.CAPTURE)
    view = picture_of(desk)
    qtbot.waitUntil(lambda: view.shows_picture)
    image = painted(view)
    assert colour_at(image, 0.42, 0.4).lightness() > 200
    assert colour_at(image, 0.58, 0.4).lightness() < 55


def test_colours_are_not_swapped(desk: Desk, qtbot: QtBot) -> None:
    pixels = np.zeros((48, 64, 3), np.uint8)
    pixels[..., 2] = 250  # red, as BGR
    desk.source.frame = Frame(pixels, 0, 0.0)
    desk.show(Screen.CAPTURE)
    view = picture_of(desk)
    qtbot.waitUntil(lambda: view.shows_picture)
    colour = colour_at(painted(view), 0.5, 0.5)
    assert colour.red() > 200
    assert colour.blue() < 50


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 480), (640, 2), (1280, 720), (720, 1280), (641, 481)])
def test_frames_may_change_their_size(desk: Desk, qtbot: QtBot, width: int, height: int) -> None:
    desk.source.show()
    desk.show(Screen.CAPTURE)
    view = picture_of(desk)
    qtbot.waitUntil(lambda: view.shows_picture)
    desk.source.show(width=width, height=height, left=200, right=200)
    view.tick()
    assert colour_at(painted(view), 0.5, 0.5).lightness() > 150


def test_frame_that_is_a_slice_of_a_larger_array(desk: Desk) -> None:
    whole = np.zeros((100, 200, 3), np.uint8)
    whole[20:60, 40:100] = 222
    desk.source.frame = Frame(whole[20:60, 40:100], 0, 0.0)
    desk.show(Screen.CAPTURE)
    view = picture_of(desk)
    view.tick()
    assert colour_at(painted(view), 0.5, 0.5).lightness() > 200


def test_frame_that_nobody_may_write_into(desk: Desk) -> None:
    frame = desk.source.show(left=222, right=222)
    frame.pixels.flags.writeable = False
    desk.show(Screen.CAPTURE)
    view = picture_of(desk)
    view.tick()
    assert colour_at(painted(view), 0.5, 0.5).lightness() > 200


def test_without_a_picture_words_stand_there(desk: Desk) -> None:
    desk.show(Screen.CAPTURE)
    assert desk.find("pictureWords").accessibleName() == "Waiting for the camera"


@pytest.mark.parametrize("camera", [CameraState.STALLED, CameraState.LOST])
def test_lost_camera_takes_the_picture_away_at_once(desk: Desk, camera: CameraState) -> None:
    desk.source.show()
    desk.show(Screen.CAPTURE)
    view = picture_of(desk)
    view.tick()
    assert view.shows_picture
    desk.show(Screen.CAPTURE, camera=camera)
    assert not view.shows_picture
    view.tick()
    assert not view.shows_picture
    assert desk.find("pictureWords").accessibleName().startswith("Camera: ")


def test_old_picture_is_never_passed_off_as_live(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_view, "STALE_MS", 120)
    desk.source.show()
    desk.show(Screen.CAPTURE)
    view = picture_of(desk)
    qtbot.waitUntil(lambda: view.shows_picture)
    qtbot.waitUntil(lambda: not view.shows_picture)  # the same frame again and again is no new picture
    assert desk.find("pictureWords").accessibleName() == "The camera has stopped sending pictures"
    desk.source.show()
    qtbot.waitUntil(lambda: view.shows_picture)


def test_pixels_go_with_the_screen(desk: Desk) -> None:
    desk.source.show()
    desk.show(Screen.CAPTURE)
    view = picture_of(desk)
    view.tick()
    assert view.shows_picture
    desk.show(Screen.RESULT)
    assert not view.shows_picture


def test_nothing_is_pulled_while_no_picture_is_on_screen(desk: Desk, qtbot: QtBot) -> None:
    desk.show(Screen.CAPTURE)
    qtbot.waitUntil(lambda: desk.source.pulled > 2)
    timers = picture_of(desk).findChildren(QTimer)
    assert any(timer.isActive() for timer in timers)
    desk.show(Screen.ATTRACT)
    assert not any(timer.isActive() for timer in timers)


def test_ring_fills_and_turns_green_when_met(desk: Desk, qtbot: QtBot) -> None:
    desk.source.show(left=30, right=30)
    desk.show(Screen.CAPTURE, progress=0.5)
    view = picture_of(desk)

    def colours() -> set[tuple[int, int, int]]:
        image = painted(view)
        oval = view.oval()
        return {
            image.pixelColor(round(oval.center().x()) + dx, round(oval.bottom()) + dy).getRgb()[:3]  # type: ignore[misc]
            for dx in range(-2, 3)
            for dy in range(-4, 5)
        }

    ring, met = QColor(view._theme.palette.ring).getRgb()[:3], QColor(view._theme.palette.ring_good).getRgb()[:3]
    qtbot.waitUntil(lambda: ring in colours())
    desk.show(Screen.CAPTURE, progress=0.9, hint=Hint.OK)
    qtbot.waitUntil(lambda: met in colours())


def test_source_that_gives_nothing_is_asked_again(desk: Desk, qtbot: QtBot) -> None:
    source: Source = desk.source
    desk.show(Screen.CAPTURE)
    qtbot.waitUntil(lambda: source.pulled > 3)
    source.show()
    qtbot.waitUntil(lambda: picture_of(desk).shows_picture)
