"""MediaPipe is loaded without what it drags in, reads as the library itself reads, and says which library is missing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Pixels
from kiosk.vision.mediapipe_parts import Landmarker, Mode
from kiosk.vision.models import ModelFiles

_GREEDY = ("matplotlib", "sounddevice", "mediapipe.tasks.python.audio", "mediapipe.tasks.python.text")


def _python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=100, check=False
    )


def test_only_the_face_landmarker_is_loaded(models: ModelFiles) -> None:
    done = _python(
        "import sys; from pathlib import Path\n"
        "from kiosk.vision.mediapipe_parts import Landmarker, Mode\n"
        "Landmarker(Path(sys.argv[1]), mode=Mode.IMAGE, faces=1).close()\n"
        "print(sorted(sys.modules))",
        str(models.path("face_landmarker")),
    )
    assert done.returncode == 0, done.stderr
    assert "mediapipe.tasks.python.vision.face_landmarker" in done.stdout
    assert not [name for name in _GREEDY if f"'{name}'" in done.stdout]


def test_importing_the_rooms_modules_loads_no_engine() -> None:
    done = _python("import sys, kiosk.vision.engine, kiosk.vision.stills\nprint(sorted(sys.modules))")
    assert done.returncode == 0, done.stderr
    assert not [name for name in ("mediapipe", "onnxruntime") if f"'{name}'" in done.stdout]


def test_packages_that_are_already_loaded_are_used_as_they_are(models: ModelFiles) -> None:
    done = _python(
        "import sys, types; from pathlib import Path\n"
        "import importlib.util as u\n"
        "import kiosk.vision.mediapipe_parts as parts\n"
        "parts._register_packages(); first = sys.modules['mediapipe']\n"
        "parts.Landmarker(Path(sys.argv[1]), mode=parts.Mode.IMAGE, faces=1).close()\n"
        "assert sys.modules['mediapipe'] is first\n",
        str(models.path("face_landmarker")),
    )
    assert done.returncode == 0, done.stderr


def test_our_reading_is_the_librarys_own(models: ModelFiles, portrait: Callable[[str], Pixels]) -> None:
    rgb = cv2.cvtColor(portrait("portrait_a"), cv2.COLOR_BGR2RGB)
    landmarker = Landmarker(models.path("face_landmarker"), mode=Mode.IMAGE, faces=2)
    try:
        ours = landmarker.find(rgb)
        image = landmarker._lib.image
        theirs = landmarker._native.detect(image.Image(image.ImageFormat.SRGB, rgb))
    finally:
        landmarker.close()
    assert len(ours) == len(theirs.face_landmarks) == 1
    points = np.array([(p.x, p.y, p.z) for p in theirs.face_landmarks[0]], dtype=np.float32)
    np.testing.assert_allclose(ours[0].points, points, atol=1e-6)
    np.testing.assert_allclose(ours[0].blendshapes, [c.score for c in theirs.face_blendshapes[0]], atol=1e-6)
    np.testing.assert_allclose(ours[0].matrix, theirs.facial_transformation_matrixes[0], atol=1e-5)
    names = [c.category_name for c in theirs.face_blendshapes[0]]
    assert (names[9], names[10], names[25]) == ("eyeBlinkLeft", "eyeBlinkRight", "jawOpen")


@pytest.mark.parametrize("content", [b"", b"no model at all"])
def test_a_broken_task_file_is_a_broken_model(tmp_path: Path, content: bytes) -> None:
    task = tmp_path / "face_landmarker.task"
    task.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        Landmarker(task, mode=Mode.VIDEO, faces=1)
    assert caught.value.code is Code.MODEL_BROKEN


def test_a_missing_system_library_is_named(models: ModelFiles) -> None:
    done = _python(
        "import sys, ctypes; from pathlib import Path\n"
        "real = ctypes.CDLL\n"
        "def cdll(name, *a, **k):\n"
        "    if 'mediapipe' in str(name):\n"
        "        raise OSError('libEGL.so.1: cannot open shared object file: No such file or directory')\n"
        "    return real(name, *a, **k)\n"
        "ctypes.CDLL = cdll\n"
        "from kiosk.vision.mediapipe_parts import Landmarker, Mode\n"
        "from kiosk.domain.errors import ModelError\n"
        "try:\n"
        "    Landmarker(Path(sys.argv[1]), mode=Mode.IMAGE, faces=1)\n"
        "except ModelError as error:\n"
        "    print(error)\n",
        str(models.path("face_landmarker")),
    )
    assert done.stdout.startswith("library_missing"), done.stderr
    assert "libEGL.so.1" in done.stdout
