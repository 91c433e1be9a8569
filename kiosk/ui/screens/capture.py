"""The live picture with the oval and one large hint; also the screen of the head turn."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.capture import CaptureView, present
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.big_hint import BigHint
from kiosk.ui.widgets.camera_view import CameraView, LatestFrame
from kiosk.ui.widgets.countdown import Countdown
from kiosk.ui.widgets.quality_list import QualityList
from kiosk.ui.widgets.room import Room
from kiosk.ui.widgets.styling import button, label, say


class CaptureScreen(Page):
    """One widget for ``capture`` and ``challenge``: the picture must not jump between the two."""

    skip_asked = Signal()
    light_refused = Signal()

    def __init__(self, latest_frame: LatestFrame) -> None:
        """``latest_frame`` is pulled on the GUI thread."""
        super().__init__("captureScreen")
        self.picture = CameraView("picture", latest_frame)
        self._title = label("captureTitle", "muted")
        self.hint = BigHint("hint")
        self._countdown = Countdown("captureCountdown")
        self._side = QWidget()
        side = self._column = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        self._told = Room()
        told = self._telling = QVBoxLayout(self._told.inside)
        told.setContentsMargins(0, 0, 0, 0)
        told.addWidget(self._title)
        told.addStretch(1)
        told.addWidget(self.hint)
        told.addStretch(1)
        self._checks = QualityList("qualityList")
        told.addWidget(self._checks)
        side.addWidget(self._told, 1)
        self._skip = button("skipSides")
        self._skip.clicked.connect(self.skip_asked)
        self._skip.hide()
        side.addWidget(self._skip)
        self._no_light = button("noLight")
        self._no_light.clicked.connect(self.light_refused)
        self._no_light.hide()
        side.addWidget(self._no_light)
        side.addWidget(self._countdown)
        side.addWidget(self.other)
        self._row = self.add_actions((self.cancel, self.help), fill=True)
        side.addWidget(self._row)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.addWidget(self.picture, 1)
        self._halves.addWidget(self._side)
        self.body.addLayout(self._halves, 1)

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self.show_view(present(snapshot, text))

    def show_view(self, view: CaptureView) -> None:
        """Hint, oval and arrow of this moment."""
        self._countdown.show_view(view.countdown)
        if self.same(view):
            return
        self.show_steps(view.steps)
        self.picture.show_view(view)
        say(self._title, view.title)
        self.hint.show_hint(icon=view.icon, words=view.hint, more=view.more, tone=view.tone)
        self._checks.show_checks(view.checks)
        say(self._skip, view.skip)
        self._skip.setVisible(bool(view.skip))
        say(self._no_light, view.no_light)
        self._no_light.setVisible(bool(view.no_light))
        self._make_room()
        say(self.cancel, view.cancel)
        say(self.help, view.help)

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: picture above, hint and buttons below."""
        super().arrange(theme, portrait=portrait)
        self.picture.set_theme(theme)
        self.hint.set_theme(theme, portrait=portrait)
        self._countdown.set_theme(theme)
        self._column.setSpacing(theme.px(12))
        self._telling.setSpacing(theme.px(12))
        self._checks.set_theme(theme, portrait=portrait)
        self._halves.setDirection(QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(theme.px(32))
        side = self._side
        if portrait:
            side.setMinimumSize(0, theme.px(400 * theme.text))
            side.setMaximumSize(16_777_215, theme.px(400 * theme.text))
        else:
            side.setMinimumSize(theme.roomy(400), 0)
            side.setMaximumSize(theme.roomy(400), 16_777_215)
        self._make_room()
        self._countdown.align(Qt.AlignmentFlag.AlignLeft)

    def _make_room(self) -> None:
        """Where a button more stands in the column or letters are large, the line above the hint goes and its sign is smaller."""
        more = not (self._skip.isHidden() and self._no_light.isHidden() and self.other.isHidden())
        crowded = (more + (self.theme.text > 1.2)) * (not self.portrait)
        self._title.setVisible(not self.portrait and not crowded)
        self.hint.set_sign((104, 72, 40)[crowded])

    def left(self) -> None:
        """Pixels go with the screen."""
        super().left()
        self.picture.forget()
