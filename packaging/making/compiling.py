"""The steps that turn sources into the kiosk's own OpenCV (making/opencv.py). Linux. What is changed here makes it be built anew.

Nothing of the machine gets into the result: no time, no folder, no library but those that were asked for.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

_PREFIX = "/kiosk"
"""Where ffmpeg believes it is installed: a name that is the same on every machine."""

_CONFIG = "PYTHON_EXTENSIONS_PATHS = [LOADER_DIR] + PYTHON_EXTENSIONS_PATHS\n"


class Lacking(Exception):
    """It cannot be made here; says why."""


def _run(command: list[str], folder: Path, *, epoch: int, more: Mapping[str, str] | None = None) -> None:
    """One step of the build: the tools of the machine and of the build's environment, and nothing else of this environment."""
    environment = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment |= {"LC_ALL": "C", "TZ": "UTC", "SOURCE_DATE_EPOCH": str(epoch), "PYTHONHASHSEED": "0", **(more or {})}
    log = folder / "log"
    with log.open("w") as file:
        done = subprocess.run(command, cwd=folder, env=environment, stdout=file, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.stderr.write(log.read_text("utf-8", errors="replace")[-4000:])
        raise subprocess.CalledProcessError(done.returncode, command)


def ffmpeg(folder: Path, configure: list[str], into: Path, epoch: int) -> Path:
    """Compile and install ffmpeg's libraries; where they and their headers are."""
    _run(["./configure", f"--prefix={_PREFIX}", *configure], folder, epoch=epoch)
    made = folder / "ffbuild" / "config.mak"
    text = made.read_text("utf-8")
    # each library finds the others beside itself; twice expanded by make, then seen by a shell
    made.write_text(text.replace("\nLDSOFLAGS=", "\nLDSOFLAGS=-Wl,-rpath,\\$$$$ORIGIN "), "utf-8")
    _run(["make", f"-j{os.cpu_count() or 1}"], folder, epoch=epoch)
    _run(["make", "install", f"DESTDIR={into}"], folder, epoch=epoch)
    return into / _PREFIX.lstrip("/")


def change(folder: Path, changes: list[dict[str, str]]) -> None:
    """Put other texts into the sources, each ``old`` once for its ``new``.

    Raises:
        Lacking: one is not there exactly once: these are other sources.
    """
    for each in changes:
        file = folder / each["file"]
        text = file.read_text("utf-8")
        if text.count(each["old"]) != 1:
            raise Lacking(f"{each['file']} is not as known: {each['old']!r} occurs {text.count(each['old'])} times")
        file.write_text(text.replace(each["old"], each["new"]), "utf-8")


def opencv(folder: Path, flags: list[str], codecs: Path, work: Path, epoch: int) -> Path:
    """Compile OpenCV's module for Python; the file."""
    made = work / "made"
    made.mkdir()
    mapped = f"-ffile-prefix-map={work}=."
    numpy = Path(str(metadata.distribution("numpy").locate_file("numpy/_core/include")))
    command = ["cmake", "-G", "Ninja", str(folder), *flags, f"-DCMAKE_C_FLAGS={mapped}", f"-DCMAKE_CXX_FLAGS={mapped}"]
    command += [f"-DPYTHON3_EXECUTABLE={sys.executable}", f"-DPYTHON_DEFAULT_EXECUTABLE={sys.executable}"]
    command += [f"-DPYTHON3_INCLUDE_DIR={sysconfig.get_path('include')}", f"-DPYTHON3_NUMPY_INCLUDE_DIRS={numpy}"]
    command += ["-DCMAKE_MODULE_LINKER_FLAGS=-Wl,-rpath,'$ORIGIN'", "-DCMAKE_SKIP_RPATH=ON"]
    libraries = {"PKG_CONFIG_LIBDIR": str(codecs / "lib" / "pkgconfig"), "PKG_CONFIG_SYSROOT_DIR": str(codecs.parent)}
    _run(command, made, epoch=epoch, more=libraries)
    say_no_paths(made / "modules" / "core" / "version_string.inc")
    samples = made / "opencv_data_config.hpp"  # where it would look for its sample pictures
    samples.write_text(samples.read_text("utf-8").replace(str(made), "."), "utf-8")
    _run(["ninja", "opencv_python3"], made, epoch=epoch)
    (module,) = (made / "lib" / "python3").glob("cv2*.so")
    return module


def say_no_paths(file: Path) -> None:
    """What ``cv2.getBuildInformation`` will say, without the folders of the machine that it was made on.

    Raises:
        Lacking: it was made without ffmpeg, JPEG or V4L2.
    """
    text = file.read_text("utf-8")
    for wanted in ("FFMPEG:  *YES", "JPEG:  *build", "PNG:  *build", "v4l/v4l2:  *YES"):
        if not re.search(wanted, text):
            raise Lacking(f"it found no {wanted.partition(':')[0]}")
    file.write_text(re.sub(r"(?:/[\w.+~-]+){3,}/?", "...", text), "utf-8")


def lay_out(module: Path, pictures: Path, codecs: Path, site: Path) -> None:
    """The package ``cv2`` as its loader wants it, with what it loads beside it and without symbols."""
    package = site / "cv2"
    shutil.copytree(pictures / "modules" / "python" / "package" / "cv2", package)
    for extra in (
        pictures / "modules" / "python" / "package" / "extra_modules",
        pictures / "modules" / "core" / "misc" / "python" / "package",
    ):
        shutil.copytree(extra, package, dirs_exist_ok=True)
    (package / "config.py").write_text("", "utf-8")
    (package / "config-3.py").write_text(_CONFIG, "utf-8")
    shutil.copyfile(module, package / module.name)
    for library in sorted((codecs / "lib").glob("lib*.so.*")):
        if library.is_symlink() and library.name.count(".") == 2:  # the name that it is asked for by: libavutil.so.57
            shutil.copyfile(library, package / library.name)
    for path in package.glob("*.so*"):
        path.chmod(0o755)
        subprocess.run(["strip", "--strip-unneeded", str(path)], check=True, env={**os.environ, "LC_ALL": "C"})
