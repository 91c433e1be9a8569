"""What handlers work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.domain.person import Person
from kiosk.domain.policy import Policy
from kiosk.domain.ports import Clock, Gallery, Operators, Store
from kiosk.station.snapshot import Mode

if TYPE_CHECKING:
    from kiosk.station.office.signing import SignedIn
    from kiosk.station.outside import Outside
    from kiosk.station.refusals import Refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Any thread may use them.

    Attributes:
        open_store, open_gallery: raise ``StoreError`` (``store_failed``) while the database is not open.
        mode: what the station is for right now.
        begin_renewal: new pictures of somebody on record: the desk's screens come up for it.
        retention_days: see :class:`~kiosk.settings.StoreSettings`.
    """

    clock: Clock
    policy: Policy
    signing: SignedIn
    refusals: Refusals
    outside: Outside
    open_store: Callable[[], Store]
    open_gallery: Callable[[], Gallery]
    mode: Callable[[], Mode]
    begin_renewal: Callable[[Person], None]
    retention_days: int = 0

    @property
    def store(self) -> Store:
        """The database.

        Raises:
            StoreError: it is not open.
        """
        return self.open_store()

    @property
    def operators(self) -> Operators:
        """Who works here.

        Raises:
            StoreError: the database is not open.
        """
        return self.open_store().operators
