"""The owner tries their own station: so many bona fide visits and so many attacks of each species, on this camera, in this light.

Pure: what comes next, what was answered, whether the station may be left alone. Keeps decisions and cue values, never a picture.
One accepted attack is enough to say no; what was not tried is not known to be refused, and says no as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from kiosk.domain.cues import Cue

BONA_FIDE = ""
"""The species of somebody who is really there."""

SPECIES = ("print", "phone", "tablet", "cut_out", "video", "swap")
"""What an owner has at hand."""


class Response(StrEnum):
    """What the station answered to one trial."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"


class Standing(StrEnum):
    """Whether the station may be left unattended."""

    UNFINISHED = "unfinished"
    BLOCKED = "blocked"
    FIT = "fit"


@dataclass(frozen=True, slots=True)
class Trial:
    """One visit: who came (:data:`BONA_FIDE` or a species), the answer, and the cues that stood behind it."""

    species: str
    response: Response
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is tried.

    Attributes:
        bona_fide: visits of somebody who is really there.
        attacks: of each species.
        most_refused: share of the bona fide that may be refused, 0..1.
    """

    bona_fide: int = 10
    attacks: int = 5
    species: tuple[str, ...] = SPECIES
    most_refused: float = 0.2

    def __post_init__(self) -> None:
        """A plan that tries nothing would find every station fit.

        Raises:
            ValueError: nothing to try, a species twice or without a name, or a share outside 0..1.
        """
        named = all(self.species) and len(set(self.species)) == len(self.species)
        if self.bona_fide < 1 or self.attacks < 1 or not self.species or not named or not 0 <= self.most_refused <= 1:
            raise ValueError("a plan tries bona fide visits and attacks of named species")

    def wanted(self, species: str) -> int:
        """Trials of this species."""
        return self.attacks if species else self.bona_fide


@dataclass(frozen=True, slots=True)
class Count:
    """Of one species, for the report: the same figures as ``kiosk evaluate liveness`` counts."""

    species: str
    wanted: int
    accepted: int
    refused: int
    no_answer: int

    @property
    def done(self) -> int:
        """Trials so far."""
        return self.accepted + self.refused + self.no_answer


@dataclass(frozen=True, slots=True)
class Wizard:
    """One walk through the plan."""

    plan: Plan
    trials: tuple[Trial, ...] = ()

    @property
    def next(self) -> str | None:
        """Who is to come now; None when the plan is done. The bona fide come first: a station that refuses them needs light."""
        return next((c.species for c in self.counts() if c.done < c.wanted), None)

    @property
    def share_done(self) -> float:
        """0..1."""
        counts = self.counts()
        return sum(min(c.done, c.wanted) for c in counts) / sum(c.wanted for c in counts)

    def record(self, trial: Trial) -> Wizard:
        """One more answer. More than wanted may be recorded: they count.

        Raises:
            ValueError: a species that the plan does not have.
        """
        if trial.species != BONA_FIDE and trial.species not in self.plan.species:
            raise ValueError("the plan does not try this species")
        return replace(self, trials=(*self.trials, trial))

    def undo(self) -> Wizard:
        """Forget the last trial (somebody walked through the picture). An accepted attack is never forgotten."""
        if not self.can_undo:
            return self
        return replace(self, trials=self.trials[:-1])

    @property
    def accepted_attacks(self) -> int:
        """How many attacks were let in; one is enough."""
        return sum(_is_accepted_attack(trial) for trial in self.trials)

    @property
    def can_undo(self) -> bool:
        """Whether the last trial may be forgotten."""
        return bool(self.trials) and not _is_accepted_attack(self.trials[-1])

    def counts(self) -> tuple[Count, ...]:
        """Bona fide first, then each species in the order of the plan."""
        return tuple(self._count(species) for species in (BONA_FIDE, *self.plan.species))

    def standing(self) -> Standing:
        """What may be done with this station."""
        if any(_is_accepted_attack(trial) for trial in self.trials):
            return Standing.BLOCKED
        if self.next is not None:
            return Standing.UNFINISHED
        people = self._count(BONA_FIDE)
        too_many = people.done - people.accepted > self.plan.most_refused * people.done
        return Standing.BLOCKED if too_many else Standing.FIT

    def _count(self, species: str) -> Count:
        mine = [trial.response for trial in self.trials if trial.species == species]
        return Count(
            species,
            self.plan.wanted(species),
            mine.count(Response.ACCEPTED),
            mine.count(Response.REFUSED),
            mine.count(Response.NO_ANSWER),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A walk as it is kept. ``camera``: address of the one it was made with, without a login; times are RFC 3339 UTC."""

    id: str
    camera: str
    wizard: Wizard
    began_at: str = ""
    updated_at: str = ""


class Walks(Protocol):
    """Where walks are kept. Each call is one transaction; any thread may call; every call raises ``StoreError``."""

    def save(self, walk: Walk) -> Walk:
        """Write a walk as it stands; returns it with its times. An accepted attack is never forgotten: that raises."""
        ...

    def newest(self, camera: str | None = None, *, limit: int = 20) -> Sequence[Walk]:
        """Newest first, of one camera or of all."""
        ...


def fit_with(walks: Iterable[Walk], camera: str) -> bool:
    """Whether the newest walk on this camera found the station fit; ``walks`` come newest first."""
    mine = next((walk for walk in walks if walk.camera == camera), None)
    return mine is not None and mine.wizard.standing() is Standing.FIT


def _is_accepted_attack(trial: Trial) -> bool:
    return trial.species != BONA_FIDE and trial.response is Response.ACCEPTED


def may_be_unattended(walks: Iterable[Wizard]) -> bool:
    """Whether the newest walk found the station fit. No walk at all does not."""
    newest: Wizard | None = None
    for walk in walks:
        newest = walk
    return newest is not None and newest.standing() is Standing.FIT
