"""What systemd itself says about the station's unit: ``systemd-analyze verify``, with the package's additions beside it."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

TOOL = "systemd-analyze"
_STAND_IN = "/bin/true"


def problems(unit: Path, added: Path | None = None) -> str:
    """Whatever systemd finds wrong with it; an empty string for nothing. Programs that this machine lacks are taken as there.

    Args:
        unit: a ``.service`` file.
        added: a ``.conf`` that is laid over it.

    Raises:
        FileNotFoundError: there is no ``systemd-analyze`` here.
    """
    with tempfile.TemporaryDirectory(prefix="kiosk-unit-") as name:
        folder = Path(name)
        copied = folder / unit.name
        copied.write_text(_runnable(unit.read_text("utf-8")), "utf-8")
        if added is not None:
            beside = folder / f"{unit.name}.d"
            beside.mkdir()
            (beside / added.name).write_text(_runnable(added.read_text("utf-8")), "utf-8")
        command = [TOOL, "verify", "--man=no", str(copied)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = "\n".join(line for line in done.stderr.splitlines() if unit.name in line or folder.name in line)
    return said or (f"exit status {done.returncode}: {done.stderr.strip()}" if done.returncode else "")


def _runnable(text: str) -> str:
    """With something that can be executed in place of each program that is not here; whether it is, is asked elsewhere."""

    def there(found: re.Match[str]) -> str:
        return found[0] if shutil.which(found[2]) else f"{found[1]}{_STAND_IN}"

    return re.sub(r"^(Exec\w+=[-+@!:]*)(/\S+)", there, text, flags=re.MULTILINE)
