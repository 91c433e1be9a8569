"""The account's parts for a station or a desk: connection, outbox, sync. Nothing is opened before it is needed.

Heavy imports (httpx, pydantic, keyring, a second tracker for pulled pictures) happen in the callables, on the threads that call.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from kiosk.cli.remote import open_account
from kiosk.domain.errors import ApiError, KioskError
from kiosk.domain.face import Embedding, Pixels
from kiosk.domain.outbox import Outbox, Replica
from kiosk.domain.person import PersonId
from kiosk.domain.ports import Clock, Gallery, Store
from kiosk.profile import Profile
from kiosk.settings import Settings
from kiosk.station.link_keeper import Reach
from kiosk.station.online import AccountParts
from kiosk.sync.pictures import Embed, Pictures

if TYPE_CHECKING:
    from kiosk.api.connect import Connection
    from kiosk.station.still_eyes import StillEyes
    from kiosk.store.sqlite import SqliteStore
    from kiosk.sync.worker import Step, SyncWorker
    from kiosk.vision.models import ModelFiles

logger = logging.getLogger(__name__)

SYNC_CALL_S = 20.0
"""How long one call of the sync may take; nobody stands and waits for it."""

EMBEDDING = "face_embedding"


def account_parts(
    settings: Settings, profile: Profile, clock: Clock, models: Callable[[], ModelFiles], *, network: bool
) -> AccountParts:
    """What a station needs of its account, which its profile has.

    Args:
        models: the weights, for people whose pictures come from the account.
        network: False never connects; results wait in the outbox all the same.
    """

    def connect() -> Reach:
        connection = open_account(settings, profile.root, clock)
        return Reach(
            gateway=connection.gateway,
            prober=Prober(connection),
            account=connection.account,
            codes=connection.codes,
            offset_s=lambda: connection.transport.offset_s,
            close=connection.close,
        )

    def make_sync(
        store: Store,
        gallery: Gallery,
        reach: Reach,
        told: Callable[[ApiError | None], None],
        calm: Callable[[], bool],
    ) -> Sync:
        return Sync(_records(store), gallery, reach, told, clock=clock, models=models, calm=calm)

    def encode(pixels: Pixels) -> bytes:
        from kiosk.camera.stills import encode_jpeg

        return encode_jpeg(pixels)

    return AccountParts(
        connect=connect if network else None,
        encode=encode,
        deadline_s=settings.api.deadline_s,
        outbox=_outbox,
        replica=_replica,
        make_sync=make_sync,
        measured=lambda store, offset_s: _records(store).measured_clock(offset_s),
    )


class Prober:
    """Asks who the account is; the first time it also looks up the project and its flow, so that no visitor waits for that."""

    def __init__(self, connection: Connection) -> None:
        """Nothing is asked yet."""
        self._connection = connection
        self._prepared = False

    def probe(self, *, within_s: float) -> None:
        """See :class:`kiosk.domain.remote.Account`."""
        self._connection.account.probe(within_s=within_s)
        if not self._prepared:
            self._connection.gateway.prepare(within_s=within_s)
            self._prepared = True


class _CalmPictures(Pictures):
    def __init__(
        self,
        replica: Replica,
        store: Store,
        gallery: Gallery | None,
        embed: Embed,
        *,
        model_sha256: str,
        calm: Callable[[], bool],
    ) -> None:
        super().__init__(replica, store, gallery, embed, model_sha256=model_sha256)
        self._calm = calm

    def step(self) -> PersonId | None:
        return super().step() if self._calm() else None


class Sync:
    """A sync worker and the eyes that it needs for pulled pictures, opened with the first one. One thread; close it."""

    def __init__(
        self,
        store: SqliteStore,
        gallery: Gallery | None,
        reach: Reach,
        told: Callable[[ApiError | None], None],
        *,
        clock: Clock,
        models: Callable[[], ModelFiles],
        calm: Callable[[], bool] = lambda: True,
    ) -> None:
        """Nothing is sent yet.

        Args:
            gallery: learns pulled people, where one is loaded.
            told: hears the outcome of each call.
            calm: templates are computed only then: opening a second tracker takes the processor for a second.
        """
        from kiosk.sync.pull import Pull
        from kiosk.sync.push import Push
        from kiosk.sync.worker import SyncWorker

        assert reach.account is not None
        store.outbox.enqueue_unsent()  # people of the time before there was an account
        self._models = models
        self._eyes: StillEyes | None = None
        self.worker: SyncWorker = SyncWorker(
            store.outbox,
            Push(store.outbox, reach.account, clock=clock, jitter=random.random, within_s=SYNC_CALL_S),
            pull=Pull(store.replica, reach.account, gallery, within_s=SYNC_CALL_S),
            pictures=_CalmPictures(
                store.replica, store, gallery, self._embed, model_sha256=models().sha256(EMBEDDING), calm=calm
            ),
            clock=clock,
            told=told,
        )

    @property
    def sent(self) -> int:
        """Records acknowledged since the start."""
        return self.worker.sent

    def step(self) -> Step:
        """See :class:`kiosk.sync.worker.SyncWorker`."""
        return self.worker.step()

    def link_back(self) -> None:
        """The link works again."""
        self.worker.link_back()

    def accept_many_gone(self) -> None:
        """See :class:`kiosk.sync.worker.SyncWorker`."""
        self.worker.accept_many_gone()

    def rest(self) -> None:
        """Write what was acknowledged."""
        self.worker.rest()

    def close(self) -> None:
        """Free the tracker; a row that was begun ahead waits again."""
        try:
            self.worker.rest()
        except KioskError as error:
            logger.info("what was begun is looked up at the next start: %s", error.code)
        eyes, self._eyes = self._eyes, None
        if eyes is not None:
            eyes.close()

    def _embed(self, jpeg: bytes) -> Sequence[Embedding]:
        """Templates of the one face of a picture that the account holds."""
        from kiosk.camera.stills import decode_picture
        from kiosk.station.still_eyes import StillEyes

        pixels = decode_picture(jpeg)
        if self._eyes is None:
            self._eyes = StillEyes(self._models())
        faces = [face for face in self._eyes.faces(pixels) if face.is_sane]
        found = self._eyes.embed(pixels, faces[0]) if faces else None
        return () if found is None else (found,)


def _records(store: Store) -> SqliteStore:
    from kiosk.store.sqlite import SqliteStore

    assert isinstance(store, SqliteStore)
    return store


def _outbox(store: Store) -> Outbox | None:
    outbox: Any = _records(store).outbox
    return outbox  # type: ignore[no-any-return]


def _replica(store: Store) -> Replica | None:
    return _records(store).replica
