"""What an update needs of programs: is the new one fit for this machine, and a copy of the database. Both as the profile's owner.

An update runs as administrator, the station as a user of its own: whatever these write must belong to that user.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from kiosk.domain.errors import Code, KioskError, StoreError
from kiosk.paths import program

DATABASE = "station.db"
TEST_S = 300.0
"""A cold disk takes its time to load the libraries for the first time."""

_OF_THE_PROGRAM = (
    *("python", "cpu", "opencv", "libraries", "settings", "profile", "secrets", "database", "models", "vision"),
)
"""The doctor's lines that say something about the version; cameras, clocks and disks are what they were with the one before.
Settings, profile and secrets are this station's, but reading them is the version's: one that cannot would not start."""

_REQUIRED = frozenset({"python", "cpu", "settings", "profile", "secrets", "database", "models_core", "vision"})
"""A doctor that leaves one of these out has not looked; every version keeps the names."""

_ANSWERED = frozenset({0, 1})
"""Exit statuses of a doctor that came to its end: nothing failed, or something did."""


def problem_of(file: Path, profile: Path, copied: str) -> str:
    """Run a version's ``doctor`` over the profile and a copy of its database, which is thereby brought up to that version.

    The station's own database is not opened: a version that is not in place yet must leave it to the one before, and a station
    that runs is not asked to stop.

    Args:
        file: the version's program.
        profile: whose settings and secrets it reads.
        copied: name of the copy beside the database; empty where there was none to copy.

    Returns:
        What is wrong with it, or an empty string.
    """
    if not copied and (profile / DATABASE).exists():
        return "the station has made its database meanwhile, and nothing was tried on it"
    over = ["--database", str(profile / copied)] if copied else []
    with tempfile.TemporaryDirectory(prefix="kiosk-update-", ignore_cleanup_errors=True) as folder:
        where = profile if profile.is_dir() else Path(folder) / "profile"
        try:
            done = subprocess.run(  # noqa: S603 - a version that was signed
                [str(file), "doctor", "--json", "--profile", str(where), *over],
                capture_output=True,
                timeout=TEST_S,
                check=False,
                stdin=subprocess.DEVNULL,
                **_as_owner(where),
            )
        except subprocess.TimeoutExpired:
            return f"no answer within {TEST_S:.0f} s"
        except OSError as error:
            return f"does not start: {error.strerror}"
    return _judge(done.stdout, done.returncode)


def _judge(answer: bytes, status: int) -> str:
    try:
        checks = json.loads(answer)["checks"]
        names = {str(each["name"]) for each in checks}
        failed = [f"{each['name']}: {each['value']}" for each in checks if each["state"] == "fail"]
    except (ValueError, KeyError, TypeError):
        return f"no answer that can be read (exit status {status})"
    wrong = [each for each in failed if each.startswith(_OF_THE_PROGRAM)]
    if status not in _ANSWERED:
        wrong.append(f"exit status {status}")
    if missing := sorted(_REQUIRED - names):
        wrong.append(f"not checked: {' '.join(missing)}")
    return "; ".join(wrong)[:300]


def back_up_as_owner(profile: Path) -> str:
    """The name of the copy, empty where there is no database.

    Raises:
        KioskError: the copy's own code where it said one, else ``store_failed``.
    """
    if not (profile / DATABASE).exists():
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [*program(), "update", "back-up", "--profile", str(profile)],
            capture_output=True,
            timeout=TEST_S,
            check=False,
            stdin=subprocess.DEVNULL,
            text=True,
            **_as_owner(profile),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StoreError(Code.STORE_FAILED, f"the copy before the update: {type(error).__name__}") from error
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
        raise _error_of(said[0])
    return str(done.stdout).strip()


def _error_of(last_line: str) -> KioskError:
    code, _, detail = last_line.strip("()").partition(": ")
    known = {each.value: each for each in Code}
    return StoreError(known.get(code, Code.STORE_FAILED), detail or last_line)


def _as_owner(path: Path) -> dict[str, Any]:
    """How to start a process as the owner of the profile, where this one is the administrator's."""
    if sys.platform == "win32" or os.geteuid() != 0 or not path.exists():
        return {}
    owner = _owner_of(path)
    if owner is None:
        return {}
    environment = {**os.environ, "HOME": str(path.parent)}
    return {"user": owner[0], "group": owner[1], "extra_groups": [], "env": environment}


def _owner_of(path: Path) -> tuple[int, int] | None:
    """User and group whose folder this is; None where nobody but the administrator has a say in it.

    Whoever owns the path's own entry or the folder that it is in can put a link to somebody else's files there, so theirs are
    the rights that count, before those of what a link leads to.
    """
    for about in (path.lstat(), path.parent.stat(), path.stat()):
        if about.st_uid != 0:
            return about.st_uid, about.st_gid
    return None
