"""The frozen program itself, where somebody has built one: ``KIOSK_FROZEN`` names the bundle's folder ``kiosk``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from making import selftest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
BUNDLE = os.environ.get("KIOSK_FROZEN", "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not BUNDLE, reason="KIOSK_FROZEN is not set"),
]


@pytest.fixture
def root() -> Path:
    return Path(BUNDLE)


@pytest.fixture
def version(root: Path) -> str:
    return Path(os.readlink(root / "current")).name


def test_it_does_what_it_should_without_network_and_python(root: Path, version: str) -> None:
    selftest.run(selftest.Place(str(root / "kiosk"), version), PACKAGING / "selftest.toml")


@pytest.mark.skipif(not shutil.which("qemu-x86_64"), reason="qemu-user is not installed")
@pytest.mark.parametrize(("model", "status"), [("core2duo", 3), ("Penryn", 3), ("Nehalem", 3), ("SandyBridge", 0)])
def test_an_old_processor_gets_a_sentence(root: Path, version: str, model: str, status: int) -> None:
    """Emulated. What the boot loader does on its way, starting itself anew, is given: the emulator would lose it there."""
    program = root / "versions" / version
    inside = {
        "_PYI_APPLICATION_HOME_DIR": str(program / "_internal"),
        "_PYI_ARCHIVE_FILE": str(program / "kiosk"),
        "_PYI_PARENT_PROCESS_LEVEL": "1",
        "LD_LIBRARY_PATH": str(program / "_internal"),
    }
    command = ["qemu-x86_64", "-cpu", model, str(program / "kiosk"), "--version"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, env={**os.environ, **inside}
    )
    assert done.returncode == status, done.stderr
    assert ("cpu_too_old" in done.stderr) == (status == 3)


def test_every_component_has_a_licence_text(root: Path, version: str) -> None:
    folder = root / "versions" / version / "licenses"
    rows = json.loads((folder / "components.json").read_text("utf-8"))
    assert len(rows) > 60
    for row in rows:
        assert row["texts"], row["name"]
        assert all((folder / text).stat().st_size > 20 for text in row["texts"])
