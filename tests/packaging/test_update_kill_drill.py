"""The plug is pulled while an update runs: what starts afterwards is a whole version, it is said why, and the next try works."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.updating import FILLING, World, environment, make_world, run

from kiosk.domain.errors import Code, UpdateError
from kiosk.update import journal
from kiosk.update.journal import Step
from kiosk.update.unpack import check

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")

SCRIPT = Path(__file__).resolve().parents[1] / "support" / "update_once.py"
EACH_STEP = [(step.value, 1) for step in Step if step is not Step.ENDED]
WHILE_UNPACKING = [(Step.UNPACKING.value, count) for count in range(2, FILLING, 4)]


def updating(world: World, source: Path, step: str = "-", count: int = 0) -> subprocess.Popen[bytes]:
    paths = [str(SCRIPT.parents[2]), str(SCRIPT.parents[1]), str(SCRIPT.parents[2] / "packaging")]
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(world.folder), str(source), step, str(count)],
        env={**environment(), "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def look_after(world: World) -> str:
    """What must be true after the power came back; the version that starts."""
    said = world.starts()
    assert said in {"kiosk 1.0", "kiosk 1.1"}
    version = said.removeprefix("kiosk ")
    check(world.installation.folder(version), version)
    before = journal.read(world.installation.state)
    if before is not None and not before.is_over:
        assert version == before.before  # a version that is not confirmed never gets at the station's data
    status, answer = run(world, "settle")
    assert status == 0
    last = answer["last"]
    if isinstance(last, dict):
        assert last["over"]
        is_in = last["after"] != last["before"] and answer["installed"] == last["after"]
        assert is_in == (last["code"] is None)
        assert last["code"] in {None, Code.UPDATE_INTERRUPTED.value}
    else:  # nothing was left to do: the journal is over, or the update had not begun
        assert before is None or before.is_over
    assert world.starts() == f"kiosk {answer['installed']}"
    assert not list(world.installation.versions.glob(".new-*"))
    assert not world.installation.fetched.exists() or last is None
    return str(answer["installed"])


def try_again(world: World, source: Path) -> None:
    status, answer = run(world, "apply", str(source))
    assert (status, answer["installed"]) == (0, "1.1")
    assert world.starts() == "kiosk 1.1"


def killed_at(folder: Path, step: str, count: int) -> str:
    folder.mkdir()
    world = make_world(folder)
    source = world.source("1.1")
    process = updating(world, source, step, count)
    assert process.wait(60) == -signal.SIGKILL
    version = look_after(world)
    try_again(world, source)
    return version


@pytest.mark.parametrize(("step", "count"), EACH_STEP)
def test_killed_at_each_step(tmp_path: Path, step: str, count: int) -> None:
    version = killed_at(tmp_path / "world", step, count)
    assert version == ("1.1" if step == Step.CONFIRMING.value else "1.0")


def killed_while_confirming(folder: Path) -> World:
    world = make_world(folder)
    assert updating(world, world.source("1.1"), Step.CONFIRMING.value, 1).wait(60) == -signal.SIGKILL
    assert world.installation.current() == "1.1"
    return world


@pytest.mark.parametrize("content", [b"", b"#!/no/such/loader\n", b"\x7fELF and nothing more"])
def test_a_new_version_that_cannot_be_loaded_is_undone_by_the_one_before(tmp_path: Path, content: bytes) -> None:
    world = killed_while_confirming(tmp_path)
    (world.installation.folder("1.1") / "kiosk").write_bytes(content)
    assert world.starts() == "kiosk 1.0"
    status, answer = run(world, "settle")
    last = answer["last"]
    assert isinstance(last, dict)
    assert (status, answer["installed"], last["code"]) == (0, "1.0", Code.UPDATE_SELF_TEST.value)
    assert world.starts() == "kiosk 1.0"


def test_the_station_settles_before_it_starts_where_its_user_may(tmp_path: Path) -> None:
    world = killed_while_confirming(tmp_path)
    assert world.starts("run") == "kiosk 1.1"
    entry = journal.read(world.installation.state)
    assert entry is not None
    assert (entry.is_over, entry.code) == (True, None)


def test_a_version_of_which_the_list_is_gone_is_not_started(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    status, _ = run(world, "apply", str(world.source("1.1")))
    assert status == 0
    (world.installation.folder("1.1") / "files.json").unlink()
    assert world.starts() == "kiosk 1.0"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_at_fifty_moments_more(tmp_path: Path) -> None:
    """Ten times between two files that are unpacked, and forty times at a moment that nobody chose."""
    seen: dict[str, int] = {}
    for step, count in WHILE_UNPACKING:
        version = killed_at(tmp_path / f"{step}-{count}", step, count)
        seen[version] = seen.get(version, 0) + 1
    chance = random.Random(6)
    whole = _how_long_it_takes(tmp_path / "measured")
    for number in range(40):
        version = _killed_after(tmp_path / f"random-{number}", whole * chance.uniform(0.15, 1.0))
        seen[version] = seen.get(version, 0) + 1
    sys.stdout.write(f"kills: {len(WHILE_UNPACKING) + 40}, started afterwards: {seen}\n")
    assert set(seen) == {"1.0", "1.1"}


def test_a_tampered_stick_is_refused_by_the_command_with_a_remedy(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    source = world.source("1.1")
    archive = next(path for path in (source / "targets").iterdir() if path.name.endswith(".tar.xz"))
    archive.write_bytes(archive.read_bytes()[:-100])
    status, answer = run(world, "apply", str(source))
    error = answer["error"]
    assert status == UpdateError.exit_status
    assert isinstance(error, dict)
    assert error["code"] == Code.UPDATE_DAMAGED.value
    assert error["remedy"]
    assert world.starts() == "kiosk 1.0"
    _, answer = run(world, "status")
    last = answer["last"]
    assert isinstance(last, dict)
    assert last["code"] == Code.UPDATE_DAMAGED.value


def _how_long_it_takes(folder: Path) -> float:
    folder.mkdir()
    world = make_world(folder)
    source = world.source("1.1")
    began = time.monotonic()
    assert updating(world, source).wait(60) == 0
    return time.monotonic() - began


def _killed_after(folder: Path, seconds: float) -> str:
    folder.mkdir()
    world = make_world(folder)
    source = world.source("1.1")
    process = updating(world, source)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(60)
    version = look_after(world)
    try_again(world, source)
    return version
