"""Puts it together: bar codes first (they prove themselves), then the machine-readable zone, believed when two pictures agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kiosk.details import barcode
from kiosk.details.mrz import LAYOUTS, MrzError, parse
from kiosk.domain.face import Pixels
from kiosk.domain.scan import Scan, Scanned, ScanState
from kiosk.vision.document.band import Gray, cells_of, corners_of, working, zones
from kiosk.vision.document.decode import LIKE_LETTERS, Reading, decode
from kiosk.vision.document.glyphs import scores

_MOST_ZONES = 4


def read_zone(gray: Gray) -> tuple[Reading | None, bool]:
    """The reading of the first zone that adds up, and whether anything looked like a zone at all.

    Args:
        gray: see :func:`kiosk.vision.document.band.working`.
    """
    seen = False
    for number, lines in enumerate(zones(gray)):
        if number >= _MOST_ZONES:
            break
        for layout in LAYOUTS:
            if layout.lines != len(lines):
                continue
            cut = [cells_of(gray, corners, layout) for corners in corners_of(lines)]
            if min(quality for _, quality in cut) < LIKE_LETTERS - 0.12:
                continue
            seen = True
            reading = decode([scores(cells, thorough=True) for cells, _ in cut], layout)
            if reading is not None:
                return reading, True
    return None, seen


class DocumentReader:
    """Made and used on one thread. Keeps the last reading, never a picture."""

    def __init__(self, today: Callable[[], date] = date.today) -> None:
        """Nothing was read yet."""
        self._today = today
        self._last: Scanned | None = None

    def look(self, pixels: Pixels) -> Scan:
        """One picture, BGR. ``read`` comes with the second picture that says the same, with a bar code at once."""
        gray = working(pixels)
        code = self._bar_code(gray)
        if code is not None:
            return code
        reading, seen = read_zone(gray)
        if reading is None:
            return Scan(ScanState.SEEN if seen else ScanState.LOOKING)
        try:
            document = parse(reading.lines, today=self._today())
        except MrzError:
            return Scan(ScanState.SEEN)
        agreed, self._last = document == self._last, document
        return Scan(ScanState.READ, document) if agreed else Scan(ScanState.SEEN)

    def _bar_code(self, gray: Gray) -> Scan | None:
        import zxingcpp

        wanted = zxingcpp.BarcodeFormats((zxingcpp.BarcodeFormat.PDF417, zxingcpp.BarcodeFormat.QRCode))
        found = zxingcpp.read_barcodes(gray, formats=wanted)
        for code in found:
            document = barcode.read(code.bytes, today=self._today())
            if document is not None:
                return Scan(ScanState.READ, document)
        return Scan(ScanState.UNKNOWN) if found else None
