"""The part of the table in which an operator has the station: entered between visits only, left by themselves or by time.

A camera that fails meanwhile does not send the operator away: they may be the one who mends it. It is shown when they have gone.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.effects import Recheck
from kiosk.domain.session.results import Step

CAN_WAIT = frozenset({st.Part.CAMERA, st.Part.VISION, st.Part.DOOR})
"""Parts without which an operator can go on."""


def on_event(kiosk: st.Kiosk, event: ev.OperatorEntered | ev.OperatorActed | ev.OperatorLeft) -> Step:
    """In, at work, out; what does not fit changes nothing."""
    now, phase = kiosk.now_ms, kiosk.phase
    match event, phase:
        case ev.OperatorEntered(), st.Attract() | st.Cooldown() | st.LockedOut():
            return replace(kiosk, phase=st.Operator(now, event.at_work)), ()
        case ev.OperatorEntered(), st.Fault():
            return replace(kiosk, phase=st.Operator(now, event.at_work, phase)), ()
        case ev.OperatorActed(), st.Operator():
            return replace(kiosk, phase=replace(phase, since_ms=now, at_work=event.at_work)), ()
        case ev.OperatorLeft(), st.Operator():
            return leave(kiosk, phase)
        case _:
            return kiosk, ()


def leave(kiosk: st.Kiosk, phase: st.Operator) -> Step:
    """Back to work, or to what is broken."""
    if phase.fault is not None:
        return replace(kiosk, phase=replace(phase.fault, since_ms=kiosk.now_ms)), (Recheck(phase.fault.part),)
    return replace(kiosk, phase=st.Attract(kiosk.now_ms)), ()


def on_part_failed(kiosk: st.Kiosk, phase: st.Operator, event: ev.PartFailed) -> Step:
    """Kept for later; the first failure stays."""
    if phase.fault is not None and phase.fault.part is not event.part:
        return kiosk, ()
    fault = st.Fault(kiosk.now_ms, event.part, event.code, event.detail)
    return replace(kiosk, phase=replace(phase, fault=fault)), ()


def on_part_back(kiosk: st.Kiosk, phase: st.Operator, event: ev.PartBack) -> Step:
    """It works again before anybody was shown that it did not."""
    if phase.fault is not None and phase.fault.part is event.part:
        return replace(kiosk, phase=replace(phase, fault=None)), ()
    return kiosk, ()
