"""A profile folder: made private, proved writable, held by one station."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.domain.errors import Code, ConfigError
from kiosk.profile import hold, open_profile


def test_opening_makes_a_private_folder(tmp_path: Path) -> None:
    profile = open_profile(tmp_path / "deep" / "door")
    assert profile.logs.is_dir()
    assert profile.database.parent == profile.settings.parent == profile.root
    assert profile.log.parent == profile.native_log.parent == profile.logs
    if sys.platform != "win32":
        assert stat.S_IMODE(profile.root.stat().st_mode) == 0o700
    assert open_profile(profile.root) == profile
    assert [path.name for path in profile.root.iterdir()] == ["logs"]


def test_a_path_under_a_file_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigError) as caught:
        open_profile(tmp_path / "file" / "door")
    assert caught.value.code is Code.PROFILE_READ_ONLY
    assert str(tmp_path / "file" / "door") in caught.value.detail


@pytest.mark.skipif(sys.platform == "win32", reason="no permission bits")
def test_a_folder_marked_read_only_is_read_only_for_root_too(tmp_path: Path) -> None:
    folder = tmp_path / "door"
    folder.mkdir(mode=0o500)
    with pytest.raises(ConfigError) as caught:
        open_profile(folder)
    assert caught.value.code is Code.PROFILE_READ_ONLY
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a file system that refuses writes")
def test_a_file_system_that_refuses_is_found_by_writing() -> None:
    with pytest.raises(ConfigError) as caught:
        open_profile(Path("/proc/self"))
    assert caught.value.code is Code.PROFILE_READ_ONLY


def test_two_stations_cannot_share_a_profile(tmp_path: Path) -> None:
    profile = open_profile(tmp_path)
    with hold(profile):
        with pytest.raises(ConfigError) as caught, hold(profile):
            pass
        assert caught.value.code is Code.PROFILE_IN_USE
        assert caught.value.exit_status == 2
    with hold(profile):
        pass


def test_a_station_that_died_leaves_no_lock(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys; from kiosk.profile import hold, open_profile\n"
        "with hold(open_profile(pathlib.Path(sys.argv[1]))): os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False).returncode == 9
    with hold(open_profile(tmp_path)):
        pass
