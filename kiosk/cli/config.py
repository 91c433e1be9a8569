"""``kiosk config``: show, check and change the settings of a profile."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import unattended
from kiosk.cli.looks import look_of
from kiosk.cli.output import emit, json_option, say
from kiosk.cli.station import load_settings, profile_option
from kiosk.settings import Secret, Settings
from kiosk.settings.limits import keys

if TYPE_CHECKING:
    from kiosk.profile import Profile

TOKEN_KEY = "api.token"  # noqa: S105 - the name of the setting
_HIDDEN = "(hidden)"
_PLACES = {"keyring": "the system's keyring", "file": "a file of the profile that only you may read"}


@click.group("config")
def command() -> None:
    """Show, check and change the settings of a profile.

    Settings come from defaults, then the profile's settings.toml, then the environment (KIOSK_CAMERA__URI), then the
    command line.

    \b
    Examples:
      kiosk config show
      kiosk config set camera.uri=usb:1
    """


@command.command("show")
@profile_option
@json_option
@click.pass_context
def show(ctx: click.Context, profile_path: Path | None, *, as_json: bool) -> None:
    """Every setting, its value and where it comes from. Secrets are not shown.

    \b
    Example:
      kiosk config show --json
    """
    settings = load_settings(ctx, profile_path)
    values = {name: _shown(settings, name) for name in keys()}
    sources = dict(settings.sources)
    kept = None if settings.api.token else _kept(profile_path)
    if kept is not None:
        values[TOKEN_KEY], sources[TOKEN_KEY] = _HIDDEN, kept
    if as_json:
        emit({**_nested(values), "sources": sources})
        return
    section = ""
    for name, value in values.items():
        head, last = name.rsplit(".", 1)
        if head != section:
            say(f"{'' if not section else chr(10)}[{head}]")
            section = head
        source = sources.get(name)
        say(f"{last} = {_in_words(value)}{f'   ({source})' if source else ''}")


@command.command("check")
@profile_option
@json_option
@click.pass_context
def check(ctx: click.Context, profile_path: Path | None, *, as_json: bool) -> None:
    """Are the settings right? Exit status 0 if so, 2 with the key that is wrong.

    \b
    Example:
      kiosk config check --profile /srv/door-1
    """
    from kiosk.camera.uri import parse

    settings = load_settings(ctx, profile_path)
    parse(settings.camera.uri)
    look_of(settings.ui)
    if as_json:
        emit({"ok": True, "changed": dict(settings.sources)})
    else:
        say(f"Settings are right ({len(settings.sources)} differ from the defaults).")


@command.command("set")
@click.argument("assignment", metavar="KEY=VALUE")
@profile_option
@json_option
@click.pass_context
def set_value(ctx: click.Context, assignment: str, profile_path: Path | None, *, as_json: bool) -> None:
    """Change one setting in the profile's settings.toml. The whole result is checked first.

    A VALUE of - is read from standard input, so that a token need not stand in the shell's history. The account's token
    (api.token) goes into the system's keyring instead, or into a file that only you may read where there is none.

    \b
    Examples:
      kiosk config set ui.language=es
      kiosk config set api.token=- < token.txt
    """
    from kiosk.paths import default_profile
    from kiosk.profile import open_profile
    from kiosk.settings import save_value
    from kiosk.settings.load import parse_text

    key, equals, value = assignment.partition("=")
    if not equals:
        raise click.UsageError("Give KEY=VALUE, for example camera.uri=usb:1")
    key = key.strip()
    if value == "-":
        value = sys.stdin.readline().strip()
    parse_text(key, value)  # a wrong one leaves no folder behind
    profile = open_profile(profile_path or default_profile())
    if key == TOKEN_KEY:
        _keep_token(ctx, profile, value, as_json=as_json)
        return
    if key == unattended.KEY and unattended.is_claimed(value):
        _require_unattended(ctx, profile)
    settings = save_value(profile.root, key, value)
    shown = _shown(settings, key)
    if as_json:
        emit({"key": key, "value": shown, "file": str(profile.settings)})
    else:
        say(f"{key} = {_in_words(shown)} is now in {profile.settings}")


def _require_unattended(ctx: click.Context, profile: Profile) -> None:
    """The claim is refused before it is written, unless the walk of attacks and the doctor carry it."""
    from kiosk.cli.doctor import examine

    unattended.require_fit(profile, load_settings(ctx, profile.root))
    unattended.require_passing(examine(ctx, profile.root))


def _keep_token(ctx: click.Context, profile: Profile, token: str, *, as_json: bool) -> None:
    """Into the vault, and out of a settings file that an older version wrote it to."""
    from kiosk.cli.remote import keep_token
    from kiosk.settings import save_value
    from kiosk.ui.text import Text

    settings = load_settings(ctx, profile.root)
    vault = keep_token(profile.root, token)
    if settings.api.token and settings.sources.get(TOKEN_KEY) == "file":
        save_value(profile.root, TOKEN_KEY, "")
    if as_json:
        emit({"key": TOKEN_KEY, "value": _HIDDEN if token else "", "kept_in": vault.kind.value if token else None})
    else:
        say(f"{TOKEN_KEY} is now in {_PLACES[vault.kind.value]}." if token else f"{TOKEN_KEY} is forgotten.")
    if token and vault.notice:
        click.echo(Text(settings.ui.language).get(vault.notice), err=True)
    if settings.sources.get(TOKEN_KEY) == "environment":
        click.echo("KIOSK_API__TOKEN is set in the environment: as long as it is, it counts instead.", err=True)


def _kept(profile_path: Path | None) -> str | None:
    """Where the profile's vault keeps a token, as ``sources`` names it."""
    from kiosk.cli.remote import kept_in
    from kiosk.paths import default_profile

    kind = kept_in((profile_path or default_profile()).expanduser())
    return None if kind is None else kind.value


def _shown(settings: Settings, name: str) -> Any:
    value: Any = settings
    for part in name.split("."):
        value = getattr(value, part)
    if isinstance(value, Secret):
        return _HIDDEN if value else ""
    if isinstance(value, tuple):
        return list(value)
    if name == "camera.uri":
        from kiosk.camera.uri import redacted

        return redacted(value)  # the address of a network camera may hold a login
    return str(value) if isinstance(value, str) else value


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(value) if isinstance(value, list) else str(value)


def _nested(values: dict[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in values.items():
        *path, last = name.split(".")
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
        branch[last] = value
    return tree
