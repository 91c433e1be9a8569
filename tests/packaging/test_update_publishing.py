"""The publisher's half of an update: what may be signed, and the numbers that the signed metadata get."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from making import commands, tarball
from making.source import Source
from making.update import NoTrust, is_of, make_keys, must_trust
from support.updating import World, make_world, run


def bundle_of(out: Path, version: str, trust: bytes | None) -> Path:
    """A bundle's folder ``kiosk`` with next to nothing in it."""
    program = out / "kiosk" / "versions" / version
    program.mkdir(parents=True)
    if trust is not None:
        (program / "update-root.json").write_bytes(trust)
    (program / "kiosk").write_text(f"{version} {trust!r}", "utf-8")
    (program / "files.json").write_text(json.dumps({"version": version, "files": {}, "trust": repr(trust)}), "utf-8")
    return program


def archive_of(program: Path, out: Path) -> Path:
    """The portable archive of that bundle."""
    plain = out / f"kiosk-{program.name}-linux-x86_64.tar"
    with plain.open("wb") as file:
        tarball.write_tar(program.parents[1], "kiosk", file, epoch=0)
    return tarball.compress(plain, tarball.Effort.QUICK)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    make_keys(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program is a shell script")
def test_a_fresh_output_folder_is_newer_than_the_one_before(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    first, second = world.source("1.1", name="first"), world.source("1.2", name="second")
    assert _number(first) < _number(second)
    assert run(world, "apply", str(first))[0] == 0
    status, answer = run(world, "apply", str(second))
    assert (status, answer["installed"]) == (0, "1.2")


def test_an_output_folder_that_was_kept_goes_on_from_its_own_number_where_the_keys_lost_theirs(tmp_path: Path) -> None:
    world = World(tmp_path)
    make_keys(world.keys)
    for _ in range(3):
        stick = world.source("1.1")
    (world.keys / "published.json").unlink()
    before = _number(stick)
    assert _number(world.source("1.2")) == before + 1


def test_an_archive_of_another_bundle_of_the_same_version_is_told_apart(tmp_path: Path) -> None:
    without = bundle_of(tmp_path / "first", "1.1", None)
    archive = archive_of(without, tmp_path)
    assert is_of(archive, without)
    assert not is_of(archive, bundle_of(tmp_path / "second", "1.1", b"root"))
    cut = tmp_path / "cut.tar.xz"
    cut.write_bytes(archive.read_bytes()[:40])
    assert not is_of(cut, without)
    assert not is_of(tmp_path / "none.tar.xz", without)


def test_nothing_is_signed_that_these_keys_could_never_update_again(tmp_path: Path, keys: Path) -> None:
    trust = (keys / "root.json").read_bytes()
    must_trust(bundle_of(tmp_path / "right", "1.1", trust), keys)
    with pytest.raises(NoTrust, match="no root of trust"):
        must_trust(bundle_of(tmp_path / "none", "1.1", None), keys)
    make_keys(tmp_path / "others")
    with pytest.raises(NoTrust, match="other keys"):
        must_trust(bundle_of(tmp_path / "other", "1.1", (tmp_path / "others" / "root.json").read_bytes()), keys)


def test_the_command_makes_a_stale_archive_anew_and_refuses_a_bundle_without_trust(
    tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """README's own order: everything first without trust, then the bundle again with it, then the update."""
    monkeypatch.setattr(commands, "_source", lambda _asked: Source(tmp_path, "c" * 40, 0, "1.1"))
    monkeypatch.setattr(commands, "_system", lambda: "linux-x86_64")
    out = tmp_path / "out"
    archive = archive_of(bundle_of(out, "1.1", None), out)
    stale = archive.read_bytes()
    asked = ["update", "--out", str(out), "--keys", str(keys), "--quick"]
    assert commands.run(asked) == 1
    assert "no root of trust" in capsys.readouterr().err
    assert not (out / "update").exists()
    shutil.rmtree(out / "kiosk")
    program = bundle_of(out, "1.1", (keys / "root.json").read_bytes())
    assert commands.run(asked) == 0
    assert archive.read_bytes() != stale
    signed = next(path for path in (out / "update" / "targets").iterdir() if path.name.endswith(archive.name))
    assert is_of(signed, program)


def _number(stick: Path) -> int:
    return int(json.loads((stick / "metadata" / "timestamp.json").read_bytes())["signed"]["version"])
