"""The gallery finds what brute force in float64 finds, in whatever order people came and went."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kiosk.domain.decision import Match
from kiosk.domain.face import Embedding
from kiosk.domain.person import PersonId
from kiosk.gallery.exact import ExactGallery

SHA = "f" * 64
SIZE = 8

# Small whole numbers make ties, duplicates and opposites common.
vectors = st.lists(st.integers(-3, 3), min_size=SIZE, max_size=SIZE).filter(any)
names = st.sampled_from("abcdefg")
entries = st.lists(st.tuples(names, vectors), max_size=30)


def embedding(numbers: list[int]) -> Embedding:
    vector = np.asarray(numbers, np.float64)
    return Embedding((vector / np.linalg.norm(vector)).astype(np.float32), "m", SHA)


def filled(templates: list[tuple[str, list[int]]]) -> ExactGallery:
    gallery = ExactGallery(SHA, dimensions=SIZE)
    for name, numbers in templates:
        gallery.add(PersonId(name), embedding(numbers))
    return gallery


def unit(e: Embedding) -> NDArray[np.float64]:
    vector = e.vector.astype(np.float64)
    return vector / np.linalg.norm(vector)


def brute_force(templates: list[tuple[str, list[int]]], probe: list[int]) -> dict[str, float]:
    """Every person's best cosine."""
    best: dict[str, float] = {}
    for name, numbers in templates:
        cosine = float(unit(embedding(numbers)) @ unit(embedding(probe)))
        best[name] = max(cosine, best.get(name, -2.0))
    return best


def agrees(match: Match, truth: dict[str, float]) -> None:
    assert match.people == len(truth)
    assert len(match.candidates) == min(2, len(truth))
    ranked = sorted(truth.values(), reverse=True)
    for place, candidate in enumerate(match.candidates):
        assert abs(candidate.similarity - truth[candidate.person]) < 1e-6
        assert abs(candidate.similarity - ranked[place]) < 1e-6
    assert len({c.person for c in match.candidates}) == len(match.candidates)


@given(entries, vectors)
def test_the_two_best_people_are_those_of_brute_force(templates, probe):
    agrees(filled(templates).identify(embedding(probe)), brute_force(templates, probe))


@given(entries, vectors, st.randoms(use_true_random=False))
def test_the_order_of_enrolment_changes_nothing(templates, probe, chance):
    other = list(templates)
    chance.shuffle(other)
    assert filled(templates).identify(embedding(probe)) == filled(other).identify(embedding(probe))


@given(entries, vectors)
def test_the_same_templates_twice_change_nothing(templates, probe):
    assert filled(templates).identify(embedding(probe)) == filled(templates * 2).identify(embedding(probe))


@given(entries, st.lists(names, max_size=4), vectors)
def test_a_removed_person_never_comes_back_and_nobody_else_goes(templates, leaving, probe):
    gallery = filled(templates)
    for name in leaving:
        gallery.remove(PersonId(name))
    left = [entry for entry in templates if entry[0] not in leaving]
    assert gallery.identify(embedding(probe)) == filled(left).identify(embedding(probe))
    agrees(gallery.identify(embedding(probe)), brute_force(left, probe))
    assert gallery.templates == len(left)


@given(entries, names, vectors)
def test_people_equally_alike_come_in_the_order_of_their_ids(templates, name, probe):
    templates = [*templates, (name, probe), (name + "2", probe)]
    found = filled(templates).identify(embedding(probe)).candidates
    assert found[0].similarity == found[1].similarity
    equal = sorted(person for person, cosine in brute_force(templates, probe).items() if cosine > 1 - 1e-6)
    assert [c.person for c in found] == equal[:2]


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.integers(1, 900))
def test_exact_at_the_real_size_too(seed, count):
    """Many near-equal templates in 512 dimensions: float32 alone would mix them up."""
    chance = np.random.default_rng(seed)
    centre = chance.standard_normal(512)
    many = centre + 1e-4 * chance.standard_normal((count, 512))
    gallery = ExactGallery(SHA)
    for n, vector in enumerate(many):
        gallery.add(PersonId(f"{n:04}"), Embedding((vector / np.linalg.norm(vector)).astype(np.float32), "m", SHA))
    probe = many[count // 2] + 1e-4 * chance.standard_normal(512)
    probe /= np.linalg.norm(probe)
    kept = np.stack([(v / np.linalg.norm(v)).astype(np.float32) for v in many]).astype(np.float64)
    kept = (kept / np.linalg.norm(kept, axis=1, keepdims=True)).astype(np.float32).astype(np.float64)
    given_probe = probe.astype(np.float32).astype(np.float64)
    cosines = kept @ (given_probe / np.linalg.norm(given_probe))
    best = np.argsort(-cosines)[:2]
    found = gallery.identify(Embedding(probe.astype(np.float32), "m", SHA)).candidates
    assert np.allclose([c.similarity for c in found], cosines[best], atol=1e-12, rtol=0)
