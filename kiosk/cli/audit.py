"""``kiosk audit``: is the audit whole, and a copy of it for somebody else to check."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kiosk.cli.output import NO, emit, json_option, say
from kiosk.cli.station import open_station, open_store, profile_option
from kiosk.domain.record import AuditReport

FINDINGS = {
    "edited": "line {first_bad} is not what was written",
    "missing": "line {first_bad} is missing",
    "cut": "the lines from {first_bad} on were cut off",
    "cut_before": "the audit was cut before: line {first_bad} says when it was found",
    "anchor_missing": "the anchor beside the database is gone, or is of another station: a cut end would not be seen",
}


@click.group("audit")
def command() -> None:
    """The station's audit: what happened, chained line by line.

    \b
    Examples:
      kiosk audit verify
      kiosk audit export audit.jsonl
    """


@command.command("verify")
@profile_option
@json_option
@click.pass_context
def verify(ctx: click.Context, profile_path: Path | None, *, as_json: bool) -> None:
    """Walk the whole chain. Exit status 1 if a line was edited, cut or put into another order.

    \b
    Example:
      kiosk audit verify --json
    """
    profile, settings = open_station(ctx, profile_path)
    with open_store(profile, settings) as store:
        report = store.verify_audit()
    if as_json:
        emit(as_object(report))
    elif report.whole:
        say(f"{report.lines} lines, whole. Last hash: {report.head}")
    else:
        say(
            f"Not whole: {FINDINGS[report.finding].format(first_bad=report.first_bad)}. {report.lines} lines are there."
        )
    if not report.whole:
        ctx.exit(NO)


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@profile_option
@json_option
@click.pass_context
def export(ctx: click.Context, file: Path, profile_path: Path | None, *, as_json: bool) -> None:
    """Every line as JSON with its hash, its clocks and how far the clock was off. Only you may read the file.

    A hash is SHA-256 over the JSON list [hash before, id, at, action, subject, detail, monoMs, clockOffsetS], UTF-8, without
    spaces; before the first line stand 64 zeros.

    \b
    Example:
      kiosk audit export audit.jsonl
    """
    from kiosk.store.audit import as_json as line_as_json
    from kiosk.store.export import write_file

    profile, settings = open_station(ctx, profile_path)
    with open_store(profile, settings) as store:
        lines = store.audit()
        objects = [line_as_json(line, before) for line, before in zip(lines, [None, *lines], strict=False)]
        text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects)
        write_file(file, text)
        store.note(action="audit_exported", detail=f"lines={len(lines)}")
    if as_json:
        emit({"file": str(file), "lines": len(lines), "head": lines[-1].hash if lines else ""})
    else:
        say(f"{len(lines)} lines written to {file}")


def as_object(report: AuditReport) -> dict[str, object]:
    """A report for ``--json``."""
    return {
        "whole": report.whole,
        "lines": report.lines,
        "head": report.head,
        "anchored": report.anchored,
        "firstBad": report.first_bad,
        "finding": report.finding or None,
    }
