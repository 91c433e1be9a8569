"""One digest of everything that decides whether a face is alive and the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.judged_by import judged_by
from kiosk.domain.policy import (
    ActiveStep,
    ChallengeUse,
    DoorRisk,
    EnrolViews,
    Light,
    LivenessPolicy,
    Lockout,
    Matching,
    Placement,
    Policy,
    Tiers,
    Timing,
)

NETWORKS = {"liveness_a": "aa", "face_embedding": "ee"}
NOW = judged_by(Policy(), NETWORKS)


@pytest.mark.parametrize(
    "policy",
    [
        Policy(liveness=LivenessPolicy(challenge=ChallengeUse.NEVER)),
        Policy(liveness=LivenessPolicy(threshold=0.0001)),
        Policy(liveness=LivenessPolicy(veto_frames=100)),
        Policy(active=ActiveStep(motions=1)),
        Policy(matching=Matching(same_person=0.01)),
        Policy(matching=Matching(threshold=0.1)),
        Policy(placement=Placement(max_yaw_deg=40.0)),
        Policy(light=Light(max_occlusion=1.0)),
        Policy(timing=Timing(challenge_ms=60_000.0)),
        Policy(lockout=Lockout(max_restarts=100)),
        Policy(tiers=Tiers(risk=DoorRisk.HIGH)),
    ],
)
def test_another_limit_is_another_digest(policy: Policy) -> None:
    assert judged_by(policy, NETWORKS) != NOW


@pytest.mark.parametrize(
    "networks", [{}, {"liveness_a": "aa"}, {**NETWORKS, "liveness_b": "bb"}, {**NETWORKS, "liveness_a": "ab"}]
)
def test_other_networks_are_another_digest(networks: dict[str, str]) -> None:
    assert judged_by(Policy(), networks) != NOW


def test_what_decides_nothing_of_it_changes_nothing() -> None:
    other = Policy(
        timing=replace(Timing(), consent_ms=1.0, guiding_ms=90_000.0),
        matching=Matching(enrol_views=EnrolViews.FRONT),
        tiers=Tiers(from_hour=3.0),
    )
    assert judged_by(other, dict(reversed(NETWORKS.items()))) == NOW
    assert len(NOW) == 64
