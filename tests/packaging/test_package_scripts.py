"""The Debian package's scripts in a real root, with a program that only says its name: quick enough to try every path.

``KIOSK_PRISTINE`` names the root that ``build.py cleanroot`` keeps in its output folder (``pristine``); needs root's rights.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from making import cleanroot, deb, roots, selftest, tarball, units
from making.bundle import Bundle, write_list
from making.source import Source

PRISTINE = os.environ.get("KIOSK_PRISTINE", "")
CHECKOUT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not PRISTINE, reason="KIOSK_PRISTINE is not set"),
]


def package(folder: Path, version: str) -> Path:
    """The package of a program that says its version."""
    source = Source(CHECKOUT, "c" * 40, 1_767_225_600, version)
    bundle = Bundle(source, folder / version / "kiosk")
    for name in ("pictures", "licenses"):
        (bundle.program / name).mkdir(parents=True)
    for name in [f"kiosk-{size}.png" for size in deb._ICONS] + ["kiosk.svg"]:
        (bundle.program / "pictures" / name).write_bytes(b"a picture")
    (bundle.program / "kiosk").write_text(f"#!/bin/sh\necho kiosk {version}\n", "utf-8")
    (bundle.program / "kiosk").chmod(0o755)
    write_list(bundle.program, source)
    shutil.copyfile(CHECKOUT / "packaging" / "linux" / "start.sh", bundle.root / "kiosk")
    (bundle.root / "kiosk").chmod(0o755)
    return deb.make(bundle, folder, folder / version, effort=tarball.Effort.QUICK)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A root of its own, which starts at boot when the package is installed."""
    root = tmp_path / "root"
    subprocess.run(["cp", "-a", PRISTINE, str(root)], check=True)
    with roots.mounted(root):
        cleanroot._answer(root, "start-at-boot", yes=True)
        yield root


def starts(root: Path) -> str:
    done = subprocess.run(["chroot", str(root), "/opt/kiosk/kiosk"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_starting_at_boot_follows_the_answers_and_no_link_leads_root_astray(tmp_path: Path, root: Path) -> None:
    before = roots.listed(root)
    old, new = package(tmp_path, "0.9.0"), package(tmp_path, "0.10.0")
    cleanroot._install(root, old)
    assert starts(root) == "kiosk 0.9.0"
    assert units.problems(root / cleanroot._UNIT, root / f"{cleanroot._UNIT}.d/10-package.conf") == ""
    cleanroot._at_boot(old, root)
    cleanroot._links(old, root)
    cleanroot._install(root, new)
    assert starts(root) == "kiosk 0.10.0"
    cleanroot._gone(root, before)


def test_removed_and_installed_again_it_starts_at_boot_as_answered(tmp_path: Path, root: Path) -> None:
    one = package(tmp_path, "0.9.0")
    cleanroot._install(root, one)
    cleanroot._expect(root, "the first time", at_boot=True)
    roots.chroot(root, "dpkg", "-r", "kiosk")
    cleanroot._expect(root, "the removal", at_boot=False)
    cleanroot._install(root, one)
    cleanroot._expect(root, "installing again", at_boot=True)


def test_what_is_left_after_a_purge_is_seen(tmp_path: Path, root: Path) -> None:
    before = roots.listed(root)
    cleanroot._install(root, package(tmp_path, "0.9.0"))
    (root / "etc" / "kiosk-left").write_text("x", "utf-8")
    with pytest.raises(selftest.Failed, match="etc/kiosk-left"):
        cleanroot._gone(root, before)
