"""What an owner's walk through attacks found: the figures of ``kiosk evaluate liveness``, over trials instead of files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from kiosk.domain.attack_wizard import BONA_FIDE, Count, Response, Standing, Walk, Wizard
from kiosk.domain.cues import score
from kiosk.evaluate.liveness import Figures, Tally, worst_first
from kiosk.evaluate.statistics import auc
from kiosk.evaluate.words import per_cent, sentence

METHOD = "self-tested to the method of ISO/IEC 30107-3; one visit to this station, on this camera, in this light, is one attempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkReport:
    """One walk in figures.

    Attributes:
        closest: of each species that was tried, the liveness score of the attack that came nearest to being let in (0.5 is the
            limit); of the bona fide (:data:`BONA_FIDE`) of who came nearest to being refused.
    """

    walk: Walk
    figures: Figures
    closest: tuple[tuple[str, float], ...]

    @property
    def standing(self) -> Standing:
        """What may be done with the station."""
        return self.walk.wizard.standing()

    @property
    def may_be_unattended(self) -> bool:
        """Whether this walk carries the claim."""
        return self.standing is Standing.FIT


def report(walk: Walk) -> WalkReport:
    """Count a walk."""
    wizard = walk.wizard
    bona_fide, *attacks = wizard.counts()
    return WalkReport(
        walk=walk,
        figures=Figures(
            bona_fide=_tally(bona_fide),
            attacks=worst_first((count.species, _tally(count)) for count in attacks),
            score_auc=auc(_scores(wizard, attacks=False), _scores(wizard, attacks=True)),
        ),
        closest=tuple(_closest(wizard)),
    )


def _tally(count: Count) -> Tally:
    """No answer is a non-response: the gates were never met, and nobody was let in."""
    return Tally(live=count.accepted, attack=count.refused, inconclusive=0, not_guided=count.no_answer, unreadable=0)


def _scores(wizard: Wizard, *, attacks: bool) -> list[float]:
    return [
        value
        for trial in wizard.trials
        if bool(trial.species) is attacks and trial.response is not Response.NO_ANSWER
        if (value := score(trial.cues)) is not None
    ]


def _closest(wizard: Wizard) -> Iterable[tuple[str, float]]:
    for species in (BONA_FIDE, *wizard.plan.species):
        found = [value for t in wizard.trials if t.species == species and (value := score(t.cues)) is not None]
        if found:
            yield species, max(found) if species else min(found)


_SAID = {
    Standing.FIT: "Fit: no attack was let in, and few who were really there were refused.",
    Standing.BLOCKED: "Not fit to be left alone.",
    Standing.UNFINISHED: "Not finished: what was not tried is not known to be refused.",
}


def as_html(found: WalkReport) -> str:
    """The report as one page that needs nothing else; words and numbers only."""
    from kiosk.evaluate.liveness_html import figures_table, page, table

    walk = found.walk
    plan = walk.wizard.plan
    body = [
        "<h1>Walk through attacks</h1>",
        f"<p>{escape(sentence(METHOD))}</p>",
        f"<p><b>{escape(_SAID[found.standing])}</b></p>",
        f"<p>Camera {escape(walk.camera)}; began {escape(walk.began_at)}, last trial {escape(walk.updated_at)}. "
        f"Planned: {plan.bona_fide} bona fide, {plan.attacks} of each species; "
        f"at most {plan.most_refused:.0%} of the bona fide may be refused.</p>",
        figures_table(found.figures),
        "<h2>Nearest calls</h2>",
        table(
            ("", "liveness score", "limit"),
            (
                ((_named(species), f"{value:.3f}", "0.5"), bool(species) and value >= 0.5)
                for species, value in found.closest
            ),
        ),
        "<h2>Trials in order</h2>",
        table(
            ("", "answer", "score", "weakest cue"),
            (
                (
                    (
                        f"{number}. {_named(trial.species)}",
                        str(trial.response).replace("_", " "),
                        _number(score(trial.cues)),
                        min(trial.cues, key=lambda cue: cue.margin).name if trial.cues else "-",
                    ),
                    bool(trial.species) and trial.response is Response.ACCEPTED,
                )
                for number, trial in enumerate(walk.wizard.trials, start=1)
            ),
        ),
        '<p class="note">APCER: attacks let in, of those that met the gates; BPCER: bona fide not let in, of those that met the '
        "gates; no answer counts apart. With few trials an interval is wide: none of 5 let in still allows "
        f"{per_cent(_upper(5))}.</p>",
    ]
    return page("Walk through attacks", body)


def _upper(of: int) -> float:
    from kiosk.evaluate.statistics import clopper_pearson

    return clopper_pearson(0, of).high


def _named(species: str) -> str:
    return species.replace("_", " ") if species else "bona fide"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
