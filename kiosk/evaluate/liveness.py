"""Presentation attack detection in figures: APCER by species, BPCER, by site and by exposure, each with its interval.

Self-tested to the method of ISO/IEC 30107-3 (APCER and BPCER, clause 13 of its 2023 edition), never "certified".

How attempts count, and what is told beside each figure:

- APCER: attacks answered with *live*, of the attacks that met the gates (one face, near, straight, lit: see guidance).
- BPCER: bona fide answered with *attack* or with nothing, of the bona fide that met the gates.
- Attempts that never met the gates are non-responses. The station lets none of them in; they are counted apart, and
  ``…_with_not_guided`` are the same rates over all attempts (an attack kept out, a bona fide refused).
- A file that cannot be read is no attempt; it is counted apart as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kiosk.domain.policy import Policy
from kiosk.domain.ports import Vision
from kiosk.evaluate.attempt import Attempt, Presenter, Response
from kiosk.evaluate.files import Kind, Sample
from kiosk.evaluate.statistics import Estimate, Rate, auc

BANDS = (("dark", 0.0, 60.0), ("dim", 60.0, 90.0), ("even", 90.0, 160.0), ("bright", 160.0, 256.0))
"""Exposure by mean luma of the face, 0..255: name, from, to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Attempts of one kind by answer."""

    live: int
    attack: int
    inconclusive: int
    not_guided: int
    unreadable: int

    @property
    def responses(self) -> int:
        """Attempts that met the gates."""
        return self.live + self.attack + self.inconclusive

    @property
    def attempts(self) -> int:
        """All that could be read."""
        return self.responses + self.not_guided

    @property
    def let_in(self) -> Rate:
        """APCER, where these are attacks."""
        return Rate(self.live, self.responses)

    @property
    def let_in_of_all(self) -> Rate:
        """The same of all attempts."""
        return Rate(self.live, self.attempts)

    @property
    def refused(self) -> Rate:
        """BPCER, where these are bona fide."""
        return Rate(self.responses - self.live, self.responses)

    @property
    def refused_of_all(self) -> Rate:
        """The same of all attempts."""
        return Rate(self.attempts - self.live, self.attempts)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLine:
    """One camera and the people in front of it; ``species`` is None for the bona fide."""

    site: str
    species: str | None
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class BandLine:
    """Bona fide attempts by how light the face was."""

    name: str
    low: float
    high: float
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of one set of attempts.

    Attributes:
        attacks: by species, worst first.
        score_auc: of the fused scores, bona fide against attacks.
    """

    bona_fide: Tally
    attacks: tuple[tuple[str, Tally], ...]
    score_auc: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that was measured.

    Attributes:
        whole: pictures and clips together.
        by_kind: each apart, where there are both or one.
        hints: what was asked for where the gates were never met: (bona fide or attack, hint, how often).
        ms_per_attempt: mean work of this machine, by kind.
        answer_ms: median time to the answer of clips that got one, in the clips' own time; None without one.
    """

    whole: Figures
    by_kind: tuple[tuple[Kind, Figures], ...]
    sites: tuple[SiteLine, ...]
    bands: tuple[BandLine, ...]
    hints: tuple[tuple[str, str, int], ...]
    ms_per_attempt: tuple[tuple[Kind, float], ...]
    answer_ms: float | None
    attempts: tuple[Attempt, ...]


def measure(
    samples: Sequence[Sample], vision: Vision, policy: Policy, *, each: Callable[[Attempt], None] | None = None
) -> Report:
    """Show every file to the station and count the answers.

    Args:
        vision: the station's own; the caller closes it.
        each: told after every attempt (progress bar).

    Raises:
        ModelError: the engine failed.
    """
    presenter = Presenter(vision, policy)
    attempts = []
    for sample in samples:
        attempts.append(presenter.show(sample))
        if each is not None:
            each(attempts[-1])
    return summarise(attempts)


def summarise(attempts: Sequence[Attempt]) -> Report:
    """Count."""
    kinds = [kind for kind in Kind if any(a.sample.kind is kind for a in attempts)]
    return Report(
        whole=_figures(attempts),
        by_kind=tuple((kind, _figures([a for a in attempts if a.sample.kind is kind])) for kind in kinds),
        sites=_sites(attempts),
        bands=_bands(attempts),
        hints=_hints(attempts),
        ms_per_attempt=tuple((kind, _mean([a.spent_ms for a in attempts if a.sample.kind is kind])) for kind in kinds),
        answer_ms=_median([a.answer_ms for a in attempts if _is_answered_clip(a)]),
        attempts=tuple(attempts),
    )


def _figures(attempts: Sequence[Attempt]) -> Figures:
    bona_fide = [a for a in attempts if a.sample.species is None]
    attacks = [a for a in attempts if a.sample.species is not None]
    names = sorted({a.sample.species for a in attacks if a.sample.species is not None})
    return Figures(
        bona_fide=tally(bona_fide),
        attacks=worst_first((name, tally(a for a in attacks if a.sample.species == name)) for name in names),
        score_auc=auc(
            [a.score for a in bona_fide if a.score is not None], [a.score for a in attacks if a.score is not None]
        ),
    )


def worst_first(lines: Iterable[tuple[str, Tally]]) -> tuple[tuple[str, Tally], ...]:
    """Species by APCER. One of which nothing met the gates is not known to be better than any other, and comes last."""
    return tuple(
        sorted(lines, key=lambda line: -1.0 if line[1].let_in.value is None else line[1].let_in.value, reverse=True)
    )


def tally(attempts: Iterable[Attempt]) -> Tally:
    """Attempts by answer."""
    found = Counter(a.response for a in attempts)
    return Tally(
        live=found[Response.LIVE],
        attack=found[Response.ATTACK],
        inconclusive=found[Response.INCONCLUSIVE],
        not_guided=found[Response.NOT_GUIDED],
        unreadable=found[Response.UNREADABLE],
    )


def _sites(attempts: Sequence[Attempt]) -> tuple[SiteLine, ...]:
    keys = sorted({(a.sample.species or "", a.sample.site) for a in attempts})
    return tuple(
        SiteLine(
            site=site,
            species=species or None,
            tally=tally(a for a in attempts if (a.sample.species or "", a.sample.site) == (species, site)),
        )
        for species, site in keys
    )


def _bands(attempts: Sequence[Attempt]) -> tuple[BandLine, ...]:
    known = [(a.brightness, a) for a in attempts if a.sample.species is None and a.brightness is not None]
    return tuple(
        BandLine(name=name, low=low, high=high, tally=tally(a for luma, a in known if low <= luma < high))
        for name, low, high in BANDS
    )


def _hints(attempts: Sequence[Attempt]) -> tuple[tuple[str, str, int], ...]:
    found = Counter(
        ("bona_fide" if a.sample.species is None else "attack", str(a.hint)) for a in attempts if a.hint is not None
    )
    return tuple((label, hint, count) for (label, hint), count in sorted(found.items(), key=lambda line: -line[1]))


def _is_answered_clip(attempt: Attempt) -> bool:
    return attempt.sample.kind is Kind.CLIP and attempt.response in {Response.LIVE, Response.ATTACK}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _median(values: Sequence[float]) -> float | None:
    if not values:
        return None
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
