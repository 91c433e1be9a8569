"""What a source must be like to be let in: everything else is refused, with a code, and the old version goes on starting."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from making.update import make_keys
from support.updating import UNFIT, World, files_of, make_world

from kiosk.domain.errors import Code, StoreError, UpdateError
from kiosk.update import journal
from kiosk.update.apply import Helpers, Update
from kiosk.update.journal import Entry, Step
from kiosk.update.trust import Source

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def update_of(
    world: World, *, test: Callable[[Path, str], str] = lambda _, __: "", back_up: Callable[[], str] = lambda: "copy.db"
) -> Update:
    return Update(world.installation, Helpers(test=test, back_up=back_up))


def apply(world: World, source: Path, **helpers: Callable[..., str]) -> Entry:
    with world.installation.alone():
        return update_of(world, **helpers).apply(Source(source, world.installation, world.trust))


def made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def refused(world: World, source: Path, **helpers: Callable[..., str]) -> UpdateError:
    """It is refused, the old version starts, nothing half-made is left, and the journal says why."""
    with pytest.raises(UpdateError) as caught:
        apply(world, source, **helpers)
    assert world.starts() == "kiosk 1.0"
    assert [each.name for each in world.installation.versions.iterdir()] == ["1.0"]
    entry = journal.read(world.installation.state)
    if entry is not None:
        assert entry.is_over
        assert entry.code is caught.value.code
    return caught.value


def test_a_signed_newer_version_takes_the_place_and_the_old_one_stays_beside_it(world: World) -> None:
    entry = apply(world, world.source("1.1"))
    assert (entry.before, entry.after, entry.code, entry.backup) == ("1.0", "1.1", None, "copy.db")
    assert world.starts() == "kiosk 1.1"
    assert world.installation.previous() == "1.0"
    assert world.installation.installed() == ["1.0", "1.1"]


def test_after_two_updates_two_versions_are_on_the_disk(world: World) -> None:
    apply(world, world.source("1.1"))
    apply(world, world.source("1.2"))
    assert world.installation.installed() == ["1.1", "1.2"]
    assert world.starts() == "kiosk 1.2"


def test_the_installed_version_again_changes_nothing(world: World) -> None:
    entry = apply(world, world.source("1.0"))
    assert entry.code is None
    assert world.installation.installed() == ["1.0"]


def test_a_version_is_compared_by_its_numbers(world: World) -> None:
    apply(world, world.source("1.9"))
    apply(world, world.source("1.10"))
    assert world.starts() == "kiosk 1.10"


def test_keys_of_somebody_else_are_refused(world: World, tmp_path: Path) -> None:
    make_keys(tmp_path / "theirs")
    error = refused(world, world.source("1.1", keys=tmp_path / "theirs"))
    assert error.code is Code.UPDATE_NOT_TRUSTED


def test_a_changed_byte_in_the_archive_is_refused(world: World) -> None:
    source = world.source("1.1")
    archive = next(path for path in (source / "targets").iterdir() if path.name.endswith(".tar.xz"))
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 1
    archive.write_bytes(data)
    assert refused(world, source).code is Code.UPDATE_DAMAGED


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_half_copied_archive_is_refused(world: World, share: float) -> None:
    source = world.source("1.1")
    archive = next(path for path in (source / "targets").iterdir() if path.name.endswith(".tar.xz"))
    data = archive.read_bytes()
    archive.write_bytes(data[: int(len(data) * share)])
    assert refused(world, source).code is Code.UPDATE_DAMAGED


def test_an_archive_that_was_not_copied_at_all_is_refused(world: World) -> None:
    source = world.source("1.1")
    next(path for path in (source / "targets").iterdir() if path.name.endswith(".tar.xz")).unlink()
    assert refused(world, source).code is Code.UPDATE_DAMAGED


@pytest.mark.parametrize("name", ["timestamp.json", "1.snapshot.json", "1.targets.json"])
def test_changed_metadata_is_refused(world: World, name: str) -> None:
    source = world.source("1.1")
    path = source / "metadata" / name
    signed = json.loads(path.read_text("utf-8"))
    signed["signed"]["expires"] = "2099-01-01T00:00:00Z"
    path.write_text(json.dumps(signed), "utf-8")
    assert refused(world, source).code is Code.UPDATE_NOT_TRUSTED


def test_metadata_that_has_run_out_is_refused(world: World) -> None:
    source = world.source("1.1", now=LONG_AGO, valid=timedelta(days=1))
    assert refused(world, source).code is Code.UPDATE_EXPIRED


def test_an_older_signed_source_is_refused_after_a_newer_one_was_seen(world: World) -> None:
    old = world.source("1.1", name="old")
    newer = world.source("1.2", name="newer")
    world.source("1.3", name="newer")  # its metadata has a higher number than that of the older folder
    apply(world, newer)
    with pytest.raises(UpdateError) as caught:
        apply(world, old)
    assert caught.value.code is Code.UPDATE_OLDER
    assert world.starts() == "kiosk 1.3"


def test_an_older_version_under_new_signatures_is_refused(world: World) -> None:
    apply(world, world.source("1.2"))
    with pytest.raises(UpdateError) as caught:
        apply(world, world.source("1.1"))
    assert caught.value.code is Code.UPDATE_OLDER
    assert world.starts() == "kiosk 1.2"


def test_a_folder_without_an_update_is_named(world: World, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    error = refused(world, tmp_path / "empty")
    assert error.code is Code.UPDATE_SOURCE_MISSING


def test_a_signed_archive_that_lacks_a_file_of_its_list_is_refused(world: World) -> None:
    files = files_of("1.1", world.trust)
    del files["_internal/part-7.bin"]
    error = refused(world, world.source("1.1", files=files))
    assert error.code is Code.UPDATE_DAMAGED
    assert "part-7" in error.detail


def test_a_file_that_the_list_does_not_know_is_refused(world: World) -> None:
    files = {**files_of("1.1", world.trust), "_internal/more.so": b"x"}
    assert refused(world, world.source("1.1", files=files)).code is Code.UPDATE_DAMAGED


def test_nothing_is_written_outside_the_version(world: World, tmp_path: Path) -> None:
    files = {**files_of("1.1", world.trust), "../../../escaped": b"x"}
    assert refused(world, world.source("1.1", files=files)).code is Code.UPDATE_DAMAGED
    assert not list(tmp_path.rglob("escaped"))


def test_a_new_version_that_fails_its_test_is_left_alone(world: World) -> None:
    error = refused(world, world.source("1.1"), test=lambda _, __: "vision: it crashed")
    assert error.code is Code.UPDATE_SELF_TEST
    assert "it crashed" in error.detail


def test_a_new_version_that_fails_as_installed_is_left_for_the_old_one(world: World) -> None:
    answers = iter(["", "it does not start here"])
    with pytest.raises(UpdateError) as caught:
        apply(world, world.source("1.1"), test=lambda _, __: next(answers))
    assert caught.value.code is Code.UPDATE_SELF_TEST
    assert world.starts() == "kiosk 1.0"
    entry = journal.read(world.installation.state)
    assert entry is not None
    assert (entry.code, entry.is_over) == (Code.UPDATE_SELF_TEST, True)


def test_without_a_copy_of_the_database_nothing_is_switched(world: World) -> None:
    def full() -> str:
        raise StoreError(Code.STORE_FULL, "station.db")

    with pytest.raises(StoreError):
        apply(world, world.source("1.1"), back_up=full)
    assert world.starts() == "kiosk 1.0"
    entry = journal.read(world.installation.state)
    assert entry is not None
    assert entry.code is Code.STORE_FULL


def test_two_updates_at_once_are_one(world: World) -> None:
    source = world.source("1.1")
    with world.installation.alone(), pytest.raises(UpdateError) as caught:
        apply(world, source)
    assert caught.value.code is Code.UPDATE_BUSY


def test_a_torn_file_of_the_trust_does_not_stop_the_next_update(world: World) -> None:
    apply(world, world.source("1.1"))
    for each in (world.installation.state / "trust").glob("*.json"):
        if each.name in {"timestamp.json", "snapshot.json"}:
            each.write_bytes(each.read_bytes()[:50])
    apply(world, world.source("1.2"))
    assert world.starts() == "kiosk 1.2"


@pytest.mark.parametrize("step", [Step.COPYING, Step.UNPACKING, Step.TESTING, Step.BACKING_UP, Step.SWITCHING])
def test_what_was_cut_off_before_the_switch_is_undone(world: World, step: Step) -> None:
    (world.installation.versions / ".new-1.1").mkdir()
    journal.write(made(world.installation.state), Entry(before="1.0", after="1.1", step=step, at=""))
    entry = update_of(world).settle()
    assert entry is not None
    assert (entry.code, entry.detail) == (Code.UPDATE_INTERRUPTED, f"while {step.value}")
    assert world.starts() == "kiosk 1.0"
    assert world.installation.installed() == ["1.0"]
    assert update_of(world).settle() is None


def test_what_was_cut_off_after_the_switch_is_tested_and_kept(world: World) -> None:
    apply(world, world.source("1.1"))
    journal.write(world.installation.state, Entry(before="1.0", after="1.1", step=Step.CONFIRMING, at=""))
    entry = update_of(world).settle()
    assert entry is not None
    assert entry.code is None
    assert world.starts() == "kiosk 1.1"


def test_what_was_cut_off_after_the_switch_and_is_not_fit_goes_back(world: World) -> None:
    apply(world, world.source("1.1", files=files_of("1.1", world.trust, doctor=UNFIT)))
    journal.write(world.installation.state, Entry(before="1.0", after="1.1", step=Step.SWITCHING, at=""))
    entry = update_of(world, test=lambda _, __: "vision: it crashed").settle()
    assert entry is not None
    assert entry.code is Code.UPDATE_SELF_TEST
    assert world.starts() == "kiosk 1.0"
