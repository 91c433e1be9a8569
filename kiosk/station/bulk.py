"""Many people from a table and a folder of pictures, a row at a time: what would become of each, and then what did.

A row has a mark made of its details and its picture, and whoever is enrolled by it is on record under that mark. So a row that
was done is known again after a cut or a second run, by the same transaction that did it, and makes nobody twice; nor does it
bring somebody back who has been deleted since. Knows no screen and no thread; reads pictures, keeps none.
"""

from __future__ import annotations

import csv
import hashlib
import io
import uuid
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Code, InputError, StoreError
from kiosk.domain.face import mean_embedding
from kiosk.domain.guidance import Hint
from kiosk.domain.person import PersonId
from kiosk.domain.ports import Gallery
from kiosk.station.desk import Desk, Waived, enrol, refused
from kiosk.station.picture import PictureEyes, Seen, look_at

if TYPE_CHECKING:
    from kiosk.details import LineProblem, TableRow

CONSENT = "operator-import"
"""The people of a table have agreed elsewhere, and the operator answers for it."""


class Finding(StrEnum):
    """What a row comes to; each has words (``bulk_finding.<value>``) in every language."""

    READY = "ready"
    ENROLLED = "enrolled"
    DONE = "done"
    GONE = "gone"
    BAD_LINE = "bad_line"
    BAD_PICTURE = "bad_picture"
    REFUSED = "refused"
    TWICE = "twice"
    NOT_TRIED = "not_tried"


FAILS = frozenset({Finding.GONE, Finding.BAD_LINE, Finding.BAD_PICTURE, Finding.REFUSED, Finding.TWICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkLine:
    """One row of the table, without anything of the person's.

    Attributes:
        line: where it ends in the file.
        image: the name of its picture, or empty.
        why: more about it: a :class:`~kiosk.station.picture.Why`, an error's code, a problem's code.
        field: of a bad line, the Python name of the detail.
        hint: what would make the picture better.
        other: the line that shows the same face.
        person: who was enrolled, is on record, or looks the same.
    """

    line: int
    image: str
    finding: Finding
    why: str = ""
    field: str = ""
    hint: Hint | None = None
    other: int = 0
    person: str = ""


def bad_lines(problems: Iterable[LineProblem]) -> tuple[BulkLine, ...]:
    """One for each line that is wrong, with the first thing that is."""
    first: dict[int, LineProblem] = {}
    for problem in problems:
        first.setdefault(problem.line, problem)
    return tuple(
        BulkLine(line=line, image="", finding=Finding.BAD_LINE, why=each.code, field=each.field)
        for line, each in first.items()
    )


def mark_of(row: TableRow, picture: bytes) -> PersonId:
    """The id that whoever is enrolled by this row has: the same row with the same picture always gives the same one.

    A UUID of version 8 (RFC 9562, 5.8) of a SHA-256 of both. The picture's bytes keep anybody from guessing it out of a name.
    """
    digest = hashlib.sha256(b"kiosk bulk row 1\0")
    for each in astuple(row.details):
        digest.update(hashlib.sha256(str(each).encode()).digest())
    digest.update(hashlib.sha256(picture).digest())
    value = int.from_bytes(digest.digest()[:16], "big")
    value = value & ~(0xF << 76) | 0x8 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return PersonId(str(uuid.UUID(int=value)))


class Bulk:
    """One table's work. One thread.

    Args:
        desk: see :func:`kiosk.station.desk.enrol`.
        folder: of the pictures; none is read from elsewhere.
        seen: an empty gallery, for faces that are in the table twice.
        operator: who answers for it, for the record of each consent.
    """

    def __init__(self, desk: Desk, eyes: PictureEyes, folder: Path, *, seen: Gallery, operator: str) -> None:
        """Nothing is looked at yet.

        Raises:
            StoreError: who was deleted cannot be read.
        """
        self._desk = desk
        self._eyes = eyes
        self._folder = folder
        self._seen = seen
        self._operator = operator
        self._lines: dict[PersonId, int] = {}
        self._gone = frozenset(each.person for each in desk.store.deletions())

    def look(self, row: TableRow) -> BulkLine:
        """What would become of it. Writes nothing.

        Raises:
            ModelError, StoreError: a part failed.
        """
        mark, line = self._before(row)
        if mark is None:
            return line
        if mark in self._lines:
            return replace(line, finding=Finding.TWICE, other=self._lines[mark])
        seen = self._judged(row)
        if isinstance(seen, InputError):
            return replace(line, finding=Finding.BAD_PICTURE, why=seen.code.value)
        answer = refused([seen], self._desk, Waived())
        if answer is not None:
            person = str(answer.person.id) if answer.person is not None else ""
            return replace(line, finding=Finding.REFUSED, why=answer.why.value, hint=answer.hint, person=person)
        other = self._same_face(seen)
        if other is not None:
            return replace(line, finding=Finding.TWICE, other=other)
        self._lines[mark] = row.line
        if seen.probe is not None:
            self._seen.add(mark, seen.probe)
        return line

    def enrol(self, row: TableRow) -> BulkLine:
        """Do it: one transaction, or nothing. Everything is judged again; what the look found is no permission.

        Raises:
            ModelError, StoreError: a part failed; then this row was not enrolled.
        """
        mark, line = self._before(row)
        if mark is None:
            return line
        seen = self._judged(row)
        if isinstance(seen, InputError):
            return replace(line, finding=Finding.BAD_PICTURE, why=seen.code.value)
        answer = enrol(
            [seen],
            row.details,
            consent=CONSENT,
            desk=self._desk,
            as_person=mark,
            operator=self._operator,
        )
        person = str(answer.person.id) if answer.person is not None else ""
        finding = Finding.ENROLLED if answer.is_yes else Finding.REFUSED
        why = "" if answer.is_yes else answer.why.value
        return replace(line, finding=finding, why=why, hint=answer.hint, person=person)

    def _before(self, row: TableRow) -> tuple[PersonId | None, BulkLine]:
        """The row's mark; None where there is nothing more to do, with what was found."""
        line = BulkLine(line=row.line, image=row.image, finding=Finding.READY)
        try:
            mark = mark_of(row, _bytes_of(self._path(row)))
        except InputError as error:
            return None, replace(line, finding=Finding.BAD_PICTURE, why=error.code.value)
        if mark in self._gone:
            return None, replace(line, finding=Finding.GONE, person=mark)
        if self._on_record(mark):
            return None, replace(line, finding=Finding.DONE, person=mark)
        return mark, line

    def _path(self, row: TableRow) -> Path:
        path = self._folder / row.image
        try:
            inside = path.resolve().parent == self._folder.resolve()
        except OSError:
            inside = False
        if not inside:  # a link that leads out of the folder
            raise InputError(Code.FILE_MISSING, "a picture of a table")
        return path

    def _on_record(self, mark: PersonId) -> bool:
        try:
            self._desk.store.person(mark)
        except StoreError as error:
            if error.code is not Code.PERSON_UNKNOWN:
                raise
            return False
        return True

    def _judged(self, row: TableRow) -> Seen | InputError:
        from kiosk.camera.stills import read_picture

        try:
            pixels = read_picture(self._path(row))
        except InputError as error:
            return error
        return look_at(pixels, self._eyes, self._desk.policy)

    def _same_face(self, seen: Seen) -> int | None:
        if seen.probe is None:
            return None
        found = self._seen.identify(mean_embedding((seen.probe,))).candidates
        if not found or found[0].similarity < self._desk.policy.matching.duplicate:
            return None
        return self._lines[found[0].person]


def _bytes_of(path: Path) -> bytes:
    from kiosk.camera.stills import MAX_BYTES, check_file

    if check_file(path, wrong_kind=Code.PICTURE_NOT_A_PICTURE) > MAX_BYTES:
        raise InputError(Code.PICTURE_TOO_LARGE, "a picture of a table")
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(Code.FILE_MISSING, "a picture of a table") from error


COLUMNS = ("line", "image", "result", "reason", "field", "hint", "same_as_line", "id")


def as_csv(lines: Iterable[BulkLine]) -> str:
    """What became of every row, for the file beside the table. No name, no number of a document."""
    from kiosk.store.export import safe_cell

    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for each in sorted(lines, key=lambda line: line.line):
        hint = each.hint.value if each.hint is not None else ""
        cells = (str(each.line), each.image, each.finding.value, each.why, each.field, hint)
        writer.writerow([safe_cell(cell) for cell in cells] + [each.other or "", each.person])
    return out.getvalue()
