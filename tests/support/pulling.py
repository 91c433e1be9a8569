"""A station that brings the account's people into its store and its gallery, without its threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from support.fake_account import FakeAccount
from support.records import DETAILS, JPEG, WEIGHTS, template
from support.syncing import MovingClock

from kiosk.domain.face import Embedding
from kiosk.domain.remote import RemotePerson
from kiosk.gallery.exact import ExactGallery
from kiosk.store.sqlite import SqliteStore
from kiosk.sync.pictures import Pictures
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
                self._embed,
                model_sha256=WEIGHTS,
            ),
            clock=self.clock,
            told=lambda _: None,
        )

    def _embed(self, jpeg: bytes) -> Sequence[Embedding]:
        return self.embed(jpeg)

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
