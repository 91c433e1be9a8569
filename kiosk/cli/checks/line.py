"""How the doctor's lines are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kiosk.domain.checkup import Line, State

__all__ = ["Line", "State", "at_least", "guarded"]


def at_least(name: str, value: float, *, warn: float, fail: float, unit: str, remedy: str, digits: int = 0) -> Line:
    """A number that must not be small: ok from ``warn`` up, failed under ``fail``."""
    state = State.OK if value >= warn else State.WARN if value >= fail else State.FAIL
    return Line(
        name=name,
        state=state,
        value=f"{value:.{digits}f} {unit}".strip(),
        limit=f"at least {fail:g}, better {warn:g} {unit}".strip()
        if warn != fail
        else f"at least {warn:g} {unit}".strip(),
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
                value=f"the check itself failed ({type(error).__qualname__})",
                remedy="Report this together with the log.",
            )
        ]
