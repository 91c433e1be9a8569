"""An explained refusal as one JSON object. Words and layout only; decides nothing."""

from __future__ import annotations

import math
from typing import Any

from kiosk.domain.challenge.trace import TraceFrame, points_of
from kiosk.domain.cues import Cue
from kiosk.evaluate.attempt import Attempt


def as_object(attempt: Attempt) -> dict[str, Any]:
    """For machines: numbers or null, landmarks as {mesh index: [x, y]} in thousandths of the frame's width."""
    told = attempt.explanation
    return {
        "response": attempt.response,
        "hint": attempt.hint,
        "frames": attempt.frames,
        "reason": None if told is None else told.reason,
        "decided_by": None if told is None else told.decided_by,
        "score": None if told is None else told.score,
        "asked": [] if told is None else list(told.asked),
        "failure": None if told is None else told.failure,
        "vetoes": []
        if told is None
        else [{"name": each.name, "frames": each.frames, "limit": 0} for each in told.vetoes],
        "networks": [] if told is None else [_cue(each) for each in told.networks],
        "cues": [] if told is None else [_cue(each) for each in told.cues],
        "replay": [] if told is None else [_frame(frame) for frame in told.trace.frames],
    }


def _cue(cue: Cue) -> dict[str, Any]:
    return {
        "name": cue.name,
        "value": cue.value if cue.value is not None and math.isfinite(cue.value) else None,
        "limit": cue.limit,
        "passes": cue.passes,
        "would_pass": cue.would_pass,
        "margin": cue.margin,
    }


def _frame(frame: TraceFrame) -> dict[str, Any]:
    return {
        "at_ms": round(frame.at_ms, 1),
        "yaw": frame.yaw,
        "pitch": frame.pitch,
        "asked": frame.asked,
        "points": {str(index): list(place) for index, place in points_of(frame).items()},
    }
