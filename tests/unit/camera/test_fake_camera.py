"""The fake that the station's tests stand on: what it does beyond the contract."""

from __future__ import annotations

import threading

import pytest
from support.fake_camera import Cue, FakeCamera
from support.numbered import numbered
from support.patience import PATIENCE_S

from kiosk.domain.errors import CameraError, Code
from kiosk.domain.face import Frame


def test_it_raises_what_the_script_says_and_goes_on() -> None:
    camera = FakeCamera([numbered(0), CameraError(Code.CAMERA_LOST, "fake"), numbered(1)])
    camera.open()
    camera.read()
    with pytest.raises(CameraError):
        camera.read()
    frame = camera.read()
    assert frame is not None
    assert frame.seq == 1


def test_it_fails_to_open_as_often_as_it_is_told() -> None:
    camera = FakeCamera([numbered(0)], open_errors=[CameraError(Code.CAMERA_NOT_FOUND, "fake"), None])
    with pytest.raises(CameraError):
        camera.open()
    camera.open()
    assert camera.opened == 2


def test_it_hangs_until_it_is_let_go() -> None:
    camera = FakeCamera([Cue.HANG, numbered(5)])
    camera.open()
    got: list[Frame | None] = []
    reader = threading.Thread(target=lambda: got.append(camera.read()))
    reader.start()
    assert camera.hanging.wait(PATIENCE_S)
    assert not got
    camera.release()
    reader.join(PATIENCE_S)
    assert got[0] is not None
