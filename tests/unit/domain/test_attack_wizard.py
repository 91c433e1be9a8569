"""The walk of an owner through their own station's attacks."""

from __future__ import annotations

from dataclasses import fields

import pytest

from kiosk.domain.attack_wizard import (
    BONA_FIDE,
    Plan,
    Response,
    Standing,
    Trial,
    Wizard,
    may_be_unattended,
)

PLAN = Plan(bona_fide=2, attacks=1, species=("print", "phone"), most_refused=0.5)


def walk(*trials: tuple[str, Response]) -> Wizard:
    wizard = Wizard(PLAN)
    for species, response in trials:
        wizard = wizard.record(Trial(species, response))
    return wizard


YES, NO, NOTHING = Response.ACCEPTED, Response.REFUSED, Response.NO_ANSWER
GOOD = ((BONA_FIDE, YES), (BONA_FIDE, YES), ("print", NO), ("phone", NOTHING))


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
    assert not may_be_unattended([])
    assert not may_be_unattended([walk(*GOOD[:3])])
    assert may_be_unattended([walk(("print", YES)), walk(*GOOD)])
    assert not may_be_unattended([walk(*GOOD), walk(("print", YES))])


def test_a_station_that_refuses_its_people_is_not_fit() -> None:
    assert walk((BONA_FIDE, NO), (BONA_FIDE, NOTHING), *GOOD[2:]).standing() is Standing.BLOCKED
    assert walk((BONA_FIDE, NO), (BONA_FIDE, YES), *GOOD[2:]).standing() is Standing.FIT


def test_a_disturbed_trial_can_be_taken_back() -> None:
    assert walk((BONA_FIDE, YES), ("print", NO)).undo() == walk((BONA_FIDE, YES))
    assert Wizard(PLAN).undo() == Wizard(PLAN)


def test_counts_tell_each_species_apart() -> None:
    counts = {c.species: (c.accepted, c.refused, c.no_answer) for c in walk(*GOOD, ("phone", NO)).counts()}
    assert counts == {BONA_FIDE: (2, 0, 0), "print": (0, 1, 0), "phone": (0, 1, 1)}


def test_no_trial_can_hold_a_picture() -> None:
    assert {f.name for f in fields(Trial)} == {"species", "response", "cues"}


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
