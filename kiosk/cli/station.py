"""What most commands begin with: settings, the profile folder, the log."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.output import use_language, use_log
from kiosk.domain.errors import Code, ConfigError
from kiosk.paths import default_profile
from kiosk.profile import Profile, hold, open_profile
from kiosk.settings import Settings, load

if TYPE_CHECKING:
    from kiosk.domain.ports import Clock
    from kiosk.store.sqlite import SqliteStore

profile_option = click.option(
    "--profile",
    "profile_path",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Everything one station keeps. Default: in the user data folder.",
)


def load_settings(
    ctx: click.Context, profile_path: Path | None, overrides: Mapping[str, Any] | None = None
) -> Settings:
    """Settings of a profile without creating anything; from here on errors speak its language.

    Raises:
        ConfigError: the settings are wrong.
    """
    settings = load((profile_path or default_profile()).expanduser(), overrides=overrides)
    use_language(ctx, settings.ui.language)
    return settings


def region_of(ctx: click.Context, profile_path: Path | None) -> str | None:
    """Two-letter country of phone numbers in files that do not say another one; None where the station has none.

    Asked before the station is opened, so that a file which is wrong leaves no profile behind.

    Raises:
        ConfigError: the settings are wrong.
    """
    return load_settings(ctx, profile_path).station.country or None


def open_station(
    ctx: click.Context, profile_path: Path | None, overrides: Mapping[str, Any] | None = None
) -> tuple[Profile, Settings]:
    """Settings, the profile folder (made if missing) and a log that runs, native chatter in a file, until the command ends.

    Settings are read first, so wrong ones leave nothing behind.

    Raises:
        ConfigError: the settings are wrong, or the folder cannot be written.
    """
    from kiosk import log

    settings = load_settings(ctx, profile_path, overrides)
    profile = open_profile(profile_path or default_profile())
    ctx.with_resource(log.started(profile))
    ctx.with_resource(log.quiet_native_stderr(profile.native_log))
    use_log(ctx, profile.log)
    return profile, settings


def store_of(
    profile: Profile,
    settings: Settings,
    clock: Clock,
    *,
    alone: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> SqliteStore:
    """The profile's database as the settings want it: encrypted unless they say otherwise, an outbox where there is an account.

    Args:
        alone: leave the account out, whatever the settings say.
        say: told the key of a sentence that the operator must know, once, when the secrets go into files.

    Raises:
        StoreError: it cannot be used.
    """
    from kiosk.cli.remote import has_account
    from kiosk.keys import is_new, open_vault
    from kiosk.store.sqlite import SqliteStore

    vault = None
    if settings.store.encrypt:
        was_new = is_new(profile.root)
        vault = open_vault(profile.root)
        if was_new and vault.notice:
            say(vault.notice)
    outgoing = not alone and has_account(settings, profile.root)
    return SqliteStore.open(profile.database, clock=clock, key=vault, outgoing=outgoing)


@contextlib.contextmanager
def open_store(profile: Profile, settings: Settings) -> Iterator[SqliteStore]:
    """The profile's database until the block ends. A damaged one was set aside: the log says so, on stderr too.

    Raises:
        StoreError: it cannot be used.
    """
    from kiosk.station.clock import SystemClock

    store = store_of(profile, settings, SystemClock())
    try:
        yield store
    finally:
        store.close()


def is_running(profile_path: Path | None) -> bool:
    """Whether a station holds this profile right now."""
    profile = Profile((profile_path or default_profile()).expanduser().absolute())
    if not profile.lock.exists():
        return False
    try:
        with hold(profile):
            return False
    except ConfigError as error:
        return error.code is Code.PROFILE_IN_USE
