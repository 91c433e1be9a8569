"""What somebody takes home from an enrolment: where, to what they agreed, for how long, and how to take it back.

Never a face, never a whole document number. The code names the record, it is not a key: whoever shows it at a desk still
needs the person at the desk to act on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kiosk.domain.person import PersonId

_PREFIX = "KIOSK-RECEIPT:1:"
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")

SHOWN_DIGITS = 3
"""Of a document number, the last ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One receipt.

    Attributes:
        person: whose it is; opaque.
        station: the name of the station.
        given_at: RFC 3339 UTC.
        consent: version of the text that was agreed to.
        retention_days: 0 where nobody is deleted by age.
        document_end: the last characters of the document's number, or empty.
        pass_number, pass_code: of the way in without a face, where one was issued: what to type, and the text of its QR code.
        saved_as: the file's name, once a PDF was written; never its folder.
        failed: it could not be written.
    """

    person: PersonId
    station: str
    given_at: str
    consent: str
    retention_days: int
    document_end: str = ""
    pass_number: str = ""
    pass_code: str = field(default="", repr=False)
    saved_as: str = ""
    failed: bool = False

    @property
    def code(self) -> str:
        """The text of its QR code."""
        return f"{_PREFIX}{self.person}"


def document_end(number: str) -> str:
    """The last characters of a document's number; none of a number so short that they would give it away."""
    bare = "".join(sign for sign in number if sign.isalnum())
    return bare[-SHOWN_DIGITS:] if len(bare) >= 2 * SHOWN_DIGITS else ""


def person_of(code: str) -> PersonId | None:
    """Whose receipt it is, from the text of its QR code or the bare number printed below it; None for anything else."""
    text = code.strip()
    text = text[len(_PREFIX) :] if text.upper().startswith(_PREFIX) else text
    return PersonId(text.lower()) if _ID.fullmatch(text.lower()) else None
