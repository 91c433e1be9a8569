"""Documents before the camera: a zone that was photographed a little badly is read, a page without one is not, codes are read."""

from __future__ import annotations

import random
from datetime import date

import cv2
import numpy as np
import pytest
import zxingcpp
from support.mrz_pictures import TROUBLES, drawn, photographed, proved_parts, zone

from kiosk.details.mrz import LAYOUTS, TD3, Layout, parse
from kiosk.domain.scan import ScanState
from kiosk.vision.document.band import working
from kiosk.vision.document.reader import DocumentReader, read_zone

TODAY = date(2026, 6, 1)
BY_NAME = {trouble.name: trouble for trouble in TROUBLES}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
@pytest.mark.parametrize("name", ["clean", "tilted", "shade"])
def test_zone_is_read(layout: Layout, name: str) -> None:
    dice = random.Random(7)
    lines = zone(dice, layout)
    reading, seen = read_zone(working(photographed(drawn(lines), layout.width, BY_NAME[name], dice)))
    assert seen
    assert reading is not None
    assert proved_parts(reading.lines, layout) == proved_parts(lines, layout)


def test_two_pictures_must_agree() -> None:
    dice = random.Random(3)
    reader = DocumentReader(today=lambda: TODAY)
    lines = zone(dice, TD3)
    pictures = [photographed(drawn(lines), TD3.width, BY_NAME["clean"], dice) for _ in range(2)]
    assert reader.look(pictures[0]).state is ScanState.SEEN
    scan = reader.look(pictures[1])
    assert scan.state is ScanState.READ
    assert scan.document == parse(lines, today=TODAY)


def test_a_zone_that_does_not_add_up_is_seen_and_not_read() -> None:
    dice = random.Random(5)
    lines = zone(dice, TD3)
    digit = str((int(lines[1][19]) + 5) % 10)
    forged = (lines[0], lines[1][:19] + digit + lines[1][20:])
    reading, _ = read_zone(working(photographed(drawn(forged), TD3.width, BY_NAME["clean"], dice)))
    assert reading is None


def test_nothing_is_read_where_there_is_no_document() -> None:
    reader = DocumentReader(today=lambda: TODAY)
    noise = np.random.default_rng(1).integers(0, 255, (720, 1280, 3)).astype(np.uint8)
    stripes = np.zeros((720, 1280, 3), np.uint8)
    stripes[::40] = 255
    for pixels in (noise, stripes, np.full((720, 1280, 3), 128, np.uint8)):
        assert reader.look(pixels).state in {ScanState.LOOKING, ScanState.SEEN}


def shown(text: str, kind: zxingcpp.BarcodeFormat) -> np.ndarray:
    code = zxingcpp.create_barcode(text, kind)
    drawn_code = cv2.resize(
        np.asarray(zxingcpp.write_barcode_to_image(code)), None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST
    )
    picture = np.full((720, 1280, 3), 240, np.uint8)
    height, width = min(700, drawn_code.shape[0]), min(1260, drawn_code.shape[1])
    picture[10 : 10 + height, 10 : 10 + width] = drawn_code[:height, :width, None]
    return picture


def test_licence_is_read_at_once_from_its_bar_code() -> None:
    text = "@\n\x1e\rANSI 636026080102DL00410288ZA03290015DLDAQD12345678\nDCSPUBLIC\nDACJOHN\nDBB01311970\nDBA01312035\nDCGUSA\r"
    scan = DocumentReader(today=lambda: TODAY).look(shown(text, zxingcpp.BarcodeFormat.PDF417))
    assert scan.state is ScanState.READ
    assert scan.document is not None
    assert (scan.document.source, scan.document.fields["document_number"]) == ("pdf417", "D12345678")


def test_other_bar_codes_are_unknown() -> None:
    scan = DocumentReader(today=lambda: TODAY).look(shown("https://example.org", zxingcpp.BarcodeFormat.QRCode))
    assert (scan.state, scan.document) == (ScanState.UNKNOWN, None)
