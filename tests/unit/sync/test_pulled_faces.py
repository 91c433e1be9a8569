"""The account's people in the gallery of a station: whose picture changed, a model that fails, and many who are gone at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_account import FakeAccount
from support.records import DETAILS, JPEG, WEIGHTS, template
from support.syncing import MovingClock

from kiosk.domain.errors import Code, ModelError
from kiosk.domain.face import Embedding
from kiosk.domain.remote import RemotePerson
from kiosk.gallery.exact import ExactGallery
from kiosk.store.sqlite import SqliteStore
from kiosk.sync.pictures import AFTER_FAILURE_S, Pictures
from kiosk.sync.pull import Pull
from kiosk.sync.push import Push
from kiosk.sync.worker import Did, SyncWorker

OTHER = JPEG + b"another face"
FACES = {JPEG: (template(1),), OTHER: (template(9),)}


class Puller:
    """Store, gallery and worker of a station, and its account."""

    def __init__(self, path: Path) -> None:
        self.clock = MovingClock()
        self.account = FakeAccount()
        self.account.mono_ms = self.clock.mono_ms
        self.embed: Callable[[bytes], Sequence[Embedding]] = FACES.__getitem__
        self.store = SqliteStore.open(path, clock=self.clock, outgoing=True)
        self.gallery = ExactGallery(WEIGHTS)
        replica = self.store.replica
        self.worker = SyncWorker(
            self.store.outbox,
            Push(self.store.outbox, self.account, clock=self.clock, jitter=lambda: 0.0, within_s=5.0),
            pull=Pull(replica, self.account, self.gallery, within_s=5.0),
            pictures=Pictures(
                replica,
                self.store,
                self.gallery,
                lambda jpeg: self.embed(jpeg),
                model_sha256=WEIGHTS,
            ),
            clock=self.clock,
            told=lambda _: None,
        )

    def holds(self, count: int) -> None:
        for number in range(count):
            details = replace(DETAILS, first_name=f"N{number}", document_number=f"D{number}")
            self.account.held[f"remote-{number}"] = RemotePerson(
                remote_id=f"remote-{number}", details=details, image=JPEG
            )

    def rest(self) -> list[Did]:
        """Steps until nothing is left to do."""
        done: list[Did] = []
        while not done or done[-1] is not Did.NOTHING:
            done.append(self.worker.step().did)
        return done

    def best(self, seed: int) -> float:
        """How alike the best person of the gallery is to this face."""
        found = self.gallery.identify(template(seed)).candidates
        return found[0].similarity if found else 0.0


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
