"""The whole program and a camera on the network that hangs and vanishes: a screen says so within two seconds, and goes by itself.

Measured by the program: ``mono_ms`` of its event against the system's monotonic clock, which both processes read, at the moment
at which the camera was stopped. A machine that is busy with other tests can hold up either of them; so the best of
:data:`ROUNDS` counts, while the words on the screen are asserted in every round.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.mjpeg_server import MjpegServer
from support.patience import PROGRAM_S
from support.running_kiosk import Running
from support.whole_program import Site

from kiosk.domain.errors import Code
from kiosk.ui.text import Text
from kiosk.vision.models import ModelFiles

PROMISED_MS = 2_000.0
ROUNDS = 3


def best_of(kiosk: Running, stop: Callable[[], None], start: Callable[[], None], *codes: Code) -> float:
    text, best = Text(), float("inf")
    for _ in range(ROUNDS):
        after = len(kiosk.events)
        gone_ms = time.monotonic() * 1000.0
        stop()
        fault = kiosk.await_event("fault", lambda e: e["part"] == "camera", after=after)
        screen = kiosk.await_event("screen", lambda e: e["screen"] == "fault", after=after)
        code = str(kiosk.events[fault]["code"])
        assert code in codes
        kiosk.done(f"see faultWhat {text.get(f'error.{code}')}")
        best = min(best, kiosk.events[screen]["mono_ms"] - gone_ms)
        start()
        kiosk.shows("attract", screen)
        kiosk.done("see attractTitle")
        if best <= PROMISED_MS:
            break
    return best


@pytest.mark.timeout(PROGRAM_S)
def test_a_camera_that_hangs_and_one_that_vanishes(models: ModelFiles, tmp_path: Path) -> None:
    site = Site(tmp_path, models)
    with (
        MjpegServer(fps=10.0) as camera,
        site.running("gone", "--mode", "access", camera=camera.url, network=False) as kiosk,
    ):
        kiosk.await_event("camera", lambda e: e["state"] == "streaming")
        kiosk.done("see attractTitle")
        hung = best_of(kiosk, camera.pause, camera.resume, Code.CAMERA_STALLED, Code.CAMERA_LOST)
        vanished = best_of(kiosk, camera.stop, camera.start, Code.CAMERA_LOST, Code.CAMERA_STALLED)
    assert hung <= PROMISED_MS
    assert vanished <= PROMISED_MS
