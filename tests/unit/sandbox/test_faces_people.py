from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.sandbox.faces.people import Hit, People, from_text, to_text


def direction(seed: int, dimensions: int = 8) -> NDArray[np.float32]:
    vector = np.random.default_rng(seed).normal(size=dimensions)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def crowd(count: int) -> People:
    people = People(dimensions=8)
    for number in range(count):
        people.put(f"p{number}", [to_text(direction(number)), to_text(direction(1000 + number))])
    return people


def test_the_best_comes_first_and_each_person_once():
    hits = crowd(20).search([direction(7)], limit=20)
    assert hits[0].person == "p7"
    assert hits[0].cosine > 0.999
    assert len({hit.person for hit in hits}) == 20
    assert hits == sorted(hits, key=lambda hit: -hit.cosine)


def test_only_who_is_asked_for_is_searched():
    hits = crowd(20).search([direction(7)], among={"p1", "p2"}, limit=20)
    assert {hit.person for hit in hits} == {"p1", "p2"}


def test_nobody_is_in_an_empty_collection():
    assert crowd(20).search([direction(7)], among=set()) == []
    assert People(dimensions=8).search([direction(7)]) == []


def test_several_probes_count_by_the_best():
    hits = crowd(20).search([direction(7), direction(9)], limit=2)
    assert {hit.person for hit in hits} == {"p7", "p9"}


def test_who_was_removed_is_not_found():
    people = crowd(3)
    people.search([direction(1)])
    people.remove("p1")
    people.remove("nobody")
    assert "p1" not in {hit.person for hit in people.search([direction(1)])}


def test_new_templates_replace_the_old():
    people = crowd(3)
    people.put("p1", [to_text(direction(50))])
    assert people.search([direction(50)])[0].person == "p1"
    people.put("p1", [])
    assert "p1" not in {hit.person for hit in people.search([direction(50)])}


def test_broken_templates_match_nobody():
    people = People(dimensions=8)
    people.put("p", ["", "???", to_text(np.zeros(8, np.float32)), to_text(np.full(8, np.nan, np.float32)), "AAAA"])
    assert people.search([direction(1)]) == []


@given(st.integers(0, 10_000))
def test_a_template_survives_its_text(seed: int):
    back = from_text(to_text(direction(seed)), 8)
    assert back is not None
    assert float(back @ direction(seed)) > 0.999999


def test_equal_people_come_in_the_order_of_their_ids():
    people = People(dimensions=8)
    for name in ("b", "a", "c"):
        people.put(name, [to_text(direction(1))])
    assert [hit.person for hit in people.search([direction(1)])] == ["a", "b", "c"]
    assert people.search([direction(1)], limit=1) == [Hit("a", people.search([direction(1)])[0].cosine)]
