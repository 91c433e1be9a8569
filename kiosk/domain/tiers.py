"""What a face alone may open, and when one more proof is needed: by the door's risk, by the hour, by the day. Pure.

A station serves one door, so the door's risk is a setting of the station. One more proof is a PIN, a card, or a code sent by
e-mail or phone; who asks for it is the screen of the other ways in (:mod:`kiosk.domain.session.alternative`), the attendant or
the account, not this module: it only says that a face is not enough, and then nothing opens.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

from kiosk.domain.decision import Decision, Reason
from kiosk.domain.person import Truth
from kiosk.domain.policy import ChallengeUse, DoorRisk, Policy, SecondFactorUse, Tiers

EARLIEST = 2026
"""A clock that says an earlier year is wrong, for this program did not exist: no hour is believed then."""


def face_is_enough(tiers: Tiers, at: datetime) -> bool:
    """Whether a recognised, living face opens this door at this moment.

    Args:
        tiers: the station's.
        at: local time of the door.
    """
    if is_always_two(tiers):
        return False
    if tiers.second_factor is SecondFactorUse.NEVER:
        return True
    return _within_hours(tiers, at)


def is_always_two(tiers: Tiers) -> bool:
    """Whether no single proof ever opens this door, whatever the hour."""
    return tiers.risk is DoorRisk.HIGH or tiers.second_factor is SecondFactorUse.ALWAYS


def challenge_use(policy: Policy) -> ChallengeUse:
    """When the active step is asked for: always at a door of high risk, else as the policy says."""
    return ChallengeUse.ALWAYS if policy.tiers.risk is DoorRisk.HIGH else policy.liveness.challenge


def apply(decision: Decision, tiers: Tiers, at: datetime) -> Decision:
    """The decision as this door may take it: an accepting one may still want a second factor. Never makes one accept."""
    return decision if face_is_enough(tiers, at) else _with_another(decision)


def never_alone(decision: Decision, tiers: Tiers) -> Decision:
    """The same of what does not depend on the hour: asked once more where the door is opened, whoever decided."""
    return _with_another(decision) if is_always_two(tiers) else decision


def _with_another(decision: Decision) -> Decision:
    if not decision.accepts:
        return decision
    # What was confirmed is not finished: nothing opens, and nobody is greeted by name.
    truth = Truth.PROVISIONAL if decision.truth is Truth.CONFIRMED else decision.truth
    return replace(decision, reason=Reason.SECOND_FACTOR, truth=truth, person=None, name="", awaits=decision.person)


def _within_hours(tiers: Tiers, at: datetime) -> bool:
    """Whether the clock is within the hours of a face alone; ``from`` after ``until`` goes over midnight, equal is never."""
    if at.year < EARLIEST:
        return False
    if not tiers.weekends and at.weekday() >= 5:
        return False
    hour = at.hour + at.minute / 60.0
    begin, end = tiers.from_hour, tiers.until_hour
    if not (math.isfinite(begin) and math.isfinite(end)):
        return False
    return begin <= hour < end if begin <= end else hour >= begin or hour < end
