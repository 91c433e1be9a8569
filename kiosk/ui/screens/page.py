"""What every screen is: steps on top, a body, buttons low; Escape cancels, F1 calls help, Enter goes on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.common import StepsView
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.action_row import ActionRow
from kiosk.ui.widgets.room import Room
from kiosk.ui.widgets.steps_bar import StepsBar
from kiosk.ui.widgets.styling import button, say


class Page(QWidget):
    """Base of all screens. ``body`` is what a screen fills."""

    cancel_asked = Signal()
    help_asked = Signal()
    other_asked = Signal()

    def __init__(self, name: str) -> None:
        """``name`` is the object name, ``<screen>Screen``."""
        super().__init__()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.theme = Theme()
        self.portrait = False
        self._shown: object = None
        self.cancel = button("cancel")
        self.cancel.clicked.connect(self.cancel_asked)
        self.help = button("help")
        self.help.clicked.connect(self.help_asked)
        self.other = button("anotherWay")
        self.other.hide()
        self.other.clicked.connect(self.other_asked)
        self._primary: QPushButton | None = None
        self._actions: ActionRow | None = None
        self._steps = StepsBar("steps")
        self._room = Room()
        self.body = QVBoxLayout(self._room.inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self._root = QVBoxLayout(self)
        self._root.addWidget(self._steps)
        self._root.addWidget(self._room, 1)

    def add_actions(
        self,
        ways_out: tuple[QPushButton, ...],
        ways_on: tuple[QPushButton, ...] = (),
        *,
        primary: QPushButton | None = None,
        fill: bool = False,
    ) -> ActionRow:
        """The buttons at the foot; ``primary`` is what Enter presses. The way in without a face stands among them unless the page
        has given it another place.
        """
        if self.other.parent() is None:
            ways_out = (*ways_out, self.other)
        self._actions = ActionRow(ways_out, ways_on, fill=fill)
        self._primary = primary
        self._root.addWidget(self._actions)
        return self._actions

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present a snapshot and show the view; here what all screens share: their name for screen readers."""
        self.setAccessibleName(text.get(f"screen.{snapshot.screen}"))
        say(self.other, text.get("button.another_way"))
        self.other.setVisible(snapshot.another_way and self.other.parent() is not None)

    def same(self, view: object) -> bool:
        """Whether this view is on screen already; remembers it if not."""
        if view == self._shown:
            return True
        self._shown = view
        return False

    def show_steps(self, view: StepsView | None) -> None:
        """Where an enrolment stands."""
        self._steps.show_view(view)

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes for this window; screens add their own."""
        self.theme, self.portrait = theme, portrait
        side = theme.px(36)
        self._root.setContentsMargins(side, theme.px(22), side, theme.px(26))
        self._root.setSpacing(theme.px(18))
        self._steps.set_theme(theme)
        if self._actions is not None:
            self._actions.set_theme(theme, portrait=portrait)

    def entered(self) -> None:
        """The screen has just come up. Focus goes to the page itself: no button is pre-chosen."""
        self._room.to_top()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def left(self) -> None:
        """Another screen has come up: forget what was a person's."""
        self._shown = None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys of the page, where no field or button took them."""
        pressed = {
            Qt.Key.Key_Escape: self.cancel,
            Qt.Key.Key_F1: self.help,
            Qt.Key.Key_Return: self._primary,
            Qt.Key.Key_Enter: self._primary,
        }.get(Qt.Key(event.key()))
        if pressed is not None and pressed.isVisible() and pressed.isEnabled() and not event.isAutoRepeat():
            pressed.click()
            return
        if self._room.turn(event.key()):
            return
        super().keyPressEvent(event)
