"""What a support bundle may not hold, found and covered. Pure: bytes and texts in, texts and findings out.

Two guards, one after the other. :func:`redact` covers what looks personal (:func:`kiosk.log.mask`) and every word, number and
secret that the store knows of somebody, in every text. :func:`scan` then looks at what is left and at everything that is no text,
and names what must not go out: it trusts nothing that the first did. Whatever is not readable text is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.log import mask


class What(StrEnum):
    """Kinds of finding; also the words that are put in place of what is covered."""

    PICTURE = "picture"
    TEMPLATE = "template"
    DATABASE = "database"
    NOT_TEXT = "not text"
    NAME = "name"
    ADDRESS = "e-mail"
    NUMBER = "number"
    TOKEN = "token"  # noqa: S105 - a kind of finding
    PIN = "pin"


@dataclass(frozen=True, slots=True)
class Finding:
    """Where and what; never the thing itself. ``line`` counts from 1; 0 where it is no line of a text."""

    file: str
    what: What
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}{f':{self.line}' if self.line else ''} ({self.what})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the station knows of people and secrets. Made by :func:`known`; shows itself nowhere.

    Attributes:
        words: of names, folded.
        exact: e-mail addresses and document numbers, folded, without separators in numbers.
        digits: of phones and documents.
        secrets: tokens, keys, hashes of PINs.
    """

    words: frozenset[str] = field(default=frozenset(), repr=False)
    exact: frozenset[str] = field(default=frozenset(), repr=False)
    digits: frozenset[str] = field(default=frozenset(), repr=False)
    secrets: frozenset[str] = field(default=frozenset(), repr=False)


MAGIC = {
    b"\xff\xd8\xff": What.PICTURE,
    b"\x89PNG\r\n\x1a\n": What.PICTURE,
    b"GIF87a": What.PICTURE,
    b"GIF89a": What.PICTURE,
    b"WEBPVP8": What.PICTURE,
    b"\x93NUMPY": What.TEMPLATE,
    b"SQLite format 3\x00": What.DATABASE,
    b"/9j/4": What.PICTURE,  # JPEG in base64
    b"iVBORw0KGgo": What.PICTURE,  # PNG in base64
    b"k05VTVBZ": What.TEMPLATE,  # NPY in base64
    b"data:image/": What.PICTURE,
}
"""How pictures, arrays and databases begin, as bytes and in base64."""

_SHORTEST_WORD, _SHORTEST_NUMBER, _SHORTEST_ENDING = 3, 5, 7

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CODE = re.compile(r"[\w.+@-]{4,}")
_DIGITS = re.compile(r"(?<!\w)\+?\d[\d ()./-]{3,}\d(?!\w)")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{80,}={0,2}")
_HEX = re.compile(r"\b[0-9a-fA-F]{65,}\b")
_BETWEEN = r"[\s,;()\[\]{}]+"
_FLOATS = re.compile(rf"(?:[-+]?\d*\.\d+(?:[eE][-+]?\d+)?{_BETWEEN}){{24,}}")
_WHOLE = re.compile(
    rf"(?:(?<![\w.:-])[-+]?\d{{1,3}}{_BETWEEN}){{64,}}"
)  # a template in eighths of a byte, a picture's rows
_DUMP = re.compile(r"(?:\b(?:[0-9a-fA-F]{2}){1,8}[ :\t]+){16,}")
_WRAPPED = re.compile(r"(?<![\w+/-])(?![0-9a-f]{64}(?![\w+/]))[A-Za-z0-9+/]{56,}={0,2}(?![\w+/])")  # base64 in lines
_HOME = re.compile(r"(/home/|/Users/|[A-Za-z]:\\Users\\)[^/\\\s'\"<>]+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
_JWT = re.compile(r"\beyJ[\w-]{6,}\.[\w-]+")
_PIN_HASH = re.compile(r"\$argon2\w*\$\S*")


def known(
    *,
    names: Iterable[str],
    codes: Iterable[str],
    numbers: Iterable[str],
    secrets: Iterable[str],
    kept: Iterable[str] = (),
) -> Known:
    """Prepare what is looked for.

    Args:
        names: of people and operators, whole.
        codes: e-mail addresses and document numbers.
        numbers: phones and document numbers.
        secrets: tokens, keys, PIN hashes.
        kept: words that a bundle must keep to be of use (the program's own name); a name that is one of them is looked for whole.
    """
    spared = {word.casefold() for word in kept}
    whole = {word.casefold() for name in names for word in _WORD.findall(name)}
    words = whole | {part for word in whole for part in _parts(word)}
    digits = {"".join(filter(str.isdigit, number)) for number in numbers}
    # People give their phone with and without its country and area.
    digits |= {number[at:] for number in digits for at in range(1, max(1, len(number) - _SHORTEST_ENDING + 1))}
    return Known(
        words=frozenset(word for word in words if len(word) >= _SHORTEST_WORD and word not in spared),
        exact=frozenset(
            form
            for code in codes
            if len(code.strip()) > _SHORTEST_WORD
            for form in (code.strip().casefold(), re.sub(r"[\s.-]", "", code.casefold()))
        ),
        digits=frozenset(number for number in digits if len(number) >= _SHORTEST_NUMBER),
        secrets=frozenset(secret for secret in secrets if len(secret) >= 6),
    )


def as_text(data: bytes) -> str:
    """A log as text; a line that is not readable text is covered whole."""
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    return "\n".join(f"<{What.NOT_TEXT}>" if _UNPRINTABLE.search(line) else line for line in lines)


def redact(text: str, about: Known) -> str:
    """The text with everything covered that is, or looks, personal or secret. Layout and line numbers stay."""
    for secret in about.secrets:
        text = text.replace(secret, f"<{What.TOKEN}>")
    text = _HOME.sub(r"\1~", text)
    text = mask(text)
    text = _HEX.sub("<data>", text)
    for pattern in (_FLOATS, _WHOLE, _DUMP, _WRAPPED):
        text = pattern.sub(_covered_lines, text)
    text = _PIN_HASH.sub(f"<{What.PIN}>", text)
    text = _CODE.sub(lambda found: f"<{What.ADDRESS}>" if _is_code(found[0], about) else found[0], text)
    text = _DIGITS.sub(lambda found: f"<{What.NUMBER}>" if _is_number(found[0], about) else found[0], text)
    return _WORD.sub(lambda found: f"<{What.NAME}>" if _is_name(found[0], about) else found[0], text)


def _covered_lines(found: re.Match[str]) -> str:
    """What is put in the place of numbers over several lines: as many lines, so that those below keep their numbers."""
    return "<data> " + "\n" * found[0].count("\n")


def magic(file: str, data: bytes) -> list[Finding]:
    """Pictures, arrays and databases in raw bytes, each kind once."""
    found = {what: Finding(file, what) for start, what in MAGIC.items() if start in data}
    return list(found.values())


def scan(file: str, data: bytes, about: Known) -> list[Finding]:
    """What must not go out, in one file of the bundle; empty where all is well."""
    found = magic(file, data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return [*found, Finding(file, What.NOT_TEXT)]
    for number, line in enumerate(text.split("\n"), start=1):
        found += [Finding(file, what, number) for what in _in_line(line, about)]
    for pattern in (_FLOATS, _WHOLE, _DUMP, _WRAPPED):  # these may go over many lines
        found += [
            Finding(file, What.TEMPLATE, text.count("\n", 0, each.start()) + 1) for each in pattern.finditer(text)
        ]
    return list(dict.fromkeys(found))


def _in_line(line: str, about: Known) -> list[What]:
    found = [what for what, pattern in _PATTERNS if pattern.search(line)]
    if any(secret in line for secret in about.secrets):
        found.append(What.TOKEN)
    if any(_is_code(code, about) for code in _CODE.findall(line)):
        found.append(What.ADDRESS)
    if any(_is_number(number, about) for number in _DIGITS.findall(line)):
        found.append(What.NUMBER)
    if any(_is_name(word, about) for word in _WORD.findall(line)):
        found.append(What.NAME)
    return list(dict.fromkeys(found))


_PATTERNS = (
    (What.NOT_TEXT, _UNPRINTABLE),
    (What.TOKEN, _JWT),
    (What.PIN, _PIN_HASH),
    (What.TEMPLATE, _ENCODED),
    (What.TEMPLATE, _HEX),
)


def _parts(word: str) -> list[str]:
    return re.split(r"['’_.+-]", word)


def _is_name(word: str, about: Known) -> bool:
    folded = word.casefold()
    return folded in about.words or any(part in about.words for part in _parts(folded))


def _is_code(code: str, about: Known) -> bool:
    folded = code.casefold()
    whole = {folded, folded.strip(".-+"), folded.replace("-", ""), folded.replace(".", "")}
    return not about.exact.isdisjoint(whole | set(_parts(folded)))


def _is_number(number: str, about: Known) -> bool:
    """Any run of its groups of digits; never a part of a group, or every hash would hold somebody's number."""
    groups = re.findall(r"\d+", number)
    return any(
        "".join(groups[first:last]) in about.digits
        for first in range(len(groups))
        for last in range(first + 1, min(len(groups), first + 8) + 1)
    )
