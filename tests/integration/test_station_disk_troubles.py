"""A running station whose disk, file or clock goes wrong: a named state with its remedy, no door, nothing acknowledged lost.

The disk is a real one, small enough to be filled (a file system in memory; mounting takes the superuser). The station is whole
but for camera, eyes and account, which do as told.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.patience import PROGRAM_S
from support.station_parts import RealClock, wait_until
from support.station_rig import Rig

from kiosk.domain.errors import Code
from kiosk.domain.person import PersonId
from kiosk.station.snapshot import Screen
from kiosk.store.sqlite import SqliteStore
from kiosk.ui.text import Text

KNOWN = 7
HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, 16 MB."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a disk of its own takes the superuser")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "kiosk-test", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("no file system may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class FailingDisk:
    """A disk that the system makes read-only after an error, as it does with one that wears out; mounting it anew mends it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "disk"
        self.folder.mkdir()
        self.image = folder / "disk.img"
        with self.image.open("wb") as file:
            file.truncate(24 << 20)
        self.mounted = False

    def run(self, *command: str) -> bool:
        return subprocess.run(command, check=False, capture_output=True, timeout=PROGRAM_S).returncode == 0

    def make(self) -> bool:
        return shutil.which("mkfs.ext4") is not None and self.run("mkfs.ext4", "-q", str(self.image)) and self.mount()

    def mount(self) -> bool:
        self.mounted = self.run("mount", "-o", "loop,errors=remount-ro", str(self.image), str(self.folder))
        return self.mounted

    def fail(self) -> bool:
        return self.run("mount", "-o", "remount,abort", str(self.folder))

    def unmount(self) -> None:
        if self.mounted:
            self.mounted = not self.run("umount", str(self.folder)) and not self.run("umount", "-l", str(self.folder))


@pytest.fixture
def failing_disk(tmp_path: Path) -> Iterator[FailingDisk]:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a disk of its own takes the superuser")
    disk = FailingDisk(tmp_path)
    if not disk.make():
        pytest.skip("no file system may be made and mounted here")
    try:
        yield disk
    finally:
        disk.unmount()


@pytest.fixture
def started() -> Iterator[Callable[..., Rig]]:
    rigs: list[Rig] = []

    def start(folder: Path) -> Rig:
        rig = Rig(folder)
        rigs.append(rig)
        rig.enrol(KNOWN)
        rig.station.start()
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
        return rig

    yield start
    for rig in rigs:
        rig.station.stop()


class Visits:
    """Each with a track of its own."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.track = 0

    def come(self) -> None:
        self.track += 1
        self.rig.camera.tell("show", KNOWN, 255, self.track)

    def go(self) -> None:
        self.rig.camera.tell("show", 0, 255, self.track)

    def granted(self) -> bool:
        """Somebody known comes and is let in."""
        before = len(self.rig.results())
        self.come()
        came = wait_until(lambda: len(self.rig.results()) > before)
        self.go()
        calm = wait_until(lambda: self.rig.snapshots[-1].screen is Screen.ATTRACT)
        return came and calm and self.rig.results()[-1] == ("granted", "recognised")

    def refused_by(self, code: Code) -> None:
        """Somebody known comes while something is broken: the state has its name and its remedy, and the door stays shut."""
        opened, before = self.rig.door.opened, len(self.rig.snapshots)
        self.come()
        assert wait_until(lambda: any(s.fault is code for s in self.rig.snapshots[before:]))
        self.go()
        assert self.rig.door.opened == opened
        told = [event for event in self.rig.events("fault") if event["code"] == code]
        assert told
        assert told[-1]["part"] == "store"
        for language in ("en", "es", "pt"):
            text = Text(language)
            assert text.get(f"error.{code}")
            assert text.get(f"remedy.{code}")


def assert_nothing_is_lost(rig: Rig, *, at_least: int) -> None:
    """Every yes that was told is there, once, the door opened as often, and the audit is whole. (Who stays is let in again.)"""
    rig.station.stop()
    told = rig.results().count(("granted", "recognised"))
    assert told >= at_least
    assert rig.door.opened == told
    with_store = SqliteStore.open(rig.path, clock=RealClock())
    try:
        assert len([v for v in with_store.validations(1000) if v.person == PersonId(f"person-{KNOWN}")]) == told
        assert with_store.verify_audit().whole
        assert with_store.notices == ()
    finally:
        with_store.close()


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass
        try:
            while True:
                file.write(b"\0")
        except OSError:
            pass
    return ballast


@pytest.mark.expects_log
def test_a_full_disk_has_a_name_opens_nothing_and_goes_away(disk: Path, started: Callable[..., Rig]) -> None:
    rig = started(disk)
    visits = Visits(rig)
    assert visits.granted()
    ballast = fill(disk)
    visits.refused_by(Code.STORE_FULL)
    ballast.unlink()
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    assert visits.granted()
    assert_nothing_is_lost(rig, at_least=2)


@pytest.mark.expects_log
def test_a_disk_that_fails_has_a_name_and_opens_nothing(failing_disk: FailingDisk, started: Callable[..., Rig]) -> None:
    rig = started(failing_disk.folder)
    visits = Visits(rig)
    assert visits.granted()
    assert failing_disk.fail()
    visits.refused_by(Code.STORE_FAILED)  # SQLite says no more than that writing failed
    rig.station.stop()
    failing_disk.unmount()
    assert failing_disk.mount()
    assert_nothing_is_lost(rig, at_least=1)


@pytest.mark.expects_log
def test_a_database_that_another_program_holds_has_a_name_and_goes_away(
    tmp_path: Path, started: Callable[..., Rig]
) -> None:
    rig = started(tmp_path)
    visits = Visits(rig)
    assert visits.granted()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(rig.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        visits.refused_by(Code.STORE_LOCKED)
        other.communicate("let go", timeout=PROGRAM_S)
    assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
    assert visits.granted()
    assert_nothing_is_lost(rig, at_least=2)


class Jumping(RealClock):
    """A wall clock that somebody turns; the monotonic one is nobody's to turn."""

    by = timedelta()

    def now(self) -> datetime:
        return super().now() + self.by


@pytest.mark.parametrize("days", [365, -365])
def test_a_clock_that_jumps_a_year_loses_nothing(tmp_path: Path, days: int) -> None:
    clock = Jumping()
    rig = Rig(tmp_path, clock=clock)
    rig.enrol(KNOWN)
    rig.station.start()
    try:
        assert wait_until(lambda: rig.snapshots[-1].screen is Screen.ATTRACT)
        visits = Visits(rig)
        assert visits.granted()
        clock.by = timedelta(days=days)
        assert visits.granted()
        clock.by = timedelta()
        assert visits.granted()
    finally:
        assert_nothing_is_lost(rig, at_least=3)
    assert rig.door.opened == 3
