"""``kiosk operators``: who may work at the station. A PIN is asked for or read from stdin; it is never an argument."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.output import emit, json_option, say
from kiosk.cli.station import is_running, open_station, open_store, profile_option
from kiosk.domain.errors import Code, StoreError
from kiosk.domain.operators import Operator, OperatorId, Role, normal_pin, pin_problem

if TYPE_CHECKING:
    from kiosk.store.operators import SqliteOperators

_BY = "command line"

pin_option = click.option("--pin-stdin", is_flag=True, help="Read the PIN from the first line of stdin.")


@click.group("operators")
def command() -> None:
    """Who may work at this station: add, list, disable, new PIN.

    A PIN has six digits or more, or is a passphrase of eight characters or more. Whoever may run this command on the
    profile is trusted like a supervisor.

    \b
    Examples:
      kiosk operators add "Ana Rojas" --role supervisor
      kiosk operators list
    """


@command.command("add")
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), default=Role.OPERATOR.value, show_default=True
)
@pin_option
@profile_option
@json_option
@click.pass_context
def add(ctx: click.Context, name: str, role: str, profile_path: Path | None, *, pin_stdin: bool, as_json: bool) -> None:
    """Somebody new. The first one should be a supervisor: only a supervisor can add others at the station.

    \b
    Example:
      kiosk operators add "Ana Rojas" --role supervisor
    """
    with _operators(ctx, profile_path) as operators:
        pin = _new_pin(from_stdin=pin_stdin)
        operator = operators.add(name=name, role=Role(role), pin=pin, by=_BY)
    _tell(operator, as_json=as_json)
    _hint_running(profile_path)


@command.command("list")
@profile_option
@json_option
@click.pass_context
def list_operators(ctx: click.Context, profile_path: Path | None, *, as_json: bool) -> None:
    """Everybody, by name, those who are disabled too.

    \b
    Example:
      kiosk operators list --json
    """
    with _operators(ctx, profile_path) as operators:
        found = operators.all()
    if as_json:
        emit([_as_object(operator) for operator in found])
        return
    for operator in found:
        _tell(operator, as_json=False)
    say(f"{len(found)} {'operator' if len(found) == 1 else 'operators'}")


@command.command("disable")
@click.argument("operator", metavar="ID|NAME")
@profile_option
@json_option
@click.pass_context
def disable(ctx: click.Context, operator: str, profile_path: Path | None, *, as_json: bool) -> None:
    """They sign in no more. The last supervisor stays.

    \b
    Example:
      kiosk operators disable "Ana Rojas"
    """
    with _operators(ctx, profile_path) as operators:
        done = operators.disable(_named(operators, operator), by=_BY)
    _tell(done, as_json=as_json)
    _hint_running(profile_path)


@command.command("pin")
@click.argument("operator", metavar="ID|NAME")
@pin_option
@profile_option
@json_option
@click.pass_context
def pin(ctx: click.Context, operator: str, profile_path: Path | None, *, pin_stdin: bool, as_json: bool) -> None:
    """A new PIN; also undoes a lock after wrong ones.

    \b
    Example:
      kiosk operators pin "Ana Rojas"
    """
    with _operators(ctx, profile_path) as operators:
        whose = _named(operators, operator)
        done = operators.set_pin(whose, _new_pin(from_stdin=pin_stdin), by=_BY)
    _tell(done, as_json=as_json)


@contextlib.contextmanager
def _operators(ctx: click.Context, profile_path: Path | None) -> Iterator[SqliteOperators]:
    profile, settings = open_station(ctx, profile_path)
    with open_store(profile, settings) as store:
        yield store.operators


def _named(operators: SqliteOperators, wanted: str) -> OperatorId:
    """By id, or by name where that names one.

    Raises:
        StoreError: ``operator_unknown``.
    """
    for operator in operators.all():
        if operator.id == wanted or operator.name.casefold() == wanted.strip().casefold():
            return operator.id
    raise StoreError(Code.OPERATOR_UNKNOWN)


def _new_pin(*, from_stdin: bool) -> str:
    """Raises: StoreError: ``pin_unfit``, before anything is written."""
    if from_stdin:
        typed = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        typed = click.prompt("PIN", hide_input=True, confirmation_prompt=True, err=True)
    else:
        raise click.UsageError("nobody can type a PIN here: use --pin-stdin")
    problem = pin_problem(normal_pin(typed))
    if problem is not None:
        raise StoreError(Code.PIN_UNFIT, problem.value)
    return str(typed)


def _as_object(operator: Operator) -> dict[str, Any]:
    until = operator.locked_until
    return {
        "id": operator.id,
        "name": operator.name,
        "role": operator.role.value,
        "disabled": operator.disabled,
        "lockedUntil": None if until is None else until.isoformat(timespec="seconds"),
        "createdAt": operator.created_at,
    }


def _tell(operator: Operator, *, as_json: bool) -> None:
    if as_json:
        emit(_as_object(operator))
        return
    state = "  disabled" if operator.disabled else ""
    say(f"{operator.id}  {operator.role:<10}  {operator.name}{state}")


def _hint_running(profile_path: Path | None) -> None:
    if is_running(profile_path):
        click.echo(
            "A station runs on this profile: it learns this when somebody signs in next, or at its next start.",
            err=True,
        )
