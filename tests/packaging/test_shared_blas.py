"""OpenCV computes the same through NumPy's OpenBLAS as NumPy does, and reaches every family of functions that is passed on."""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from making import blas

NARROW = Path(__file__).resolve().parents[2] / "packaging" / "blas" / "narrow.c"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc") or not shutil.which("readelf"),
    reason="a C compiler and binutils on Linux",
)


def site() -> Path:
    found = find_spec("cv2")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parents[1]


def a_bundle(folder: Path) -> Path:
    """The installed OpenCV and NumPy's libraries, laid out as a bundle has them."""
    names = ("cv2", "opencv_python_headless.libs", "numpy.libs")
    if not all((site() / name).is_dir() for name in names):
        pytest.skip("wheels without libraries of their own")
    for name in names:
        shutil.copytree(site() / name, folder / name)
    return folder


def test_the_second_library_is_left_out_and_every_result_is_numpys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    internal = a_bundle(tmp_path / "internal")
    won = blas.share(internal, NARROW, tmp_path / "work")
    assert "results agree" in capsys.readouterr().out
    assert won > 30_000_000
    assert not list((internal / "opencv_python_headless.libs").glob("libgfortran*"))


def test_a_library_that_is_not_as_known_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    internal = a_bundle(tmp_path / "internal")
    before = {path.name: path.stat().st_size for path in (internal / "opencv_python_headless.libs").iterdir()}
    monkeypatch.setattr(blas, "KNOWN", blas.KNOWN - {"dgesdd_"})
    assert blas.share(internal, NARROW, tmp_path / "work") == 0
    assert {path.name: path.stat().st_size for path in (internal / "opencv_python_headless.libs").iterdir()} == before
