"""Fixtures that several rooms' tests share; a pytest plugin."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import pytest
from support.patience import PATIENCE_S
from support.weights import models as fetched

from kiosk.domain.face import Pixels
from kiosk.station.office.requests import OfficeRequest
from kiosk.vision.models import ModelFiles


@pytest.fixture(autouse=True)
def patient_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions to the office that say nothing else may take as long as every other wait of a test."""
    monkeypatch.setattr(OfficeRequest, "deadline_s", PATIENCE_S)


@pytest.fixture(scope="session")
def models() -> ModelFiles:
    """Real weights and demo portraits; skips where no source gives them. Fetched before the sockets are fenced in."""
    return fetched()


@pytest.fixture(scope="session")
def portrait(models: ModelFiles) -> Callable[[str], Pixels]:
    """A demo portrait by its name in the manifest (``portrait_a``), BGR, 720 pixels high."""

    def load(name: str) -> Pixels:
        pixels = cv2.imread(str(models.path(name)))
        assert pixels is not None
        factor = 720 / pixels.shape[0]
        return cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)

    return load
