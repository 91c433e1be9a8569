"""Runs in a process of its own: does vision work on this machine? Answers through a pipe, with plain values."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from pathlib import Path

from kiosk.domain.errors import KioskError

PORTRAIT = "portrait_astronaut"


def probe(models_folder: str, answer: Connection) -> None:
    """Load everything, look at one picture, say what was seen.

    The answer holds ``faces``, ``portrait`` (whether it was there) and ``start_s``; or ``code`` and ``detail``; or ``bug``.
    """
    try:
        answer.send(_look(Path(models_folder)))
    except KioskError as error:
        answer.send({"code": str(error.code), "detail": error.detail})
    except Exception as error:  # noqa: BLE001 - the other end of the pipe is waiting for a word
        answer.send({"bug": type(error).__qualname__})
    finally:
        answer.close()


def _look(folder: Path) -> dict[str, object]:
    import numpy as np

    from kiosk.camera.stills import read_picture
    from kiosk.domain.face import Frame
    from kiosk.domain.ports import Depth
    from kiosk.vision.engine import Engine
    from kiosk.vision.models import ModelFiles

    models = ModelFiles(folder)
    portrait = PORTRAIT not in models.missing()
    pixels = read_picture(models.path(PORTRAIT)) if portrait else np.full((480, 640, 3), 128, np.uint8)
    began = time.monotonic()
    engine = Engine(models)
    try:
        started = time.monotonic() - began
        sighting = engine.look(Frame(pixels, 0, 0.0), Depth.FULL)
        faces = len(sighting.faces)
        if sighting.nearest is not None and engine.embed(pixels, sighting.nearest) is None:
            faces = 0
    finally:
        engine.close()
    return {"faces": faces, "portrait": portrait, "start_s": started}
