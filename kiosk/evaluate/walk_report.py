"""What an owner's walk through attacks found: the figures of ``kiosk evaluate liveness``, over trials instead of files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from kiosk.domain.attack_wizard import BONA_FIDE, Claim, Count, Response, Standing, Walk, Wizard
from kiosk.domain.cues import score
from kiosk.evaluate.liveness import Figures, Tally, worst_first
from kiosk.evaluate.standing import standing_words, whole_per_cent
from kiosk.evaluate.statistics import auc
from kiosk.evaluate.words import Words, limits, per_cent


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkReport:
    """One walk in figures.

    Attributes:
        closest: of each species that was tried, the liveness score of the attack that came nearest to being let in (0.5 is the
            limit); of the bona fide (:data:`BONA_FIDE`) of who came nearest to being refused.
        claim: what this walk and those before it carry.
    """

    walk: Walk
    claim: Claim
    figures: Figures
    closest: tuple[tuple[str, float], ...]

    @property
    def standing(self) -> Standing:
        """What may be done with the station."""
        return self.claim.standing

    @property
    def may_be_unattended(self) -> bool:
        """Whether the claim is carried."""
        return self.claim.carries

    @property
    def most_let_in(self) -> float | None:
        """Upper limit (95 %) of the share let in of the species of which least is known; None while one was not tried."""
        intervals = [tally.let_in.interval for _, tally in self.figures.attacks]
        return None if None in intervals else max(each.high for each in intervals if each is not None)


def report(walk: Walk, claim: Claim | None = None) -> WalkReport:
    """Count a walk. ``claim``: of all walks on the camera; of this one alone where it is not given."""
    wizard = walk.wizard
    bona_fide, *attacks = wizard.counts()
    return WalkReport(
        walk=walk,
        claim=claim or Claim(ground=wizard.ground(), walk=walk),
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


def as_html(found: WalkReport, words: Words) -> str:
    """The report as one page that needs nothing else, in the language of ``words``; words and numbers only."""
    from kiosk.evaluate.liveness_html import page, table

    say, walk, figures = words.get, found.walk, found.figures
    plan = walk.wizard.plan
    rates = [(species, "apcer", tally, tally.let_in) for species, tally in figures.attacks]
    rates.append((BONA_FIDE, "bpcer", figures.bona_fide, figures.bona_fide.refused))
    columns = ("", "rate", "interval", "of", "in", "refused", "no_answer")
    body = [
        f"<h1>{escape(say('walk_report.title'))}</h1>",
        f"<p>{escape(say('walk_report.method'))}</p>",
        f"<p><b>{escape(standing_words(found.claim, words, found.most_let_in))}</b></p>",
        f"<p>{escape(say('walk_report.camera', camera=walk.camera, began=walk.began_at, last=walk.updated_at))} "
        f"{escape(_planned(words, people=plan.bona_fide, attacks=plan.attacks, most=plan.most_refused))}</p>",
        table(
            tuple(say(f"walk_report.column_{name}") if name else "" for name in columns),
            (
                (
                    (
                        f"{say(f'attacks.{kind}')} {_named(species, words)}",
                        per_cent(rate.value),
                        limits(rate.interval),
                        str(rate.of),
                        str(tally.live),
                        str(tally.attack),
                        str(tally.not_guided),
                    ),
                    bool(species) and tally.live > 0,
                )
                for species, kind, tally, rate in rates
            ),
        ),
        f"<h2>{escape(say('walk_report.nearest'))}</h2>",
        table(
            ("", say("walk_report.column_score"), say("walk_report.column_limit")),
            (
                ((_named(species, words), f"{value:.3f}", "0.5"), bool(species) and value >= 0.5)
                for species, value in found.closest
            ),
        ),
        f"<h2>{escape(say('walk_report.trials'))}</h2>",
        table(
            ("", *(say(f"walk_report.column_{name}") for name in ("answer", "score", "cue"))),
            (
                (
                    (
                        f"{number}. {_named(trial.species, words)}",
                        say(f"walk_report.{trial.response}"),
                        _number(score(trial.cues)),
                        words.cue(min(trial.cues, key=lambda cue: cue.margin).name) if trial.cues else "-",
                    ),
                    bool(trial.species) and trial.response is Response.ACCEPTED,
                )
                for number, trial in enumerate(walk.wizard.trials, start=1)
            ),
        ),
        f'<p class="note">{escape(say("walk_report.note", most=per_cent(_upper(5))))}</p>',
    ]
    return page(say("walk_report.title"), body, language=words.language)


def _planned(words: Words, *, people: int, attacks: int, most: float) -> str:
    return words.get("walk_report.planned", people=people, attacks=attacks, most=whole_per_cent(most))


def _upper(of: int) -> float:
    from kiosk.evaluate.statistics import clopper_pearson

    return clopper_pearson(0, of).high


def _named(species: str, words: Words) -> str:
    """A species of our own by its text, one of the plan's by its name."""
    key = f"species_name.{species or 'bona_fide'}"
    return words.get(key) if words.has(key) else species.replace("_", " ")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
