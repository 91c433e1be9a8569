from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from support.records import WEIGHTS, enrolment, opened, template

from kiosk.domain.decision import Match
from kiosk.domain.face import Embedding
from kiosk.domain.person import PersonId
from kiosk.gallery.exact import ExactGallery


def test_an_empty_gallery_knows_nobody():
    gallery = ExactGallery(WEIGHTS)
    assert gallery.people == 0
    assert gallery.identify(template(1)) == Match((), 0)


def test_the_best_template_of_a_person_counts_and_a_person_is_named_once():
    gallery = ExactGallery(WEIGHTS)
    for seed in (1, 2, 3):
        gallery.add(PersonId("ann"), template(seed))
    gallery.add(PersonId("bob"), template(9))
    match = gallery.identify(template(2))
    assert [c.person for c in match.candidates] == ["ann", "bob"]
    assert match.candidates[0].similarity == pytest.approx(1.0, abs=1e-6)
    assert match.candidates[1].similarity == pytest.approx(template(2).similarity(template(9)), abs=1e-6)
    assert (match.people, gallery.people, gallery.templates) == (2, 2, 4)


def test_one_person_alone_is_the_only_candidate():
    gallery = ExactGallery(WEIGHTS)
    gallery.add(PersonId("ann"), template(1))
    gallery.add(PersonId("ann"), template(2))
    assert [c.person for c in gallery.identify(template(3)).candidates] == ["ann"]


def test_templates_are_brought_to_length_one():
    gallery = ExactGallery(WEIGHTS)
    long = Embedding(template(1).vector * np.float32(40), "matcher", WEIGHTS)
    gallery.add(PersonId("ann"), long)
    assert gallery.identify(long).candidates[0].similarity == pytest.approx(1.0, abs=1e-6)


def bad(value: float) -> Embedding:
    vector = template(1).vector.copy()
    vector[7] = value
    return Embedding(vector, "matcher", WEIGHTS)


@pytest.mark.parametrize(
    "broken",
    [
        template(1, sha="b" * 64),
        template(1, dimensions=128),
        Embedding(template(1).vector[None, :], "matcher", WEIGHTS),
        Embedding(np.zeros(512, np.float32), "matcher", WEIGHTS),
        bad(np.nan),
        bad(np.inf),
        bad(-np.inf),
    ],
)
def test_what_is_no_template_is_refused_at_both_doors(broken: Embedding):
    gallery = ExactGallery(WEIGHTS)
    gallery.add(PersonId("ann"), template(1))
    with pytest.raises(ValueError):
        gallery.add(PersonId("bob"), broken)
    with pytest.raises(ValueError):
        gallery.identify(broken)
    assert (gallery.people, gallery.templates) == (1, 1)


def test_removing_the_unknown_is_nothing():
    gallery = ExactGallery(WEIGHTS)
    gallery.add(PersonId("ann"), template(1))
    gallery.remove(PersonId("nobody"))
    assert gallery.people == 1


def test_a_removed_person_leaves_no_number_behind():
    gallery = ExactGallery(WEIGHTS)
    for n, name in enumerate(["ann", "bob", "ann", "cid"]):
        gallery.add(PersonId(name), template(n))
    gallery.remove(PersonId("ann"))
    held = gallery._columns.T
    assert not any(np.array_equal(row, template(n).vector) for n in (0, 2) for row in held)
    assert gallery.identify(template(3)).candidates[0].person == "cid"
    assert gallery.identify(template(1)).candidates[0].person == "bob"
    gallery.remove(PersonId("bob"))
    gallery.remove(PersonId("cid"))
    assert not gallery._columns.any()
    assert gallery.identify(template(1)) == Match((), 0)


def test_it_grows_as_people_come():
    gallery = ExactGallery(WEIGHTS, dimensions=16)
    for n in range(1500):
        gallery.add(PersonId(f"p{n}"), template(n, dimensions=16))
    for n in (0, 255, 256, 271, 272, 700, 1499):
        assert gallery.identify(template(n, dimensions=16)).candidates[0].person == f"p{n}"


def test_thousands_of_equal_templates_are_still_ranked_exactly():
    gallery = ExactGallery(WEIGHTS, dimensions=16)
    for n in reversed(range(2500)):
        gallery.add(PersonId(f"p{n:04}"), template(0, dimensions=16))
    found = gallery.identify(template(1, dimensions=16)).candidates
    assert [c.person for c in found] == ["p0000", "p0001"]
    assert found[0].similarity == found[1].similarity


def test_from_a_store(tmp_path: Path):
    with opened(tmp_path / "station.db") as store:
        store.enrol(enrolment("p1", seeds=(1, 2)))
        store.enrol(enrolment("p2", seeds=(3,)))
        store.enrol(enrolment("other", seeds=(4,), sha="b" * 64))
        gallery = ExactGallery.from_store(store, WEIGHTS)
    assert (gallery.people, gallery.templates) == (2, 3)
    assert gallery.identify(template(3)).candidates[0].person == "p2"


@pytest.mark.expects_log
def test_a_broken_template_of_the_store_matches_nobody_and_is_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    with opened(tmp_path / "station.db") as store:
        store.enrol(enrolment("p1", seeds=(1,)))
        store.enrol(enrolment("p2", seeds=(2,)))
        with store._connections.writing() as database:
            database.conn.execute("UPDATE templates SET vector = zeroblob(2048) WHERE person_id = 'p1'")
        gallery = ExactGallery.from_store(store, WEIGHTS)
    assert gallery.people == 1
    assert "1 templates of the store are broken" in caplog.text


def test_searching_while_people_come_and_go():
    gallery = ExactGallery(WEIGHTS)
    gallery.add(PersonId("stays"), template(0))
    gallery.add(PersonId("stays too"), template(1))
    wrong: list[object] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            match = gallery.identify(template(0))
            if match.candidates[0].person != "stays" or match.people < 2 or len(match.candidates) != 2:
                wrong.append(match)

    searchers = [threading.Thread(target=search) for _ in range(2)]
    for thread in searchers:
        thread.start()
    for n in range(2, 300):
        gallery.add(PersonId(f"p{n}"), template(n))
        if n % 3 == 0:
            gallery.remove(PersonId(f"p{n - 1}"))
    done.set()
    for thread in searchers:
        thread.join()
    assert wrong == []
    assert gallery.people == 300 - 99
