"""Bar codes of documents: a driving licence as the AAMVA standard has it, a zone in a QR code, and others that are refused."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.details.barcode import read

TODAY = date(2026, 6, 1)
LICENCE = (
    "@\n\x1e\rANSI 636026080102DL00410288ZA03290015DLDAQD12345678\nDCSPUBLIC\nDDEN\nDACJOHN\nDDFN\nDADQUINCY\nDDGN\nDCAD\n"
    "DCBNONE\nDCDNONE\nDBD08242015\nDBB01311970\nDBA01312035\nDBC1\nDAU069 in\nDAYGRN\nDAG789 E OAK ST\nDAIANYTOWN\nDAJCA\n"
    "DAK902230000  \nDCF83D9BN217QO983B1\nDCGUSA\nDAW180\r"
)


def test_licence_of_the_united_states() -> None:
    scanned = read(LICENCE.encode(), today=TODAY)
    assert scanned is not None
    assert scanned.fields == {
        "first_name": "John Quincy",
        "last_name": "Public",
        "date_of_birth": "1970-01-31",
        "document_type": "driver_license",
        "document_number": "D12345678",
    }
    assert (scanned.source, scanned.country, scanned.expired) == ("pdf417", "US", False)


def test_licence_of_canada_writes_the_year_first() -> None:
    scanned = read(LICENCE.replace("DBB01311970", "DBB19700131").replace("DCGUSA", "DCGCAN").encode(), today=TODAY)
    assert scanned is not None
    assert (scanned.fields["date_of_birth"], scanned.country) == ("1970-01-31", "CA")


def test_expired_licence_is_told() -> None:
    scanned = read(LICENCE.replace("DBA01312035", "DBA01312020").encode(), today=TODAY)
    assert scanned is not None
    assert scanned.expired


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"https://example.org/pay?to=me",
        b"\x00" * 530,
        b"PubDSK_1" + b"\x00" * 500,
        LICENCE.replace("DAQ", "ZZZ").encode(),
    ],
)
def test_anything_else_is_unknown(content: bytes) -> None:
    assert read(content, today=TODAY) is None


def test_zone_in_a_qr_code() -> None:
    zone = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    scanned = read(zone.encode(), today=TODAY)
    assert scanned is not None
    assert (scanned.source, scanned.fields["document_number"]) == ("qr", "D23145890")
