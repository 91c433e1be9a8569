"""Widgets side by side, on as many lines as they need: buttons keep their words whole, whatever the letters and the language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


@dataclass(slots=True)
class _Line:
    """One line: what stands at its beginning and at its end, with their widths."""

    begin: list[tuple[QLayoutItem, QSize]] = field(default_factory=list)
    end: list[tuple[QLayoutItem, QSize]] = field(default_factory=list)
    height: int = 0


class Flow(QLayout):
    """Like a row of a box layout, but it wraps. What comes after :meth:`break_off` stands at the end of its line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self._items: list[QLayoutItem] = []
        self._first_at_end: int | None = None

    def break_off(self) -> None:
        """From here on at the end of the line."""
        self._first_at_end = len(self._items)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802
        """Take an item in; ``addWidget`` comes here."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """One of them; None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """Let one go."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802
        """It takes no more height than its lines."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """The narrower, the higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Of all lines."""
        lines = list(self._lines(width))
        return sum(line.height for line in lines) + self.spacing() * max(0, len(lines) - 1)

    def sizeHint(self) -> QSize:  # noqa: N802
        """All on one line."""
        hints = [item.sizeHint() for item in self._seen()]
        gaps = self.spacing() * max(0, len(hints) - 1)
        return QSize(sum(hint.width() for hint in hints) + gaps, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:  # noqa: N802
        """The widest of them alone on a line."""
        sizes = [item.minimumSize() for item in self._seen()]
        widest = max((size.width() for size in sizes), default=0)
        return QSize(widest, max((size.height() for size in sizes), default=0))

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802
        """Place everything."""
        super().setGeometry(rect)
        parent = self.parentWidget()
        mirrored = parent is not None and parent.layoutDirection() is Qt.LayoutDirection.RightToLeft
        top = rect.y()
        for line in self._lines(rect.width()):
            at = 0
            for item, size in line.begin:
                self._place(item, size, at, QRect(rect.x(), top, rect.width(), line.height), mirrored=mirrored)
                at += size.width() + self.spacing()
            at = rect.width() - sum(size.width() for _, size in line.end) - self.spacing() * (len(line.end) - 1)
            for item, size in line.end:
                self._place(item, size, at, QRect(rect.x(), top, rect.width(), line.height), mirrored=mirrored)
                at += size.width() + self.spacing()
            top += line.height + self.spacing()

    def _place(self, item: QLayoutItem, size: QSize, at: int, line: QRect, *, mirrored: bool) -> None:
        left = line.width() - at - size.width() if mirrored else at
        down = (line.height() - size.height()) // 2
        item.setGeometry(QRect(QPoint(line.x() + left, line.y() + down), size))

    def _seen(self) -> Iterator[QLayoutItem]:
        return (item for item in self._items if not item.isEmpty())

    def _lines(self, width: int) -> Iterator[_Line]:
        line, used = _Line(), 0
        for number, item in enumerate(self._items):
            if item.isEmpty():
                continue
            hint = item.sizeHint()
            size = QSize(min(hint.width(), max(width, item.minimumSize().width())), hint.height())
            if used and used + self.spacing() + size.width() > width:
                yield line
                line, used = _Line(), 0
            at_end = self._first_at_end is not None and number >= self._first_at_end
            (line.end if at_end else line.begin).append((item, size))
            line.height = max(line.height, size.height())
            used += size.width() + (self.spacing() if used else 0)
        if used:
            yield line
