"""Numbers of documents, by country and kind, where the rules are public and simple: lengths, letters, check digits.

A country or a kind that is not here is not checked for more than length and characters: a wrong refusal costs more than a typing
error that the desk sees. Returned numbers have one form a country, so that one document is one text.

Sources: Decreto 1260 de 1970 and RNEC circulars (CO, number of digits); RENIEC, DNI and its verification character (PE); RENAPO,
Instructivo normativo para la asignación de la CURP (MX); Receita Federal, CPF modulo 11 (BR); Servicio de Registro Civil, RUN
modulo 11 (CL); RENAPER (AR); Real Decreto 1553/2005, modulo 23 (ES); passports as they are printed (US).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kiosk.domain.person import DocumentType

COUNTRIES = ("AR", "BR", "CL", "CO", "ES", "MX", "PE", "US")
"""Countries with a rule, as ISO 3166-1 alpha-2."""

_MIXED = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_ES_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_CURP = re.compile(r"[A-Z][AEIOUX][A-Z]{2}[0-9]{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-ZÑ]{3}[0-9A-Z][0-9]")
_ELECTOR = re.compile(r"[A-Z]{6}[0-9]{8}[HM][0-9]{3}")


class NumberProblem(Exception):
    """A number that cannot be of this document; ``code`` is a problem of :mod:`kiosk.details.check`."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


def known_number(number: str, kind: str, country: str) -> str:
    """The number in the form of its country; as given where no rule is known.

    Args:
        number: in capitals.
        kind: a value of :class:`~kiosk.domain.person.DocumentType`, or anything else.
        country: two letters, or empty.

    Raises:
        NumberProblem: it breaks a rule.
    """
    rule = _RULES.get((country.upper(), kind))
    return number if rule is None else rule(re.sub(r"[\s./-]", "", number))


def _pattern(pattern: str, problem: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(bare: str) -> str:
        if not compiled.fullmatch(bare):
            raise NumberProblem(problem)
        return bare

    return check


def _peru(bare: str) -> str:
    """Eight digits; the ninth sign, printed apart, proves them where it is given."""
    if not re.fullmatch(r"[0-9]{8}[0-9A-K]?", bare):
        raise NumberProblem("bad_dni_pe")
    if len(bare) == 9:
        rest = sum(int(digit) * weight for digit, weight in zip(bare[:8], (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
        if bare[8] not in {"65432110987"[rest], "KJIHGFEDCBA"[rest]}:
            raise NumberProblem("bad_check_digit")
    return bare[:8]


def _mexico(bare: str) -> str:
    if _ELECTOR.fullmatch(bare):
        return bare
    if not _CURP.fullmatch(bare):
        raise NumberProblem("bad_curp")
    total = sum(_MIXED.index(sign) * (18 - place) for place, sign in enumerate(bare[:17]))
    if (10 - total % 10) % 10 != int(bare[17]):
        raise NumberProblem("bad_check_digit")
    return bare


def _brazil(bare: str) -> str:
    """Eleven digits are a CPF; anything else is taken for an RG, which every state numbers by its own rule."""
    if re.fullmatch(r"[0-9]{11}", bare):
        if len(set(bare)) == 1 or _cpf_digit(bare[:9]) != bare[9] or _cpf_digit(bare[:10]) != bare[10]:
            raise NumberProblem("bad_check_digit")
        return f"{bare[:3]}.{bare[3:6]}.{bare[6:9]}-{bare[9:]}"
    if not re.fullmatch(r"[A-Z]{0,2}[0-9]{4,13}[0-9X]?", bare):
        raise NumberProblem("bad_id_br")
    return bare


def _cpf_digit(digits: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
    return str(total * 10 % 11 % 10)


def _chile(bare: str) -> str:
    if not re.fullmatch(r"[0-9]{6,8}[0-9K]", bare):
        raise NumberProblem("bad_rut")
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(bare[:-1])))
    if "0K987654321"[total % 11] != bare[-1]:
        raise NumberProblem("bad_check_digit")
    return f"{int(bare[:-1])}-{bare[-1]}"


def _spain(bare: str) -> str:
    if not re.fullmatch(r"[0-9]{7,8}[A-Z]", bare):
        raise NumberProblem("bad_dni_es")
    if _ES_LETTERS[int(bare[:-1]) % 23] != bare[-1]:
        raise NumberProblem("bad_check_digit")
    return bare.zfill(9)


def _spain_foreigner(bare: str) -> str:
    if not re.fullmatch(r"[XYZ][0-9]{7}[A-Z]", bare):
        raise NumberProblem("bad_nie_es")
    if _ES_LETTERS[int(str("XYZ".index(bare[0])) + bare[1:-1]) % 23] != bare[-1]:
        raise NumberProblem("bad_check_digit")
    return bare


_NATIONAL, _FOREIGNER = DocumentType.NATIONAL_ID.value, DocumentType.FOREIGNER_ID.value
_RULES: dict[tuple[str, str], Callable[[str], str]] = {
    ("CO", _NATIONAL): _pattern(r"[0-9]{3,10}", "bad_cedula_co"),
    ("CO", _FOREIGNER): _pattern(r"[0-9]{6,7}", "bad_foreigner_co"),
    ("PE", _NATIONAL): _peru,
    ("PE", _FOREIGNER): _pattern(r"[0-9]{9}", "bad_foreigner_pe"),
    ("MX", _NATIONAL): _mexico,
    ("BR", _NATIONAL): _brazil,
    ("BR", _FOREIGNER): _pattern(r"[A-Z][0-9]{6}[0-9A-Z]", "bad_foreigner_br"),
    ("CL", _NATIONAL): _chile,
    ("CL", _FOREIGNER): _chile,
    ("AR", _NATIONAL): _pattern(r"[MF]?[0-9]{7,8}", "bad_dni_ar"),
    ("ES", _NATIONAL): _spain,
    ("ES", _FOREIGNER): _spain_foreigner,
    ("US", DocumentType.PASSPORT.value): _pattern(r"[0-9]{9}|[A-Z][0-9]{8}", "bad_passport_us"),
}
