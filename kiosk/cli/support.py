"""``kiosk support``: one file for whoever helps, checked to hold nothing biometric and nothing personal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.output import emit, json_option, say
from kiosk.cli.station import open_station, open_store, profile_option

if TYPE_CHECKING:
    from kiosk.profile import Profile
    from kiosk.settings import Settings


@click.command("support")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.zip")
@profile_option
@json_option
@click.pass_context
def command(ctx: click.Context, file: Path, profile_path: Path | None, *, as_json: bool) -> None:
    """Write a support bundle: versions, settings without secrets, the doctor's report, logs, counts, the audit's head.

    No picture, template, name, document, address, phone or token goes into it: what the store knows of people is covered in
    the logs, then every file is searched again, and a bundle in which anything is found is not written.

    \b
    Example:
      kiosk support station.zip
    """
    from kiosk.cli.doctor import examine
    from kiosk.station.support import facts_of, make

    profile, settings = open_station(ctx, profile_path)
    checks = list(examine(ctx, profile.root))
    with open_store(profile, settings) as store:
        facts = facts_of(store, secrets=secrets_of(profile, settings))
    made = make(file.expanduser().absolute(), profile=profile, settings=settings, checks=checks, facts=facts)
    if as_json:
        emit({"file": str(made.path), "bytes": made.size, "sha256": dict(made.files)})
    else:
        say(f"{made.path}: {len(made.files)} files, {made.size / 1000:.0f} kB, searched and found clean")


def secrets_of(profile: Profile, settings: Settings) -> Iterator[str]:
    """What must not be in any file: tokens, keys, the proxy's login.

    Raises:
        StoreError: ``vault_failed``.
    """
    from kiosk.cli.remote import TOKEN, kept_in
    from kiosk.keys import is_new, open_vault
    from kiosk.store.cipher import KEY_NAME

    yield settings.api.token.reveal()
    yield settings.api.proxy.reveal()
    if is_new(profile.root):
        return
    vault = open_vault(profile.root)
    names = (KEY_NAME, TOKEN) if kept_in(profile.root) is not None else (KEY_NAME,)
    yield from (found for name in names if (found := vault.get(name)))
