"""A version that is not confirmed lets the one before it work: started by itself, without the start file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.patience import PROGRAM_S
from support.updating import World, environment, files_of, make_world, put

from kiosk.update import journal
from kiosk.update.journal import Entry, Step

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program is a shell script")

FROZEN = """
import sys
sys.frozen, sys.executable = True, sys.argv[1]
sys.argv = ["kiosk", *sys.argv[2:]]
from kiosk.cli import root
root(prog_name="kiosk")
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path)
    put(made.installation.folder("1.1"), files_of("1.1", made.trust))
    made.installation.state.mkdir()
    return made


def says(world: World, *words: str, version: str = "1.1") -> str:
    """What this checkout says as if it were that version's program."""
    command = [sys.executable, "-c", FROZEN, str(world.installation.program(version)), *words]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=False,
        env=environment(),
        stdin=subprocess.DEVNULL,
    )
    return done.stdout


def journal_of(world: World, step: Step) -> None:
    journal.write(world.installation.state, Entry(before="1.0", after="1.1", step=step, at=""))


@pytest.mark.parametrize("command", ["run", "people", "enroll", "audit"])
def test_a_version_that_is_not_confirmed_leaves_the_work_to_the_one_before(world: World, command: str) -> None:
    journal_of(world, Step.CONFIRMING)
    assert says(world, command, "--help") == "kiosk 1.0\n"


def test_the_self_test_of_the_new_version_is_its_own(world: World) -> None:
    journal_of(world, Step.CONFIRMING)
    assert "Usage: kiosk doctor" in says(world, "doctor", "--help")


def test_the_version_before_does_its_work_itself(world: World) -> None:
    journal_of(world, Step.CONFIRMING)
    assert "Usage: kiosk people" in says(world, "people", "--help", version="1.0")


def test_a_confirmed_version_works(world: World) -> None:
    journal_of(world, Step.ENDED)
    assert "Usage: kiosk people" in says(world, "people", "--help")


def test_without_the_version_before_the_new_one_works(world: World) -> None:
    journal_of(world, Step.CONFIRMING)
    (world.installation.folder("1.0") / "kiosk").unlink()
    assert "Usage: kiosk people" in says(world, "people", "--help")
