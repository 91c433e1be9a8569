"""What a command says and how it ends: answers on stdout, errors in one form, exit statuses, nothing personal on stderr.

An error is ``text``, ``remedy`` and ``(code: detail)`` on stderr, or with ``--json`` one object on stdout:
``{"error": {"code", "text", "remedy", "detail"}}``. Sentences come from the language files.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from kiosk.domain.errors import Code, InvariantBroken, KioskError

logger = logging.getLogger(__name__)

INTERRUPTED = 130
PIPE_CLOSED = 141
NO = 1
"""Exit status: the answer is no."""

_ANSWERS = frozenset({Code.PERSON_UNKNOWN})
"""Codes that answer the question that was asked, with no; no part of the kiosk is broken."""

_JSON, _LANGUAGE, _LOG = "kiosk.json", "kiosk.language", "kiosk.log"


def _want_json(ctx: click.Context, _: click.Parameter, value: bool) -> bool:
    ctx.meta[_JSON] = value
    return value


json_option = click.option(
    "--json", "as_json", is_flag=True, is_eager=True, expose_value=True, callback=_want_json, help="JSON for machines."
)


def use_language(ctx: click.Context, language: str) -> None:
    """Say errors in this language from now on."""
    ctx.meta[_LANGUAGE] = language


def language_of(ctx: click.Context) -> str:
    """In which language things are said."""
    return str(ctx.meta.get(_LANGUAGE, "en"))


def use_log(ctx: click.Context, path: Path) -> None:
    """Where an unexpected error leaves its details."""
    ctx.meta[_LOG] = path


def emit(answer: Any) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))


def say(text: str = "") -> None:
    """One line for people on stdout."""
    click.echo(text)


def sentences(error: KioskError, language: str) -> tuple[str, str]:
    """What happened and what to do, in the language; the code itself where a text is missing."""
    from kiosk.ui.text import Text

    text = Text(language)
    return (
        text.get(error.text_key) if text.has(error.text_key) else str(error.code),
        text.get(error.remedy_key) if text.has(error.remedy_key) else "",
    )


def as_object(error: KioskError, language: str) -> dict[str, str]:
    """An error as ``--json`` shows it."""
    text, remedy = sentences(error, language)
    return {"code": str(error.code), "text": text, "remedy": remedy, "detail": error.detail}


@contextlib.contextmanager
def guarded(ctx: click.Context) -> Iterator[None]:
    """Turn whatever leaves the block into a message and an exit status."""
    ctx.meta.setdefault(_LANGUAGE, os.environ.get("KIOSK_UI__LANGUAGE", "en"))
    try:
        yield
        sys.stdout.flush()
    except KioskError as error:
        _show(ctx, error)
        ctx.exit(NO if error.code in _ANSWERS else error.exit_status)
    except (KeyboardInterrupt, click.Abort):
        ctx.exit(INTERRUPTED)
    except BrokenPipeError:
        drop_stdout()
        ctx.exit(PIPE_CLOSED)
    except (click.ClickException, click.exceptions.Exit):
        raise
    except Exception as error:  # noqa: BLE001 - the outermost place: nothing may reach the user as a traceback
        _show_bug(ctx, error)
        ctx.exit(InvariantBroken.exit_status)


def _show(ctx: click.Context, error: KioskError) -> None:
    described = as_object(error, ctx.meta[_LANGUAGE])
    if ctx.meta.get(_JSON):
        emit({"error": described})
        return
    click.echo(f"Error: {described['text']}", err=True)
    if described["remedy"]:
        click.echo(described["remedy"], err=True)
    click.echo(f"({described['code']}: {error.detail})" if error.detail else f"({described['code']})", err=True)


def _show_bug(ctx: click.Context, error: Exception) -> None:
    path = ctx.meta.get(_LOG)
    where = _write_down(error, path)
    _show(ctx, InvariantBroken(f"{type(error).__qualname__}; {where}"))


def _write_down(error: Exception, path: Path | None) -> str:
    from kiosk import log
    from kiosk.paths import user_data
    from kiosk.profile import open_profile

    if path is not None:
        log.write_down(error)
        return f"details are in {path}"
    try:
        profile = open_profile(user_data() / "crashes")
        with log.started(profile):
            log.write_down(error)
    except (KioskError, OSError):
        return "no details could be written"
    return f"details are in {profile.log}"


def drop_stdout() -> None:
    """Nobody reads any more: let the interpreter's last flush go nowhere instead of complaining."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
