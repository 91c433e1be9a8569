"""Which cameras this machine has, as (number, name). Must not keep a camera open."""

from __future__ import annotations

import sys
from pathlib import Path

SYSFS = Path("/sys/class/video4linux")
_PROBED = range(5)


def known_devices(sysfs: Path = SYSFS) -> list[tuple[int, str]] | None:
    """(number, name) of each camera, by number; None where the system does not tell without opening them.

    On Linux the kernel tells (``index`` 0 is the node that gives pictures, others of the same camera give metadata).
    """
    if not sys.platform.startswith("linux"):
        return None
    found = []
    for node in sysfs.glob("video*"):
        number = node.name.removeprefix("video")
        if number.isdigit() and _text(node / "index") in {"0", ""}:
            found.append((int(number), _text(node / "name") or f"camera {number}"))
    return sorted(found)


def list_devices(sysfs: Path = SYSFS) -> list[tuple[int, str]]:
    """(number, name) of each camera. On Windows and macOS numbers 0 to 4 are opened for a moment, and names are made up."""
    known = known_devices(sysfs)
    return [(number, f"camera {number}") for number in _PROBED if _opens(number)] if known is None else known


def described(devices: list[tuple[int, str]]) -> str:
    """The list in words, for the detail of an error."""
    return ", ".join(f'usb:{number} "{name}"' for number, name in devices) or "none"


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _opens(number: int) -> bool:
    import cv2

    from kiosk.camera.opencv import Capture

    capture = Capture(number, cv2.CAP_ANY)
    try:
        return capture.opened
    finally:
        capture.release()
