"""The units of kiosk mode, as systemd reads them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from making import units

from kiosk.cli.update_helpers import TEST_S

LINUX = Path(__file__).resolve().parents[2] / "packaging" / "linux"
PACKAGE = LINUX / "kiosk-package.conf"

needs_systemd = pytest.mark.skipif(not shutil.which(units.TOOL), reason="systemd-analyze is not installed")


@needs_systemd
@pytest.mark.parametrize(
    ("name", "added"), [("kiosk.service", None), ("kiosk.service", PACKAGE), ("kiosk-user.service", None)]
)
def test_systemd_finds_nothing_wrong_with_a_unit(name: str, added: Path | None) -> None:
    assert units.problems(LINUX / name, added) == ""


@needs_systemd
def test_what_is_wrong_is_found_in_the_unit_and_in_what_is_laid_over_it(tmp_path: Path) -> None:
    unit, added = tmp_path / "kiosk.service", tmp_path / "10-package.conf"
    text = (LINUX / "kiosk.service").read_text("utf-8")
    unit.write_text(text.replace("KillMode=mixed", "KillMode=gently"), "utf-8")
    assert "gently" in units.problems(unit)
    unit.write_text(text, "utf-8")
    added.write_text("[Service]\nTimeoutStartSec=a while\n", "utf-8")
    assert "a while" in units.problems(unit, added)


def test_settling_an_update_ends_before_systemd_would_begin_the_start_anew() -> None:
    """Else a slow machine would settle, be cut off and settle again, and never show a station."""
    text = PACKAGE.read_text("utf-8")
    start = re.search(r"^TimeoutStartSec=(\d+)$", text, re.MULTILINE)
    settle = re.search(
        r"^ExecStartPre=-\+/usr/bin/timeout --kill-after=(\d+) (\d+) /opt/kiosk/kiosk update settle$",
        text,
        re.MULTILINE,
    )
    assert start is not None
    assert settle is not None
    assert int(settle[1]) + int(settle[2]) < int(start[1])
    assert int(settle[2]) > 2 * TEST_S, "the new version's own test has its time, and as much for the rest"
