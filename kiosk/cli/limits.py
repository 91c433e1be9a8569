"""Whether somebody new may be enrolled at the command line: the station's limits of going on alone, looked at once."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kiosk.domain.allowance import allowance
from kiosk.domain.decision import Reason
from kiosk.profile import Profile
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.store.sqlite import SqliteStore


def refused(store: SqliteStore, settings: Settings, profile: Profile) -> Reason | None:
    """Why not, or None.

    Raises:
        StoreError: the records cannot be read.
    """
    from kiosk.cli.remote import has_account
    from kiosk.station.clock import rfc3339
    from kiosk.station.online import HEARD, when

    account = has_account(settings, profile.root)
    heard = when(store.replica.cursor(HEARD)) if account else None
    if account and heard is None:  # as at a station, days are counted from the first time
        heard = datetime.now(UTC)
        store.replica.save_cursor(HEARD, rfc3339(heard))
    backlog = store.outbox.backlog()
    return allowance(
        settings.policy.offline,
        account=account,
        days_without_sync=None if heard is None else (datetime.now(UTC) - heard).total_seconds() / 86_400.0,
        unsent=backlog.pending + backlog.doubt + backlog.buried,
        free_disk_mb=shutil.disk_usage(profile.root).free / 1e6,
    ).refused
