"""What the bar code of a document says: PDF417 of North American driving licences (AAMVA card design standard, annex D), and the
text of a machine-readable zone in any bar code.

Pure: gets the decoded bytes. A bar code whose error correction held is as printed, so its fields count as proved. The cédula of
Colombia has a PDF417 too, whose inner form is not public: it is refused as unknown, never guessed at.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from kiosk.details import mrz
from kiosk.details.countries import alpha2
from kiosk.domain.person import DocumentType
from kiosk.domain.scan import Scanned

_HEADER = re.compile(r"@.{0,4}(?:ANSI |AAMVA)(?P<issuer>[0-9]{6})", re.DOTALL)
_ELEMENT = re.compile(r"^(?:DL|ID)?(D[ABCD][A-Z])(.*)$")
_OF_CANADA = re.compile(r"6360(?:12|16|17|28|48|49|50)|604426|604427|604428|604429")


def read(content: bytes, *, today: date) -> Scanned | None:
    """What it says, for the form; None for a bar code that is not of a document known here.

    Args:
        content: as decoded from the bar code.
        today: whether the document has expired.
    """
    text = content.decode("utf-8", "replace")
    if _HEADER.search(text):
        return _licence(text, today)
    found = mrz.find(text, today=today)
    if found is None:
        return None
    return Scanned(source="qr", fields=found.fields, country=found.country, proved=found.proved, expired=found.expired)


def _licence(text: str, today: date) -> Scanned | None:
    elements: dict[str, str] = {}
    for line in re.split(r"[\n\r\x1e\x1c]+", text):
        # The first element of a subfile stands right behind its header: "...DLDAQ123".
        for piece in (
            line,
            line[line.rfind("DLD") :] if "DLD" in line else "",
            line[line.rfind("IDD") :] if "IDD" in line else "",
        ):
            found = _ELEMENT.match(piece.strip("\x00"))
            if found is not None:
                elements.setdefault(found[1], found[2].strip())
    number = elements.get("DAQ", "")
    if not number:
        return None
    us = elements.get("DCG", "USA").upper() != "CAN" and _OF_CANADA.search(text[:40]) is None
    first = " ".join(filter(None, (elements.get("DAC") or elements.get("DCT", ""), elements.get("DAD", ""))))
    fields = {
        "first_name": _name(first),
        "last_name": _name(elements.get("DCS") or elements.get("DAB", "")),
        "date_of_birth": _day(elements.get("DBB", ""), month_first=us),
        "document_type": DocumentType.DRIVER_LICENSE.value,
        "document_number": number,
    }
    ends = _day(elements.get("DBA", ""), month_first=us)
    given = {name: value for name, value in fields.items() if value}
    return Scanned(
        source="pdf417",
        fields=given,
        country=alpha2(elements.get("DCG", "")) or ("US" if us else "CA"),
        proved=frozenset(given),
        expired=bool(ends) and ends < today.isoformat(),
    )


def _name(text: str) -> str:
    words = re.split(r"[\s,]+", text)
    return " ".join(word.capitalize() for word in words if word and word.upper() not in {"NONE", "UNAVL"})


def _day(digits: str, *, month_first: bool) -> str:
    """MMDDCCYY in the United States, CCYYMMDD in Canada."""
    try:
        return datetime.strptime(digits, "%m%d%Y" if month_first else "%Y%m%d").date().isoformat()
    except ValueError:
        return ""
