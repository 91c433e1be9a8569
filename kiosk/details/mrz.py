"""The machine-readable zone of passports and identity cards, as text: ICAO Doc 9303, parts 4 (TD3), 5 (TD1) and 6 (TD2).

Pure. Every check digit must be right, the composite one too, or nothing is told at all: a zone that does not add up fills no
form. Names have no check digit and come without accents, so they are never called proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.details.countries import alpha2
from kiosk.details.numbers import NumberProblem, known_number
from kiosk.domain.person import DocumentType
from kiosk.domain.scan import Scanned

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
"""In the order of their values; the filler counts as 0 (part 3, 4.9)."""

FILLER = "<"


@dataclass(frozen=True, slots=True)
class Part:
    """Signs ``start`` to ``end`` of a line."""

    line: int
    start: int
    end: int

    def of(self, lines: Sequence[str]) -> str:
        """These signs."""
        return lines[self.line][self.start : self.end]


@dataclass(frozen=True, slots=True)
class Layout:
    """One format.

    Attributes:
        checked: field -> (its signs, where its digit is).
        composite: what the last digit is computed over, and where it is.
        digits: parts that hold digits (or fillers) only; ``letters``: letters (or fillers) only.
    """

    name: str
    lines: int
    width: int
    kind: Part
    issuer: Part
    names: Part
    nationality: Part
    checked: dict[str, tuple[Part, Part]]
    composite: tuple[tuple[Part, ...], Part]
    digits: tuple[Part, ...]
    letters: tuple[Part, ...]


def _two_lines(name: str, width: int) -> Layout:
    number, birth, expiry = Part(1, 0, 9), Part(1, 13, 19), Part(1, 21, 27)
    end = width - 1
    checked = {
        "number": (number, Part(1, 9, 10)),
        "birth": (birth, Part(1, 19, 20)),
        "expiry": (expiry, Part(1, 27, 28)),
    }
    if width == 44:
        checked["personal"] = (Part(1, 28, 42), Part(1, 42, 43))
    return Layout(
        name=name,
        lines=2,
        width=width,
        kind=Part(0, 0, 2),
        issuer=Part(0, 2, 5),
        names=Part(0, 5, width),
        nationality=Part(1, 10, 13),
        checked=checked,
        composite=((Part(1, 0, 10), Part(1, 13, 20), Part(1, 21, end)), Part(1, end, width)),
        digits=(birth, expiry, Part(1, 9, 10), Part(1, 19, 20), Part(1, 27, 28), Part(1, end, width)),
        letters=(Part(0, 0, width), Part(1, 10, 13), Part(1, 20, 21)),
    )


TD3 = _two_lines("TD3", 44)
TD2 = _two_lines("TD2", 36)
TD1 = Layout(
    name="TD1",
    lines=3,
    width=30,
    kind=Part(0, 0, 2),
    issuer=Part(0, 2, 5),
    names=Part(2, 0, 30),
    nationality=Part(1, 15, 18),
    checked={
        "number": (Part(0, 5, 14), Part(0, 14, 15)),
        "birth": (Part(1, 0, 6), Part(1, 6, 7)),
        "expiry": (Part(1, 8, 14), Part(1, 14, 15)),
    },
    composite=((Part(0, 5, 30), Part(1, 0, 7), Part(1, 8, 15), Part(1, 18, 29)), Part(1, 29, 30)),
    digits=(Part(1, 0, 6), Part(1, 8, 14), Part(1, 6, 7), Part(1, 14, 15), Part(1, 29, 30), Part(0, 14, 15)),
    letters=(Part(0, 0, 5), Part(1, 7, 8), Part(1, 15, 18), Part(2, 0, 30)),
)
LAYOUTS = (TD3, TD2, TD1)


class MrzError(Exception):
    """This is no machine-readable zone that adds up. ``field`` names the part that does not, never what it says."""

    def __init__(self, field: str) -> None:
        """Keep the name."""
        super().__init__(field)
        self.field = field


def check_digit(signs: str) -> str:
    """Weights 7, 3, 1, modulo 10 (part 3, 4.9).

    Raises:
        ValueError: a sign that no zone has.
    """
    return str(sum(SIGNS.index(sign) % 36 * (7, 3, 1)[place % 3] for place, sign in enumerate(signs)) % 10)


def layout_of(lines: Sequence[str]) -> Layout | None:
    """The format of lines of this number and length."""
    found = [layout for layout in LAYOUTS if layout.lines == len(lines)]
    return next((layout for layout in found if all(len(line) == layout.width for line in lines)), None)


def wrong_parts(lines: Sequence[str], layout: Layout) -> tuple[str, ...]:
    """Names of the fields whose digit is wrong, ``composite`` last; empty where everything adds up."""
    wrong = []
    for name, (part, where) in layout.checked.items():
        value, digit = part.of(lines), where.of(lines)
        if name == "number" and digit == FILLER and layout is not TD3:
            if _long_number(lines, layout) is None:
                wrong.append(name)
        elif digit == FILLER:
            if value.strip(FILLER):
                wrong.append(name)
        elif digit != check_digit(value):
            wrong.append(name)
    over, where = layout.composite
    if where.of(lines) != check_digit("".join(part.of(lines) for part in over)):
        wrong.append("composite")
    return tuple(wrong)


def _long_number(lines: Sequence[str], layout: Layout) -> str | None:
    """A number of more than nine signs goes on in the optional data and ends with its digit (part 5, 4.2.2.1, note j)."""
    rest = lines[0][15:30] if layout is TD1 else lines[1][28:35]
    more = rest.split(FILLER, 1)[0]
    number = layout.checked["number"][0].of(lines)
    if len(more) < 2 or check_digit(number + more[:-1]) != more[-1]:
        return None
    return number + more[:-1]


def parse(lines: Sequence[str], *, today: date) -> Scanned:
    """What the zone says, for the form.

    Args:
        lines: two or three, of 30, 36 or 44 signs.
        today: tells the century of a birth, and whether the document has expired.

    Raises:
        MrzError: not a zone (``form``), a document of another sort (``kind``), or a digit that is wrong.
    """
    lines = tuple(line.strip().upper() for line in lines)
    layout = layout_of(lines)
    if layout is None or any(sign not in SIGNS for line in lines for sign in line):
        raise MrzError("form")
    wrong = wrong_parts(lines, layout)
    if wrong:
        raise MrzError(wrong[0])
    kind = layout.kind.of(lines)
    if kind[0] not in "PIAC":
        raise MrzError("kind")
    birth, expiry = layout.checked["birth"][0].of(lines), layout.checked["expiry"][0].of(lines)
    issuer, nationality = layout.issuer.of(lines).strip(FILLER), layout.nationality.of(lines).strip(FILLER)
    last, first = _names(layout.names.of(lines))
    country = alpha2(issuer)
    fields = {
        "first_name": first,
        "last_name": last,
        "date_of_birth": _birth(birth, today),
        "document_type": _kind(kind, issuer, nationality),
        "document_number": _number(lines, layout, country),
    }
    ends = _day(expiry, 2000)
    return Scanned(
        source="mrz",
        fields={name: value for name, value in fields.items() if value},
        country=country,
        proved=frozenset({"document_number", "date_of_birth"}),
        expired=ends is not None and ends < today,
    )


def find(text: str, *, today: date) -> Scanned | None:
    """The zone inside a pasted text or what a reader typed like a keyboard; None while there is none that adds up."""
    lines = ["".join(line.split()).upper() for line in text.replace("\t", "\n").splitlines()]
    lines = [line for line in lines if line]
    joined = "".join(lines)
    for layout in LAYOUTS:
        whole = layout.lines * layout.width
        cuts: Iterable[Sequence[str]] = [lines[at : at + layout.lines] for at in range(len(lines) - layout.lines + 1)]
        if len(joined) == whole:
            cuts = [*cuts, [joined[at : at + layout.width] for at in range(0, whole, layout.width)]]
        for cut in cuts:
            try:
                return parse(cut, today=today)
            except MrzError:
                continue
    return None


def _names(signs: str) -> tuple[str, str]:
    last, _, first = signs.partition(FILLER * 2)
    return _words(last), _words(first)


def _words(signs: str) -> str:
    return " ".join(word.capitalize() for word in signs.split(FILLER) if word)


def _day(signs: str, century: int) -> date | None:
    try:
        return date(century + int(signs[:2]), int(signs[2:4]), int(signs[4:6]))
    except ValueError:
        return None


def _birth(signs: str, today: date) -> str:
    """Nobody is born tomorrow: then it was a hundred years earlier. An unknown day is no date."""
    born = _day(signs, 2000)
    if born is None or born > today:
        born = _day(signs, 1900)
    return born.isoformat() if born is not None else ""


def _kind(kind: str, issuer: str, nationality: str) -> str:
    if kind[0] == "P":
        return DocumentType.PASSPORT.value
    return (DocumentType.NATIONAL_ID if issuer == nationality else DocumentType.FOREIGNER_ID).value


def _number(lines: Sequence[str], layout: Layout, country: str) -> str:
    """The document's number; on cards that number the person elsewhere in the zone, the person's."""
    number, digit = layout.checked["number"]
    if digit.of(lines) == FILLER and layout is not TD3:
        return _long_number(lines, layout) or ""
    plain = number.of(lines).replace(FILLER, "")
    personal = ""
    if layout is TD1 and country == "ES":
        personal = lines[0][15:30].strip(FILLER)
    elif layout is TD1 and country in {"CL", "CO"}:
        personal = lines[1][18:29].replace(FILLER, "")
    if not personal:
        return plain
    try:
        return known_number(personal, DocumentType.NATIONAL_ID.value, country)
    except NumberProblem:
        return plain
