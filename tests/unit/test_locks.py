from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.locks import FileLock, held


def test_one_holder_at_a_time_also_within_one_program(tmp_path: Path):
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.take()
    assert first.take()  # has it already
    assert first.is_held
    assert not second.take()
    first.release()
    first.release()
    assert second.take()
    assert not first.is_held
    second.release()


def test_the_system_lets_go_when_the_holder_dies(tmp_path: Path):
    code = (
        "import sys, time; from pathlib import Path; from kiosk.locks import FileLock\n"
        "lock = FileLock(Path(sys.argv[1])); print(lock.take(), flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        mine = FileLock(tmp_path / "lock")
        assert not mine.take()
        other.kill()
        other.wait()
        assert mine.take()
        mine.release()


def test_waiting_ends(tmp_path: Path):
    with held(tmp_path / "lock", within_s=0.0), pytest.raises(TimeoutError), held(tmp_path / "lock", within_s=0.05):
        pass
    with held(tmp_path / "lock", within_s=0.0):
        pass


def test_a_lock_that_cannot_be_made_is_an_error_of_the_system(tmp_path: Path):
    with pytest.raises(OSError):
        FileLock(tmp_path / "missing" / "lock").take()
