"""What a face alone may open, by door and by hour."""

from __future__ import annotations

from datetime import datetime

import pytest

from kiosk.domain.decision import Decision, Outcome, Reason, outcome_of
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.policy import ChallengeUse, DoorRisk, LivenessPolicy, Policy, SecondFactorUse, Tiers
from kiosk.domain.tiers import apply, challenge_use, face_is_enough

MONDAY_NOON = datetime(2026, 1, 5, 12, 0)
SATURDAY_NOON = datetime(2026, 1, 10, 12, 0)
YES = Decision(Reason.RECOGNISED, truth=Truth.CONFIRMED, person=PersonId("p"), name="n", similarity=0.7)


def at(hour: int, minute: int = 0) -> datetime:
    return MONDAY_NOON.replace(hour=hour, minute=minute)


HOURS = Tiers(second_factor=SecondFactorUse.OUTSIDE_HOURS, from_hour=7.0, until_hour=19.5)
NIGHT = Tiers(second_factor=SecondFactorUse.OUTSIDE_HOURS, from_hour=22.0, until_hour=6.0)


@pytest.mark.parametrize(
    ("tiers", "when", "enough"),
    [
        (Tiers(), at(3), True),
        (Tiers(risk=DoorRisk.HIGH), at(12), False),
        (Tiers(second_factor=SecondFactorUse.ALWAYS), at(12), False),
        (HOURS, at(6, 59), False),
        (HOURS, at(7), True),
        (HOURS, at(19, 29), True),
        (HOURS, at(19, 30), False),
        (NIGHT, at(23), True),
        (NIGHT, at(5, 59), True),
        (NIGHT, at(12), False),
        (HOURS, SATURDAY_NOON, False),
        (Tiers(second_factor=SecondFactorUse.OUTSIDE_HOURS, weekends=True), SATURDAY_NOON, True),
        (Tiers(second_factor=SecondFactorUse.OUTSIDE_HOURS, from_hour=9.0, until_hour=9.0), at(9), False),
        (Tiers(second_factor=SecondFactorUse.OUTSIDE_HOURS, from_hour=float("nan")), at(9), False),
    ],
)
def test_a_face_alone_is_enough_by_door_and_hour(tiers: Tiers, when: datetime, enough: bool) -> None:
    assert face_is_enough(tiers, when) is enough


def test_where_a_face_is_not_enough_nothing_opens_and_nobody_is_named() -> None:
    told = apply(YES, Tiers(risk=DoorRisk.HIGH), MONDAY_NOON)
    assert told.reason is Reason.SECOND_FACTOR
    assert not told.accepts
    assert outcome_of(told) is Outcome.DEFERRED
    assert (told.person, told.name, told.truth) == (None, "", Truth.PROVISIONAL)


def test_a_door_never_makes_a_refusal_into_anything_else() -> None:
    for no in (Decision(Reason.NO_MATCH), Decision(Reason.AMBIGUOUS, similarity=0.6)):
        assert apply(no, Tiers(risk=DoorRisk.HIGH), MONDAY_NOON) is no
    assert apply(YES, Tiers(), MONDAY_NOON) is YES


def test_a_door_of_high_risk_always_asks_for_the_active_step() -> None:
    never = LivenessPolicy(challenge=ChallengeUse.NEVER)
    assert challenge_use(Policy(liveness=never, tiers=Tiers(risk=DoorRisk.HIGH))) is ChallengeUse.ALWAYS
    assert challenge_use(Policy(liveness=never)) is ChallengeUse.NEVER
    assert challenge_use(Policy()) is ChallengeUse.UNSURE
