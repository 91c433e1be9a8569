"""Brings the account's people into the local store and the gallery, one page a step, from a saved cursor.

    begin ─▶ page ─▶ page ─▶ … ─▶ each who was not named is asked for by id ─▶ gone there: leaves the store and the gallery

A pull that was cut goes on from its cursor. Only a whole one may remove anybody, and never most of the people at once: an account
that suddenly knows nobody (another project, another token) is a mistake to be looked at, not a wish to forget everybody.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from kiosk.domain.outbox import Pulled, Replica
from kiosk.domain.person import PersonId
from kiosk.domain.ports import Gallery
from kiosk.domain.remote import Account

logger = logging.getLogger(__name__)

_CURSOR = "people"
_RUNNING = "people.running"
KEPT = "people.kept"
"""Name of the cursor that says how many people the account names no more who were left as they are; empty for none."""
_FEW = 10
"""So many may go at once whatever their share is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePulled:
    """What one page brought."""

    added: int = 0
    updated: int = 0
    conflicts: int = 0
    removed: int = 0
    kept: int = 0
    """Not named by the account, and too many to be believed: left as they are until somebody has looked."""
    whole: bool = False


class Pull:
    """Pulls people. One thread at a time."""

    def __init__(
        self, replica: Replica, account: Account, gallery: Gallery | None, *, within_s: float, page: int = 50
    ) -> None:
        """Nothing is pulled yet.

        Args:
            gallery: to forget people who are gone, where one is loaded.
            within_s: the whole time that one page may take.
        """
        self._replica = replica
        self._account = account
        self._gallery = gallery
        self._within_s = within_s
        self._page = page

    @property
    def running(self) -> bool:
        """Whether a pull was begun and is not at its end, also by an earlier run of the program."""
        return self._replica.cursor(_RUNNING) != ""

    def step(self, *, accept_many: bool = False) -> PagePulled:
        """One page.

        Args:
            accept_many: an operator has said that most of the people may go.

        Raises:
            ApiError: the page did not come; the next step asks for the same one.
            StoreError: it could not be written; the same.
        """
        if not self.running:
            self._replica.begin_pull()
            self._replica.save_cursor(_CURSOR, "")
            self._replica.save_cursor(_RUNNING, "1")
        page = self._account.people(self._replica.cursor(_CURSOR), limit=self._page, within_s=self._within_s)
        in_doubt = self._replica.in_doubt()  # who they are, a look will tell: brought in now they would be there twice
        people = [there for there in page.people if not any(self._account.is_same(each, there) for each in in_doubt)]
        outcomes = [self._replica.apply_remote(person)[1] for person in people]
        removed, kept = 0, 0
        if page.cursor:
            self._replica.save_cursor(_CURSOR, page.cursor)
        else:
            removed, kept = self._remove_gone(accept_many=accept_many)
            self._replica.save_cursor(KEPT, str(kept) if kept else "")
            self._replica.save_cursor(_CURSOR, "")
            self._replica.save_cursor(_RUNNING, "")
        pulled = PagePulled(
            added=outcomes.count(Pulled.ADDED),
            updated=outcomes.count(Pulled.UPDATED),
            conflicts=outcomes.count(Pulled.CONFLICT),
            removed=removed,
            kept=kept,
            whole=not page.cursor,
        )
        if pulled.added or pulled.updated or pulled.removed:
            logger.info("pulled: %d new, %d changed, %d gone", pulled.added, pulled.updated, pulled.removed)
        return pulled

    def forget(self, person: PersonId) -> None:
        """Somebody has left the store: the gallery holds them no more."""
        if self._gallery is not None:
            self._gallery.remove(person)

    def _remove_gone(self, *, accept_many: bool) -> tuple[int, int]:
        """Who was not named and is not there when asked for: (removed, kept)."""
        unnamed = self._replica.unnamed()
        if len(unnamed) > max(_FEW, self._replica.confirmed() // 2) and not accept_many:
            logger.warning("the account names %d people no more: too many to be believed, they stay", len(unnamed))
            return 0, len(unnamed)
        removed = 0
        for person, remote_id in unnamed:
            if self._account.holds(remote_id, within_s=self._within_s):
                continue  # a list that shifts while it is paged can skip somebody
            self._replica.remote_deleted(person)
            self.forget(person)
            removed += 1
        return removed, 0
