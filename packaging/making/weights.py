"""The weights and demo pictures of the bundle: fetched like the program fetches them, and each with the manifest's hash."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from making.source import Source


def gather(source: Source, into: Path) -> list[Path]:
    """Copy every file of the manifest to ``into``; what is missing is fetched (mirror: ``KIOSK_MODELS__MIRROR``).

    Raises:
        kiosk.domain.errors.ModelError: a file cannot be had, or is not what the manifest says.
    """
    sys.path.insert(0, str(source.folder))
    from kiosk.paths import models_folder
    from kiosk.vision.manifest import load_manifest
    from kiosk.vision.models import ModelFiles

    manifest = load_manifest(source.folder / "models" / "manifest.toml")
    files = ModelFiles(models_folder(), manifest)
    mirror = os.environ.get("KIOSK_MODELS__MIRROR")
    missing = files.missing()
    if missing:
        files.fetch(missing, mirror=Path(mirror) if mirror else None)
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    return [Path(shutil.copyfile(files.path(entry.name), into / entry.file)) for entry in manifest.entries]
