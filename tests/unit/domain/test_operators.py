"""Rights, PIN rules and names."""

from __future__ import annotations

import pytest

from kiosk.domain.operators import Action, PinProblem, Role, may, normal_name, pin_problem, rights


@pytest.mark.parametrize(
    ("pin", "problem"),
    [
        ("493817", None),
        ("correct horse", None),
        ("  493817 ", None),
        ("49381", PinProblem.TOO_SHORT),
        ("horse 1", PinProblem.TOO_SHORT),
        ("", PinProblem.TOO_SHORT),
        ("123456", PinProblem.TOO_EASY),
        ("987654", PinProblem.TOO_EASY),
        ("000000", PinProblem.TOO_EASY),
        ("121212", PinProblem.TOO_EASY),
        ("aaaaaaaa", PinProblem.TOO_EASY),
        ("abcdefgh", PinProblem.TOO_EASY),
        ("x" * 129, PinProblem.TOO_LONG),
    ],
)
def test_a_pin_is_long_and_no_run(pin: str, problem: PinProblem | None) -> None:
    assert pin_problem(pin) is problem


def test_a_name_is_one_line_of_letters() -> None:
    assert normal_name("  Ana   Rojas ") == "Ana Rojas"
    assert [normal_name(bad) for bad in ("", "  ", "a\x00b", "x" * 41)] == ["", "", "", ""]


def test_a_supervisor_may_do_everything_and_an_operator_less() -> None:
    assert may(Role.SUPERVISOR) == frozenset(Action)
    assert may(Role.OPERATOR) < may(Role.SUPERVISOR)
    for kept in (Action.OPERATORS, Action.SETTINGS, Action.DELETE_PEOPLE, Action.EXPORT, Action.LEAVE_KIOSK):
        assert kept not in may(Role.OPERATOR)


def test_nobody_signed_in_may_do_nothing_where_there_are_operators_or_at_a_door() -> None:
    assert rights(None, manned=True, desk=True) == frozenset()
    assert rights(None, manned=False, desk=False) == frozenset()
    assert rights(None, manned=True, desk=False) == frozenset()


def test_a_desk_without_operators_works_as_before_and_shows_nobody() -> None:
    found = rights(None, manned=False, desk=True)
    assert {Action.ENROL, Action.DECIDE_QUEUE} <= found
    assert not found & {Action.SEE_PEOPLE, Action.EXPORT, Action.OPERATORS, Action.SETTINGS}
