"""A guard against a fault of the Qt binding that would end the kiosk within a minute.

PySide6 6.12.0 assumes that None, True and False cannot be freed. That holds from Python 3.12 on (PEP 683); on 3.11 every call
that returns one of them takes away a reference it never owned, some 500 a second while a picture is on screen, until the
interpreter stops with ``none_dealloc: deallocating None``. 6.11.3 is sound. Where the installed binding is found to do so, the
constants get the reference count that Python 3.12 gives them. May go when Python 3.11 does, or when 6.12.0 is no longer allowed.
"""

from __future__ import annotations

import ctypes
import logging
import sys

logger = logging.getLogger(__name__)

_CONSTANTS = (None, True, False, NotImplemented, Ellipsis)
_FOR_EVER = 1 << 60
_TRIES = 64


def loses_references() -> bool:
    """Whether a call without a result takes a reference of None away. Imports QtCore; any thread."""
    from PySide6.QtCore import QObject

    probe = QObject()
    before = sys.getrefcount(None)
    for _ in range(_TRIES):
        probe.setObjectName("")
    # Other threads move the count as well, but not by one for each call.
    return before - sys.getrefcount(None) > _TRIES // 2


def keep_constants_alive() -> bool:
    """Make the constants immortal where the binding would use them up. Calling it twice is harmless.

    Returns:
        Whether that was needed.
    """
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython" or not loses_references():
        return False
    for constant in _CONSTANTS:
        count = ctypes.c_ssize_t.from_address(id(constant))  # the first word of an object
        if abs(count.value - sys.getrefcount(constant)) < 1000 and count.value < _FOR_EVER // 2:
            count.value += _FOR_EVER
    logger.info("the Qt binding loses references on this Python; its constants are kept alive")
    return True
