"""No file is used before its hash was checked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.model_sources import CONTENT, entry, manifest

from kiosk.domain.errors import Code, ModelError
from kiosk.vision.manifest import Pack
from kiosk.vision.models import FileState, ModelFiles

FILES = manifest(entry("thing"), entry("picture", pack=Pack.DEMO))


def test_a_right_file_is_given_out(tmp_path: Path) -> None:
    (tmp_path / "thing.bin").write_bytes(CONTENT)
    files = ModelFiles(tmp_path, FILES)
    assert files.path("thing") == tmp_path / "thing.bin"
    assert files.missing(Pack.CORE) == ()
    assert files.missing() == ("picture",)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        ModelFiles(tmp_path / "nowhere", FILES).path("thing")
    assert caught.value.code is Code.MODEL_MISSING
    assert "thing.bin" in caught.value.detail


@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT + b"x", b"x" + CONTENT[1:]])
def test_a_wrong_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "thing.bin").write_bytes(content)
    files = ModelFiles(tmp_path, FILES)
    with pytest.raises(ModelError) as caught:
        files.path("thing")
    assert caught.value.code is Code.MODEL_WRONG_HASH
    assert [s.state for s in files.status()] == [FileState.WRONG_HASH, FileState.MISSING]


def test_a_file_that_is_swapped_later_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "thing.bin"
    path.write_bytes(CONTENT)
    files = ModelFiles(tmp_path, FILES)
    files.path("thing")
    path.write_bytes(b"x" + CONTENT[1:])
    os.utime(path, ns=(1, 1))
    with pytest.raises(ModelError):
        files.path("thing")


def test_status_tells_what_each_file_is_for(tmp_path: Path) -> None:
    (tmp_path / "picture.bin").write_bytes(CONTENT)
    first, second = ModelFiles(tmp_path, FILES).status()
    assert (first.name, first.pack, first.state, first.size) == ("thing", Pack.CORE, FileState.MISSING, len(CONTENT))
    assert (second.name, second.pack, second.state) == ("picture", Pack.DEMO, FileState.OK)


def test_a_file_that_an_installer_put_beside_the_manifest_is_found_unless_the_folder_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed, own = tmp_path / "packed", tmp_path / "own"
    for folder in (packed, own):
        folder.mkdir()
    (packed / "thing.bin").write_bytes(CONTENT)
    monkeypatch.setattr("kiosk.vision.models.resource", lambda name: packed / Path(name).name)
    assert ModelFiles(own, FILES).path("thing") == packed / "thing.bin"
    (own / "thing.bin").write_bytes(CONTENT)
    assert ModelFiles(own, FILES).path("thing") == own / "thing.bin"
