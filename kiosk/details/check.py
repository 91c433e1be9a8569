"""Checks and normalises what a person tells about themselves. Pure: nothing is looked up on the network, nothing is stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from kiosk.details.numbers import NumberProblem, known_number
from kiosk.domain.person import WIRE, Details, DocumentType

_OLDEST = date(1900, 1, 1)
_NAME_MAX = 80
_TYPE_MAX = 40
_JOINERS = "\u200c\u200d"  # part of the spelling of names in several scripts
_NAME_MARKS = " '’ʼ`´-‐‑.·" + _JOINERS
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")

SAYS = {
    "required": "is needed",
    "too_long": "is too long",
    "too_short": "is too short",
    "bad_characters": "has characters that cannot be used",
    "bad_email": "is not an e-mail address",
    "bad_phone": "is not a phone number with its country code",
    "bad_date": "is not a date written YYYY-MM-DD",
    "date_in_future": "is in the future",
    "date_too_old": "is before 1900",
    "bad_document_type": "is not a kind of document",
    "bad_document_number": "is not a document number",
    "bad_check_digit": "does not add up: one character is wrong",
    "bad_cedula_co": "is not a number of a Colombian cédula",
    "bad_foreigner_co": "is not a number of a Colombian foreigner's card",
    "bad_dni_pe": "is not a number of a Peruvian DNI",
    "bad_foreigner_pe": "is not a number of a Peruvian foreigner's card",
    "bad_curp": "is neither a CURP nor a Mexican voter's key",
    "bad_id_br": "is neither a CPF nor an RG",
    "bad_foreigner_br": "is not a number of a Brazilian foreigner's card",
    "bad_rut": "is not a Chilean RUT",
    "bad_dni_ar": "is not a number of an Argentine DNI",
    "bad_dni_es": "is not a number of a Spanish DNI",
    "bad_nie_es": "is not a Spanish NIE",
    "bad_passport_us": "is not a number of a passport of the United States",
}
"""Every problem code, and how a command line says it."""

PROBLEMS = frozenset(SAYS)

COUNTRY_FIELD = "document_country"
"""Two letters, or anything else for a country without a rule; goes before the ``country`` that the caller gives."""


class Origin(Enum):
    """Who wrote it. A phone number in a file comes from another system and is taken as it stands when it has the form of one."""

    FORM = "form"
    FILE = "file"


class _Problem(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_details(
    typed: Mapping[str, str],
    *,
    region: str | None = None,
    country: str = "",
    today: date | None = None,
    origin: Origin = Origin.FORM,
) -> tuple[Details | None, dict[str, str]]:
    """Check and normalise what was typed. Spaces at the ends are ignored; a missing field is one left empty.

    Args:
        typed: by the Python field names of :class:`~kiosk.domain.person.Details`; also :data:`COUNTRY_FIELD`, which the form asks
            for and nobody keeps.
        region: two-letter country for phone numbers without a country code, e.g. ``CO``.
        country: two-letter country of the document, for the rule of its number; empty where nobody knows.
        today: for the date of birth; the machine's local date when None.
        origin: see :class:`Origin`.

    Returns:
        The details, or None and a problem code for each wrong field (:data:`PROBLEMS`).

    Raises:
        ValueError: a field name that does not exist.
    """
    country = typed.get(COUNTRY_FIELD, "") or country
    unknown = sorted(set(typed) - set(WIRE) - {COUNTRY_FIELD})
    if unknown:
        raise ValueError(f"no such field: {', '.join(unknown)}")
    text = {field: unicodedata.normalize("NFC", typed.get(field, "")).strip() for field in WIRE}
    checks: dict[str, Callable[[str], str]] = {
        "first_name": _name,
        "last_name": _name,
        "email": _email,
        "phone": lambda value: _phone(value, region, origin),
        "date_of_birth": lambda value: _birth(value, today or date.today()),
        "document_type": _document_type,
        "document_number": lambda value: _document_number(value, text["document_type"], country),
    }
    problems: dict[str, str] = {}
    checked: dict[str, str] = {}
    for field, check in checks.items():
        try:
            checked[field] = _checked(text[field], check, needed=field == "first_name")
        except _Problem as problem:
            problems[field] = problem.code
    return (None, problems) if problems else (Details(**checked), {})


def checks_at(country: str) -> Callable[[Mapping[str, str]], tuple[Details | None, dict[str, str]]]:
    """:func:`check_details` for the forms of a station in this country (two letters, or empty).

    Phone numbers need no country code there. A document is the station's country's only in a form that asks for its country and
    got no answer: a record that is edited does not say where its document is from.
    """

    def check(typed: Mapping[str, str]) -> tuple[Details | None, dict[str, str]]:
        asked = COUNTRY_FIELD in typed
        return check_details(typed, region=country or None, country=country if asked else "")

    return check


def _checked(text: str, check: Callable[[str], str], *, needed: bool) -> str:
    if not text:
        if needed:
            raise _Problem("required")
        return ""
    if (
        any(unicodedata.category(c)[0] == "C" and c not in _JOINERS for c in text)
        or "\u2028" in text
        or "\u2029" in text
    ):
        raise _Problem("bad_characters")
    return check(text)


def _name(text: str) -> str:
    """Letters of any script with their marks, spaces, apostrophes, hyphens, points."""
    text = " ".join(text.split())
    if len(text) > _NAME_MAX:
        raise _Problem("too_long")
    if not all(unicodedata.category(c)[0] in "LM" or c in _NAME_MARKS for c in text):
        raise _Problem("bad_characters")
    if not any(unicodedata.category(c)[0] == "L" for c in text):
        raise _Problem("bad_characters")
    return text


def _email(text: str) -> str:
    """Syntax only: a kiosk may be offline, and a form must not wait for a name server."""
    from email_validator import EmailNotValidError, validate_email

    try:
        return str(validate_email(text, check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise _Problem("bad_email") from error


def _phone(text: str, region: str | None, origin: Origin) -> str:
    """E.164 (ITU-T E.164). Lengths are checked against the country's plan, except for a whole number that comes in a file."""
    import phonenumbers

    bare = re.sub(r"[\s().\-/]", "", text)
    if origin is Origin.FILE and _E164.fullmatch(bare):
        return bare
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise _Problem("bad_phone") from error
    if number.extension or not phonenumbers.is_possible_number(number):
        raise _Problem("bad_phone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _birth(text: str, today: date) -> str:
    """ISO 8601 only: 01/02/1990 is two different days."""
    if not _DATE.fullmatch(text):
        raise _Problem("bad_date")
    try:
        born = date.fromisoformat(text)
    except ValueError as error:
        raise _Problem("bad_date") from error
    if born > today:
        raise _Problem("date_in_future")
    if born < _OLDEST:
        raise _Problem("date_too_old")
    return text


def _kind(text: str) -> str:
    """``Driver license`` and ``driver-license`` are what :class:`DocumentType` calls ``driver_license``."""
    return text.lower().replace(" ", "_").replace("-", "_")


def _document_type(text: str) -> str:
    known = _kind(text)
    if known in set(DocumentType):
        return known
    if len(text) > _TYPE_MAX:
        raise _Problem("too_long")
    if not all(c.isalnum() or c in " _-./" for c in text):
        raise _Problem("bad_document_type")
    return text


@dataclass(frozen=True, slots=True)
class _NumberRule:
    shortest: int
    longest: int
    pattern: re.Pattern[str]


_NUMBERS = {
    DocumentType.PASSPORT: _NumberRule(5, 20, re.compile(r"[A-Z0-9-]+")),  # ICAO 9303 has 9; older ones are longer
    DocumentType.NATIONAL_ID: _NumberRule(4, 24, re.compile(r"[A-Z0-9 ./-]+")),
    DocumentType.FOREIGNER_ID: _NumberRule(4, 24, re.compile(r"[A-Z0-9 ./-]+")),
    DocumentType.DRIVER_LICENSE: _NumberRule(4, 24, re.compile(r"[A-Z0-9 ./*-]+")),
}
_ANY_NUMBER = _NumberRule(1, 40, re.compile(r"[\w ./#*-]+"))


def _document_number(text: str, kind: str, country: str) -> str:
    text = " ".join(unicodedata.normalize("NFKC", text).split()).upper()
    known = _kind(kind)
    rule = _NUMBERS[DocumentType(known)] if known in _NUMBERS else _ANY_NUMBER
    if known == DocumentType.PASSPORT:
        text = text.replace(" ", "")
    if len(text) > rule.longest:
        raise _Problem("too_long")
    if not rule.pattern.fullmatch(text) or not any(c.isalnum() for c in text):
        raise _Problem("bad_document_number")
    if len(text) < rule.shortest:
        raise _Problem("too_short")
    try:
        return known_number(text, known, country)
    except NumberProblem as error:
        raise _Problem(error.code) from error
