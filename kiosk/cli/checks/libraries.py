"""System libraries that the wheels expect from the machine, and the OpenCV wheels that may be in each other's way.

The lists were read off the wheels (``readelf -d`` of PySide6 6.12's core, GUI, widgets, D-Bus and platform plug-ins, and of
MediaPipe 1.2.2): what they need and do not bring. A test reads them off the installed wheels again. Package names are Debian's
and Ubuntu's.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata

from kiosk.cli.checks.line import Line, State, said

WINDOW = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
"""For a window of any kind, offscreen as well."""

X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""For a window on X11."""

WAYLAND = {"libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0": "libwayland-cursor0"}
"""For a window on Wayland."""

VISION = {
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libstdc++.so.6": "libstdc++6",
    "libgcc_s.so.1": "libgcc-s1",
}
"""For MediaPipe (it opens EGL and GLES even where it only uses the processor), onnxruntime and OpenCV."""

OPENCV_WHEELS = (
    "opencv-python-headless",
    "opencv-python",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)


def can_load(name: str) -> bool:
    """Whether the system's loader finds a library, with everything that it needs itself."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def libraries(
    *, x11: bool, wayland: bool, loads: Callable[[str], bool] = can_load, system: str = sys.platform
) -> Iterator[Line]:
    """What is missing for the window and for vision, by name, with one line that installs it."""
    if system != "linux":
        return
    yield _line("libraries_vision", VISION, loads)
    yield _line("libraries_window", WINDOW, loads)
    for name, present, wanted in (("libraries_x11", x11, X11), ("libraries_wayland", wayland, WAYLAND)):
        if present:
            yield _line(name, wanted, loads)


def _line(name: str, wanted: Mapping[str, str], loads: Callable[[str], bool]) -> Line:
    missing = [library for library in wanted if not loads(library)]
    packages = sorted({wanted[library] for library in missing})
    return Line(
        name=name,
        state=State.FAIL if missing else State.OK,
        value=said("libraries_missing", names=" ".join(missing))
        if missing
        else said("libraries_found", count=len(wanted)),
        limit=said("libraries_limit"),
        remedy=said("libraries_remedy", command=apt_line(packages)) if missing else "",
    )


def apt_line(packages: list[str]) -> str:
    """The command that installs these packages."""
    return f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"


def opencv(installed: Mapping[str, str] | None = None) -> Iterator[Line]:
    """Which wheels give ``cv2``. All of them write the same files: two versions make one broken library."""
    found = _installed() if installed is None else installed
    wheels = ", ".join(f"{name} {version}" for name, version in found.items())
    if not found:
        state, remedy = State.FAIL, said("opencv_missing")
    elif len(set(found.values())) > 1:
        state = State.FAIL
        remedy = said("opencv_two_versions", wheels=", ".join(found))
    elif len(found) > 1:
        state, remedy = State.WARN, said("opencv_two")
    elif "headless" not in wheels:
        state, remedy = State.WARN, said("opencv_not_headless")
    else:
        state, remedy = State.OK, None
    limit = said("opencv_limit")
    yield Line(name="opencv", state=state, value=wheels or said("none"), limit=limit, remedy=remedy or "")


def _installed() -> dict[str, str]:
    found = {}
    for name in OPENCV_WHEELS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
