"""The program in one folder: PyInstaller's output with weights, licences and a list of its files, laid out as it is installed.

kiosk/
    kiosk                    starts the version that is current (Windows: kiosk.cmd)
    current -> versions/<v>  which one that is (Windows: a file with its name, current.txt)
    versions/<v>/            the program; nothing in it is written after it was made
        kiosk, _internal/    PyInstaller's
        licenses/            of everything in it
        files.json           every file with its hash; an update is checked against it
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
from dataclasses import dataclass
from pathlib import Path

from making import icu, licences, limits, opencv, pictures, signing, stripping, weights
from making.source import Source

WINDOWS = sys.platform == "win32"
LIST = "files.json"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A finished bundle. ``root`` is the folder ``kiosk`` above, ``program`` the one of its version."""

    source: Source
    root: Path

    @property
    def program(self) -> Path:
        """The folder of the version."""
        return self.root / "versions" / self.source.version


def make(source: Source, work: Path, *, trust: Path | None = None, wheel: bool = False) -> Bundle:
    """Build it below ``work``.

    Args:
        trust: the root that updates of this build must be signed by; without one it cannot be updated from a stick.
        wheel: the wheel's OpenCV will do, and the size does not matter.

    Raises:
        limits.NotAsPromised: there is no OpenCV of the kiosk's own, or the bundle is too large.
        subprocess.CalledProcessError: PyInstaller failed; its log is on the terminal.
        ModuleNotFoundError: the program imports a module of its own that is not in the commit.
        opencv.Lacking: the kiosk's own OpenCV has not all that the program calls.
        licences.Missing: something in it has no licence text.
    """
    began = time.monotonic()
    models, drawn = work / "weights", work / "pictures"
    weights.gather(source, models)
    pictures.draw(source, drawn)
    own = opencv.make(source, work)
    if own is None and not wheel:
        raise limits.NotAsPromised("the kiosk's own OpenCV cannot be made here (--allow-wheel: bundle the wheel's)")
    if own is not None:
        print(f"bundle: OpenCV has all {opencv.check(own, source.folder / 'kiosk')} names that the program calls")
    _freeze(source, work, models, drawn, own)
    bundle = Bundle(source, work / "kiosk")
    shutil.rmtree(bundle.root, ignore_errors=True)
    bundle.program.parent.mkdir(parents=True)
    (work / "dist" / "kiosk").rename(bundle.program)
    if not WINDOWS:
        icu.reduce(bundle.program / "_internal", work / "icu")
        print(f"bundle: {stripping.strip_all(bundle.program / '_internal') / 1e6:.1f} MB of symbols left out")
        if own is not None:
            stripping.drop_build_ids(bundle.program / "_internal" / "cv2")
    for program in sorted(bundle.program.glob("kiosk*.exe")):
        signing.sign(program)  # before the list of files is written, which holds their hashes
    licences.write(bundle.program, work, own)
    shutil.copytree(drawn, bundle.program / "pictures", ignore=shutil.ignore_patterns("version.txt"))
    if trust is not None:
        shutil.copyfile(trust, bundle.program / "update-root.json")
    else:
        print("bundle: without a root of trust (--trust): it can be replaced, but not updated")
    _start_files(bundle, source.folder / "packaging")
    write_list(bundle.program, source)
    settle(bundle.root, source.epoch)
    size = sum(path.lstat().st_size for path in bundle.root.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"bundle: {bundle.root}, {size / 1e6:.1f} MB, {time.monotonic() - began:.0f} s")
    if not wheel:
        limits.of_folder(size)
    return bundle


def existing(source: Source, work: Path) -> Bundle:
    """The bundle that was made before.

    Raises:
        FileNotFoundError: there is none of this version.
    """
    bundle = Bundle(source, work / "kiosk")
    if not (bundle.program / LIST).exists():
        raise FileNotFoundError(f"no bundle of {source.version} in {work}: run the command 'bundle' first")
    return bundle


def write_list(program: Path, source: Source) -> None:
    """Every file below ``program`` with its hash, size and whether it may be executed; links with where they lead."""
    files: dict[str, dict[str, object]] = {}
    for path in sorted(program.rglob("*")):
        name = path.relative_to(program).as_posix()
        if path.is_symlink():
            files[name] = {"link": os.readlink(path)}
        elif path.is_file() and name != LIST:
            data = path.read_bytes()
            files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            if not WINDOWS and path.stat().st_mode & 0o100:
                files[name]["exec"] = True
    answer = {"version": source.version, "commit": source.commit, "files": files}
    (program / LIST).write_text(json.dumps(answer, indent=1, sort_keys=True) + "\n", "utf-8", newline="\n")


def settle(root: Path, epoch: int) -> None:
    """One time and one pair of modes for everything, so that archives of it are equal."""
    for path in [*root.rglob("*"), root]:
        if path.is_symlink():
            continue
        if not WINDOWS:
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (epoch, epoch))


def _freeze(source: Source, work: Path, models: Path, drawn: Path, own: opencv.Built | None) -> None:
    before = [str(own.site)] if own is not None else []
    environment = {
        **os.environ,
        "KIOSK_BUILD_SOURCE": str(source.folder),
        "KIOSK_BUILD_WEIGHTS": str(models),
        "KIOSK_BUILD_PICTURES": str(drawn),
        "SOURCE_DATE_EPOCH": str(source.epoch),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "KIOSK_BUILD_OPENCV": "".join(before),
        "PYTHONPATH": os.pathsep.join([*before, str(source.folder)]),
        "QT_QPA_PLATFORM": "offscreen",
        "PYINSTALLER_CONFIG_DIR": str(work / "pyinstaller"),
    }
    shutil.rmtree(work / "dist", ignore_errors=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", str(work / "dist"), "--workpath", str(work / "frozen")]
    subprocess.run([*command, str(source.folder / "packaging" / "kiosk.spec")], check=True, env=environment, cwd=work)
    warned = (work / "frozen" / "kiosk" / "warn-kiosk.txt").read_text("utf-8")
    lacking = re.findall(r"^missing module named '?(kiosk[\w.]*)", warned, re.MULTILINE)
    if lacking:
        raise ModuleNotFoundError(f"the commit lacks modules of its own: {', '.join(sorted(set(lacking)))}")


def _start_files(bundle: Bundle, packaging: Path) -> None:
    version = bundle.source.version
    if WINDOWS:
        shutil.copyfile(packaging / "windows" / "kiosk.cmd", bundle.root / "kiosk.cmd")
        (bundle.root / "current.txt").write_text(version, "ascii")
        return
    start = bundle.root / "kiosk"
    shutil.copyfile(packaging / "linux" / "start.sh", start)
    start.chmod(0o755)
    (bundle.root / "current").symlink_to(f"versions/{version}")
