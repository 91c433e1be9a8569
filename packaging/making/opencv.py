"""The kiosk's own OpenCV: the modules that it calls, the codecs that it meets, nothing else (packaging/opencv/build.toml).
Linux.

The wheel's weighs 190 MB with its libraries, of which the kiosk calls a tenth. This one is compiled from the source archive
of the same version, and ffmpeg from its own, both pinned by hash; it is kept by the hash of what it was made from. Where a
tool or a source is missing, that is said aloud and the wheel's OpenCV is bundled.

<work>/opencv/<key>/
    site/cv2/        laid out as the wheel's; ffmpeg's libraries lie beside the module
    texts/<name>/    licences, and inside.json: what it was made of
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from making import compiling, fetching
from making.compiling import Lacking
from making.source import Source

TOOLS = ("cc", "c++", "make", "nasm", "pkg-config", "strip")


@dataclass(frozen=True, slots=True)
class Built:
    """A finished one. ``site``: what stands before the wheel's on Python's path; ``texts``: licences of what is inside."""

    site: Path
    texts: Path

    @property
    def inside(self) -> list[dict[str, Any]]:
        """What it was made of: rows with ``name``, ``version``, ``licence``, ``texts``."""
        rows: list[dict[str, Any]] = json.loads((self.texts / "inside.json").read_text("utf-8"))
        return rows


def make(source: Source, work: Path) -> Built | None:
    """Build it below ``work``, or take the one that is there; ``None`` where the wheel's has to do."""
    if sys.platform != "linux":
        print(
            "opencv: the wheel's is bundled on this system; the size that README.md promises does not hold", flush=True
        )
        return None
    try:
        return build(source.folder / "packaging", work / "opencv", epoch=source.epoch)
    except (Lacking, fetching.Missing) as problem:
        print(f"opencv: {problem}", flush=True)
        print("opencv: THE WHEEL'S IS BUNDLED; the size that README.md promises does not hold", flush=True)
        return None


def build(packaging: Path, into: Path, *, epoch: int) -> Built:
    """Build it, or take the one that is there.

    Raises:
        Lacking: a tool is missing, or it cannot do what the kiosk asks of it.
        fetching.Missing: a source is missing.
        subprocess.CalledProcessError: it does not compile; the log is on the terminal.
    """
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise Lacking(f"to compile it there is no {', '.join(missing)}")
    recipe = tomllib.loads((packaging / "opencv" / "build.toml").read_text("utf-8"))
    folder = into / _key(packaging)
    built = Built(folder / "site", folder / "texts")
    if (folder / "done").exists():
        return built
    began = time.monotonic()
    ffmpeg = recipe["ffmpeg"]
    kept = into / "sources"
    packed = fetching.source_archive(recipe["opencv"]["requirement"], locked=packaging / "requirements.lock", kept=kept)
    films = fetching.file(
        [ffmpeg["file"], *ffmpeg["also_called"]], sha256=ffmpeg["sha256"], address=ffmpeg["address"], kept=kept
    )
    shutil.rmtree(folder, ignore_errors=True)
    work = folder / "work"
    work.mkdir(parents=True)
    codecs = compiling.ffmpeg(fetching.unpack(films, work / "ffmpeg"), ffmpeg["configure"], work / "installed", epoch)
    pictures = fetching.unpack(packed, work / "archive") / "opencv"
    compiling.change(pictures, recipe["opencv"]["changes"])
    module = compiling.opencv(pictures, recipe["opencv"]["cmake"], codecs, work, epoch)
    compiling.lay_out(module, pictures, codecs, built.site)
    _note_texts(recipe, {"opencv": pictures, "ffmpeg": work / "ffmpeg"}, built.texts)
    shutil.rmtree(work)
    (folder / "done").touch()
    size = sum(path.stat().st_size for path in built.site.rglob("*") if path.is_file())
    print(f"opencv: {built.site}, {size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s", flush=True)
    return built


def check(built: Built, program: Path) -> int:
    """Whether it has every name that the program asks of it; how many those are.

    Raises:
        Lacking: it has not, or another one was loaded; names what is missing.
    """
    asked = sorted(asked_for(program))
    code = "import sys, cv2\nprint(cv2.__file__)\n"
    code += "for name in sys.argv[1:]:\n    part = cv2\n    for each in name.split('.'):\n"
    code += "        part = getattr(part, each, None)\n    print(name if part is None else '')\n"
    done = subprocess.run(
        [sys.executable, "-c", code, *asked],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(built.site), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    file, _, names = done.stdout.partition("\n")
    lacking = names.split()
    if done.returncode or lacking or not Path(file).is_relative_to(built.site):
        raise Lacking(f"it lacks {', '.join(lacking)} {done.stderr[-300:]}".strip())
    return len(asked)


def asked_for(program: Path) -> set[str]:
    """What the program's modules ask of OpenCV: ``resize``, ``utils.logging.setLogLevel``."""
    return {
        name
        for path in program.rglob("*.py")
        for name in re.findall(
            r"\bcv2\.((?:utils\.logging\.)?[A-Za-z](?:\w*[A-Za-z0-9])?)\b(?!_)", path.read_text("utf-8")
        )
    }


def _key(packaging: Path) -> str:
    """What it is made from and by: the recipe, the steps, the pins, Python, NumPy and the compiler."""
    compiler = subprocess.run(["c++", "--version"], capture_output=True, text=True, check=True).stdout
    parts = [sys.version.split()[0], metadata.version("numpy"), metadata.version("cmake"), compiler]
    parts += [fetching.pinned("opencv-python-headless", (packaging / "requirements.lock").read_text("utf-8"))]
    parts += [(packaging / name).read_text("utf-8") for name in ("opencv/build.toml", "making/compiling.py")]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _note_texts(recipe: Mapping[str, Any], folders: Mapping[str, Path], into: Path) -> None:
    rows = []
    for name, folder in folders.items():
        for part in recipe[name]["inside"]:
            kept = into / part["name"]
            kept.mkdir(parents=True)
            for text in part["texts"]:
                shutil.copyfile(folder / text, kept / Path(text).name)
            rows.append(
                {"version": recipe[name]["version"], **part, "texts": [Path(each).name for each in part["texts"]]}
            )
    (into / "inside.json").write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n", "utf-8")
