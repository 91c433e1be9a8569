"""``kiosk support``: the whole command on a profile with somebody in it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.records import DETAILS, enrolment

from kiosk.cli import root
from kiosk.cli.remote import keep_token
from kiosk.cli.station import store_of
from kiosk.cli.support import secrets_of
from kiosk.keys import open_vault
from kiosk.profile import open_profile
from kiosk.settings import Settings
from kiosk.station.clock import SystemClock


@pytest.fixture(autouse=True)
def _no_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KIOSK_MODELS__DIR", str(tmp_path / "none"))


def test_a_bundle_is_written_and_holds_nobody(tmp_path: Path) -> None:
    profile = open_profile(tmp_path / "p")
    open_vault(profile.root, use_keyring=False)
    keep_token(profile.root, "tok-12345678")
    store = store_of(profile, Settings(), SystemClock())
    store.enrol(enrolment())
    store.close()
    profile.log.write_text(f"hello {DETAILS.first_name}, your token is tok-12345678\n")
    out = tmp_path / "out.zip"
    result = CliRunner().invoke(
        root, ["support", str(out), "--profile", str(profile.root), "--json"], prog_name="kiosk"
    )
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["bytes"] == out.stat().st_size
    with zipfile.ZipFile(out) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert DETAILS.first_name.encode() not in everything
    assert b"tok-12345678" not in everything
    assert list(secrets_of(profile, Settings()))[-1] == "tok-12345678"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        root,
        ["support", str(tmp_path / "no" / "out.zip"), "--profile", str(tmp_path / "p"), "--json"],
        prog_name="kiosk",
    )
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "file_not_writable"
