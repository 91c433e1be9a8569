"""``kiosk sync``: what waits for the account, sending it now, and what the account refused."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.output import NO, emit, json_option, say, sentences
from kiosk.cli.progress import Progress
from kiosk.cli.station import is_running, open_station, open_store, profile_option
from kiosk.cli.sync_review import review
from kiosk.domain.errors import ApiError, Code, ConfigError
from kiosk.domain.link import Link

if TYPE_CHECKING:
    from kiosk.cli.syncing import Report
    from kiosk.store.sqlite import SqliteStore

_SYNCED = "sync.done"
"""State of the database that says that a sync was agreed to once."""
_SHOWN = 20
_NOT_ALL = 3


@click.group("sync")
def command() -> None:
    """What waits for the account: see it, send it now, look at what was refused.

    A running station sends by itself; these are for desks without one, for scripts, and for whoever has to answer for it.

    \b
    Examples:
      kiosk sync status --json
      kiosk sync run
      kiosk sync review
    """


@command.command("status")
@click.option("--offline", is_flag=True, help="Do not ask the account how the link is.")
@profile_option
@json_option
@click.pass_context
def status(ctx: click.Context, profile_path: Path | None, *, offline: bool, as_json: bool) -> None:
    """How much waits, how old it is, and how the link is.

    \b
    Example:
      kiosk sync status --json
    """
    from kiosk.cli.remote import has_account
    from kiosk.cli.syncing import probe
    from kiosk.station.online import left_gone

    profile, settings = open_station(ctx, profile_path)
    has = has_account(settings, profile.root)
    with open_store(profile, settings) as store:
        if has:
            store.outbox.enqueue_unsent()
        backlog, conflicts = store.outbox.backlog(), len(store.replica.conflicts())
        gone, offset_s = left_gone(store.replica), store.clock_offset_s
    link = Link.OFFLINE if offline or not has else probe(settings, profile)
    if as_json:
        emit(
            {
                "pending": backlog.pending + backlog.doubt,
                "in_doubt": backlog.doubt,
                "buried": backlog.buried,
                "conflicts": conflicts,
                "gone_kept": gone,
                "clock_offset_s": offset_s,
                "oldest_s": round(backlog.oldest_s, 1),
                "link": link.value,
            }
        )
        return
    say(f"Waiting   {backlog.pending}")
    say(f"In doubt  {backlog.doubt}   (sent without an answer; looked up before they are sent again)")
    say(f"Refused   {backlog.buried}" + ("   (kiosk sync review)" if backlog.buried else ""))
    say(f"Conflicts {conflicts}" + ("   (kiosk sync review conflicts)" if conflicts else ""))
    if gone:
        say(f"Gone      {gone} people are no more at the account and stay here   (kiosk sync run --accept-many-gone)")
    say(f"Clock     {'not measured' if offset_s is None else f'the account is {offset_s:+.1f} s from this machine'}")
    say(f"Oldest    {_age(backlog.oldest_s)}")
    say(f"Link      {link.value}" if has else "Link      no account is set up (kiosk config set api.token=…)")


@command.command("preview")
@profile_option
@json_option
@click.pass_context
def preview(ctx: click.Context, profile_path: Path | None, *, as_json: bool) -> None:
    """What will be sent: fields by name, and the size of each picture. Nothing is sent.

    \b
    Example:
      kiosk sync preview
    """
    from kiosk.cli.remote import has_account

    profile, settings = open_station(ctx, profile_path)
    with open_store(profile, settings) as store:
        if has_account(settings, profile.root):
            store.outbox.enqueue_unsent()
        shown = _preview(store, settings.api.dialect.value)
    if as_json:
        emit(shown)
        return
    _say_preview(shown)


@command.command("run")
@click.option("--yes", is_flag=True, help="Do not ask before the first sync.")
@click.option("--timeout", "timeout_s", type=click.FloatRange(1, 86_400), default=3600.0, metavar="S", help="At most.")
@click.option(
    "--accept-many-gone",
    is_flag=True,
    help="Delete here whoever the account has no more, even where that is most of the people.",
)
@profile_option
@json_option
@click.pass_context
def run(
    ctx: click.Context,
    profile_path: Path | None,
    *,
    yes: bool,
    timeout_s: float,
    accept_many_gone: bool,
    as_json: bool,
) -> None:
    """Send what waits, bring in the account's people. Exit status 0 done, 1 something was refused, 3 not everything was sent.

    Before the first sync of a database the fields that go out are shown; a terminal asks, a script goes on.

    \b
    Example:
      kiosk sync run --json
    """
    from kiosk.cli.remote import has_account
    from kiosk.cli.syncing import drain, opened

    profile, settings = open_station(ctx, profile_path)
    if not has_account(settings, profile.root):
        raise ApiError(Code.API_NOT_CONFIGURED, "api.token")
    if is_running(profile_path):
        raise ConfigError(Code.PROFILE_IN_USE, "the station sends by itself")
    with open_store(profile, settings) as store:
        store.outbox.enqueue_unsent()
        if not store.replica.cursor(_SYNCED):
            _agree(ctx, store, settings.api.dialect.value, asks=not yes and not as_json and sys.stdin.isatty())
            store.replica.save_cursor(_SYNCED, "1")
        with opened(store, settings, profile) as sync, Progress(silent=as_json) as progress:
            if accept_many_gone:
                sync.accept_many_gone()
            report = drain(sync, store.outbox, timeout_s=timeout_s, progress=progress.step)
        _tell_run(ctx, report, store, as_json=as_json)


def _preview(store: SqliteStore, dialect: str) -> list[dict[str, Any]]:
    from kiosk.api.dialects import Dialect
    from kiosk.api.preview import will_send

    shown: list[dict[str, Any]] = []
    for row in store.outbox.waiting():
        cargo = store.outbox.cargo(row.id)
        if cargo is None:
            continue
        fields = will_send(row.action, cargo, Dialect(dialect))
        shown.append(
            {
                "id": row.id,
                "action": row.action.value,
                "subject": row.subject,
                "fields": [each.name for each in fields],
                "image_bytes": sum(each.image_bytes or 0 for each in fields),
            }
        )
    return shown


def _say_preview(shown: list[dict[str, Any]]) -> None:
    for each in shown[:_SHOWN]:
        size = f"   picture {each['image_bytes'] / 1024:.0f} KiB" if each["image_bytes"] else ""
        say(f"{each['action']:<16} {each['subject']}  {', '.join(each['fields'])}{size}")
    if len(shown) > _SHOWN:
        say(f"… and {len(shown) - _SHOWN} more of the same kinds (all with --json)")
    total = sum(each["image_bytes"] for each in shown) / 1024 / 1024
    say(f"{len(shown)} {'record' if len(shown) == 1 else 'records'} to send, {total:.1f} MiB of pictures")


def _agree(ctx: click.Context, store: SqliteStore, dialect: str, *, asks: bool) -> None:
    if not asks:
        return
    say("This is the first sync of this station. This will be sent to the account:")
    _say_preview(_preview(store, dialect))
    if not click.confirm("Send it?"):
        ctx.exit(NO)


def _tell_run(ctx: click.Context, report: Report, store: SqliteStore, *, as_json: bool) -> None:
    from kiosk.sync.push import Settled

    backlog = store.outbox.backlog()
    sent, found = report.settled[Settled.CONFIRMED], report.settled[Settled.FOUND]
    refused = report.settled[Settled.BURIED]
    failed = report.error or report.unseen
    if as_json:
        emit(
            {
                "sent": sent,
                "found": found,
                "refused": refused,
                "pages": report.pages,
                "templates": report.pictures,
                "pending": backlog.pending + backlog.doubt,
                "buried": backlog.buried,
                "oldest_s": round(backlog.oldest_s, 1),
                "link": report.link.value,
                "code": failed.code.value if failed is not None else None,
                "next_s": None if report.next_s is None else round(report.next_s, 1),
            }
        )
    else:
        say(
            f"{sent} sent, {found} found there already, {refused} refused; {backlog.pending + backlog.doubt} still wait."
        )
        if report.settled[Settled.OVERTAKEN]:
            say(
                f"{report.settled[Settled.OVERTAKEN]} edits gave way to the account's own: kiosk sync review conflicts."
            )
        if failed is not None:
            text, remedy = sentences(failed, ctx.meta.get("kiosk.language", "en"))
            click.echo(f"{text} {remedy}", err=True)
        elif report.next_s is not None:
            say(f"The next of them may go in {report.next_s:.0f} s.")
    if failed is not None or report.next_s is not None:
        ctx.exit(_NOT_ALL)
    if refused:
        ctx.exit(NO)


def _age(seconds: float) -> str:
    if seconds <= 0:
        return "nothing waits"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


command.add_command(review)
