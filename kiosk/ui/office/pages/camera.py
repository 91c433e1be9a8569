"""The camera page: another camera is tried beside the one in use, and taken once it gives pictures."""

from __future__ import annotations

from kiosk.domain.errors import Code
from kiosk.station.camera_desk import CameraFound, Taken
from kiosk.station.office.requests import OfficeReply
from kiosk.station.office.trying import CameraNow, LeaveCamera, ListCameras, LookAtCamera, TakeCamera, TryCamera
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.office.pages.parts import Beside
from kiosk.ui.office.watching import Watching
from kiosk.ui.presenters.camera_page import present, refused, taken
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.camera_chooser import CameraChooser

LOOK_MS = 300


class CameraPage(OfficePage):
    """Asks how the camera on trial does a few times a second while the page is up."""

    def __init__(self, parts: PageParts) -> None:
        """Nothing is on trial."""
        super().__init__(parts, "camera")
        self._found: tuple[CameraFound, ...] = ()
        self._now: CameraNow | None = None
        self._chooser = CameraChooser("cameraChooser", parts.latest_frame)
        self._chooser.attempted.connect(self._attempt)
        self._chooser.taken.connect(lambda: self.ask(TakeCamera(), self._taken))
        self._chooser.left_alone.connect(lambda: self.ask(LeaveCamera(), self._came))
        self._chooser.listed_again.connect(self._list)
        self._beside = Beside("camera", self._chooser.picture)
        self._beside.column.addWidget(self._chooser, 1)
        self.body.addWidget(self._beside, 1)
        self._watching = Watching(self, LOOK_MS, LookAtCamera(), self._came)

    def show_text(self, text: Text) -> None:
        """In this language."""
        super().show_text(text)
        self._show()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes."""
        super().arrange(theme, portrait=portrait)
        self._beside.arrange(theme, portrait=portrait)
        self._chooser.arrange(theme)

    def entered(self) -> None:
        """Which cameras are there?"""
        self._chooser.focus()
        self._list()
        self._watching.start()
        self._watching.look()

    def left(self) -> None:
        """The camera on trial is let go; no picture stays."""
        self._watching.stop()
        self.parts.bridge.ask(None, LeaveCamera(), lambda reply: None)
        super().left()
        self._found, self._now = (), None
        self._chooser.forget()

    def _list(self) -> None:
        self.ask(ListCameras(), self._listed)

    def _listed(self, found: tuple[CameraFound, ...]) -> None:
        self._found = found
        self._show()

    def _attempt(self, uri: str) -> None:
        self.clear_notice()
        current = next((each for each in self._found if each.current), None)
        if current is not None and current.uri == uri:
            self.ask(LeaveCamera(), self._came)  # it is in use, and most cameras serve one reader at a time
        else:
            self.ask(TryCamera(uri), self._came, self._refused)

    def _refused(self, reply: OfficeReply) -> None:
        self.notice(refused(reply.error or Code.CAMERA_BAD_URI, self.text), tone="bad")

    def _came(self, now: CameraNow) -> None:
        self._now = now
        self._show()

    def _taken(self, done: Taken) -> None:
        self.notice(taken(done, self.text))
        self._list()

    def _show(self) -> None:
        self._chooser.show_view(present(self._found, self._now, self.text))
