"""``kiosk doctor``: is this machine fit to be a kiosk? Every check with its value, its limit and what to do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click

from kiosk.cli.checks.line import Line, State, guarded
from kiosk.cli.output import NO, emit, json_option, language_of, say, use_language, use_log
from kiosk.cli.station import profile_option
from kiosk.ui.text import Text

_COLOURS = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}


@click.command("doctor")
@profile_option
@json_option
@click.option("--database", "copy", type=click.Path(path_type=Path), hidden=True)
@click.pass_context
def command(ctx: click.Context, profile_path: Path | None, copy: Path | None, *, as_json: bool) -> None:
    """Is this machine fit to be a kiosk? Every check with its value, limit and remedy.

    Exit status 0 if nothing fails (warnings may remain), 1 otherwise; that is also the line below which a station may not
    be called unattended. How fast it is, says: kiosk bench

    \b
    Example:
      kiosk doctor --json
    """
    lines: list[Line] = []
    for line in examine(ctx, profile_path, copy):
        lines.append(line)
        if not as_json:
            _show(line, Text(language_of(ctx)))
    failing = sum(line.state is State.FAIL for line in lines)
    warning = sum(line.state is State.WARN for line in lines)
    if as_json:
        emit({"ok": not failing, "checks": [line.as_object() for line in lines]})
    else:
        fine = len(lines) - failing - warning
        text = Text(language_of(ctx))
        say(text.get("doctor_said.sum", failed=failing, warned=warning, fine=fine))
    if failing:
        ctx.exit(NO)


def examine(ctx: click.Context, profile_path: Path | None, copy: Path | None = None) -> Iterator[Line]:
    """All checks, in the order in which to mend them. ``copy``: of the database, to be looked at instead of the station's own."""
    from kiosk import log
    from kiosk.cli import unattended
    from kiosk.cli.checks import parts, rounds

    settings, lines = parts.settings(profile_path)
    use_language(ctx, settings.ui.language)
    profile, more = parts.profile(profile_path)
    with contextlib.ExitStack() as stack:
        if profile is not None:
            stack.enter_context(log.started(profile))
            stack.enter_context(log.quiet_native_stderr(profile.native_log))
            use_log(ctx, profile.log)
        yield from rounds.machine_and_settings(lines, more)
        if profile is not None:
            yield from rounds.folder(profile)
            yield from guarded("database", lambda: parts.database(profile, copy))
            yield from guarded("unattended", lambda: unattended.line(profile, settings, copy))
        yield from rounds.cameras_and_weights(settings)
        yield from guarded("vision", lambda: parts.vision(settings))


def _show(line: Line, text: Text) -> None:
    """In the station's language; the name stays as ``--json`` has it, for whoever looks it up."""
    say(f"{click.style(f'{line.state:>4}', fg=_COLOURS[line.state])}  {line.name}: {text.said(line.value)}")
    if line.state is not State.OK:
        if line.limit:
            say(f"      {text.get('doctor_said.asked_for', limit=text.said(line.limit))}")
        if line.remedy:
            say(f"      {text.get('doctor_said.do', remedy=text.said(line.remedy))}")
