"""Walks through attacks in the database: they can be resumed, and an accepted attack is never forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.records import KEY, HandClock, opened

from kiosk.domain.attack_wizard import (
    BONA_FIDE,
    Ground,
    Plan,
    Response,
    Standing,
    Trial,
    Walk,
    Wizard,
    claim_of,
)
from kiosk.domain.cues import Cue
from kiosk.domain.errors import Code, StoreError
from kiosk.store.sqlite import SqliteStore
from kiosk.store.walks import KEPT, to_walk

PLAN = Plan(bona_fide=1, attacks=1, species=("print",))
CUES = (Cue(name="passive", value=0.5, limit=0.048), Cue(name="active.1.residual", value=None, limit=0.02))


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[SqliteStore]:
    with opened(tmp_path / "station.db", clock=clock, key=KEY) as store:
        yield store


def ground(store: SqliteStore, camera: str) -> Ground:
    return claim_of(store.walks.newest(), camera=camera, judged_by="now").ground


def walk(name: str = "w1", *trials: Trial, camera: str = "usb:0") -> Walk:
    return Walk(id=name, camera=camera, wizard=Wizard(PLAN, trials))


def test_a_walk_comes_back_with_its_cues(store: SqliteStore) -> None:
    kept = store.walks.save(walk("w1", Trial(BONA_FIDE, Response.ACCEPTED, CUES, "now")))
    assert kept.began_at == kept.updated_at == "2026-01-02T03:04:05.678Z"
    assert store.walks.newest() == [kept]
    assert kept.wizard.trials[0].cues == CUES
    assert kept.wizard.trials[0].judged_by == "now"


def test_a_walk_of_an_older_version_does_not_know_what_judged_it(store: SqliteStore) -> None:
    kept = store.walks.save(walk("w1", Trial("print", Response.REFUSED, CUES)))
    row = {
        "id": "w1",
        "camera": "usb:0",
        "plan": '{"bona_fide": 1, "attacks": 1, "species": ["print"], "most_refused": 0.2}',
        "trials": '[{"species": "print", "response": "refused", "cues": []}]',
        "began_at": kept.began_at,
        "updated_at": kept.updated_at,
    }
    assert to_walk(row).wizard.trials == (Trial("print", Response.REFUSED),)


def test_what_is_not_a_number_was_not_measured(store: SqliteStore) -> None:
    odd = Cue(name="passive", value=float("nan"), limit=0.1)
    kept = store.walks.save(walk("w1", Trial("print", Response.REFUSED, (odd,))))
    assert kept.wizard.trials[0].cues == (replace(odd, value=None),)


def test_a_walk_goes_on_after_a_restart(store: SqliteStore, tmp_path: Path, clock: HandClock) -> None:
    store.walks.save(walk("w1", Trial(BONA_FIDE, Response.ACCEPTED)))
    store.close()
    with opened(tmp_path / "station.db", clock=clock, key=KEY) as again:
        found = again.walks.newest("usb:0")[0]
        assert found.wizard.next == "print"
        done = again.walks.save(replace(found, wizard=found.wizard.record(Trial("print", Response.REFUSED))))
        assert done.wizard.standing() is Standing.FIT
        assert [line.action for line in again.audit() if line.action.startswith("walk")] == [
            "walk_began",
            "walk_standing",
        ]


def test_an_accepted_attack_stays(store: SqliteStore) -> None:
    bad = walk("w1", Trial("print", Response.ACCEPTED))
    store.walks.save(bad)
    with pytest.raises(StoreError) as caught:
        store.walks.save(replace(bad, wizard=Wizard(PLAN)))
    assert caught.value.code is Code.STORE_FAILED
    assert store.walks.newest()[0].wizard.accepted_attacks == 1


def test_fitness_is_of_the_newest_walk_on_this_camera(store: SqliteStore) -> None:
    fit = (Trial(BONA_FIDE, Response.ACCEPTED, (), "now"), Trial("print", Response.REFUSED, (), "now"))
    assert ground(store, "usb:0") is Ground.NO_WALK
    store.walks.save(walk("w1", *fit))
    store.walks.save(walk("w2", Trial("print", Response.ACCEPTED, (), "now"), camera="usb:1"))
    assert ground(store, "usb:0") is Ground.FIT
    assert ground(store, "usb:1") is Ground.LET_IN
    assert ground(store, "usb:2") is Ground.NO_WALK
    store.walks.save(walk("w3"))
    assert ground(store, "usb:0") is Ground.UNFINISHED


def test_old_walks_of_a_camera_are_forgotten(store: SqliteStore) -> None:
    for number in range(KEPT + 2):
        store.walks.save(walk(f"w{number}"))
    store.walks.save(walk("other", camera="usb:9"))
    found = store.walks.newest(limit=1000)
    assert len(found) == KEPT + 1
    assert {"w0", "w1"}.isdisjoint({each.id for each in found})


def test_a_walk_that_let_an_attack_in_is_not_forgotten_by_many_new_ones(store: SqliteStore) -> None:
    store.walks.save(walk("bad", Trial("print", Response.ACCEPTED)))
    for number in range(KEPT + 2):
        store.walks.save(walk(f"w{number}"))
    assert "bad" in {each.id for each in store.walks.newest(limit=1000)}
