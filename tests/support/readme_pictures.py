"""The pictures of the README: the real window, a drawn face, an invented name. Golden pictures too: a test paints them anew.

``python -m support.readme_pictures`` from ``tests`` writes them; look at them before they are committed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from support.desk import Desk, RecordingIntents, hand_made
from support.drawn_face import drawn_face
from support.layout import settle

from kiosk.details import checks_at
from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.face import Frame
from kiosk.domain.guidance import Hint
from kiosk.domain.link import Link
from kiosk.domain.person import Details, PersonId, Truth
from kiosk.domain.quality import Check, Component
from kiosk.domain.receipt import Receipt
from kiosk.station.snapshot import Mode, Screen, Snapshot
from kiosk.ui.main_window import KioskWindow
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.camera_view import CameraView

FOLDER = Path(__file__).parents[1] / "data" / "readme_pictures"
SIZE = (1280, 800)
KEPT = (800, 500)
"""As they are kept and compared."""

ANA = {
    "first_name": "Ana",
    "last_name": "Gómez",
    "email": "ana.gomez@example.org",
    "phone": "+573001234567",
    "date_of_birth": "1990-02-03",
    "document_type": "passport",
    "document_number": "AB1234567",
}
RECEIPT = Receipt(
    person=PersonId("01a202f2-97b1-722f-8383-588b4ed72f1d"),
    station="Front desk",
    given_at="2026-03-01T12:00:00.000Z",
    consent="2026-01",
    retention_days=365,
    document_end="567",
    pass_number="48210937",
    pass_code="KIOSK-PASS:1:drawn",
)
_TICKS = 80
"""Until the ring around the face has come to rest."""

Pixels = NDArray[np.uint8]


class Pictures:
    """One window, photographed screen by screen. GUI thread."""

    def __init__(self, text: Text) -> None:
        """Shows the window."""
        self._share, self._number = 0.56, 0
        intents = RecordingIntents()
        self.window = KioskWindow(
            text=text,
            theme=Theme(),
            intents=intents,
            latest_frame=self._frame,
            check_details=checks_at("CO"),
            size=SIZE,
        )
        self.window.show()
        self._desk = Desk(self.window, intents, snapshots=hand_made(), source=None)  # type: ignore[arg-type]

    def _frame(self) -> Frame:
        self._number += 1
        return Frame(_face(self._share), self._number, time.monotonic() * 1000.0)

    def all(self) -> Iterator[tuple[str, Pixels]]:
        """Name and picture, in the order of the README."""
        details = Details(**ANA)
        door = {"mode": Mode.ACCESS, "enrolling": False}
        rows: tuple[tuple[str, Screen, dict[str, object], Callable[[], None] | None], ...] = (
            ("1-begin", Screen.ATTRACT, {"until_ms": None}, self._set_the_clock),
            ("2-consent", Screen.CONSENT, {}, None),
            ("3-form", Screen.DETAILS, {"details": details, "session": "filled in"}, self._lay_down_the_keyboard),
            (
                "4-closer",
                Screen.CAPTURE,
                {
                    "hint": Hint.COME_CLOSER,
                    "progress": 0.2,
                    "checks": tuple(Check(each, each is not Component.EYE_DISTANCE) for each in Component),
                },
                lambda: self._look(0.4),
            ),
            ("5-still", Screen.CAPTURE, {"hint": Hint.OK, "progress": 0.8}, lambda: self._look(0.56)),
            ("6-review", Screen.REVIEW, {"details": details}, None),
            ("7-receipt", Screen.RESULT, {"receipt": RECEIPT}, None),
            (
                "8-welcome",
                Screen.RESULT,
                {"reason": Reason.RECOGNISED, "truth": Truth.CONFIRMED, "account": True, "link": Link.ONLINE, **door},
                None,
            ),
            (
                "9-refused",
                Screen.RESULT,
                {
                    "outcome": Outcome.DENIED,
                    "reason": Reason.NO_MATCH,
                    "name": "",
                    "tries_left": 2,
                    "another_way": True,
                    **door,
                },
                None,
            ),
        )
        for name, screen, changes, more in rows:
            given: Snapshot = replace(self._desk.snapshots[screen], until_ms=None)
            self.window.show_snapshot(replace(given, **changes))  # type: ignore[arg-type]
            settle()
            if more is not None:
                more()
                settle()
            yield name, self._photograph()

    def close(self) -> None:
        """The window goes."""
        self.window.close()
        self.window.deleteLater()

    def _photograph(self) -> Pixels:
        image = self.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(bytes(image.constBits()), np.uint8).reshape(image.height(), image.bytesPerLine())
        pixels = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)
        return np.asarray(Image.fromarray(pixels).resize(KEPT, Image.Resampling.LANCZOS))

    def _set_the_clock(self) -> None:
        for name, words in (("clockTime", "10:24"), ("clockDate", "Monday, March 2, 2026")):
            found = self.window.findChild(QLabel, name)
            assert found is not None
            found.setText(words)

    def _lay_down_the_keyboard(self) -> None:
        """No blinking line in a picture."""
        field = self.window.findChild(QLineEdit, "first_name")
        assert field is not None
        field.clearFocus()

    def _look(self, share: float) -> None:
        self._share = share
        view = self.window.findChild(CameraView, "picture")
        assert view is not None
        for _ in range(_TICKS):
            view.tick()


@cache
def _face(share: float) -> Pixels:
    return drawn_face(share=share)


def kept(name: str) -> Pixels:
    """One that was committed."""
    with Image.open(FOLDER / f"{name}.png") as image:
        return np.asarray(image.convert("RGB"))


def names() -> list[str]:
    """Of those that were committed."""
    return sorted(path.stem for path in FOLDER.glob("*.png"))


def main() -> None:
    """Write them anew."""
    from kiosk.ui.environment import prepare_environment

    prepare_environment()
    from kiosk.ui.fonts import load_fonts

    app = QApplication(["kiosk"])
    load_fonts()
    FOLDER.mkdir(parents=True, exist_ok=True)
    pictures = Pictures(Text("en"))
    for name, pixels in pictures.all():
        image = Image.fromarray(pixels).quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        image.save(FOLDER / f"{name}.png", optimize=True)
    pictures.close()
    app.processEvents()


if __name__ == "__main__":
    main()
