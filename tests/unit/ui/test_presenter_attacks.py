"""The page of the walk through attacks: what it says of the station, and why."""

from __future__ import annotations

import pytest
from support.workshop_answers import WALK

from kiosk.domain.attack_wizard import BONA_FIDE, Claim, Ground, Plan, Response, Trial, Walk, Wizard
from kiosk.domain.errors import Code
from kiosk.evaluate.walk_report import report
from kiosk.station.walk_desk import WalkNow
from kiosk.ui.presenters.attacks import AttacksView, present
from kiosk.ui.presenters.common import Tone
from kiosk.ui.text import Text

EN = Text("en")
PLAN = Plan(bona_fide=1, attacks=10, species=("print",))
DONE = Walk(
    id="w",
    camera="usb:0",
    wizard=Wizard(PLAN, (Trial(BONA_FIDE, Response.ACCEPTED), *[Trial("print", Response.REFUSED)] * 10)),
)


def shown(
    walk: Walk, ground: Ground, *, error: Code | None = None, outdated: bool = False, clean: int = 0
) -> AttacksView:
    claim = Claim(ground=ground, walk=walk, clean=clean)
    now = WalkNow(walk=walk, claim=claim, error=error, outdated=outdated)
    return present(now, report(walk, claim), EN)


def test_fit_is_said_with_how_much_could_still_get_in() -> None:
    view = shown(DONE, Ground.FIT)
    assert view.standing_tone is Tone.GOOD
    assert view.standing == (
        "Fit: it may be left unattended. Of the least tried kind, up to 31 % could still get in (95 % confidence)."
    )


def test_a_fit_walk_after_one_that_let_an_attack_in_says_how_many_more_it_takes() -> None:
    view = shown(DONE, Ground.LET_IN_BEFORE, clean=2)
    assert view.standing_tone is Tone.BAD
    assert "3 walks without one; there are 2." in view.standing


def test_a_walk_by_other_limits_asks_for_a_new_one_and_offers_no_trial() -> None:
    view = shown(WALK, Ground.CHANGED, outdated=True)
    assert "Begin a new walk." in view.standing
    assert (view.may_start, view.may_undo, view.icon, view.answer) == (False, False, "", "")


@pytest.mark.parametrize("trial", [Trial("print", Response.NO_ANSWER), Trial("phone", Response.NO_ANSWER)])
def test_an_attack_without_an_answer_does_not_count(trial: Trial) -> None:
    walk = Walk(id="w", camera="usb:0", wizard=Wizard(Plan(), (trial,)))
    view = shown(walk, Ground.UNFINISHED)
    assert "It does not count" in view.answer
    assert [row.cells[0] for row in view.rows if row.species == trial.species] == ["0/5"]


def test_an_accepted_attack_that_is_not_on_the_disk_is_not_done_again() -> None:
    view = shown(WALK, Ground.LET_IN, error=Code.STORE_FULL)
    assert view.answer.startswith("LET IN, and this could not be written yet.")
    refused = shown(DONE, Ground.FIT, error=Code.STORE_FULL)
    assert "Do it again" in refused.answer
