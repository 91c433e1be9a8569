"""The receipt on the result screen: what to know, the codes to photograph, and a button for the PDF."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout

from kiosk.ui.presenters.receipt import ReceiptView
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.qr import QrCode
from kiosk.ui.widgets.styling import button, label, say

_MOST_CODES = 2
_SIDE = 150


class ReceiptCard(QFrame):
    """Hidden while there is no receipt; forgets it with the screen. ``save`` belongs into the screen's row of buttons."""

    save_asked = Signal()

    def __init__(self) -> None:
        """Empty."""
        super().__init__()
        self.setObjectName("receipt")
        self.setProperty("role", "card")
        self._theme = Theme()
        self._title = label("receiptTitle", "strong")
        self._lines = label("receiptLines", "small")
        self._withdraw = label("receiptWithdraw")
        self._status = label("receiptStatus", "small")
        self.save = button("saveReceipt")
        self.save.clicked.connect(self.save_asked)
        words = QVBoxLayout()
        for each in (self._title, self._lines, self._withdraw, self._status):
            words.addWidget(each)
        self._words = words
        self._codes = [(QrCode(f"receiptCode{i}"), label(f"receiptCodeName{i}", "small")) for i in range(_MOST_CODES)]
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.addLayout(words, 1)
        beside = QHBoxLayout()
        for code, name in self._codes:
            column = QVBoxLayout()
            column.addWidget(code, 0, Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(name)
            column.addStretch(1)
            beside.addLayout(column)
        self._layout.addLayout(beside)
        self.hide()
        self.save.hide()

    def show_receipt(self, view: ReceiptView | None) -> None:
        """None hides it and forgets what was on it."""
        self.setVisible(view is not None)
        say(self._title, view.title if view is not None else "")
        say(self._lines, "\n".join(view.lines) if view is not None else "")
        say(self._withdraw, view.withdraw if view is not None else "")
        self._say_or_hide(self._status, view.status if view is not None else "")
        say(self.save, view.save if view is not None else "")
        self.save.setVisible(view is not None and bool(view.save))
        codes = view.codes if view is not None else ()
        for number, (code, name) in enumerate(self._codes):
            there = number < len(codes)
            code.setVisible(there)
            code.show_code(
                codes[number].text if there else "",
                name=codes[number].name if there else "",
                side=self._theme.px(_SIDE),
            )
            self._say_or_hide(name, codes[number].name if there else "")
            name.setFixedWidth(self._theme.px(_SIDE + 20))
        if len(codes) > 1:
            say(self._withdraw, f"{view.withdraw} {codes[1].note}" if view is not None else "")

    @staticmethod
    def _say_or_hide(widget: QLabel, words: str) -> None:
        say(widget, words)
        widget.setVisible(bool(words))

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes; in portrait the codes stand below the words."""
        self._theme = theme
        margin = theme.px(18)
        self._layout.setContentsMargins(margin, margin, margin, margin)
        self._layout.setSpacing(theme.px(18))
        self._words.setSpacing(theme.px(8))
        self._layout.setDirection(QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight)
        for code, name in self._codes:
            code.setFixedSize(theme.px(_SIDE), theme.px(_SIDE))
            name.setFixedWidth(theme.px(_SIDE + 20))
