"""The walk of an owner through their own station's attacks."""

from __future__ import annotations

from dataclasses import fields

import pytest

from kiosk.domain.attack_wizard import (
    BONA_FIDE,
    CLEAN_WALKS,
    Ground,
    Plan,
    Response,
    Standing,
    Trial,
    Walk,
    Wizard,
    claim_of,
    is_outdated,
)

NOW, THEN = "now", "then"
PLAN = Plan(bona_fide=2, attacks=1, species=("print", "phone"), most_refused=0.5)


def walk(*trials: tuple[str, Response], judged_by: str = NOW) -> Wizard:
    wizard = Wizard(PLAN)
    for species, response in trials:
        wizard = wizard.record(Trial(species, response, judged_by=judged_by))
    return wizard


def claim(*walks: Wizard, judged_by: str = NOW) -> Ground:
    """Of walks in the order in which they were made."""
    kept = [Walk(id=f"w{n}", camera="usb:0", wizard=wizard) for n, wizard in enumerate(walks)]
    return claim_of(reversed(kept), camera="usb:0", judged_by=judged_by).ground


YES, NO, NOTHING = Response.ACCEPTED, Response.REFUSED, Response.NO_ANSWER
GOOD = ((BONA_FIDE, YES), (BONA_FIDE, YES), ("print", NO), ("phone", NO))
LET_IN = (("print", YES),)


def test_people_come_first_then_each_species_until_the_plan_is_done() -> None:
    wizard, order = Wizard(PLAN), []
    while (species := wizard.next) is not None:
        order.append(species)
        wizard = wizard.record(Trial(species, YES if species == BONA_FIDE else NO))
    assert order == [BONA_FIDE, BONA_FIDE, "print", "phone"]
    assert wizard.share_done == 1.0
    assert wizard.standing() is Standing.FIT


def test_one_accepted_attack_blocks_at_once_and_for_good() -> None:
    wizard = walk((BONA_FIDE, YES), ("phone", YES))
    assert wizard.standing() is Standing.BLOCKED
    assert wizard.undo() == wizard
    assert walk(*GOOD, ("print", YES)).standing() is Standing.BLOCKED


def test_what_was_not_tried_is_not_fit() -> None:
    assert walk(*GOOD[:3]).standing() is Standing.UNFINISHED
    assert claim() is Ground.NO_WALK
    assert claim(walk(*GOOD[:3])) is Ground.UNFINISHED
    assert claim(walk(*GOOD)) is Ground.FIT
    assert claim(walk(*GOOD), walk(*LET_IN)) is Ground.LET_IN


def test_an_attack_without_an_answer_was_not_tried() -> None:
    empty_room = walk(*GOOD[:2], *[("print", NOTHING)] * 30, *[("phone", NOTHING)] * 30)
    assert (empty_room.next, empty_room.standing()) == ("print", Standing.UNFINISHED)
    assert empty_room.share_done == 0.5
    assert walk(*GOOD[:3], ("phone", NOTHING)).standing() is Standing.UNFINISHED
    assert walk(*GOOD[:3], ("phone", NOTHING), ("phone", NO)).standing() is Standing.FIT


def test_somebody_who_is_there_and_gets_no_answer_counts_against_the_station() -> None:
    assert walk((BONA_FIDE, NOTHING), (BONA_FIDE, NOTHING), *GOOD[2:]).standing() is Standing.BLOCKED


def test_a_walk_by_other_limits_carries_nothing() -> None:
    assert claim(walk(*GOOD), judged_by=THEN) is Ground.CHANGED
    assert claim(walk(*GOOD, judged_by=""), judged_by="") is Ground.CHANGED
    half = Wizard(PLAN, (*walk(*GOOD[:2], judged_by=THEN).trials, *walk(*GOOD[2:]).trials))
    assert half.standing() is Standing.FIT
    assert claim(half) is Ground.CHANGED
    whole = Wizard(PLAN, (*half.trials, *walk(*GOOD[:2]).trials))
    assert claim(whole) is Ground.FIT
    assert is_outdated(Walk(id="w", camera="usb:0", wizard=half), judged_by=NOW)
    assert not is_outdated(Walk(id="w", camera="usb:0", wizard=walk()), judged_by=NOW)


def test_an_accepted_attack_is_not_forgotten_by_beginning_anew() -> None:
    let_in, fit, begun = walk(*LET_IN), walk(*GOOD), walk()
    assert claim(let_in, begun) is Ground.UNFINISHED
    assert claim(let_in, fit) is Ground.LET_IN_BEFORE
    assert claim(let_in, *[fit] * (CLEAN_WALKS - 1)) is Ground.LET_IN_BEFORE
    assert claim(let_in, *[fit] * CLEAN_WALKS) is Ground.FIT
    assert claim(let_in, fit, fit, let_in, fit) is Ground.LET_IN_BEFORE
    assert claim(fit, fit, let_in, begun, begun, begun, fit) is Ground.LET_IN_BEFORE


def test_a_change_of_the_limits_lifts_a_block_and_changing_them_back_brings_it_back() -> None:
    walks = (walk(*LET_IN, judged_by=THEN), walk(*GOOD))
    assert claim(*walks) is Ground.FIT
    assert claim(*walks, walk(*GOOD, judged_by=THEN), judged_by=THEN) is Ground.LET_IN_BEFORE


def test_a_walk_on_another_camera_says_nothing() -> None:
    other = Walk(id="w", camera="usb:1", wizard=walk(*GOOD))
    assert claim_of([other], camera="usb:0", judged_by=NOW).ground is Ground.NO_WALK


def test_a_station_that_refuses_its_people_is_not_fit() -> None:
    assert walk((BONA_FIDE, NO), (BONA_FIDE, NOTHING), *GOOD[2:]).standing() is Standing.BLOCKED
    assert walk((BONA_FIDE, NO), (BONA_FIDE, YES), *GOOD[2:]).standing() is Standing.FIT


def test_a_disturbed_trial_can_be_taken_back() -> None:
    assert walk((BONA_FIDE, YES), ("print", NO)).undo() == walk((BONA_FIDE, YES))
    assert Wizard(PLAN).undo() == Wizard(PLAN)


def test_counts_tell_each_species_apart() -> None:
    counts = {
        c.species: (c.accepted, c.refused, c.no_answer) for c in walk(*GOOD, ("phone", NO), ("phone", NOTHING)).counts()
    }
    assert counts == {BONA_FIDE: (2, 0, 0), "print": (0, 1, 0), "phone": (0, 2, 1)}


def test_no_trial_can_hold_a_picture() -> None:
    assert {f.name for f in fields(Trial)} == {"species", "response", "cues", "judged_by"}


@pytest.mark.parametrize(
    "plan",
    [
        {"bona_fide": 0},
        {"attacks": 0},
        {"species": ()},
        {"species": ("a", "a")},
        {"species": ("",)},
        {"most_refused": 2.0},
    ],
)
def test_a_plan_that_tries_nothing_is_no_plan(plan: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Plan(**plan)  # type: ignore[arg-type]


def test_an_unknown_species_is_refused() -> None:
    with pytest.raises(ValueError):
        Wizard(PLAN).record(Trial("mask", NO))
