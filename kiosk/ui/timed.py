"""A replayed session in the real window, timed: how long its slots take, and how often the picture is painted. For the bench.

A thread hands over thirty snapshots a second through the bridge, as the flow does; pictures come as often, as from a camera.
Timed are the two slots that a session consists of: showing a snapshot, and pulling a picture. Main thread only.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.guidance import Hint
from kiosk.domain.person import Truth
from kiosk.station.snapshot import CameraState, Intents, Mode, Screen, Snapshot
from kiosk.ui.environment import prepare_environment

if TYPE_CHECKING:
    from kiosk.domain.face import Frame, Pixels
    from kiosk.ui.presenters.details import CheckDetails

FPS = 30.0
ROUND_S = 6.0
"""One visit: guided, asked to turn, decided, told; only the parts with a picture count for its rate."""

_VISIT = (
    (0.0, Screen.CAPTURE, Hint.COME_CLOSER, ""),
    (1.0, Screen.CAPTURE, Hint.CENTER, ""),
    (2.0, Screen.CAPTURE, Hint.HOLD_STILL, ""),
    (3.0, Screen.CHALLENGE, Hint.OK, "left"),
    (4.0, Screen.CHALLENGE, Hint.OK, "right"),
    (5.0, Screen.WORKING, None, ""),
    (5.3, Screen.RESULT, None, ""),
)


@dataclass(slots=True)
class Timed:
    """Attributes:
    slots_ms: each slot.
    interval_ms: mean time between two paints of the picture, for each second that showed nothing else.
    """

    slots_ms: list[float] = field(default_factory=list)
    interval_ms: list[float] = field(default_factory=list)


def session(
    scene: Sequence[Pixels],
    intents: Intents,
    check: CheckDetails,
    *,
    seconds: float,
    size: tuple[int, int] = (1280, 800),
) -> Timed:
    """Run it.

    Raises:
        ModelError: ``library_missing``: Qt cannot start.
    """
    prepare_environment()
    from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    from kiosk.domain.face import Frame
    from kiosk.ui.bridge import Bridge
    from kiosk.ui.fonts import load_fonts
    from kiosk.ui.main_window import KioskWindow
    from kiosk.ui.text import Text
    from kiosk.ui.theme import Theme
    from kiosk.ui.widgets.camera_view import CameraView

    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["kiosk"])
    load_fonts()
    timed, began = Timed(), time.monotonic()
    paints: list[float] = []

    def latest() -> Frame | None:
        return frames[int((time.monotonic() - began) * FPS) % len(frames)]

    frames = [Frame(pixels, number, number * 1000 / FPS) for number, pixels in enumerate(scene)]

    class Paints(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            if event.type() is QEvent.Type.Paint:
                paints.append(time.monotonic())
            return False

    def clocked(slot: Callable[..., None]) -> Callable[..., None]:
        def call(*arguments: object) -> None:
            start = time.perf_counter()
            slot(*arguments)
            timed.slots_ms.append((time.perf_counter() - start) * 1000)

        return call

    window = KioskWindow(
        text=Text(), theme=Theme(), intents=intents, latest_frame=latest, check_details=check, size=size
    )
    window.show()
    window.show_snapshot(_at(0.0))
    view = window.findChild(CameraView, "picture")
    if view is None:
        return timed
    watcher = Paints()
    view.installEventFilter(watcher)
    view.pull_by(clocked(view.tick))
    bridge = Bridge()
    bridge.arrived.connect(clocked(window.show_snapshot))
    events, stopping = QEventLoop(), threading.Event()

    def post() -> None:
        while not stopping.wait(1 / FPS):
            bridge.post(_at(time.monotonic() - began))

    poster = threading.Thread(target=post, name="bench-snapshots", daemon=True)
    poster.start()
    QTimer.singleShot(round(seconds * 1000), events, events.quit)
    events.exec()
    stopping.set()
    poster.join()
    bridge.close()
    window.close()
    window.deleteLater()
    app.sendPostedEvents(window)
    timed.interval_ms = _intervals(paints, began)
    return timed


def _at(seconds: float) -> Snapshot:
    """The snapshot of this moment of the replayed session."""
    place = seconds % ROUND_S
    _, screen, hint, ask = next(part for part in reversed(_VISIT) if part[0] <= place)
    told = screen is Screen.RESULT
    return Snapshot(
        screen=screen,
        mode=Mode.ACCESS,
        session=f"visit-{int(seconds / ROUND_S)}",
        hint=hint,
        ask=ask,
        progress=min(1.0, place / 5.0),
        outcome=Outcome.GRANTED if told else None,
        reason=Reason.RECOGNISED if told else None,
        truth=Truth.LOCAL if told else None,
        name="Bench Visitor" if told else "",
        camera=CameraState.STREAMING,
        fps=FPS,
        now_ms=seconds * 1000,
        until_ms=(seconds - place + ROUND_S) * 1000,
        people=100,
    )


def _intervals(paints: Sequence[float], began: float) -> list[float]:
    """Mean time between paints in each second of the four that show a picture throughout."""
    seconds: dict[int, int] = {}
    for at in paints:
        seconds[int(at - began)] = seconds.get(int(at - began), 0) + 1
    shown = [count for second, count in seconds.items() if 1 <= second % ROUND_S <= 4]
    return [1000.0 / count for count in shown]
