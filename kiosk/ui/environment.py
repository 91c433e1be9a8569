"""What has to be true before Qt starts: a platform that exists, no foreign Qt plug-ins, every system library present. No Qt here.

Qt ends the whole process when its platform plug-in cannot load, without a word that a user could act on. So the same libraries
are loaded first, where a missing one is an error with a name and a remedy.
"""

from __future__ import annotations

import ctypes
import logging
import os
import socket
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from kiosk.domain.errors import Code, ModelError

logger = logging.getLogger(__name__)

_FOREIGN = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "QT_PLUGIN_PATH")
"""Set by ``import cv2`` of the full OpenCV wheel (seen in 4.x and 5.0), which carries a second Qt: they would hijack PySide6."""

_WITHOUT_SCREEN = frozenset({"offscreen", "minimal", "vnc"})


def prepare_environment() -> bool:
    """Get the process ready for Qt. Call right before the window is made; calling twice is harmless.

    Returns:
        Whether there is no display and Qt paints off screen (the caller says so).

    Raises:
        ModelError: ``library_missing``, with the name of the library that Qt needs.
    """
    for name in _FOREIGN:
        os.environ.pop(name, None)
    if "QT_QPA_PLATFORM" not in os.environ and sys.platform.startswith("linux") and not has_display(os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    _require_libraries(platform)
    return platform in _WITHOUT_SCREEN


def has_display(environment: Mapping[str, str]) -> bool:
    """Whether a Wayland or X server answers where the environment says that there is one."""
    wayland = environment.get("WAYLAND_DISPLAY", "")
    if wayland and _answers(str(Path(environment.get("XDG_RUNTIME_DIR", "/run")) / wayland)):
        return True
    display = environment.get("DISPLAY", "")
    if not display:
        return False
    host, _, number = display.rpartition(":")
    if host not in {"", "unix"}:
        return True  # another machine: Qt finds out
    path = f"/tmp/.X11-unix/X{number.partition('.')[0]}"  # noqa: S108  where X listens
    return _answers(path) or _answers(f"\0{path}")


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        try:
            probe.connect(address)
        except OSError:
            return False
    return True


def _require_libraries(platform: str) -> None:
    try:
        from PySide6 import QtWidgets
    except ImportError as error:
        raise ModelError(Code.LIBRARY_MISSING, _library_named(str(error))) from error
    logger.debug("Qt widgets from %s", QtWidgets.__name__)
    spec = find_spec("PySide6")
    if not sys.platform.startswith("linux") or spec is None or not spec.submodule_search_locations:
        return
    name = platform or "xcb"
    plugin = Path(spec.submodule_search_locations[0]) / "Qt" / "plugins" / "platforms" / f"libq{name}.so"
    if not plugin.exists():
        return  # built otherwise (a distribution's package): Qt knows where its plug-ins are
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        raise ModelError(Code.LIBRARY_MISSING, _library_named(str(error))) from error


def _library_named(message: str) -> str:
    """``libxcb-cursor.so.0: cannot open shared object file: …`` -> ``libxcb-cursor.so.0``."""
    return message.partition(":")[0].strip() or message
