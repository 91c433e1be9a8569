"""One OpenBLAS instead of two: OpenCV's functions are given to it by NumPy's library (packaging/blas/narrow.c). Linux only, with
a C compiler; where the wheels are not as known (other functions, other names) or a result differs, the library that came stays.

Saves 41 MB, and the second library's threads and buffers.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

KNOWN = frozenset(
    {f"cblas_{t}gemm" for t in "sdcz"}
    | {f"{t}{name}_" for t in "sd" for name in ("gels", "geqrf", "gesdd", "gesv", "getrf", "posv", "potrf")}
    | {"dgeev_"}
)
"""What OpenCV asks of it; anything else, and the library that came stays."""

CHECK = Path(__file__).resolve().parents[1] / "blas" / "check.py"


def share(internal: Path, narrow: Path, work: Path) -> int:
    """Replace OpenCV's OpenBLAS in the bundle by one that calls NumPy's; how many bytes were won (0: it stays)."""
    own = _only(internal / "opencv_python_headless.libs", "libopenblas*.so*")
    shared = _only(internal / "numpy.libs", "libscipy_openblas64_*.so*")
    opencv = _only(internal / "cv2", "cv2*.so")
    if own is None or shared is None or opencv is None:
        print("blas: not there as known, nothing is shared")
        return 0
    asked = _symbols(opencv, "U") & _symbols(own, "T")
    if asked - KNOWN:
        print(f"blas: OpenCV also asks for {sorted(asked - KNOWN)}, nothing is shared")
        return 0
    work.mkdir(parents=True, exist_ok=True)
    made = work / own.name
    _compile(narrow, made, shared, own.name)
    before = own.stat().st_size
    kept = work / f"{own.name}.kept"
    own.replace(kept)
    own.write_bytes(made.read_bytes())
    own.chmod(0o755)
    checked = subprocess.run(
        [sys.executable, str(CHECK), str(internal), str(own)], capture_output=True, text=True, check=False
    )
    print(f"blas: {checked.stdout.strip() or checked.stderr.strip()[-300:]}")
    if checked.returncode:
        kept.replace(own)
        return 0
    won = before - own.stat().st_size + _drop_unasked(internal)
    return won


def _drop_unasked(internal: Path) -> int:
    """The Fortran runtime that came with the library and that nothing asks for any more."""
    folder, won = internal / "opencv_python_headless.libs", 0
    for _ in range(2):  # libquadmath is asked for by libgfortran alone
        asked = {name for path in internal.rglob("*.so*") if path.is_file() for name in _needed(path)}
        for path in sorted(folder.glob("lib[gq][fu]*")):
            if path.name not in asked:
                won += path.stat().st_size
                path.unlink()
                for link in internal.glob(path.name):
                    link.unlink()
    return won


def _needed(path: Path) -> set[str]:
    said = subprocess.run(["readelf", "-d", str(path)], capture_output=True, text=True, check=False).stdout
    return set(re.findall(r"\(NEEDED\).*\[(.+)\]", said))


def _symbols(path: Path, kind: str) -> set[str]:
    said = subprocess.run(["nm", "-D", str(path)], capture_output=True, text=True, check=True).stdout
    return {line.split()[-1].partition("@")[0] for line in said.splitlines() if line.split()[-2] == kind}


def _compile(source: Path, into: Path, shared: Path, name: str) -> None:
    command = [
        "cc",
        "-O2",
        "-fPIC",
        "-shared",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-Wl,--build-id=none",
        f"-Wl,-soname,{name}",
    ]
    command += [
        "-ffile-prefix-map=" + str(source.parent) + "=.",
        "-Wl,-rpath,$ORIGIN/../numpy.libs",
        "-Wl,--no-undefined",
        "-s",
    ]
    subprocess.run([*command, "-Wl,-z,noexecstack", "-o", str(into), str(source), str(shared)], check=True)


def _only(folder: Path, pattern: str) -> Path | None:
    found = [path for path in folder.glob(pattern) if not path.is_symlink()]
    return found[0] if len(found) == 1 else None
