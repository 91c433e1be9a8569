"""The only module that touches MediaPipe: loads its face landmarker without the rest of the package, and reads its results.

``import mediapipe`` runs package files that import every task of the library, and with them matplotlib and sounddevice:
2.5 s and two libraries that the kiosk does not use and does not install. Here the packages on the way to the face landmarker are
registered without running their ``__init__`` files; the modules themselves are the library's own. The workaround may go
when importing ``mediapipe.tasks.python.vision.face_landmarker`` no longer imports the other tasks; 1.2.2 still does.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.machinery
import importlib.util
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Pixels

_PACKAGES = ("mediapipe", "mediapipe.tasks", "mediapipe.tasks.python", "mediapipe.tasks.python.vision")
_LIBRARY = "mediapipe"


class Mode(Enum):
    """Single pictures, or frames that follow each other."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """One face as MediaPipe gives it.

    Attributes:
        points: float32 (478, 3), x and y relative to the picture's width and height, z relative to its width.
        blendshapes: float32 (52,), 0..1, in the library's order; "left" is the person's left.
        matrix: float32 (4, 4), canonical face to camera; x right, y up, z towards the camera.
    """

    points: NDArray[np.float32]
    blendshapes: NDArray[np.float32]
    matrix: NDArray[np.float32]


class Landmarker:
    """MediaPipe's face landmarker. Made, used and closed on one thread; close it before the interpreter ends.

    Args:
        task: the ``face_landmarker.task`` file, whose hash was checked.
        mode: single pictures or video.
        faces: how many at most.

    Raises:
        ModelError: ``library_missing`` for MediaPipe or a system library it needs, ``model_broken``.
    """

    def __init__(self, task: Path, *, mode: Mode, faces: int) -> None:
        self._lib = _load()
        landmarker = self._lib.landmarker
        options = landmarker.FaceLandmarkerOptions(
            base_options=self._lib.base_options.BaseOptions(model_asset_path=str(task)),
            running_mode=getattr(self._lib.running_mode.VisionTaskRunningMode, mode.value),
            num_faces=faces,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        try:
            self._native = landmarker.FaceLandmarker.create_from_options(options)
        except OSError as error:
            raise ModelError(Code.LIBRARY_MISSING, f"MediaPipe needs a system library: {error}") from error
        except (RuntimeError, ValueError, AttributeError) as error:
            raise ModelError(Code.MODEL_BROKEN, f"face_landmarker: {_short(error)}") from error
        self._layout = _Layout(self._lib)

    def find(self, rgb: Pixels) -> tuple[Mesh, ...]:
        """Faces of one picture (IMAGE mode). ``rgb``: RGB uint8, contiguous.

        Raises:
            ModelError: ``model_broken``.
        """
        return self._call("MpFaceLandmarkerDetectImage", rgb)

    def follow(self, rgb: Pixels, timestamp_ms: int) -> tuple[Mesh, ...]:
        """Faces of the next frame (VIDEO mode). Timestamps must strictly increase. ``rgb``: RGB uint8, contiguous.

        Raises:
            ModelError: ``model_broken``.
        """
        return self._call("MpFaceLandmarkerDetectForVideo", rgb, timestamp_ms)

    def close(self) -> None:
        """Free it. Safe to call twice."""
        try:
            self._native.close()
        except RuntimeError as error:
            raise ModelError(Code.MODEL_BROKEN, f"face_landmarker: {_short(error)}") from error

    def _call(self, function: str, rgb: Pixels, *timestamp: int) -> tuple[Mesh, ...]:
        """The library's own ``detect`` methods without their 1,000 Python objects a face (1.5 ms, measured)."""
        native = self._native
        result = self._lib.landmarker.MpFaceLandmarkerResultC()
        try:
            image = self._lib.image.Image(self._lib.image.ImageFormat.SRGB, rgb)
            getattr(native._lib, function)(native._handle, image._image_ptr, None, *timestamp, ctypes.byref(result))
        except (RuntimeError, ValueError, OSError, AttributeError) as error:
            raise ModelError(Code.MODEL_BROKEN, f"face_landmarker: {_short(error)}") from error
        try:
            return self._layout.read(result)
        finally:
            native._lib.MpFaceLandmarkerCloseResult(ctypes.byref(result))


class _Layout:
    """Reads the library's C results as arrays. The layouts come from its own ctypes declarations."""

    def __init__(self, lib: _Modules) -> None:
        point, category = lib.landmark_c.MpNormalizedLandmarkC, lib.category_c.MpCategoryC
        self._point = _fields_of(point, ("x", "y", "z"))
        self._category = _fields_of(category, ("score",))

    def read(self, result: Any) -> tuple[Mesh, ...]:
        """Copies of everything the result holds."""
        return tuple(self._mesh(result, index) for index in range(result.face_landmarks_count))

    def _mesh(self, result: Any, index: int) -> Mesh:
        marks, shapes = result.face_landmarks[index], result.face_blendshapes[index]
        points = _copy(marks.landmarks, marks.landmarks_count, self._point)
        scores = _copy(shapes.categories, shapes.categories_count, self._category)
        return Mesh(
            points=np.stack([points["x"], points["y"], points["z"]], axis=1),
            blendshapes=scores["score"].copy(),
            matrix=np.asarray(result.facial_transformation_matrixes[index].to_numpy(), dtype=np.float32),
        )


def _fields_of(structure: Any, names: tuple[str, ...]) -> np.dtype[Any]:
    return np.dtype(
        {
            "names": list(names),
            "formats": ["f4"] * len(names),
            "offsets": [getattr(structure, name).offset for name in names],
            "itemsize": ctypes.sizeof(structure),
        }
    )


def _copy(pointer: Any, count: int, layout: np.dtype[Any]) -> NDArray[Any]:
    return np.frombuffer(ctypes.string_at(pointer, layout.itemsize * count), dtype=layout)


@dataclass(frozen=True, slots=True)
class _Modules:
    """The library's modules that are used."""

    landmarker: Any
    base_options: Any
    running_mode: Any
    image: Any
    landmark_c: Any
    category_c: Any


def _load() -> _Modules:
    """Import them, greedy packages left out.

    Raises:
        ModelError: ``library_missing``.
    """
    try:
        _register_packages()
        return _Modules(
            landmarker=importlib.import_module("mediapipe.tasks.python.vision.face_landmarker"),
            base_options=importlib.import_module("mediapipe.tasks.python.core.base_options"),
            running_mode=importlib.import_module("mediapipe.tasks.python.vision.core.vision_task_running_mode"),
            image=importlib.import_module("mediapipe.tasks.python.vision.core.image"),
            landmark_c=importlib.import_module("mediapipe.tasks.python.components.containers.landmark_c"),
            category_c=importlib.import_module("mediapipe.tasks.python.components.containers.category_c"),
        )
    except ImportError as error:
        raise ModelError(Code.LIBRARY_MISSING, f"{_LIBRARY}: {_short(error)}") from error


def _register_packages() -> None:
    """Enter bare packages for those whose ``__init__`` is greedy, unless somebody imported the real ones before."""
    if _LIBRARY in sys.modules:
        return
    found = importlib.util.find_spec(_LIBRARY)
    if found is None or not found.submodule_search_locations:
        raise ImportError("not installed")
    folders = [Path(folder) for folder in found.submodule_search_locations]
    for name in _PACKAGES:
        inner = name.split(".")[1:]
        spec = importlib.machinery.ModuleSpec(name, loader=None, is_package=True)
        spec.submodule_search_locations = [str(folder.joinpath(*inner)) for folder in folders]
        sys.modules[name] = importlib.util.module_from_spec(spec)


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
