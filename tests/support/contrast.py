"""Reads colours off the painted window: which words stand out from their ground by less than 4.5:1 (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit, QWidget
from support.layout import worded

WANTED = 4.5


def faint(window: QWidget) -> list[str]:
    """Each enabled widget with words whose ink is too near its ground, with the ratio.

    The ground is the colour most often painted in its place, the ink the one farthest from it: edges of letters lie between.
    """
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    painted = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4) & 0xFFFFFF
    found = []
    for widget in worded(window):
        if not widget.isEnabled() or (isinstance(widget, QLineEdit) and not widget.text()):
            continue
        place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()) & _in_sight(widget, window)
        if place.height() < widget.height() - 2 or place.width() < 8:  # cut by what it scrolls in
            continue
        part = painted[
            place.top() + 3 : place.bottom() - 2, place.left() + 3 : min(place.right() - 2, place.left() + 400)
        ]
        colours, counts = np.unique(part, return_counts=True)
        if not len(colours):
            continue
        ground = _luminance(int(colours[counts.argmax()]))
        best = max(_ratio(_luminance(int(colour)), ground) for colour in colours)
        if best < WANTED:
            found.append(f"{widget.objectName()}: {best:.2f}")
    return found


def _in_sight(widget: QWidget, window: QWidget) -> QRect:
    """The part of the window that no scrolling area around it hides."""
    seen = window.rect()
    holder = widget.parentWidget()
    while holder is not None and holder is not window:
        seen &= QRect(holder.mapTo(window, QPoint(0, 0)), holder.size())
        holder = holder.parentWidget()
    return seen


def _luminance(colour: int) -> float:
    red, green, blue = (_linear((colour >> shift & 0xFF) / 255) for shift in (16, 8, 0))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _ratio(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
