"""The owner tries their own station: so many bona fide visits and so many attacks of each species, on this camera, in this light.

Pure: what comes next, what was answered, whether the station may be left alone. Keeps decisions and cue values, never a picture.
One accepted attack is enough to say no; what was not tried is not known to be refused, and says no as well. An attack without an
answer was not tried: a room without anybody in it gives none either. Every trial says by what it was judged
(:mod:`kiosk.domain.judged_by`): what was found by other limits or other networks says nothing of this station.
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


class Ground(StrEnum):
    """Why it may or may not.

    ``changed``: judged by other limits or networks than now; ``let_in_before``: an earlier walk by the same ones let an attack
    in; ``refused``: too many who were really there.
    """

    NO_WALK = "no_walk"
    UNFINISHED = "unfinished"
    CHANGED = "changed"
    LET_IN = "let_in"
    LET_IN_BEFORE = "let_in_before"
    REFUSED = "refused"
    FIT = "fit"


CLEAN_WALKS = 3
"""So many fit walks after one that let an attack in lift the block: who walks until they are lucky has to be so this often."""

HISTORY = 1000
"""More walks than are kept of one camera: all of them are looked at."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One visit: who came (:data:`BONA_FIDE` or a species), the answer, and the cues that stood behind it.

    ``judged_by``: digest of the limits and networks that gave the answer; empty where it is not known.
    """

    species: str
    response: Response
    cues: tuple[Cue, ...] = ()
    judged_by: str = ""


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

    @classmethod
    def of(cls, attacks: int) -> Plan:
        """So many attacks of each species, and never fewer who are really there.

        Raises:
            ValueError: none.
        """
        return cls(attacks=attacks, bona_fide=max(attacks, cls().bona_fide))

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
        """Trials so far that tell something: an attack that got no answer has to be tried again."""
        return self.accepted + self.refused + (0 if self.species else self.no_answer)


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

    def under(self, judged_by: str) -> Wizard:
        """Only what was judged by this; never what is not known to have been judged by anything."""
        return replace(self, trials=tuple(t for t in self.trials if judged_by and t.judged_by == judged_by))

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
        """What may be done with this station, as far as this walk goes."""
        return _STANDINGS[self.ground()]

    def ground(self) -> Ground:
        """Why."""
        if self.accepted_attacks:
            return Ground.LET_IN
        if self.next is not None:
            return Ground.UNFINISHED
        people = self._count(BONA_FIDE)
        too_many = people.done - people.accepted > self.plan.most_refused * people.done
        return Ground.REFUSED if too_many else Ground.FIT

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What all walks on a camera say of the station as it is now.

    Attributes:
        walk: the newest one, as it is kept; None without any.
        clean: fit walks since the last one that let an attack in, where one did.
    """

    ground: Ground
    walk: Walk | None = None
    clean: int = 0

    @property
    def standing(self) -> Standing:
        """Whether the station may be left unattended."""
        return _STANDINGS[self.ground]

    @property
    def carries(self) -> bool:
        """Whether it may."""
        return self.standing is Standing.FIT


def claim_of(walks: Iterable[Walk], *, camera: str, judged_by: str) -> Claim:
    """What the walks on this camera carry. The newest must be fit, and none before it may have let an attack in.

    Only trials that were judged as the station judges now count, for and against: whoever changes the limits walks again.

    Args:
        walks: newest first; all that are kept.
        camera: address of the one in use, without a login.
        judged_by: digest of the limits and networks in use.
    """
    mine = [walk for walk in walks if walk.camera == camera]
    if not mine:
        return Claim(ground=Ground.NO_WALK)
    newest, *_ = mine
    ground = newest.wizard.under(judged_by).ground()
    if ground is Ground.UNFINISHED and is_outdated(newest, judged_by=judged_by):
        return Claim(ground=Ground.CHANGED, walk=newest)
    clean = 0
    for walk in mine:
        wizard = walk.wizard.under(judged_by)
        if wizard.accepted_attacks:
            lifted = ground is not Ground.FIT or clean >= CLEAN_WALKS
            return Claim(ground=ground if lifted else Ground.LET_IN_BEFORE, walk=newest, clean=clean)
        clean += wizard.ground() is Ground.FIT
    return Claim(ground=ground, walk=newest)


def is_outdated(walk: Walk, *, judged_by: str) -> bool:
    """Whether some of it was judged otherwise than the station judges now: such a walk does not go on."""
    return len(walk.wizard.under(judged_by).trials) < len(walk.wizard.trials)


_STANDINGS = dict.fromkeys((Ground.LET_IN, Ground.LET_IN_BEFORE, Ground.REFUSED), Standing.BLOCKED)
_STANDINGS |= dict.fromkeys((Ground.NO_WALK, Ground.UNFINISHED, Ground.CHANGED), Standing.UNFINISHED)
_STANDINGS[Ground.FIT] = Standing.FIT


def _is_accepted_attack(trial: Trial) -> bool:
    return trial.species != BONA_FIDE and trial.response is Response.ACCEPTED
