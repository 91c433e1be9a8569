"""Who works at a station and what each may do: roles, rights, rules for PINs, locks after wrong ones. Pure; keeps nobody.

A right is asked for where something is done (:mod:`kiosk.station.office`), never only where a button is drawn.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NewType

OperatorId = NewType("OperatorId", str)


class Role(StrEnum):
    """What somebody is at this station."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"


class Action(StrEnum):
    """What may need a right."""

    ENROL = "enrol"
    SEE_PEOPLE = "see_people"
    EDIT_PEOPLE = "edit_people"
    SEE_RESULTS = "see_results"
    SEE_REFUSALS = "see_refusals"
    DECIDE_QUEUE = "decide_queue"
    SEE_DOCTOR = "see_doctor"
    BULK_ENROL = "bulk_enrol"
    # a supervisor's
    DELETE_PEOPLE = "delete_people"
    OVERRIDE_DUPLICATE = "override_duplicate"
    WAIVE_LIVENESS = "waive_liveness"
    EXPORT = "export"
    SETTINGS = "settings"
    CAMERA = "camera"
    SITE = "site"
    SUPPORT = "support"
    WIZARD = "wizard"
    OPERATORS = "operators"
    LEAVE_KIOSK = "leave_kiosk"


_OPERATOR = frozenset(
    {
        Action.ENROL,
        Action.SEE_PEOPLE,
        Action.EDIT_PEOPLE,
        Action.SEE_RESULTS,
        Action.SEE_REFUSALS,
        Action.DECIDE_QUEUE,
        Action.SEE_DOCTOR,
        Action.BULK_ENROL,
    }
)
_UNMANNED_DESK = frozenset({Action.ENROL, Action.DECIDE_QUEUE, Action.OVERRIDE_DUPLICATE})
"""What anybody at an enrolment desk may do for which nobody has been made an operator."""


def may(role: Role) -> frozenset[Action]:
    """Everything that this role may do."""
    return frozenset(Action) if role is Role.SUPERVISOR else _OPERATOR


def rights(role: Role | None, *, manned: bool, desk: bool) -> frozenset[Action]:
    """What may be done right now.

    Args:
        role: of whoever is signed in; None where nobody is.
        manned: there are operators on record.
        desk: the station enrols people; nobody attends a door.
    """
    if role is not None:
        return may(role)
    return _UNMANNED_DESK if desk and not manned else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One of them. ``name`` is for screens only: records and the audit hold the id.

    Attributes:
        locked_until: after wrong PINs; None where they may try.
        disabled: may not sign in any more; kept because records name the id.
    """

    id: OperatorId
    name: str
    role: Role
    created_at: str = ""
    locked_until: datetime | None = None
    disabled: bool = False

    def may(self, action: Action) -> bool:
        """Whether this one has the right."""
        return action in may(self.role)


# ---------------------------------------------------------------------------------------------------------------- locks

TRIES = 5
FIRST_LOCK = timedelta(minutes=5)
LONGEST_LOCK = timedelta(hours=8)
"""A lock that anybody can cause by guessing must end within a shift."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Wrong PINs in a row, and until when nobody may try (aware)."""

    failures: int = 0
    until: datetime | None = None


def tries_left(failures: int) -> int:
    """How many wrong PINs are left before the next lock, 1..5."""
    return TRIES - failures % TRIES


def lock_time(failures: int) -> timedelta:
    """How long so many wrong PINs in a row lock: 5 minutes after five, twice as long after each five more, at most 8 hours."""
    if failures < TRIES or failures % TRIES:
        return timedelta(0)
    doublings = failures // TRIES - 1
    return min(FIRST_LOCK * (1 << min(doublings, 16)), LONGEST_LOCK)


def remaining(lock: Lock, now: datetime) -> timedelta:
    """How long nobody may try; zero where they may. A clock that was put back makes no lock longer than it was at first."""
    if lock.until is None:
        return timedelta(0)
    left = lock.until - now
    if left <= timedelta(0):
        return timedelta(0)
    return min(left, lock_time(lock.failures - lock.failures % TRIES) or FIRST_LOCK)


def counted(lock: Lock, now: datetime) -> Lock:
    """One more try, counted as wrong before it is looked at, so that a program that is killed meanwhile forgets none."""
    failures = lock.failures + 1
    locked_for = lock_time(failures)
    return Lock(failures, now + locked_for if locked_for else None)


# ----------------------------------------------------------------------------------------------------------------- PINs

MIN_DIGITS = 6
MIN_PASSPHRASE = 8
MAX_PIN = 128


class PinProblem(StrEnum):
    """What is wrong with a new PIN; each has a text (``operator_pin.<value>``)."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_EASY = "too_easy"


def normal_pin(pin: str) -> str:
    """As it is hashed: one spelling of every character, nothing at the ends."""
    return unicodedata.normalize("NFKC", pin).strip()


def pin_problem(pin: str) -> PinProblem | None:
    """What is wrong with a new PIN: six digits or more that are no run, or a passphrase of eight characters or more."""
    text = normal_pin(pin)
    if len(text) > MAX_PIN:
        return PinProblem.TOO_LONG
    if len(text) < (MIN_DIGITS if text.isdecimal() else MIN_PASSPHRASE):
        return PinProblem.TOO_SHORT
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    if len(set(text)) < 3 or (len(steps) == 1 and abs(min(steps)) <= 1):
        return PinProblem.TOO_EASY
    return None


NAME_MAX = 40


def normal_name(name: str) -> str:
    """As it is kept; empty where it cannot be a name."""
    text = " ".join(unicodedata.normalize("NFC", name).split())
    usable = 0 < len(text) <= NAME_MAX and all(unicodedata.category(each)[0] != "C" for each in text)
    return text if usable else ""


# -------------------------------------------------------------------------------------------------------------- answers


class PinAnswer(StrEnum):
    """What became of a PIN."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PinChecked:
    """The answer to somebody who signs in.

    Attributes:
        operator: who it is; only with RIGHT.
        tries_left: before the next lock; only with WRONG.
        locked_s: how long nobody may try; only with LOCKED.
    """

    answer: PinAnswer
    operator: Operator | None = None
    tries_left: int = 0
    locked_s: float = 0.0
