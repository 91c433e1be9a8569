"""What the commands of an update say, and how a new version's own test is judged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.patience import PROGRAM_S
from support.updating import FINE, UNFIT, command, environment, files_of, make_world, put, run

from kiosk.cli.update import tell_of_last_update
from kiosk.cli.update_helpers import back_up_as_owner, problem_of
from kiosk.domain.errors import Code, StoreError
from kiosk.keys import open_vault
from kiosk.profile import open_profile
from kiosk.station.clock import SystemClock
from kiosk.store.sqlite import SqliteStore
from kiosk.update import journal
from kiosk.update.journal import Entry, Step

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program is a shell script")


def a_version(folder: Path, doctor: object, *, status: int = 0) -> Path:
    put(folder, files_of("1.1", b"{}", doctor=doctor, status=status))
    return folder / "kiosk"


def check(name: str, state: str) -> dict[str, str]:
    return {"name": name, "state": state, "value": "as it is", "limit": "", "remedy": ""}


def doctor_saying(*lines: dict[str, str]) -> object:
    """A doctor that finds nothing but these."""
    other = {line["name"] for line in lines}
    return {"checks": [*lines, *(each for each in FINE["checks"] if each["name"] not in other)]}


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], ""),
        ([check("camera", "warn")], ""),
        ([check("camera", "fail"), check("disk", "fail"), check("clock", "fail")], ""),
        ([check("vision", "fail")], "vision: as it is"),
        ([check("database", "fail"), check("cpu", "fail")], "database: as it is; cpu: as it is"),
        ([check("settings", "fail")], "settings: as it is"),
        ([check("profile", "fail")], "profile: as it is"),
        ([check("secrets", "fail")], "secrets: as it is"),
        ([check("libraries_window", "fail")], "libraries_window: as it is"),
    ],
)
def test_only_what_belongs_to_the_version_speaks_against_it(
    tmp_path: Path, lines: list[dict[str, str]], problem: str
) -> None:
    assert problem_of(a_version(tmp_path / "v", doctor_saying(*lines)), tmp_path / "no profile", "") == problem


@pytest.mark.parametrize(
    ("doctor", "status", "problem"),
    [
        ({"checks": []}, 0, "not checked: cpu database models_core profile python secrets settings vision"),
        ({"checks": FINE["checks"][:-1]}, 0, "not checked: vision"),
        ({"other": 1}, 0, "no answer that can be read (exit status 0)"),
        (UNFIT, 1, "vision: it crashed"),
        (FINE, 1, ""),
        (FINE, 4, "exit status 4"),
        (FINE, 139, "exit status 139"),
    ],
)
def test_a_doctor_that_did_not_come_to_its_end_speaks_against_it(
    tmp_path: Path, doctor: object, status: int, problem: str
) -> None:
    assert problem_of(a_version(tmp_path / "v", doctor, status=status), tmp_path / "no profile", "") == problem


def test_a_version_that_does_not_start_says_so(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "nothing", tmp_path, "").startswith("does not start: ")


def test_without_a_database_there_is_nothing_to_copy(tmp_path: Path) -> None:
    assert back_up_as_owner(tmp_path) == ""


def test_a_copy_that_fails_keeps_its_own_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    (tmp_path / "station.db").write_bytes(b"not a database at all, and long enough to be looked at" * 100)
    with pytest.raises(StoreError) as caught:
        back_up_as_owner(tmp_path)
    assert caught.value.code in {Code.STORE_KEY_LOST, Code.STORE_DAMAGED, Code.STORE_FAILED}


def test_check_says_whether_there_is_something_newer(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    newer, same = world.source("1.1", name="newer"), world.source("1.0", name="same")
    assert run(world, "check", str(newer)) == (
        0,
        {"installed": "1.0", "offered": "1.1", "newer": True, "size": _size(newer)},
    )
    status, answer = run(world, "check", str(same))
    assert status in {1, 3}  # not newer, or its metadata are older than those that were just seen
    assert world.starts() == "kiosk 1.0"
    assert "newer" not in answer or not answer["newer"]


def test_a_program_from_its_sources_cannot_be_updated(tmp_path: Path) -> None:
    status = [sys.executable, "-m", "kiosk", "update", "status", "--json"]
    done = subprocess.run(status, capture_output=True, timeout=60, check=False, env=environment())
    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["code"] == Code.UPDATE_NOT_INSTALLED.value


def test_an_installation_without_a_root_of_trust_takes_no_update(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    source = world.source("1.1")
    (world.installation.folder("1.0") / "update-root.json").unlink()
    status, answer = run(world, "apply", str(source))
    error = answer["error"]
    assert isinstance(error, dict)
    assert (status, error["code"]) == (3, Code.UPDATE_NO_TRUST.value)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (
            Entry(before="1.0", after="1.1", step=Step.ENDED, at="", code=Code.UPDATE_SELF_TEST, detail="1.1: x"),
            "update_self_test",
        ),
        (Entry(before="1.0", after="1.1", step=Step.UNPACKING, at=""), "update_interrupted"),
        (Entry(before="1.0", after="1.1", step=Step.ENDED, at=""), ""),
        (None, ""),
    ],
)
def test_each_start_says_why_the_old_version_runs(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    entry: Entry | None,
    says: str,
) -> None:
    world = make_world(tmp_path)
    if entry is not None:
        world.installation.state.mkdir()
        journal.write(world.installation.state, entry)
    monkeypatch.setattr("kiosk.paths.installation", lambda: world.installation.root)
    tell_of_last_update("en")
    said = capsys.readouterr().err
    assert (says in said) if says else said == ""


@pytest.mark.parametrize("there", [False, True])
def test_it_is_said_whose_database_was_copied_or_that_none_was_found(tmp_path: Path, there: bool) -> None:
    world = make_world(tmp_path)
    profile = open_profile(tmp_path / "profile")
    if there:
        vault = open_vault(profile.root, use_keyring=False)
        SqliteStore.open(profile.database, clock=SystemClock(), key=vault).close()
    status, answer = run(world, "apply", str(world.source("1.1")))
    last = answer["last"]
    assert isinstance(last, dict)
    assert (status, answer["profile"], answer["database_copied"]) == (0, str(profile.root), there)
    assert last["backup"] == ("station.db.before-update.db" if there else "")
    said = subprocess.run(
        command(world, "apply", str(world.source("1.2", name="second")))[:-1],
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=True,
        env=environment(),
    )
    assert f"{'The' if there else 'No'} database" in said.stdout
    assert str(profile.root) in said.stdout


def test_a_failure_is_told_only_while_the_version_before_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = make_world(tmp_path)
    world.installation.state.mkdir()
    failed = Entry(before="1.0", after="1.1", step=Step.ENDED, at="", code=Code.UPDATE_SELF_TEST, detail="1.1: x")
    journal.write(world.installation.state, failed)
    put(world.installation.folder("1.2"), files_of("1.2", world.trust))
    world.installation.switch("1.2")  # as a package does it
    monkeypatch.setattr("kiosk.paths.installation", lambda: world.installation.root)
    tell_of_last_update("en")
    assert capsys.readouterr().err == ""


def test_an_installation_that_cannot_be_looked_into_keeps_nobody_from_starting(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kiosk.paths.installation", lambda: Path("x" * 5000))
    tell_of_last_update("en")
    assert capsys.readouterr().err == ""


def _size(source: Path) -> int:
    return next(path.stat().st_size for path in (source / "targets").iterdir() if path.name.endswith(".tar.xz"))


def test_wrong_settings_do_not_keep_an_update_from_being_undone(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.installation.state.mkdir()
    journal.write(world.installation.state, Entry(before="1.0", after="1.1", step=Step.UNPACKING, at=""))
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "settings.toml").write_text("[station]\nno_such_key = 1\n", "utf-8")
    status, answer = run(world, "settle")
    last = answer["last"]
    assert isinstance(last, dict)
    assert (status, last["code"], last["over"]) == (0, Code.UPDATE_INTERRUPTED.value, True)
