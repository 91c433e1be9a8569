"""Passes: the way in without a face. A number with a PIN, or a QR code. What they look like and when they are locked; pure.

A number names a person and proves nothing; the PIN or the code proves it. Whoever types a number learns from no answer whether it
belongs to anybody: a wrong PIN, an unknown number and a locked pass are one answer. Keeps nothing, hashes nothing.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.person import PersonId, Truth

NUMBER_DIGITS = 8
"""The last one checks the others, so that a slip of the finger is told from a wrong number."""

PIN_SHORTEST = 4
PIN_LONGEST = 8
CODE_BYTES = 16
CODE_PREFIX = "KIOSK:"
"""How our QR codes begin; only letters that a QR code holds in its compact alphabet."""

TRIES = 5
"""Wrong PINs in a row before a pass is locked."""

FIRST_LOCK_S = 300.0
LONGEST_LOCK_S = 86_400.0


class Way(StrEnum):
    """A way in without a face."""

    PIN = "pin"
    QR = "qr"
    CODE = "code"
    ATTENDANT = "attendant"


class PinProblem(StrEnum):
    """Why a PIN cannot be used; each has a text, ``pin_problem.<value>``."""

    NOT_DIGITS = "not_digits"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_EASY = "too_easy"
    LIKE_NUMBER = "like_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPass:
    """What the person gets, told once: nobody can read the code again. ``code`` is the text of their QR code."""

    number: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What somebody shows instead of a face. ``secret`` is the PIN, the text of the QR code, or the code that was sent."""

    way: Way
    number: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassAnswer:
    """``person`` is whose pass it is, None where it was not accepted, for whatever reason; ``truth`` how true that is."""

    person: PersonId | None = None
    truth: Truth = Truth.LOCAL

    @property
    def accepted(self) -> bool:
        """Whether it proves somebody."""
        return self.person is not None


def new_number() -> str:
    """Random digits and their check digit; tells nothing about the person, nor how many there are."""
    body = f"{secrets.randbelow(10 ** (NUMBER_DIGITS - 1)):0{NUMBER_DIGITS - 1}d}"
    return body + _check_digit(body)


def shown_number(number: str) -> str:
    """In groups, as on a receipt: ``1234 5678``."""
    return f"{number[:4]} {number[4:]}".strip()


def read_number(typed: str) -> str | None:
    """The number as kept, from whatever was typed around it; None for one that is nobody's because it was mistyped."""
    digits = "".join(typed.split()).replace("-", "")
    if len(digits) != NUMBER_DIGITS or not _is_digits(digits) or _check_digit(digits[:-1]) != digits[-1]:
        return None
    return digits


def pin_problem(pin: str, number: str = "") -> PinProblem | None:
    """Why nobody should use this PIN; None for one that will do.

    Args:
        pin: as typed.
        number: of the same pass, which is printed beside it.
    """
    if not _is_digits(pin):
        return PinProblem.NOT_DIGITS
    if len(pin) < PIN_SHORTEST:
        return PinProblem.TOO_SHORT
    if len(pin) > PIN_LONGEST:
        return PinProblem.TOO_LONG
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    if len(set(pin)) < 3 or steps <= {1} or steps <= {9}:
        return PinProblem.TOO_EASY
    return PinProblem.LIKE_NUMBER if number and pin in number else None


def new_code() -> str:
    """The text of a QR code: 128 random bits."""
    return CODE_PREFIX + base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode("ascii").rstrip("=")


def read_code(text: str) -> bytes | None:
    """The random bits of one of our QR codes; None for any other code that somebody holds to the camera."""
    words = text.strip().upper()
    if not words.startswith(CODE_PREFIX):
        return None
    body = words[len(CODE_PREFIX) :]
    try:
        bits = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):
        return None
    return bits if len(bits) == CODE_BYTES else None


def lock_s(failures: int) -> float:
    """How long a pass is locked after so many wrong PINs in a row, seconds: twice as long each time, a day at most."""
    if failures < TRIES:
        return 0.0
    return min(LONGEST_LOCK_S, FIRST_LOCK_S * 2.0 ** min(failures - TRIES, 30))


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _check_digit(body: str) -> str:
    """After Luhn (ISO/IEC 7812-1, annex B): finds one wrong digit and nearly every pair that was swapped."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)
