"""What a deletion touched, line by line. Nothing personal is in it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget

from kiosk.domain.record import DeletionCertificate
from kiosk.ui.presenters import people
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.styling import button, label, say


class CertificatePanel(QWidget):
    """``saved`` when it is to become a file; ``exports_unwanted``: tables that still hold the person are to go."""

    saved = Signal()
    exports_unwanted = Signal()
    closed = Signal()

    def __init__(self) -> None:
        """Empty until shown."""
        super().__init__()
        self.setObjectName("certificatePanel")
        self._made: DeletionCertificate | None = None
        self._title = label("certificateTitle", "headline")
        self._complete = Chip("certificateComplete")
        self._complete.setWordWrap(True)
        self._lines = QListWidget()
        self._lines.setObjectName("certificateLines")
        self._lines.setWordWrap(True)
        self._save = button("certificateSave", "small")
        self._save.clicked.connect(self.saved)
        self._exports = button("certificateExports", "danger")
        self._exports.clicked.connect(self.exports_unwanted)
        self._back = button("certificateBack", "small")
        self._back.clicked.connect(self.closed)
        self._buttons = Flow()
        self._buttons.addWidget(self._back)
        self._buttons.break_off()
        self._buttons.addWidget(self._exports)
        self._buttons.addWidget(self._save)
        self._root = QVBoxLayout(self)
        self._root.setContentsMargins(0, 0, 0, 0)
        self._root.addWidget(self._title)
        self._root.addWidget(self._complete)
        self._root.addWidget(self._lines, 1)
        self._root.addLayout(self._buttons)

    def show_certificate(self, made: DeletionCertificate, text: Text) -> None:
        """Put one in."""
        self._made = made
        self.show_text(text)

    def show_text(self, text: Text) -> None:
        """In this language."""
        if self._made is None:
            return
        view = people.certificate(self._made, text)
        say(self._title, view.title)
        self._complete.show_chip(view.complete, view.tone)
        say(self._save, view.save)
        say(self._exports, view.exports)
        self._exports.setVisible(bool(view.exports))
        say(self._back, view.back)
        self._lines.setAccessibleName(view.title)
        self._lines.clear()
        self._lines.addItems(list(view.lines))

    def arrange(self, theme: Theme) -> None:
        """Sizes."""
        self._root.setSpacing(theme.px(10))
        self._buttons.setSpacing(theme.px(10))

    def focus_first(self) -> None:
        """Saving it is the next step."""
        self._save.setFocus(Qt.FocusReason.OtherFocusReason)

    def wipe(self) -> None:
        """Nothing is shown any more."""
        self._made = None
        self._lines.clear()
