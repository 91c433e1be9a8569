"""The engines are slow to make and hold one face at a time: one of each for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.vision_parts import Eyes

from kiosk.vision.engine import TRACKING, Engine
from kiosk.vision.models import ModelFiles
from kiosk.vision.stills import StillTracker


@pytest.fixture(scope="session")
def engine(models: ModelFiles) -> Iterator[Engine]:
    """The real engine."""
    made = Engine(models)
    yield made
    made.close()


@pytest.fixture
def eyes(engine: Engine) -> Eyes:
    """The real engine with its tracks forgotten, and a camera's clock."""
    engine.forget()
    return Eyes(engine)


@pytest.fixture(scope="session")
def stills(models: ModelFiles) -> Iterator[StillTracker]:
    """The real picture tracker."""
    made = StillTracker(models.path(TRACKING))
    yield made
    made.close()
