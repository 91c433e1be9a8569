"""Stills and templates of the session that is going on: the only place that holds them, wiped with the session.

The keeper belongs to the vision thread. The locker hands what was captured to the jobs that decide and save; any thread may
call it.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kiosk.domain.account_picture import ENOUGH, fitness
from kiosk.domain.face import Embedding, Face, Measures, Pixels, Sighting, TrackId
from kiosk.domain.guidance import Hint, judge
from kiosk.domain.policy import ACCOUNT_PICTURE, Policy
from kiosk.domain.quality import still_quality
from kiosk.domain.session.states import SessionId


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """One kept picture and its face."""

    pixels: Pixels
    face: Face
    quality: float
    mono_ms: float
    fit: float = 0.0
    """How well it keeps the account's rules for pictures; 1 is just kept."""
    measures: Measures | None = None

    @property
    def rank(self) -> tuple[float, float]:
        """What the account would take comes first, then what is better to look at."""
        return min(self.fit, ENOUGH), self.quality


class Keeper:
    """Keeps the first still of the live window (the anchor of the swap guard) and the best later ones, spread over time.

    Args:
        policy: which sightings are good enough.
        spacing_ms: at most one still is kept in each such span, the best one; 0 keeps every one.
    """

    def __init__(self, session: SessionId, track: TrackId, policy: Policy, *, spacing_ms: float, wanted: int) -> None:
        """Start with nothing."""
        self.session = session
        self.track = track
        self.wanted = wanted
        self.anchor: Still | None = None
        self._policy = policy
        self._spacing_ms = spacing_ms
        self._stills: list[Still] = []
        self._newest: Still | None = None

    def offer(self, pixels: Pixels, sighting: Sighting) -> None:
        """One more frame of the live window."""
        face, measures = sighting.nearest, sighting.measures
        if face is None or measures is None or face.track != self.track:
            return
        if judge(sighting, self._policy, in_place=True) is not Hint.OK:
            return
        still = Still(
            pixels,
            face,
            still_quality(face, measures, self._policy.placement),
            sighting.mono_ms,
            fitness(face, width=sighting.width, height=sighting.height, rules=ACCOUNT_PICTURE),
            measures,
        )
        self._newest = still
        if self.anchor is None:
            self.anchor = still
            return
        newest = self._stills[-1] if self._stills else self.anchor
        if still.mono_ms - newest.mono_ms >= self._spacing_ms:
            self._stills.append(still)
        elif self._stills and still.rank > newest.rank:
            # The span still starts where it started, so that a run of better and better stills cannot postpone the next.
            self._stills[-1] = replace(still, mono_ms=newest.mono_ms)
        if len(self._stills) > 4 * self.wanted:
            self._stills.remove(min(self._stills, key=lambda kept: kept.rank))

    def best(self, after_ms: float = -math.inf) -> tuple[Still, ...]:
        """The anchor and the best others, ``wanted`` in all or fewer; with the newest where none is from ``after_ms`` on."""
        if self.anchor is None:
            return ()
        others = sorted(self._stills, key=lambda still: still.rank, reverse=True)[: max(0, self.wanted - 1)]
        chosen = (self.anchor, *others)
        late = any(still.mono_ms >= after_ms for still in chosen)
        return chosen if late or self._newest is None else (*chosen[: max(1, self.wanted - 1)], self._newest)

    @property
    def full(self) -> bool:
        """Whether there are as many as wanted."""
        return self.full_after(-math.inf)

    def full_after(self, after_ms: float) -> bool:
        """Whether there are as many as wanted, and one of them from this time on."""
        late = self._newest is not None and self._newest.mono_ms >= after_ms
        return self.anchor is not None and late and len(self._stills) + 1 >= self.wanted


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What a session captured: the template to search or save, and the best still for the record.

    Attributes:
        sides: an enrolment's templates from the side, by ``left`` and ``right``.
    """

    session: SessionId
    track: TrackId
    probe: Embedding
    parts: tuple[Embedding, ...]
    still: Still
    sides: Mapping[str, Embedding] = field(default_factory=dict)


class Locker:
    """Evidence of the session that is going on. Holds one at a time."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._evidence: Evidence | None = None

    def put(self, evidence: Evidence) -> None:
        """Keep this, and only this."""
        with self._lock:
            self._evidence = evidence

    def get(self, session: SessionId) -> Evidence | None:
        """Evidence of this session, unless it was wiped."""
        with self._lock:
            evidence = self._evidence
        return evidence if evidence is not None and evidence.session == session else None

    def add_side(self, session: SessionId, side: str, template: Embedding) -> None:
        """One more view of the same session; nothing where it was wiped."""
        with self._lock:
            evidence = self._evidence
            if evidence is not None and evidence.session == session:
                self._evidence = replace(evidence, sides={**evidence.sides, side: template})

    def wipe(self, session: SessionId) -> None:
        """Forget it."""
        with self._lock:
            if self._evidence is not None and self._evidence.session <= session:
                self._evidence = None
