"""How the doctor's lines are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kiosk.domain.checkup import Line, Said, State
from kiosk.ui.text import Text

__all__ = ["Line", "State", "at_least", "guarded", "said"]


def said(key: str, **params: object) -> Said:
    """The text ``doctor_said.<key>``, or of a whole dotted key, in English; numbers and names are filled in as they are."""
    whole = key if "." in key else f"doctor_said.{key}"
    filled = {name: value if isinstance(value, str) else str(value) for name, value in params.items()}
    return Said(Text("en").get(whole, **filled), whole, filled)


def at_least(name: str, value: float, *, warn: float, fail: float, unit: str, remedy: str, digits: int = 0) -> Line:
    """A number that must not be small: ok from ``warn`` up, failed under ``fail``. ``unit``: a text with ``{count}`` in it."""
    state = State.OK if value >= warn else State.WARN if value >= fail else State.FAIL
    return Line(
        name=name,
        state=state,
        value=said(unit, count=f"{value:.{digits}f}"),
        limit=said("at_least_better", least=f"{fail:g}", better=said(unit, count=f"{warn:g}"))
        if warn != fail
        else said("at_least", least=said(unit, count=f"{warn:g}")),
        remedy="" if state is State.OK else remedy,
    )


def guarded(name: str, check: Callable[[], Iterable[Line]]) -> list[Line]:
    """Lines of one check; a check that breaks is a failed line with the type of the error, and the others go on."""
    try:
        return list(check())
    except Exception as error:  # noqa: BLE001 - the doctor must finish its round
        return [
            Line(
                name=name,
                state=State.FAIL,
                value=said("check_failed", error=type(error).__qualname__),
                remedy=said("report_it"),
            )
        ]
