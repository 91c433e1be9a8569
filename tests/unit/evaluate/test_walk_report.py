"""An owner's walk in the figures of ``kiosk evaluate liveness``."""

from __future__ import annotations

import re

import pytest

from kiosk.domain.attack_wizard import BONA_FIDE, Claim, Ground, Plan, Response, Standing, Trial, Walk, Wizard
from kiosk.domain.cues import Cue
from kiosk.evaluate.standing import most_after_none
from kiosk.evaluate.statistics import clopper_pearson
from kiosk.evaluate.walk_report import as_html, report
from kiosk.ui.text import LANGUAGES, Text

PLAN = Plan(bona_fide=3, attacks=2, species=("print", "phone"), most_refused=0.5)


def cue(value: float) -> tuple[Cue, ...]:
    return (Cue(name="passive", value=value, limit=0.5),)


def walk(*trials: Trial) -> Walk:
    return Walk(id="w", camera="usb:0 <x>", wizard=Wizard(PLAN, trials), began_at="b", updated_at="u")


YES, NO, NOTHING = Response.ACCEPTED, Response.REFUSED, Response.NO_ANSWER
ALL = (
    Trial(BONA_FIDE, YES, cue(0.9)),
    Trial(BONA_FIDE, NO, cue(0.3)),
    Trial(BONA_FIDE, NOTHING),
    Trial("print", NO, cue(0.1)),
    Trial("print", NO, cue(0.2)),
    Trial("phone", YES, cue(0.7)),
    Trial("phone", NO, cue(0.4)),
)


def test_the_figures_are_those_of_the_evaluation() -> None:
    found = report(walk(*ALL))
    people = found.figures.bona_fide
    assert (people.refused.value, people.refused_of_all.value) == (0.5, pytest.approx(2 / 3))
    assert [(name, tally.let_in.value) for name, tally in found.figures.attacks] == [("phone", 0.5), ("print", 0.0)]
    assert found.figures.attacks[1][1].let_in.interval == clopper_pearson(0, 2)
    assert dict(found.closest) == {BONA_FIDE: 0.3, "print": 0.2, "phone": 0.7}
    assert (found.standing, found.may_be_unattended) == (Standing.BLOCKED, False)


def test_a_fit_walk_may_be_unattended() -> None:
    fit = [trial for trial in ALL if trial.response is not NOTHING and trial.species != "phone"]
    done = (*fit, Trial(BONA_FIDE, YES), Trial("phone", NO), Trial("phone", NOTHING), Trial("phone", NO))
    found = report(walk(*done))
    assert found.may_be_unattended
    assert found.most_let_in == pytest.approx(clopper_pearson(0, 2).high)
    assert "Fit: it may be left unattended. Of the least tried kind, up to 84 % could still get in" in as_html(
        found, Text()
    )


def test_a_walk_after_one_that_let_an_attack_in_does_not_say_fit() -> None:
    before = Claim(ground=Ground.LET_IN_BEFORE, clean=1)
    found = report(walk(*ALL), before)
    assert (found.standing, found.may_be_unattended) == (Standing.BLOCKED, False)
    assert "It takes 3 walks without one; there are 1." in as_html(found, Text())


@pytest.mark.parametrize("of", [1, 5, 10, 60])
def test_what_a_longer_walk_would_be_worth_is_the_exact_limit(of: int) -> None:
    assert most_after_none(of) == pytest.approx(clopper_pearson(0, of).high)


def test_nothing_tried_gives_no_rates() -> None:
    found = report(walk())
    assert found.figures.bona_fide.refused.value is None
    assert found.closest == ()
    assert found.figures.score_auc is None
    assert "Not finished" in as_html(found, Text())


def test_the_page_says_what_was_let_in_and_holds_no_script_or_picture() -> None:
    page = as_html(report(walk(*ALL)), Text())
    assert "usb:0 &lt;x&gt;" in page
    assert "Not fit to be left unattended: an attack was let in" in page
    assert page.count("<tr class=bad>") == 3  # the species, its nearest call, the trial
    assert "APCER Phone" in page
    assert "<script" not in page
    assert "<img" not in page


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_the_page_is_in_the_language_that_is_asked_for(language: str) -> None:
    found = report(walk(*ALL))
    page, english = as_html(found, Text(language)), as_html(found, Text())
    assert f'<html lang="{language}">' in page
    assert "{" not in page.partition("</style>")[2], "something was not filled in"
    said = set(re.findall(r">([^<>]{6,})<", english.partition("</style>")[2]))
    kept = {words for words in said if f">{words}<" in page}
    assert kept <= {words for words in kept if not re.search(r"[a-z]{4,} [a-z]{3,}", words)}, (
        "a sentence stayed English"
    )
    assert page.count("<tr") == english.count("<tr")
