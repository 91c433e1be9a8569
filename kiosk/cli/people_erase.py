"""The part of ``kiosk people`` that forgets: withdrawn consent, retention, certificates. Works on the database alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from kiosk.cli.output import emit, json_option, say
from kiosk.cli.station import is_running, open_station, open_store, profile_option
from kiosk.domain.person import PersonId
from kiosk.domain.record import DeletionCertificate

certificate_option = click.option(
    "--certificate",
    "certificate_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a JSON certificate of every table, file and remote record that the deletion touched.",
)


@click.command("withdraw")
@click.argument("person_id", metavar="ID")
@certificate_option
@profile_option
@json_option
@click.pass_context
def withdraw(
    ctx: click.Context, person_id: str, certificate_path: Path | None, profile_path: Path | None, *, as_json: bool
) -> None:
    """Consent is withdrawn: pictures and templates are deleted, here and at the account. The details stay.

    \b
    Example:
      kiosk people withdraw 0192f0c1-5d7e-7c3a-9a51-3f2b8c6d4e10 --certificate withdrawn.json
    """
    may_write(certificate_path)
    profile, settings = open_station(ctx, profile_path)
    with open_store(profile, settings) as store:
        certificate = store.withdraw_consent(PersonId(person_id))
    write_certificate(certificate, certificate_path)
    if as_json:
        emit(as_object(certificate))
    else:
        say(f"Pictures and templates of {person_id} are deleted.")
        say_what_is_left(certificate)
        hint_forgotten(profile_path)


@click.command("purge")
@click.option("--days", type=click.IntRange(min=1), help="Instead of the setting store.retention_days.")
@profile_option
@json_option
@click.pass_context
def purge(ctx: click.Context, days: int | None, profile_path: Path | None, *, as_json: bool) -> None:
    """Delete whoever was not enrolled, changed or recognised for store.retention_days days (0: nobody is too old).

    Deletes nobody while the clock stands far from the last record: try again a day later.

    \b
    Example:
      kiosk people purge --days 365
    """
    profile, settings = open_station(ctx, profile_path)
    with open_store(profile, settings) as store:
        done = store.purge_due(datetime.now(UTC), days=settings.store.retention_days if days is None else days)
    if as_json:
        emit([as_object(certificate) for certificate in done])
    else:
        say(f"{len(done)} {'person' if len(done) == 1 else 'people'} deleted")


@click.command("deletions")
@profile_option
@json_option
@click.pass_context
def deletions(ctx: click.Context, profile_path: Path | None, *, as_json: bool) -> None:
    """Every deletion with its certificate, as true as it is now: what waited for the account may be done.

    \b
    Example:
      kiosk people deletions --json
    """
    profile, settings = open_station(ctx, profile_path)
    with open_store(profile, settings) as store:
        found = store.deletions()
    if as_json:
        emit([as_object(certificate) for certificate in found])
        return
    for certificate in found:
        state = "complete" if certificate.complete else "not complete"
        say(f"{certificate.person}  {certificate.at[:10]}  {certificate.why:<17}  {state}")
    say(f"{len(found)} deletions")


def may_write(path: Path | None) -> None:
    """Before anything is deleted: a certificate that was asked for must be possible.

    Raises:
        InputError: ``file_not_writable``.
    """
    from kiosk.store.export import write_file

    if path is not None and not path.exists():
        write_file(path, "")
        path.unlink()


def write_certificate(certificate: DeletionCertificate, path: Path | None) -> None:
    """Into the file, where one was asked for; only this user may read it."""
    import json

    from kiosk.store.export import write_file

    if path is not None:
        write_file(path, json.dumps(as_object(certificate), indent=2) + "\n")


def say_what_is_left(certificate: DeletionCertificate) -> None:
    """For people: what waits, and what they must delete themselves."""
    for each in certificate.touched:
        if each.outcome == "pending":
            say(f"Waits: {each.kind} {each.name}")
        elif each.outcome == "kept":
            say(f"Could not be cleaned, delete it yourself: {each.kind} {each.name}")


def hint_forgotten(profile_path: Path | None) -> None:
    """Say that a station which runs on this profile lets nobody in by what was deleted."""
    if is_running(profile_path):
        click.echo("A station runs on this profile: it recognises this person no more.", err=True)


def as_object(certificate: DeletionCertificate) -> dict[str, Any]:
    """For ``--json`` and the file."""
    from kiosk.store.wire import certificate_to_wire

    return certificate_to_wire(certificate)
