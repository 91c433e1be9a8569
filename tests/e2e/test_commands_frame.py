"""The command line as real processes: start-up, streams, signals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.patience import PROGRAM_S


def kiosk(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments],
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=False,
        **more,
    )  # type: ignore[call-overload,no-any-return]


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\nsys.argv = ['kiosk', '--help']\n"
        "from kiosk.__main__ import main\n"
        "try: main()\nexcept SystemExit as end: assert not end.code\n"
        "heavy = {'numpy', 'cv2', 'mediapipe', 'onnxruntime', 'PySide6', 'sqlite_utils', 'PIL', 'rich', 'msgspec', 'httpx'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "config" in done.stdout
    assert done.stderr == "[]\n"


def test_the_status_leaves_the_process(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[camera]\nurl = 1\n")
    done = kiosk("config", "check", "--profile", str(tmp_path), "--json")
    assert (done.returncode, done.stderr) == (2, "")
    assert json.loads(done.stdout)["error"]["code"] == "config_unknown_key"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    program = f"'{sys.executable}' -m kiosk config show --profile '{tmp_path}' | head -n 1"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[station]\n", "")
