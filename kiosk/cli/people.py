"""``kiosk people``: who is on record, here or (``--remote``) at the account. No camera, no networks."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.output import NO, emit, json_option, say
from kiosk.cli.people_erase import (
    as_object,
    certificate_option,
    deletions,
    hint_forgotten,
    may_write,
    purge,
    say_what_is_left,
    withdraw,
    write_certificate,
)
from kiosk.cli.station import is_running, open_station, profile_option, region_of
from kiosk.domain.person import WIRE, Person, PersonId

if TYPE_CHECKING:
    from kiosk.cli.remote_people import RemotePeople
    from kiosk.domain.record import DeletionCertificate
    from kiosk.store.sqlite import SqliteStore


remote_option = click.option("--remote", is_flag=True, help="At the account, not on this machine.")


@click.group("people")
def command() -> None:
    """Who is on record: list, show, change, delete and export people.

    With --remote the account is asked, under its own ids; what is changed there comes here with the next sync.

    \b
    Examples:
      kiosk people list
      kiosk people list --remote
      kiosk people export people.csv
    """


@command.command("list")
@click.option("--search", default="", metavar="TEXT", help="In names, document number and e-mail.")
@remote_option
@profile_option
@json_option
@click.pass_context
def list_people(ctx: click.Context, search: str, profile_path: Path | None, *, remote: bool, as_json: bool) -> None:
    """Everybody, by last and first name.

    \b
    Example:
      kiosk people list --search perez --json
    """
    from kiosk.store.wire import person_with_truth

    people: Sequence[Person]
    reasons: dict[str, str] = {}
    if remote:
        with _remote(ctx, profile_path) as account:
            people = account.list(search)
    else:
        with _store(ctx, profile_path) as store:
            people, reasons = store.people(search), store.outbox.reasons()
    now = datetime.now(UTC)
    if as_json:
        emit([person_with_truth(person, now=now, reasons=reasons) for person in people])
        return
    for person in people:
        why = f"  ({reasons[person.id]})" if person.id in reasons else ""
        say(f"{person.id}  {person.created_at[:10]}  {person.truth:<13}  {person.details.display_name}{why}")
    say(f"{len(people)} {'person' if len(people) == 1 else 'people'}")


@command.command("show")
@click.argument("person_id", metavar="ID")
@remote_option
@profile_option
@json_option
@click.pass_context
def show(ctx: click.Context, person_id: str, profile_path: Path | None, *, remote: bool, as_json: bool) -> None:
    """One person. Exit status 1 if nobody has this id.

    \b
    Example:
      kiosk people show 0192f0c1-5d7e-7c3a-9a51-3f2b8c6d4e10
    """
    if remote:
        with _remote(ctx, profile_path) as account:
            _show(account.show(person_id), as_json=as_json)
        return
    with _store(ctx, profile_path) as store:
        person = store.person(PersonId(person_id))
        lines = store.audit_of(person.id)
        why = store.outbox.reasons().get(person.id, "")
    more = {
        "truthReason": why,
        "clockOffsetS": lines[-1].clock_offset_s if lines else None,
    }
    _show(person, as_json=as_json, more=more)


@command.command("update")
@click.argument("person_id", metavar="ID")
@click.option("--details", "details_path", required=True, type=click.Path(path_type=Path), metavar="FILE.json")
@remote_option
@profile_option
@json_option
@click.pass_context
def update(
    ctx: click.Context, person_id: str, details_path: Path, profile_path: Path | None, *, remote: bool, as_json: bool
) -> None:
    """Change details. FILE.json needs only the fields that change; an empty text removes one.

    \b
    Example:
      kiosk people update 0192f0c1-5d7e-7c3a-9a51-3f2b8c6d4e10 --details new-phone.json
    """
    from dataclasses import replace

    from kiosk.details import read_details

    region = region_of(ctx, profile_path)
    if remote:
        with _remote(ctx, profile_path) as account:
            person = account.show(person_id)
            details = read_details(details_path, base=person.details, region=region)
            _show(account.update(replace(person, details=details)), as_json=as_json)
        return
    with _store(ctx, profile_path) as store:
        person = store.person(PersonId(person_id))
        details = read_details(details_path, base=person.details, region=region)
        _show(store.update(replace(person, details=details)), as_json=as_json)


@command.command("delete")
@click.argument("person_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@certificate_option
@remote_option
@profile_option
@json_option
@click.pass_context
def delete(
    ctx: click.Context,
    person_id: str,
    certificate_path: Path | None,
    profile_path: Path | None,
    *,
    yes: bool,
    remote: bool,
    as_json: bool,
) -> None:
    """Remove a person with all pictures and templates. An audit line without biometric data stays.

    Asks on a terminal; does not where nobody could answer.

    \b
    Example:
      kiosk people delete 0192f0c1-5d7e-7c3a-9a51-3f2b8c6d4e10 --yes
    """
    may_ask = sys.stdin.isatty() and not yes and not as_json
    certificate: DeletionCertificate | None = None
    if remote:
        if certificate_path is not None:
            raise click.UsageError("--certificate is of deletions on this station, not --remote")
        with _remote(ctx, profile_path) as account:
            person = account.show(person_id)
            _sure(ctx, person, asks=may_ask)
            account.delete(person)
    else:
        with _store(ctx, profile_path) as store:
            person = store.person(PersonId(person_id))
            _sure(ctx, person, asks=may_ask)
            may_write(certificate_path)
            certificate = store.delete(person.id)
        write_certificate(certificate, certificate_path)
    if as_json:
        emit({"id": person.id, "deleted": True} | ({"certificate": as_object(certificate)} if certificate else {}))
    else:
        say(f"Deleted {person.id}.")
        if certificate is not None:
            say_what_is_left(certificate)
        if not remote:
            hint_forgotten(profile_path)


def _sure(ctx: click.Context, person: Person, *, asks: bool) -> None:
    if asks and not click.confirm(f"Delete {person.details.display_name} for good?"):
        ctx.exit(NO)


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@profile_option
@json_option
@click.pass_context
def export(ctx: click.Context, file: Path, profile_path: Path | None, *, as_json: bool) -> None:
    """Everybody's details into a .csv or .json file, without pictures and templates. Only you may read it.

    \b
    Example:
      kiosk people export people.csv
    """
    from kiosk.store.export import export_people

    with _store(ctx, profile_path) as store:
        count = export_people(store.people(), file, now=datetime.now(UTC), reasons=store.outbox.reasons())
        store.note(action="people_exported", detail=f"people={count}")
    if as_json:
        emit({"file": str(file), "people": count})
    else:
        say(f"{count} {'person' if count == 1 else 'people'} written to {file}")


def hint_running(ctx: click.Context, profile_path: Path | None) -> None:
    """Say that a station which runs on this profile has its own copy of the gallery."""
    if is_running(profile_path):
        click.echo("A station runs on this profile: it learns this when it is started again.", err=True)


def _remote(ctx: click.Context, profile_path: Path | None) -> AbstractContextManager[RemotePeople]:
    from kiosk.cli.remote_people import remote_people

    return remote_people(ctx, profile_path)


@contextlib.contextmanager
def _store(ctx: click.Context, profile_path: Path | None) -> Iterator[SqliteStore]:
    from kiosk.cli.station import open_store

    profile, settings = open_station(ctx, profile_path)
    with open_store(profile, settings) as store:
        yield store


def _show(person: Person, *, as_json: bool, more: Mapping[str, float | str | None] | None = None) -> None:
    from kiosk.store.wire import person_to_wire

    wire = person_to_wire(person) | dict(more or {})
    if as_json:
        emit(wire)
        return
    for name in ("id", *WIRE.values(), "verificationStatus", "truth", "createdAt", "updatedAt", *(more or {})):
        if wire[name]:
            say(f"{name:<19} {wire[name]}")


for _each in (withdraw, purge, deletions):
    command.add_command(_each)
