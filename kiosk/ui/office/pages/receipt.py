"""A person with a receipt: its code is held before the desk's camera, or typed. Says whose it is; keeps no picture."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.face import Frame
from kiosk.ui.office.pages.parts import LARGE
from kiosk.ui.presenters.receipts import FinderView, owner
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.camera_view import LatestFrame
from kiosk.ui.widgets.code_finder import CodeFinder
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.styling import button, label, say

LOOK_MS = 250


class ReceiptFinder(QWidget):
    """``looked`` with a picture to be read; ``found`` with the id of whose receipt was typed; ``closed``."""

    looked = Signal(object)
    found = Signal(str)
    closed = Signal()

    def __init__(self, latest_frame: LatestFrame) -> None:
        """Looks at nothing before :meth:`begin`."""
        super().__init__()
        self.setObjectName("receiptFinder")
        self._latest_frame = latest_frame
        self._last_seq = -1
        self._busy = False
        self._picture = CodeFinder("receiptPicture", latest_frame)
        self._title = label("receiptTitle", "headline")
        self._how = label("receiptHow")
        self._code_label = label("receiptCodeLabel", "fieldLabel")
        self._code = QLineEdit()
        self._code.setObjectName("receiptCode")
        self._code.setMaxLength(80)
        self._wrong = label("receiptWrong", "problem")
        self._code.textEdited.connect(lambda typed: self._wrong.hide())
        self._code.returnPressed.connect(self._on_typed)
        self._code_label.setBuddy(self._code)
        self._open = button("receiptOpen", "small")
        self._open.clicked.connect(self._on_typed)
        self._back = button("receiptBack", "small")
        self._back.clicked.connect(self.closed)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._lay_out()

    def _lay_out(self) -> None:
        self._buttons = Flow()
        self._buttons.addWidget(self._back)
        self._buttons.addWidget(self._open)
        self._side = QVBoxLayout()
        for each in (self._title, self._how, self._code_label, self._code, self._wrong):
            self._side.addWidget(each)
        self._side.addLayout(self._buttons)
        self._side.addStretch(1)
        self._root = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._root.setContentsMargins(0, 0, 0, 0)
        self._root.addWidget(self._picture, 1)
        self._root.addLayout(self._side, 1)

    def begin(self) -> None:
        """Look at the camera's pictures, and let the code be typed."""
        self._busy = False
        self._wrong.hide()
        self._timer.start()
        self._code.setFocus(Qt.FocusReason.OtherFocusReason)

    def wipe(self) -> None:
        """No letter and no pixel stays."""
        self._timer.stop()
        self._code.clear()
        self._code.setModified(False)
        self._wrong.hide()
        self._picture.forget()

    def pause(self) -> None:
        """Somebody is being looked up."""
        self._timer.stop()

    def was_read(self, *, other: bool) -> None:
        """The picture held no receipt; ``other``: it held some other code."""
        self._busy = False
        if other:
            self._wrong.show()

    def show_view(self, view: FinderView) -> None:
        """In this language."""
        self._picture.show_view(view.picture)
        for widget, words in (
            (self._title, view.title),
            (self._how, view.how),
            (self._code_label, view.code),
            (self._wrong, view.wrong),
            (self._open, view.open),
            (self._back, view.back),
        ):
            say(widget, words)
        self._code.setAccessibleName(view.code)

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait, and where letters are large: the picture above."""
        stacked = portrait or theme.text > LARGE
        self._root.setDirection(QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight)
        for layout in (self._root, self._side, self._buttons):
            layout.setSpacing(theme.px(14))
        self._picture.set_theme(theme)
        self._picture.setMinimumSize(theme.px(240), theme.px(240))

    def _look(self) -> None:
        frame: Frame | None = self._latest_frame()
        if frame is None or self._busy or frame.seq == self._last_seq or not self.isVisible():
            return
        self._busy, self._last_seq = True, frame.seq
        self.looked.emit(frame)

    def _on_typed(self) -> None:
        person = owner(self._code.text())
        if person:
            self.found.emit(person)
        else:
            self._wrong.show()
