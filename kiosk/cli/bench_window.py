"""The window's stages of ``kiosk bench``: a session at 30 pictures a second, its slots, and how often the picture is painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kiosk.evaluate.timing import Line, line_of

if TYPE_CHECKING:
    from kiosk.domain.face import Pixels

SECONDS, QUICK_SECONDS, LONG_SECONDS = 18.0, 6.0, 60.0
SLOT_BUDGET_MS = 8.0
LEAST_FPS = 29.0


class Nobody:
    """Intents of a session in which nobody presses anything."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Whatever is asked for is not done."""
        return lambda *_, **__: None


def window_lines(scene: Sequence[Pixels], seconds: float) -> list[Line]:
    """``gui_slot`` and ``painted_fps``. Main thread.

    Raises:
        ModelError: ``library_missing``: Qt cannot start.
    """
    from kiosk.details import check_details
    from kiosk.ui.timed import session

    timed = session(scene, Nobody(), check_details, seconds=seconds)
    slowest = float(np.percentile(timed.slots_ms, 99)) if timed.slots_ms else 0.0
    rate = 1000.0 * len(timed.interval_ms) / sum(timed.interval_ms) if timed.interval_ms else 0.0
    return [
        line_of(
            "gui_slot",
            timed.slots_ms,
            SLOT_BUDGET_MS,
            f"slots of the window in a session at 30 pictures a second; 99th percentile {slowest:.1f} ms",
        ),
        line_of(
            "painted_fps",
            timed.interval_ms,
            1000.0 / LEAST_FPS,
            f"between two paints of the picture, mean of each second; {rate:.1f} a second painted",
        ),
    ]
