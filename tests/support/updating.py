"""A tiny installed program, signed sources of its next versions, and a process that updates it: real code, small payload."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from making.update import Release, make_keys, publish
from support.patience import PROGRAM_S

from kiosk.update.layout import Installation
from kiosk.update.trust import system

CHECKED = ("python", "cpu", "settings", "profile", "secrets", "database", "models_core", "vision")


def _doctor(**failing: str) -> dict[str, list[dict[str, str]]]:
    states = {name: ("fail", failing[name]) if name in failing else ("ok", "x") for name in CHECKED}
    return {
        "checks": [
            {"name": name, "state": state, "value": value, "limit": "", "remedy": ""}
            for name, (state, value) in states.items()
        ]
    }


FINE = _doctor()
UNFIT = _doctor(vision="it crashed")
FILLING = 40


_SOURCES = Path(__file__).resolve().parents[2]
_PROGRAM = """#!/bin/sh
case "${{1-}}" in
    doctor)
        cat <<'END'
{doctor}
END
        exit {status} ;;
    update)
        self=$(readlink -f "$0")
        PYTHONPATH="{sources}" exec "{python}" -m kiosk "$@" --installation "${{self%/versions/*}}" ;;
esac
echo kiosk {version}
"""
"""Says its name, answers ``doctor`` as it was told to, and updates as this checkout does."""


def files_of(version: str, trust: bytes, *, doctor: object = FINE, status: int = 0) -> dict[str, bytes]:
    """A version: a program (``_PROGRAM``), the root of trust, and some files beside it."""
    start = _PROGRAM.format(
        doctor=json.dumps(doctor), status=status, version=version, python=sys.executable, sources=_SOURCES
    )
    files = {"kiosk": start.encode(), "update-root.json": trust}
    files |= {f"_internal/part-{index}.bin": f"{version} {index} ".encode() * 4000 for index in range(FILLING)}
    listed = {name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in files.items()}
    files["files.json"] = json.dumps({"version": version, "commit": "", "files": listed}).encode()
    return files


@dataclass(frozen=True, slots=True)
class World:
    """Keys, an installation of 1.0 and sources beside it."""

    folder: Path

    @property
    def installation(self) -> Installation:
        return Installation(self.folder / "installed")

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def trust(self) -> bytes:
        return (self.keys / "root.json").read_bytes()

    def source(
        self,
        version: str,
        *,
        name: str = "stick",
        keys: Path | None = None,
        now: datetime | None = None,
        valid: timedelta | None = None,
        files: dict[str, bytes] | None = None,
        unpacked: int | None = None,
        spoil: Callable[[bytes], bytes] = lambda data: data,
    ) -> Path:
        """A signed folder with the version. ``spoil``: what becomes of the archive before it is signed."""
        archive = self.folder / f"kiosk-{version}-{system()}.tar.xz"
        files = files if files is not None else files_of(version, self.trust)
        with tarfile.open(archive, "w:xz", preset=0) as opened:
            for path, data in files.items():
                member = tarfile.TarInfo(f"kiosk/versions/{version}/{path}")
                member.size, member.mode = len(data), 0o755 if path == "kiosk" else 0o644
                opened.addfile(member, io.BytesIO(data))
        archive.write_bytes(spoil(archive.read_bytes()))
        size = sum(map(len, files.values())) if unpacked is None else unpacked
        release = Release(archive=archive, version=version, system=system(), unpacked=size)
        into = self.folder / name
        publish(keys or self.keys, release, into, now=now, valid=valid)
        return into

    def starts(self, *words: str) -> str:
        """Start the program as its users do; what it says."""
        done = subprocess.run(
            [str(self.folder / "installed" / "kiosk"), *words],
            capture_output=True,
            text=True,
            timeout=PROGRAM_S,
            check=True,
            env=environment(),
        )
        return done.stdout.strip()


def make_world(folder: Path) -> World:
    """Version 1.0 installed as the installers lay it out."""
    world = World(folder)
    make_keys(world.keys)
    root = folder / "installed"
    put(root / "versions" / "1.0", files_of("1.0", world.trust))
    (root / "current").symlink_to("versions/1.0")
    (root / "profile").write_text(str(folder / "profile"), "utf-8")
    start = _SOURCES / "packaging" / "linux" / "start.sh"
    (root / "kiosk").write_bytes(start.read_bytes())
    (root / "kiosk").chmod(0o755)
    return world


def put(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files of a version."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o755 if name == "kiosk" else 0o644)


def command(world: World, *arguments: str) -> list[str]:
    """``kiosk update ...`` of the world's installation, by way of what starts its program."""
    return [str(world.folder / "installed" / "kiosk"), "update", *arguments, "--json"]


def run(world: World, *arguments: str) -> tuple[int, dict[str, object]]:
    """Exit status and answer of the command."""
    done = subprocess.run(
        command(world, *arguments), capture_output=True, timeout=PROGRAM_S, check=False, env=environment()
    )
    return done.returncode, json.loads(done.stdout)


def environment() -> dict[str, str]:
    """For child processes: this checkout's program, nothing of the user's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
    return {**kept, "PYTHONPATH": str(_SOURCES)}
