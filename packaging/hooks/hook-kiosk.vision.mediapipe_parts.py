"""What kiosk/vision/mediapipe_parts.py imports by name, and the library that those modules open beside a package.

The packages on the way are collected for their modules only: their ``__init__`` files would bring every task of MediaPipe,
matplotlib and sounddevice; the kiosk never runs them, so what they alone import is left out in the specification.
"""

from PyInstaller.utils.hooks import collect_dynamic_libs

hiddenimports = [
    "mediapipe.tasks.c",
    "mediapipe.tasks.python.components.containers.category_c",
    "mediapipe.tasks.python.components.containers.landmark_c",
    "mediapipe.tasks.python.core.base_options",
    "mediapipe.tasks.python.vision.core.image",
    "mediapipe.tasks.python.vision.core.vision_task_running_mode",
    "mediapipe.tasks.python.vision.face_landmarker",
]
binaries = collect_dynamic_libs("mediapipe.tasks.c", destdir="mediapipe/tasks/c")
