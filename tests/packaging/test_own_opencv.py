"""The kiosk's own OpenCV: where its sources come from, what is asked of it, and what is said where it cannot be made.

It is compiled by packaging/build.py; where somebody has done so, ``KIOSK_OPENCV`` names its folder ``site``, and it is compared
with the wheel's here.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import threading
import tomllib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest
from making import compiling, fetching, opencv
from making.source import Source

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGING = REPOSITORY / "packaging"
OWN = os.environ.get("KIOSK_OPENCV", "")
BYTES = b"sources"
HASH = hashlib.sha256(BYTES).hexdigest()


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An address and the folder behind it."""
    folder = tmp_path / "served"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(fetching.FOLDER, raising=False)


def test_a_source_is_fetched_once(tmp_path: Path, served: tuple[str, Path]) -> None:
    address, folder = served
    (folder / "a.tar.xz").write_bytes(BYTES)
    wanted = partial(fetching.file, ["a.tar.xz"], sha256=HASH, address=f"{address}/a.tar.xz", kept=tmp_path / "kept")
    assert wanted().read_bytes() == BYTES
    (folder / "a.tar.xz").unlink()
    assert wanted().read_bytes() == BYTES


def test_what_is_not_the_pinned_file_is_refused_and_not_kept(tmp_path: Path, served: tuple[str, Path]) -> None:
    address, folder = served
    (folder / "a.tar.xz").write_bytes(b"other")
    with pytest.raises(fetching.Missing, match="not the file that was pinned"):
        fetching.file(["a.tar.xz"], sha256=HASH, address=f"{address}/a.tar.xz", kept=tmp_path / "kept")
    with pytest.raises(fetching.Missing, match=fetching.FOLDER):
        fetching.file(["b.tar.xz"], sha256=HASH, address=f"{address}/b.tar.xz", kept=tmp_path / "kept")
    assert not list((tmp_path / "kept").iterdir())


def test_a_source_that_somebody_brought_is_taken_under_any_of_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought = tmp_path / "brought"
    brought.mkdir()
    (brought / "a_1.orig.tar.xz").write_bytes(BYTES)
    monkeypatch.setenv(fetching.FOLDER, str(brought))
    names = ["a-1.tar.xz", "a_1.orig.tar.xz"]
    found = fetching.file(names, sha256=HASH, address="http://127.0.0.1:9/", kept=tmp_path / "kept")
    assert (found.name, found.read_bytes()) == ("a-1.tar.xz", BYTES)


def test_the_archive_of_a_package_is_the_one_that_the_list_pins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "list"
    lines = f"some-thing==1.2 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{HASH}\n"
    locked.write_text(f"other==1 \\\n    --hash=sha256:{'1' * 64}\n{lines}    # via kiosk\n", "utf-8")
    assert fetching.pinned("some-thing", locked.read_text("utf-8")) == lines
    with pytest.raises(LookupError):
        fetching.pinned("thing", locked.read_text("utf-8"))
    monkeypatch.setenv(fetching.FOLDER, str(tmp_path))
    (tmp_path / "some_thing-1.2.tar.gz").write_bytes(BYTES)
    assert fetching.source_archive("some-thing", locked=locked, kept=tmp_path / "kept").read_bytes() == BYTES


def test_an_archive_becomes_the_one_folder_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "a-1" / "inner").mkdir(parents=True)
    (tmp_path / "a-1" / "inner" / "file").write_bytes(BYTES)
    with tarfile.open(tmp_path / "a.tar.xz", "w:xz") as archive:
        archive.add(tmp_path / "a-1", "a-1")
    for _ in range(2):
        assert (fetching.unpack(tmp_path / "a.tar.xz", tmp_path / "a") / "inner" / "file").read_bytes() == BYTES


def test_the_recipe_names_versions_hashes_and_texts() -> None:
    recipe = tomllib.loads((PACKAGING / "opencv" / "build.toml").read_text("utf-8"))
    pin = fetching.pinned(recipe["opencv"]["requirement"], (PACKAGING / "requirements.lock").read_text("utf-8"))
    assert f"=={recipe['opencv']['version']}." in pin
    assert len(bytes.fromhex(recipe["ffmpeg"]["sha256"])) == 32
    assert recipe["ffmpeg"]["version"] in recipe["ffmpeg"]["file"]
    for part in (*recipe["opencv"]["inside"], *recipe["ffmpeg"]["inside"]):
        assert part["licence"]
        assert part["texts"]


def test_without_tools_the_wheels_is_bundled_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert opencv.make(Source(REPOSITORY, "c" * 40, 1, "1.2.3"), tmp_path / "work") is None
    assert "WHEEL'S IS BUNDLED" in capsys.readouterr().out.upper()


def test_what_the_program_asks_for_is_read_off_it_and_looked_for(tmp_path: Path) -> None:
    asked = opencv.asked_for(REPOSITORY / "kiosk")
    assert {"VideoCapture", "warpAffine", "utils.logging.setLogLevel", "CAP_PROP_FPS"} <= asked
    spec = find_spec("cv2")
    assert spec is not None
    assert spec.origin is not None
    wheel = opencv.Built(Path(spec.origin).parents[1], tmp_path)
    assert opencv.check(wheel, REPOSITORY / "kiosk") == len(asked)
    (tmp_path / "program.py").write_text("cv2.resize(cv2.noSuchFunction())", "utf-8")
    with pytest.raises(opencv.Lacking, match=r"it lacks noSuchFunction$"):
        opencv.check(wheel, tmp_path)
    with pytest.raises(opencv.Lacking):
        opencv.check(opencv.Built(tmp_path, tmp_path), tmp_path)


def test_folders_of_the_machine_are_not_named_in_it(tmp_path: Path) -> None:
    file = tmp_path / "version_string.inc"
    parts = "FFMPEG:   YES\\n JPEG:  build-x\\n PNG:  build\\n v4l/v4l2:   YES (linux/videodev2.h)\\n"
    file.write_text(f'"{parts}"\n"  Flags: -ffile-prefix-map=/home/somebody/work=. -O3\\n"\n', "utf-8")
    compiling.say_no_paths(file)
    assert file.read_text("utf-8") == f'"{parts}"\n"  Flags: -ffile-prefix-map=...=. -O3\\n"\n'
    file.write_text(parts.replace("FFMPEG:   YES", "FFMPEG:   NO"), "utf-8")
    with pytest.raises(opencv.Lacking, match="FFMPEG"):
        compiling.say_no_paths(file)


def test_sources_are_changed_where_they_are_as_known_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "a.hpp").write_text("one; two; two;", "utf-8")
    compiling.change(tmp_path, [{"file": "a.hpp", "old": "one;", "new": "1;"}])
    assert (tmp_path / "a.hpp").read_text("utf-8") == "1; two; two;"
    for old in ("two;", "one;"):
        with pytest.raises(opencv.Lacking, match="not as known"):
            compiling.change(tmp_path, [{"file": "a.hpp", "old": old, "new": ""}])
    assert (tmp_path / "a.hpp").read_text("utf-8") == "1; two; two;"


_COMPUTE = """
import json, sys
import cv2, numpy as np
y, x = np.mgrid[0:480, 0:640]
waves = [128 + 60 * np.sin(x / (7 + 3 * c) + c) * np.cos(y / (11 - 2 * c)) + 40 * ((x // 40 + y // 30 + c) % 2) for c in range(3)]
photo = np.ascontiguousarray(np.stack(waves, 2).astype(np.uint8))
grey = np.ascontiguousarray(photo[..., 1])
turn = np.array([[0.91, -0.21, 31.4], [0.19, 0.93, -12.6]])
tilt = cv2.getPerspectiveTransform(
    np.float32([[0, 0], [639, 0], [639, 479], [0, 479]]), np.float32([[9, 7], [600, 30], [620, 470], [22, 440]]))
square = cv2.getStructuringElement(cv2.MORPH_RECT, (9, 3))
xs, ys = np.meshgrid(np.arange(400, dtype=np.float32) * 1.3 + 3.7, np.arange(300, dtype=np.float32) * 1.4 + 1.2)
mask = np.where(grey > 130, 255, 0).astype(np.uint8)
jpeg = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 90])[1]
png = cv2.imencode(".png", photo)[1]
results = {
    "blur": cv2.GaussianBlur(photo, (0, 0), 2), "blur_5": cv2.GaussianBlur(grey, (5, 5), 0),
    "otsu": cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1],
    "grey": cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY), "small": cv2.resize(photo, (112, 112), interpolation=cv2.INTER_AREA),
    "linear": cv2.resize(photo, (901, 333), interpolation=cv2.INTER_LINEAR),
    "cubic": cv2.resize(photo, (255, 255), interpolation=cv2.INTER_CUBIC),
    "affine": cv2.warpAffine(photo, turn, (400, 400), borderMode=cv2.BORDER_REPLICATE),
    "perspective": cv2.warpPerspective(photo, tilt, (640, 480)), "remap": cv2.remap(photo, xs, ys, cv2.INTER_LINEAR),
    "ycrcb": cv2.cvtColor(photo, cv2.COLOR_BGR2YCrCb), "sobel": cv2.Sobel(grey, cv2.CV_32F, 1, 0),
    "hat": cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, square), "mask": mask,
    "distance": cv2.distanceTransform(mask, cv2.DIST_L2, 5),
    "parts": np.sort(cv2.connectedComponentsWithStats(mask)[2][:, 4])[-5:].astype(np.float32),
    "mean": np.concatenate(cv2.meanStdDev(photo)).ravel(), "jpeg": cv2.imdecode(jpeg, cv2.IMREAD_COLOR),
    "png": cv2.imdecode(png, cv2.IMREAD_COLOR), "edges": cv2.Canny(grey, 40, 120),
}
assert (results["png"] == photo).all()
np.savez(sys.argv[1], **results)
print(json.dumps([cv2.__version__, cv2.__file__]))
"""


@pytest.mark.slow
@pytest.mark.skipif(not OWN, reason="KIOSK_OPENCV is not set")
def test_it_computes_what_the_wheels_computes(tmp_path: Path) -> None:
    """From the same pixels. They may differ by one step of brightness where rounding does, in a few places by more."""
    import numpy as np

    said = {}
    for name, before in (("wheel", ""), ("own", OWN)):
        done = subprocess.run(
            [sys.executable, "-c", _COMPUTE, str(tmp_path / f"{name}.npz")],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": before},
        )
        said[name] = json.loads(done.stdout)
    assert said["own"][0] == said["wheel"][0]
    assert Path(said["own"][1]).is_relative_to(OWN)
    assert not Path(said["wheel"][1]).is_relative_to(OWN)
    wheel, own = np.load(tmp_path / "wheel.npz"), np.load(tmp_path / "own.npz")
    for name in wheel.files:
        difference = np.abs(wheel[name].astype(np.float64) - own[name])
        assert float(np.mean(difference > 1.001)) < 0.002, name
        assert float(np.mean(difference)) < 0.2, name
