"""The account's people in the gallery of a station: whose picture changed, a model that fails, and many who are gone at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support.pulling import FACES, OTHER, Puller
from support.records import JPEG

from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Embedding
from kiosk.sync.pictures import AFTER_FAILURE_S
from kiosk.sync.pull import KEPT
from kiosk.sync.worker import Did


@pytest.fixture
def puller(tmp_path: Path) -> Iterator[Puller]:
    made = Puller(tmp_path / "station.db")
    yield made
    made.store.close()


def test_after_another_picture_the_face_before_matches_nobody(puller: Puller) -> None:
    puller.holds(1)
    puller.rest()
    assert puller.best(1) > 0.99
    puller.account.held["remote-0"] = replace(puller.account.held["remote-0"], image=OTHER)
    puller.worker.pull_now()
    puller.rest()
    assert puller.best(1) < 0.5
    assert puller.best(9) > 0.99
    assert puller.gallery.templates == 1


def test_a_picture_without_a_face_takes_the_face_before_away(puller: Puller) -> None:
    puller.holds(1)
    puller.rest()
    puller.embed = lambda jpeg: ()
    puller.account.held["remote-0"] = replace(puller.account.held["remote-0"], image=OTHER)
    puller.worker.pull_now()
    puller.rest()
    assert puller.gallery.people == 0


def test_a_model_that_fails_does_not_keep_the_accounts_news_away(puller: Puller) -> None:
    """Who is deleted at the account leaves, though no template can be computed; and the model is tried again later."""

    def broken(jpeg: bytes) -> Sequence[Embedding]:
        raise ModelError(Code.MODEL_BROKEN, "told")

    puller.holds(3)
    puller.embed = broken
    assert puller.worker.step().did is Did.PULLED
    with pytest.raises(ModelError):
        puller.worker.step()
    del puller.account.held["remote-1"]
    puller.worker.pull_now()
    assert puller.rest() == [Did.PULLED, Did.NOTHING]
    assert len(puller.store.people()) == 2
    puller.embed = FACES.__getitem__
    puller.clock.forward(AFTER_FAILURE_S)
    puller.rest()
    assert puller.gallery.people == 2


def test_one_picture_that_breaks_the_model_does_not_keep_the_others_waiting(puller: Puller) -> None:
    puller.holds(3)
    poison = JPEG + b"breaks the engine"
    puller.account.held["remote-0"] = replace(puller.account.held["remote-0"], image=poison)

    def engine(jpeg: bytes) -> Sequence[Embedding]:
        if jpeg == poison:
            raise ModelError(Code.MODEL_BROKEN, "told")
        return FACES[jpeg]

    puller.embed = engine
    puller.worker.step()
    with pytest.raises(ModelError):
        puller.worker.step()
    puller.clock.forward(AFTER_FAILURE_S)
    with pytest.raises(ModelError):  # that one again, after everybody else
        puller.rest()
    assert puller.gallery.people == 2


@pytest.mark.expects_log
def test_many_who_are_gone_at_once_stay_until_an_operator_says_so(puller: Puller) -> None:
    """How many they are is kept, so that every screen can say it, also after a restart."""
    puller.holds(30)
    puller.rest()
    assert puller.store.replica.cursor(KEPT) == ""
    for number in range(20):
        del puller.account.held[f"remote-{number}"]
    puller.worker.pull_now()
    puller.rest()
    assert (len(puller.store.people()), puller.gallery.people) == (30, 30)
    assert puller.store.replica.cursor(KEPT) == "20"
    puller.worker.accept_many_gone()
    puller.rest()
    assert (len(puller.store.people()), puller.gallery.people) == (10, 10)
    assert puller.store.replica.cursor(KEPT) == ""


@pytest.mark.expects_log
def test_what_an_operator_accepted_counts_once(puller: Puller) -> None:
    puller.holds(30)
    puller.rest()
    puller.worker.accept_many_gone()
    puller.rest()
    for number in range(20):
        del puller.account.held[f"remote-{number}"]
    puller.worker.pull_now()
    puller.rest()
    assert len(puller.store.people()) == 30
