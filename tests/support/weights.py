"""The real weights and demo portraits for tests: fetched once a machine, by the product's own fetcher."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from kiosk.domain.errors import ModelError
from kiosk.paths import models_folder
from kiosk.vision.manifest import Pack
from kiosk.vision.models import ModelFiles

MIRROR = Path(__file__).resolve().parents[3] / "shared" / "models"


@functools.cache
def _fetched(folder: Path) -> tuple[ModelFiles, str]:
    files = ModelFiles(folder)
    try:
        files.fetch(files.manifest.names(Pack.CORE, Pack.DEMO), mirror=MIRROR if MIRROR.is_dir() else None)
    except ModelError as error:
        return files, str(error)
    return files, ""


def models() -> ModelFiles:
    """Core and demo files, ready to use; skips the test with the reason where no source gives them."""
    files, problem = _fetched(models_folder())
    if problem:
        pytest.skip(f"no weights on this machine: {problem}")
    return files
