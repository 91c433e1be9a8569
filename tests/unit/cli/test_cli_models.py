"""``kiosk models``: what is there, what is wrong, and where it comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.model_sources import entry, manifest

from kiosk.cli import root
from kiosk.cli.models import try_to_get
from kiosk.domain.errors import Code, ModelError
from kiosk.vision.manifest import Pack
from kiosk.vision.models import ModelFiles


def run(*arguments: str, folder: Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(root, ["models", *arguments], env={"KIOSK_MODELS__DIR": str(folder)}, prog_name="kiosk")
    return result.exit_code, result.stdout, result.stderr


def test_list_says_what_is_missing_and_is_no_failure(tmp_path: Path) -> None:
    status, out, err = run("list", folder=tmp_path)
    assert (status, err) == (0, "")
    assert str(tmp_path) in out
    assert "missing     face_landmarker" in out


def test_list_json_has_hash_and_licence(tmp_path: Path) -> None:
    status, out, _ = run("list", "--json", folder=tmp_path)
    answer = json.loads(out)
    assert status == 0
    first = answer["models"][0]
    assert set(first) == {"name", "file", "pack", "state", "size", "sha256", "licence", "note"}
    assert len(first["sha256"]) == 64


def test_verify_is_no_when_something_needed_is_missing(tmp_path: Path) -> None:
    status, out, _ = run("verify", folder=tmp_path)
    assert status == 1
    assert "kiosk models fetch" in out


def test_verify_is_no_for_a_wrong_file(tmp_path: Path) -> None:
    (tmp_path / "portrait_a.jpg").write_bytes(b"not it")
    status, out, _ = run("verify", "--json", folder=tmp_path)
    assert status == 1
    assert {"portrait_a"} == {each["name"] for each in json.loads(out)["models"] if each["state"] == "wrong_hash"}


def test_fetch_of_an_unknown_name_is_wrong_usage(tmp_path: Path) -> None:
    status, _, err = run("fetch", "nonsense", folder=tmp_path)
    assert status == 2
    assert "There is no nonsense" in err
    assert list(tmp_path.iterdir()) == []


def test_fetch_from_a_mirror_is_verified(tmp_path: Path, shared: Path) -> None:
    folder = tmp_path / "weights"
    status, out, err = run("fetch", "liveness_a", "--mirror", str(shared / "models"), folder=folder)
    assert status == 0
    assert "liveness_a: done (mirror folder)  100%" in err
    assert "1 file fetched and verified" in out
    assert [path.name for path in folder.iterdir()] == ["fr_liveness.onnx"]
    status, out, _ = run("fetch", "liveness_a", "--json", folder=folder)
    assert (status, json.loads(out)["fetched"]) == (0, [])


def test_fetch_into_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, out, _ = run("fetch", "liveness_a", "--json", folder=tmp_path / "file" / "weights")
    assert status == 3
    assert json.loads(out)["error"]["code"] == "file_not_writable"


@pytest.mark.parametrize("words", [["list"], ["verify"], ["fetch"]])
def test_wrong_settings_stop_it(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[models]\nfolder = 1\n")
    status, _, err = run(*words, "--profile", str(tmp_path), folder=tmp_path)
    assert status == 2
    assert "models.folder" in err


def test_a_recommended_file_that_nobody_gives_is_told_and_is_no_failure(tmp_path: Path) -> None:
    files = ModelFiles(tmp_path, manifest(entry("thing", pack=Pack.RECOMMENDED)))
    assert "thing.bin: no source gave it" in try_to_get(files, ["thing"], None, silent=True)


def test_a_folder_that_cannot_be_written_is_a_failure_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    files = ModelFiles(blocked / "models", manifest(entry("thing", pack=Pack.RECOMMENDED)))
    with pytest.raises(ModelError) as caught:
        try_to_get(files, ["thing"], None, silent=True)
    assert caught.value.code is Code.FILE_NOT_WRITABLE
