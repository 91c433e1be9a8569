"""Cameras to choose from, one on trial with its live picture. Says what was asked for; asks nobody itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from kiosk.ui.presenters.camera_page import CameraPageView
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.camera_view import CameraView, LatestFrame
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.styling import button, label, restyle, say


class CameraChooser(QWidget):
    """The column; ``picture`` is placed by whoever uses it.

    ``attempted`` carries an address to try; ``taken``, ``left_alone`` and ``listed_again`` nothing.
    """

    attempted = Signal(str)
    taken = Signal()
    left_alone = Signal()
    listed_again = Signal()

    def __init__(self, name: str, latest_frame: LatestFrame) -> None:
        """Empty until shown."""
        super().__init__()
        self.setObjectName(name)
        self.picture = CameraView(f"{name}Picture", latest_frame)
        self._body = label(f"{name}Body", "muted")
        self._list = QListWidget()
        self._list.setObjectName(f"{name}List")
        self._list.itemActivated.connect(self._on_item)
        self._list.itemClicked.connect(self._on_item)
        self._again = button(f"{name}Again", "small")
        self._again.clicked.connect(self.listed_again)
        self._address_label = label(f"{name}AddressLabel", "fieldLabel")
        self._address = QLineEdit()
        self._address.setObjectName(f"{name}Address")
        self._address.setMaxLength(300)
        self._address.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhUrlCharactersOnly)
        self._address.returnPressed.connect(self._on_address)
        self._try = button(f"{name}Try", "small")
        self._try.clicked.connect(self._on_address)
        self._shows = label(f"{name}Shows", "strong")
        self._state = label(f"{name}State", "notice")
        self._take = button(f"{name}Take", "primary")
        self._take.clicked.connect(self.taken)
        self._back = button(f"{name}Back", "small")
        self._back.clicked.connect(self.left_alone)
        self._line = QHBoxLayout()
        self._line.addWidget(self._address, 1)
        self._line.addWidget(self._try)
        self._ways = Flow()
        self._ways.addWidget(self._take)
        self._ways.addWidget(self._back)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._body)
        self._column.addWidget(self._list, 1)
        self._column.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._address_label)
        self._column.addLayout(self._line)
        self._column.addWidget(self._shows)
        self._column.addWidget(self._state)
        self._column.addLayout(self._ways)
        self._rows: tuple[object, ...] | None = None

    def show_view(self, view: CameraPageView) -> None:
        """This moment."""
        self.picture.show_view(view.picture)
        for widget, words in (
            (self._body, view.body),
            (self._again, view.again),
            (self._address_label, view.address),
            (self._try, view.attempt),
            (self._shows, view.shows),
            (self._state, view.state),
            (self._take, view.take),
            (self._back, view.back),
        ):
            say(widget, words)
        self._address.setPlaceholderText(view.example)
        self._address.setAccessibleName(view.address)
        self._list.setAccessibleName(view.body)
        tone = view.tone.value if view.tone.value in {"good", "bad"} else "neutral"
        restyle(self._state, role="notice", tone=tone)
        self._state.setVisible(bool(view.state))
        self._take.setVisible(view.trying)
        self._take.setEnabled(view.may_take)
        self._back.setVisible(view.trying)
        if view.rows != self._rows:
            self._rows = view.rows
            self._list.clear()
            for row in view.rows:
                item = QListWidgetItem(row.words)
                item.setData(Qt.ItemDataRole.UserRole, row.uri)
                self._list.addItem(item)

    def forget(self) -> None:
        """No picture and no address stays."""
        self.picture.forget()
        self._address.clear()
        self._list.clear()
        self._rows = None

    def arrange(self, theme: Theme) -> None:
        """Sizes."""
        self.picture.set_theme(theme)
        self._column.setSpacing(theme.px(8))
        self._line.setSpacing(theme.px(10))
        self._ways.setSpacing(theme.px(12))
        self._list.setMinimumHeight(theme.px(110))

    def focus(self) -> None:
        """The list has the keyboard."""
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_item(self, item: QListWidgetItem) -> None:
        self.attempted.emit(str(item.data(Qt.ItemDataRole.UserRole)))

    def _on_address(self) -> None:
        if self._address.text().strip():
            self.attempted.emit(self._address.text().strip())
