"""What kiosk/vision/mediapipe_parts.py imports by name, and the library that those modules open beside a package.

The packages on the way are collected for their modules only: their ``__init__`` files would bring every task of MediaPipe,
matplotlib and sounddevice; the kiosk never runs them, so what they alone import is left out (making/pruning.py).
"""

from importlib.util import find_spec
from pathlib import Path

hiddenimports = [
    "mediapipe.tasks.c",
    "mediapipe.tasks.python.components.containers.category_c",
    "mediapipe.tasks.python.components.containers.landmark_c",
    "mediapipe.tasks.python.core.base_options",
    "mediapipe.tasks.python.vision.core.image",
    "mediapipe.tasks.python.vision.core.vision_task_running_mode",
    "mediapipe.tasks.python.vision.face_landmarker",
]

# PyInstaller's collect_dynamic_libs imports the package to find it, which fails without matplotlib.
_INSIDE = "mediapipe/tasks/c"
_ROOTS = [Path(folder) for folder in find_spec("mediapipe").submodule_search_locations]
_LIBRARIES = [path for root in _ROOTS for path in (root / "tasks" / "c").glob("libmediapipe.*")]
if not _LIBRARIES:
    raise FileNotFoundError("libmediapipe is not where MediaPipe 1.2 has it")
binaries = [(str(path), _INSIDE) for path in _LIBRARIES]
