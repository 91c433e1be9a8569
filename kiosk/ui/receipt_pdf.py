"""A receipt on one page of paper. Written beside its final name and moved there when it is whole; nothing goes to a folder for
temporary files. Any thread may call while the application runs.
"""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QFont, QPageSize, QPainter, QPdfWriter

from kiosk.domain.errors import Code, InputError
from kiosk.ui.presenters.receipt import ReceiptView
from kiosk.ui.theme import FONT
from kiosk.ui.widgets.qr import draw, modules

_DPI = 300
_MARGIN_MM = 20.0
_CODE_MM = 42.0


def write(view: ReceiptView, path: Path) -> None:
    """Write the page; what was there under this name is replaced.

    Raises:
        InputError: ``file_not_writable``.
    """
    page = _page(view)
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(Code.FILE_NOT_WRITABLE, path.name) from error


def _page(view: ReceiptView) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    writer.setPageMargins(QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM))
    writer.setTitle(view.title)
    painter = QPainter(writer)
    try:
        _draw(painter, view, width=float(writer.width()))
    finally:
        painter.end()
    buffer.close()
    return bytes(content.data())


def _draw(painter: QPainter, view: ReceiptView, *, width: float) -> None:
    y = _words(painter, view.title, 0.0, width, points=20, bold=True) + _mm(4)
    for line in view.lines:
        y = _words(painter, line, y, width, points=10) + _mm(1.5)
    y = _words(painter, view.withdraw, y + _mm(3), width, points=10, bold=True) + _mm(4)
    side = _mm(_CODE_MM)
    step = width / max(2, len(view.codes))
    for number, code in enumerate(view.codes):
        x = number * step
        draw(painter, QRectF(x, y, side, side), modules(code.text))
        below = _words(painter, code.name, y + side + _mm(1), side, points=9, bold=True, left=x)
        if code.note:
            _words(painter, code.note, below, step - _mm(3), points=8, left=x)


def _words(
    painter: QPainter, words: str, y: float, width: float, *, points: int, bold: bool = False, left: float = 0.0
) -> float:
    """Draw wrapped words; where the next line may begin."""
    font = QFont(FONT, points)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    painter.setFont(font)
    area = QRectF(left, y, width, _mm(200))
    flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)
    taken = painter.boundingRect(area, flags, words)
    painter.drawText(area, flags, words)
    return float(taken.bottom())


def _mm(length: float) -> float:
    return length / 25.4 * _DPI
