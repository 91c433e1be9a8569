"""What an update that fails or is cut off leaves behind: the old version as it was, and nothing else."""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.updating import World, files_of, make_world, put

from kiosk.domain.errors import Code, StoreError, UpdateError
from kiosk.update import journal
from kiosk.update.apply import Helpers, Update
from kiosk.update.journal import Entry, Step
from kiosk.update.layout import cannot_write
from kiosk.update.trust import Source


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def update_of(
    world: World, *, test: Callable[[Path, str], str] = lambda _, __: "", back_up: Callable[[], str] = lambda: "copy.db"
) -> Update:
    return Update(world.installation, Helpers(test=test, back_up=back_up))


def apply(world: World, source: Path, test: Callable[[Path, str], str] = lambda _, __: "") -> Entry:
    with world.installation.alone():
        return update_of(world, test=test).apply(Source(source, world.installation, world.trust))


def cut_off(world: World, step: Step, *, before: str = "1.0", after: str = "1.1") -> None:
    world.installation.state.mkdir(exist_ok=True)
    journal.write(world.installation.state, Entry(before=before, after=after, step=step, at=""))


def only(world: World, *versions: str) -> None:
    """These versions start or may start again, and nothing that was copied is left."""
    assert sorted(each.name for each in world.installation.versions.iterdir()) == sorted(versions)
    assert not world.installation.fetched.exists()


@pytest.fixture
def strict() -> Iterator[None]:
    """What a hardened system sets for its administrator."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="modes")
@pytest.mark.usefixtures("strict")
def test_whatever_the_umask_everybody_can_read_the_version_and_why_it_runs(world: World) -> None:
    apply(world, world.source("1.1"))
    new = world.installation.folder("1.1")
    closed = [
        path.name
        for path in (world.installation.state, world.installation.state / "journal.json", new, *new.rglob("*"))
        if stat.S_IMODE(path.stat().st_mode) & 0o444 != 0o444 or (path.is_dir() and not path.stat().st_mode & 0o001)
    ]
    assert closed == []


@pytest.mark.skipif(sys.platform == "win32", reason="modes")
def test_a_state_folder_that_an_earlier_program_closed_is_opened(world: World) -> None:
    world.installation.state.mkdir(mode=0o700)
    with world.installation.alone():
        assert stat.S_IMODE(world.installation.state.stat().st_mode) == 0o755


def test_a_version_that_could_never_be_updated_again_is_refused(world: World) -> None:
    files = files_of("1.1", world.trust)
    del files["update-root.json"]
    listed = json.loads(files["files.json"])
    del listed["files"]["update-root.json"]
    files["files.json"] = json.dumps(listed).encode()
    with pytest.raises(UpdateError) as caught:
        apply(world, world.source("1.1", files=files))
    assert caught.value.code is Code.UPDATE_NO_TRUST
    assert world.starts() == "kiosk 1.0"
    only(world, "1.0")


def test_without_space_nothing_is_copied(world: World) -> None:
    seen: list[Step] = []
    source = Source(world.source("1.1", unpacked=10**16), world.installation, world.trust)
    with pytest.raises(UpdateError) as caught:
        Update(
            world.installation,
            Helpers(test=lambda _, __: "", back_up=lambda: ""),
            lambda step, _: seen.append(step) if not (world.installation.fetched / "archive").exists() else None,
        ).apply(source)
    assert caught.value.code is Code.UPDATE_NO_SPACE
    assert seen == [Step.CHECKING, Step.COPYING]
    entry = journal.read(world.installation.state)
    assert entry is not None
    assert (entry.code, entry.is_over) == (Code.UPDATE_NO_SPACE, True)
    only(world, "1.0")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, Code.UPDATE_NO_SPACE),
        (errno.EDQUOT, Code.UPDATE_NO_SPACE),
        (errno.EACCES, Code.UPDATE_NOT_PERMITTED),
        (errno.EROFS, Code.UPDATE_NOT_PERMITTED),
    ],
)
def test_a_full_disk_is_not_a_missing_right(number: int, code: Code) -> None:
    assert cannot_write(OSError(number, os.strerror(number)), Path("x")).code is code


def test_a_signed_archive_that_cannot_be_unpacked_is_damaged(world: World) -> None:
    def spoil(data: bytes) -> bytes:
        middle = len(data) // 2
        return data[:middle] + bytes(byte ^ 0xFF for byte in data[middle : middle + 64]) + data[middle + 64 :]

    with pytest.raises(UpdateError) as caught:
        apply(world, world.source("1.1", spoil=spoil))
    assert caught.value.code is Code.UPDATE_DAMAGED
    entry = journal.read(world.installation.state)
    assert entry is not None
    assert entry.is_over
    only(world, "1.0")


def test_a_version_that_fails_its_test_leaves_nothing(world: World) -> None:
    with pytest.raises(UpdateError):
        apply(world, world.source("1.1"), lambda _, __: "vision: it crashed")
    only(world, "1.0")


def test_a_version_that_fails_as_installed_leaves_what_was_before_it(world: World) -> None:
    apply(world, world.source("1.1"))
    answers = iter(["", "it does not start here"])
    with pytest.raises(UpdateError):
        apply(world, world.source("1.2"), lambda _, __: next(answers))
    assert (world.installation.current(), world.installation.previous()) == ("1.1", "1.0")
    only(world, "1.0", "1.1")


def test_the_first_update_that_fails_as_installed_leaves_no_version_before(world: World) -> None:
    answers = iter(["", "it does not start here"])
    with pytest.raises(UpdateError):
        apply(world, world.source("1.1"), lambda _, __: next(answers))
    assert (world.installation.current(), world.installation.previous()) == ("1.0", "")
    only(world, "1.0")


@pytest.mark.parametrize("step", [Step.COPYING, Step.UNPACKING, Step.BACKING_UP, Step.TESTING])
def test_what_was_cut_off_leaves_nothing_that_was_copied(world: World, step: Step) -> None:
    cut_off(world, step)
    world.installation.fetched.mkdir()
    (world.installation.fetched / "archive").write_bytes(b"half of it")
    update_of(world).settle()
    only(world, "1.0")


def test_cut_off_between_the_two_pointers_the_version_before_the_old_one_is_named_again(world: World) -> None:
    apply(world, world.source("1.1"))
    previous = world.installation.root / "previous"
    previous.unlink()
    previous.symlink_to("versions/1.1")
    cut_off(world, Step.SWITCHING, before="1.1", after="1.2")
    update_of(world).settle()
    assert (world.installation.current(), world.installation.previous()) == ("1.1", "1.0")


def test_what_a_package_brought_meanwhile_starts_and_stays(world: World) -> None:
    put(world.installation.folder("1.2"), files_of("1.2", world.trust))
    world.installation.switch("1.2")
    cut_off(world, Step.TESTING)
    assert world.starts() == "kiosk 1.2"
    update_of(world).settle()
    assert (world.installation.current(), world.installation.previous()) == ("1.2", "1.0")


def test_the_database_is_copied_before_the_new_version_is_tried_on_the_copy(world: World) -> None:
    done: list[str] = []

    def back_up() -> str:
        done.append("copied")
        return "copy.db"

    def test(_: Path, copied: str) -> str:
        done.append(f"tested on {copied}")
        return ""

    with world.installation.alone():
        source = Source(world.source("1.1"), world.installation, world.trust)
        Update(world.installation, Helpers(test=test, back_up=back_up)).apply(source)
    assert done == ["copied", "tested on copy.db", "tested on copy.db"]


def test_an_update_that_is_taken_up_again_is_tried_on_a_fresh_copy(world: World) -> None:
    apply(world, world.source("1.1"))
    cut_off(world, Step.CONFIRMING)
    tried: list[str] = []

    def test(_: Path, copied: str) -> str:
        tried.append(copied)
        return ""

    entry = update_of(world, test=test, back_up=lambda: "fresh.db").settle()
    assert entry is not None
    assert (entry.backup, tried) == ("fresh.db", ["fresh.db"])


def test_an_update_that_is_taken_up_again_without_a_copy_goes_back_and_says_why(world: World) -> None:
    def lost() -> str:
        raise StoreError(Code.STORE_KEY_LOST, "station.db")

    apply(world, world.source("1.1"))
    cut_off(world, Step.CONFIRMING)
    entry = update_of(world, back_up=lost).settle()
    assert entry is not None
    assert (entry.code, entry.is_over) == (Code.STORE_KEY_LOST, True)
    assert world.starts() == "kiosk 1.0"


def test_where_the_old_version_is_gone_the_new_one_stays(world: World) -> None:
    apply(world, world.source("1.1"))
    (world.installation.folder("1.0") / "kiosk").unlink()
    cut_off(world, Step.CONFIRMING)
    entry = update_of(world, test=lambda _, __: "vision: it crashed").settle()
    assert entry is not None
    assert entry.code is Code.UPDATE_SELF_TEST
    assert "1.0 is not there any more" in entry.detail
    assert world.starts() == "kiosk 1.1"


def test_a_code_that_this_version_does_not_know_is_still_a_failure(tmp_path: Path) -> None:
    entry = Entry(before="1.0", after="1.1", step=Step.ENDED, at="", code=Code.UPDATE_SELF_TEST, detail="1.1: x")
    journal.write(tmp_path, entry)
    path = tmp_path / "journal.json"
    path.write_text(path.read_text("utf-8").replace("update_self_test", "update_of_tomorrow"), "utf-8")
    read = journal.read(tmp_path)
    assert read is not None
    assert (read.code, read.detail) == (Code.UPDATE_INTERRUPTED, "update_of_tomorrow: 1.1: x")
