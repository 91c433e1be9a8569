"""One page at a time, each as large as the stack.

Not a QStackedWidget: that one asks every hidden page for its height at every change (8 ms for ten pages of wrapped text).
"""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class PageStack(QWidget):
    """Pages never make the stack larger than the window."""

    def __init__(self, name: str) -> None:
        """Empty."""
        super().__init__()
        self.setObjectName(name)
        self._current: QWidget | None = None

    @property
    def current(self) -> QWidget | None:
        """The page that is up."""
        return self._current

    def add(self, page: QWidget) -> None:
        """Take a page in; it stays hidden until shown."""
        page.setParent(self)
        page.hide()

    def clear(self) -> None:
        """No page is up."""
        if self._current is not None:
            self._current.hide()
        self._current = None

    def show_page(self, page: QWidget) -> None:
        """Put a page up in place of the one before."""
        before, self._current = self._current, page
        page.setGeometry(self.rect())
        page.show()
        if before is not None and before is not page:
            before.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The page that is up follows."""
        super().resizeEvent(event)
        if self._current is not None:
            self._current.setGeometry(self.rect())
