"""By what somebody was judged: one digest of every limit and every network that decides whether a face is alive and the same.

A walk through attacks is a statement about these; where one of them is another, it is about another station. What only decides
how long somebody may read, what is kept, or how an enrolment is taken is not in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from kiosk.domain.policy import Policy

_MATCHING = ("threshold", "large_gallery", "large_threshold", "margin", "same_person", "probe_stills")
_TIMING = ("hold_ms", "track_lost_ms", "holding_ms", "liveness_ms", "challenge_ms", "lighting_ms", "capturing_ms")
_TIERS = ("risk",)


def judged_by(policy: Policy, networks: Mapping[str, str]) -> str:
    """The digest, in hex; never empty.

    Args:
        policy: the limits to work by.
        networks: SHA-256 of each network in use, by name.
    """
    whole = asdict(policy)
    facts = {
        # Whole sections, so that a limit that is added later is in it without anybody thinking of it.
        **{name: whole[name] for name in ("placement", "light", "liveness", "active", "screen", "lockout")},
        "matching": {name: whole["matching"][name] for name in _MATCHING},
        "timing": {name: whole["timing"][name] for name in _TIMING},
        "tiers": {name: whole["tiers"][name] for name in _TIERS},
        "networks": dict(networks),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
