"""``kiosk sync review``: what the account refused, and edits that gave way to its version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.output import emit, json_option, say, sentences
from kiosk.cli.station import open_station, open_store, profile_option
from kiosk.domain.errors import ApiError, Code

if TYPE_CHECKING:
    from kiosk.domain.outbox import OutboxRow


@click.group("review", invoke_without_command=True)
@profile_option
@json_option
@click.pass_context
def review(ctx: click.Context, profile_path: Path | None, *, as_json: bool) -> None:
    """What the account refused: list it, retry or drop a row with a reason.

    \b
    Examples:
      kiosk sync review
      kiosk sync review retry 0192f0c1-5d7e-7c3a-9a51-3f2b8c6d4e10 --reason "name corrected"
    """
    if ctx.invoked_subcommand is None:
        _list(ctx, profile_path, as_json=as_json)


@review.command("list")
@profile_option
@json_option
@click.pass_context
def review_list(ctx: click.Context, profile_path: Path | None, *, as_json: bool) -> None:
    """Every refused row with its reason.

    \b
    Example:
      kiosk sync review list --json
    """
    _list(ctx, profile_path, as_json=as_json)


_reason = click.option("--reason", required=True, metavar="TEXT", help="Why; kept in the audit. Nothing personal.")


@review.command("retry")
@click.argument("row", metavar="ID")
@_reason
@profile_option
@json_option
@click.pass_context
def retry(ctx: click.Context, row: str, reason: str, profile_path: Path | None, *, as_json: bool) -> None:
    """Send a refused row again; one that may have arrived is looked up first.

    \b
    Example:
      kiosk sync review retry 0192f0c1-5d7e-7c3a-9a51-3f2b8c6d4e10 --reason "credits were bought"
    """
    profile, settings = open_station(ctx, profile_path)
    with open_store(profile, settings) as store:
        store.outbox.retry(row, reason=_some(reason))
    _tell(row, "retried", as_json=as_json)


@review.command("drop")
@click.argument("row", metavar="ID")
@_reason
@profile_option
@json_option
@click.pass_context
def drop(ctx: click.Context, row: str, reason: str, profile_path: Path | None, *, as_json: bool) -> None:
    """Give a refused row up: it is never sent. A new person or a result stays on this device as it is.

    An edit of somebody whom the account has does not: the next sync brings the account's version back, and what was typed here is
    kept (kiosk sync review conflicts).

    \b
    Example:
      kiosk sync review drop 0192f0c1-5d7e-7c3a-9a51-3f2b8c6d4e10 --reason "enrolled twice"
    """
    profile, settings = open_station(ctx, profile_path)
    with open_store(profile, settings) as store:
        store.outbox.drop(row, reason=_some(reason))
    _tell(row, "dropped", as_json=as_json)


@review.command("conflicts")
@click.option("--resolve", "resolved", default="", metavar="ID", help="Somebody has looked at this one.")
@click.option("--reason", default="", metavar="TEXT", help="With --resolve.")
@profile_option
@json_option
@click.pass_context
def conflicts(ctx: click.Context, resolved: str, reason: str, profile_path: Path | None, *, as_json: bool) -> None:
    """Edits made here that the account's version replaced, with the values that were typed here.

    \b
    Example:
      kiosk sync review conflicts
    """
    profile, settings = open_station(ctx, profile_path)
    with open_store(profile, settings) as store:
        if resolved:
            store.replica.resolve(resolved, reason=_some(reason))
            _tell(resolved, "resolved", as_json=as_json)
            return
        found: list[dict[str, Any]] = [
            {"id": each.id, "person": each.person, "at": each.at, "kept": dict(store.replica.kept(each.id))}
            for each in store.replica.conflicts()
        ]
    if as_json:
        emit(found)
        return
    for each in found:
        say(f"{each['id']}  {each['at'][:16]}  person {each['person']}")
        for name, value in each["kept"].items():
            say(f"    {name}: {value}")
    say(f"{len(found)} {'conflict' if len(found) == 1 else 'conflicts'}")


def _list(ctx: click.Context, profile_path: Path | None, *, as_json: bool) -> None:
    profile, settings = open_station(ctx, profile_path)
    with open_store(profile, settings) as store:
        rows = store.outbox.buried()
    if as_json:
        emit([_row(row) for row in rows])
        return
    for row in rows:
        text, remedy = sentences(_error(row), settings.ui.language)
        say(f"{row.id}  {row.created_at[:16]}  {row.action.value}  record {row.subject}")
        say(f"    {text} {remedy}  ({row.code}{': ' + row.reason if row.reason else ''})")
    say(f"{len(rows)} refused")


def _error(row: OutboxRow) -> ApiError:
    try:
        return ApiError(Code(row.code))
    except ValueError:  # written by another version
        return ApiError(Code.API_REFUSED)


def _row(row: OutboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "action": row.action.value,
        "subject": row.subject,
        "created_at": row.created_at,
        "tries": row.tries,
        "code": row.code,
        "reason": row.reason,
    }


def _tell(row: str, done: str, *, as_json: bool) -> None:
    if as_json:
        emit({"id": row, done: True})
    else:
        say(f"{row} {done}.")


def _some(reason: str) -> str:
    if not reason.strip():
        raise click.UsageError("A reason is needed: --reason TEXT")
    return reason
