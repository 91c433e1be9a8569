"""The operators page: who works here, adding somebody, a new PIN, disabling somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.errors import Code
from kiosk.domain.operators import Operator, Role, normal_name, normal_pin, pin_problem
from kiosk.station.office.operators import OperatorsShown
from kiosk.station.office.requests import OfficeReply
from kiosk.ui.presenters.common import Tone
from kiosk.ui.presenters.people import age
from kiosk.ui.text import Text


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """One of them."""

    id: str
    cells: tuple[str, str, str, str]
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorsView:
    """The list and the words of the forms."""

    columns: tuple[str, ...]
    rows: tuple[OperatorRow, ...]
    add: str
    new_pin: str
    disable: str
    sure: str
    name: str
    role: str
    roles: tuple[tuple[str, str], ...]
    pin: str
    again: str
    rule: str
    save: str
    cancel: str


def present(shown: OperatorsShown | None, text: Text) -> OperatorsView:
    """Nobody is listed before they were read."""
    return OperatorsView(
        columns=tuple(text.get(f"operators.column_{name}") for name in ("name", "role", "state", "since")),
        rows=tuple(_row(each, shown, text) for each in shown.operators) if shown is not None else (),
        add=text.get("operators.add"),
        new_pin=text.get("operators.new_pin"),
        disable=text.get("operators.disable"),
        sure=text.get("operators.disable_sure"),
        name=text.get("operators.name"),
        role=text.get("operators.role"),
        roles=tuple((role.value, text.get(f"role.{role}")) for role in Role),
        pin=text.get("sign_in.pin"),
        again=text.get("operators.pin_again"),
        rule=text.get("operators.pin_rule"),
        save=text.get("button.save"),
        cancel=text.get("button.cancel"),
    )


def _row(operator: Operator, shown: OperatorsShown, text: Text) -> OperatorRow:
    state, tone = "operators.active", Tone.GOOD
    if operator.disabled:
        state, tone = "operators.disabled", Tone.NEUTRAL
    elif operator.locked_until is not None and operator.locked_until > datetime.fromisoformat(shown.now):
        state, tone = "operators.locked", Tone.WARN
    name = text.get("operators.me", name=operator.name) if operator.id == shown.me else operator.name
    cells = (name, text.get(f"role.{operator.role}"), text.get(state), age(operator.created_at, shown.now, text))
    return OperatorRow(operator.id, cells, tone)


def problem(*, name: str | None, pin: str, again: str, text: Text) -> str:
    """Why this cannot be saved yet; empty where it can. ``name`` is None where only the PIN is new."""
    if name is not None and not normal_name(name):
        return text.get("operators.needs_name")
    wrong = pin_problem(pin)
    if wrong is not None:
        return text.get(f"operator_pin.{wrong}") if pin else text.get("operators.pin_rule")
    if normal_pin(pin) != normal_pin(again):
        return text.get("operators.pins_differ")
    return ""


def failed(reply: OfficeReply, text: Text) -> str:
    """What went wrong at the station; of a PIN, what exactly."""
    if reply.error is Code.PIN_UNFIT and text.has(f"operator_pin.{reply.detail}"):
        return text.get(f"operator_pin.{reply.detail}")
    return f"{text.get(f'error.{reply.error}')} {text.get(f'remedy.{reply.error}')}"
