"""The machine-readable zone as text: the specimens of ICAO Doc 9303, and zones in which one sign was changed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as hst

from kiosk.details.mrz import SIGNS, MrzError, check_digit, find, parse

TODAY = date(2026, 6, 1)
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")


@pytest.mark.parametrize(
    ("lines", "kind", "number"),
    [(TD3, "passport", "L898902C3"), (TD2, "national_id", "D23145890"), (TD1, "national_id", "D23145890")],
)
def test_specimens(lines: tuple[str, ...], kind: str, number: str) -> None:
    scanned = parse(lines, today=TODAY)
    assert scanned.fields == {
        "first_name": "Anna Maria",
        "last_name": "Eriksson",
        "date_of_birth": "1974-08-12",
        "document_type": kind,
        "document_number": number,
    }
    assert scanned.expired
    assert scanned.proved == {"document_number", "date_of_birth"}


def test_weights() -> None:
    assert check_digit("D23145890") == "7"
    assert check_digit("740812") == "2"


@given(hst.sampled_from([TD3, TD2, TD1]), hst.data())
def test_one_changed_sign_that_a_digit_covers_fills_nothing(lines: tuple[str, ...], data: hst.DataObject) -> None:
    line = data.draw(hst.sampled_from([0, 1]) if lines is TD1 else hst.just(1))
    covered = {2: {0: range(5, 30), 1: [*range(7), *range(8, 15), *range(18, 30)]}}.get(len(lines) - 1, {})
    places = covered.get(line) or [*range(10), *range(13, 20), *range(21, len(lines[1]))]
    place = data.draw(hst.sampled_from(list(places)))
    other = data.draw(hst.sampled_from(SIGNS))
    was = lines[line][place]
    if SIGNS.index(other) % 36 % 10 == SIGNS.index(was) % 36 % 10:
        return  # a change by ten is what modulo 10 cannot see
    changed = list(lines)
    changed[line] = lines[line][:place] + other + lines[line][place + 1 :]
    with pytest.raises(MrzError):
        parse(changed, today=TODAY)


def test_long_number_of_a_card_goes_on_in_the_optional_data() -> None:
    number = "D23145890734"
    first = f"I<UTO{number[:9]}<{number[9:]}{check_digit(number)}".ljust(30, "<")
    second = "7408122F1204159UTO<<<<<<<<<<<"
    composite = check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
    scanned = parse((first, second + composite, TD1[2]), today=TODAY)
    assert scanned.fields["document_number"] == number


@pytest.mark.parametrize(
    ("issuer", "first_optional", "second_optional", "number"),
    [
        ("ESP", "99999999R", "", "99999999R"),
        ("CHL", "", "12531909<2", "12531909-2"),
        ("COL", "", "1023456789", "1023456789"),
    ],
)
def test_cards_that_number_the_person_elsewhere(
    issuer: str, first_optional: str, second_optional: str, number: str
) -> None:
    first = f"I<{issuer}BAA000589{check_digit('BAA000589')}{first_optional}".ljust(30, "<")
    second = f"8001014F3106028{issuer}{second_optional}".ljust(29, "<")
    second = f"{second[:6]}{check_digit(second[:6])}{second[7:14]}{check_digit(second[8:14])}{second[15:]}"
    composite = check_digit(first[5:30] + second[:7] + second[8:15] + second[18:29])
    scanned = parse((first, second + composite, "GOMEZ<<ANA<<<<<<<<<<<<<<<<<<<<"), today=TODAY)
    assert (scanned.fields["document_number"], scanned.fields["document_type"]) == (number, "national_id")
    assert scanned.country == issuer[:2] if issuer != "CHL" else scanned.country == "CL"
    assert not scanned.expired


def test_foreigner_is_told_from_a_national() -> None:
    second = TD2[1].replace("UTO", "COL")
    assert parse((TD2[0], second), today=TODAY).fields["document_type"] == "foreigner_id"


def test_visa_and_anything_else_is_refused() -> None:
    with pytest.raises(MrzError, match="form"):
        parse(("P<UTO", "L898"), today=TODAY)
    with pytest.raises(MrzError, match="kind"):
        parse(("V" + TD3[0][1:], TD3[1]), today=TODAY)


@pytest.mark.parametrize(
    "text", ["\n".join(TD3), "".join(TD1), f"read:\n{TD2[0]}\r\n{TD2[1]}\n", TD3[0].lower() + "\n" + TD3[1]]
)
def test_found_in_what_a_reader_types(text: str) -> None:
    scanned = find(text, today=TODAY)
    assert scanned is not None
    assert scanned.fields["last_name"] == "Eriksson"


@given(hst.text(max_size=200))
def test_nothing_is_found_in_anything(text: str) -> None:
    assert find(text, today=TODAY) is None
