"""``kiosk update``: bring in a signed new version from a folder, see what the last update did, finish one that was cut off."""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.output import NO, emit, json_option, say, sentences
from kiosk.cli.station import load_settings, profile_option
from kiosk.domain.errors import Code, ConfigError, UpdateError

if TYPE_CHECKING:
    from kiosk.update.apply import Helpers
    from kiosk.update.journal import Entry, Step
    from kiosk.update.layout import Installation
    from kiosk.update.trust import Source

_SHARES = {"checking": 0.0, "copying": 0.05, "unpacking": 0.15, "backing_up": 0.55, "testing": 0.6, "switching": 0.8}

source_argument = click.argument("source", type=click.Path(path_type=Path))
installation_option = click.option(
    "--installation",
    "root",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the program is installed. Default: this program's own.",
)


@click.group("update")
def command() -> None:
    """Bring in a new version from a folder: a USB stick, a share. No network is used.

    The folder must be signed by whoever signed the installed program. Both versions stay side by side, the database is copied
    before, and a new version that does not pass its test on this machine is left for the old one.

    \b
    Examples:
      kiosk update check /media/usb/kiosk
      sudo kiosk update apply /media/usb/kiosk
      kiosk update status --json
    """


@command.command("check")
@source_argument
@installation_option
@json_option
@click.pass_context
def check(ctx: click.Context, source: Path, root: Path | None, *, as_json: bool) -> None:
    """Is there a newer version in the folder? Exit status 0 if so, 1 if not.

    \b
    Example:
      sudo kiosk update check /media/usb/kiosk
    """
    from kiosk.update.layout import as_numbers

    installation = _installation(root)
    with installation.alone():
        offer = _source(source, installation).offer()
    current = installation.current()
    newer = as_numbers(offer.version) > as_numbers(current)
    if as_json:
        emit({"installed": current, "offered": offer.version, "newer": newer, "size": offer.size})
    elif newer:
        say(f"{offer.version} is newer than {current}. Bring it in with: kiosk update apply {source}")
    else:
        say(f"{offer.version} is not newer than {current}.")
    if not newer:
        ctx.exit(NO)


@command.command("apply")
@source_argument
@installation_option
@profile_option
@json_option
@click.pass_context
def apply(ctx: click.Context, source: Path, root: Path | None, profile_path: Path | None, *, as_json: bool) -> None:
    """Bring the folder's version in. It is used from the station's next start on.

    \b
    Example:
      sudo kiosk update apply /media/usb/kiosk
    """
    from kiosk.cli.progress import Progress
    from kiosk.update.apply import Update

    installation = _installation(root)
    profile = _profile(ctx, installation, profile_path)
    with Progress(silent=as_json) as progress, installation.alone():

        def tell(step: Step, share: float) -> None:
            begin = _SHARES.get(step.value, 0.9)
            progress.step(begin + 0.4 * share if step.value == "unpacking" else begin, step.value.replace("_", " "))

        update = Update(installation, _helpers(profile), tell)
        update.settle()
        entry = update.apply(_source(source, installation))
    if as_json:
        emit(_as_object(installation, entry, profile))
    elif entry.before == entry.after:
        say(f"{entry.after} is already installed.")
    else:
        say(f"{entry.after} is in place of {entry.before}. The station uses it from its next start on.")
        say(_of_the_database(entry, profile))


@command.command("status")
@installation_option
@json_option
def status(root: Path | None, *, as_json: bool) -> None:
    """Which version runs, which others are there, and how the last update ended.

    \b
    Example:
      kiosk update status --json
    """
    from kiosk.update import journal

    installation = _installation(root)
    entry = journal.read(installation.state)
    if as_json:
        emit(_as_object(installation, entry))
        return
    say(f"installed: {installation.current()}; on the disk: {', '.join(installation.installed())}")
    for line in _in_words(entry):
        say(line)


@command.command("settle")
@installation_option
@profile_option
@json_option
@click.pass_context
def settle(ctx: click.Context, root: Path | None, profile_path: Path | None, *, as_json: bool) -> None:
    """Finish or undo an update that was cut off. The service does this before each start.

    \b
    Example:
      sudo kiosk update settle
    """
    from kiosk.update.apply import Update

    installation = _installation(root)
    profile = _profile(ctx, installation, profile_path)
    with installation.alone():
        entry = Update(installation, _helpers(profile)).settle()
    if as_json:
        emit(_as_object(installation, entry, profile))
    elif entry is None:
        say("Nothing was left to do.")
    for line in _in_words(entry) if not as_json else ():
        say(line)
    if entry is not None and entry.code is None and not as_json:
        say(_of_the_database(entry, profile))


@command.command("back-up", hidden=True)
@profile_option
@click.pass_context
def back_up(ctx: click.Context, profile_path: Path | None) -> None:
    """Copy the profile's database; its name on stdout. Run as the owner of the profile, by ``apply``.

    \b
    Example:
      kiosk update back-up --profile /var/lib/kiosk/station
    """
    from kiosk.keys import is_new, open_vault
    from kiosk.paths import default_profile
    from kiosk.profile import Profile
    from kiosk.store.before_update import back_up_before_update

    profile = Profile((profile_path or default_profile()).expanduser().absolute())
    vault = None if is_new(profile.root) else open_vault(profile.root)
    copy = back_up_before_update(profile.database, vault)
    say(copy.name if copy else "")


def tell_of_last_update(language: str) -> None:
    """On stderr, where the last update of this installed program ended with the version before: that it did, and why."""
    from kiosk.paths import installation

    root = installation()
    if root is None:
        return
    from kiosk.update import journal
    from kiosk.update.layout import Installation

    entry = journal.read(root / "update")
    if entry is None:
        return
    if entry.is_over and (entry.code is None or not Installation(root).starts(entry.before)):
        return
    error = UpdateError(entry.code or Code.UPDATE_INTERRUPTED, entry.detail or f"while {entry.step.value}")
    text, remedy = sentences(error, language)
    click.echo(f"kiosk: {text} {remedy} ({error.code}: {entry.before} to {entry.after}, {error.detail})", err=True)


def _installation(root: Path | None) -> Installation:
    from kiosk.paths import installation
    from kiosk.update.layout import Installation

    root = root or installation()
    if root is None:
        raise UpdateError(Code.UPDATE_NOT_INSTALLED)
    found = Installation(root.expanduser().absolute())
    found.current()
    return found


def _source(folder: Path, installation: Installation) -> Source:
    from kiosk.update.layout import ROOT
    from kiosk.update.trust import Source

    trusted = installation.folder(installation.current()) / ROOT
    try:
        root = trusted.read_bytes()
    except OSError as error:
        raise UpdateError(Code.UPDATE_NO_TRUST, str(trusted)) from error
    return Source(folder.expanduser().absolute(), installation, root)


def _profile(ctx: click.Context, installation: Installation, asked: Path | None) -> Path:
    """Whose database is copied: the one asked for, else the service's, else the user's."""
    from kiosk.paths import default_profile

    profile = asked or installation.profile() or default_profile()
    with contextlib.suppress(ConfigError):  # settings that are wrong must not keep an update from being undone
        load_settings(ctx, profile)  # errors speak its language
    return profile.expanduser().absolute()


def _helpers(profile: Path) -> Helpers:
    from kiosk.cli.update_helpers import back_up_as_owner, problem_of
    from kiosk.update.apply import Helpers

    return Helpers(
        test=lambda program, copied: problem_of(program, profile, copied), back_up=lambda: back_up_as_owner(profile)
    )


def _as_object(installation: Installation, entry: Entry | None, profile: Path | None = None) -> dict[str, object]:
    """``profile``: where the database was looked for; a file that is there was copied and tried on."""
    last = None if entry is None else {**asdict(entry), "over": entry.is_over}
    answer: dict[str, object] = {
        "installed": installation.current(),
        "previous": installation.previous(),
        "versions": installation.installed(),
        "last": last,
    }
    if profile is not None:
        answer |= {"profile": str(profile), "database_copied": bool(entry and entry.backup)}
    return answer


def _of_the_database(entry: Entry, profile: Path) -> str:
    """Whose database was copied and tried on: another station's, or none, would otherwise pass without a word."""
    if entry.backup:
        return f"The database of {profile} was copied to {entry.backup} there, and the new version was tried on a copy."
    return (
        f"No database was found in {profile}: none was copied or tried on. Another station's is named with --profile."
    )


def _in_words(entry: Entry | None) -> list[str]:
    if entry is None:
        return []
    where = f"{entry.before} to {entry.after}, {entry.at}"
    if not entry.is_over:
        return [f"last update: {where}: was cut off while {entry.step.value}; kiosk update settle"]
    if entry.code is None:
        return [
            f"last update: {where}: done"
            + (f"; database copied to {entry.backup}" if entry.backup else "; no database was found")
        ]
    text, remedy = sentences(UpdateError(entry.code), "en")
    return [f"last update: {where}: {text} {remedy} ({entry.code}: {entry.detail})"]
