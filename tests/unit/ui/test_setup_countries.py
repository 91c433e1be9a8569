"""Who types a few letters finds their country, however they spell it and whatever language the screen speaks."""

from __future__ import annotations

import pytest

from kiosk.details.numbers import COUNTRIES
from kiosk.ui.setup.countries import countries, known, matching, name_of
from kiosk.ui.text import LANGUAGES, Text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_a_name_of_its_own(language: str) -> None:
    named = countries(Text(language))
    assert named[0][0] == ""
    assert len({name for _, name in named}) == len(named) == 244
    assert set(COUNTRIES) < {code for code, _ in named}


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_stand_in_the_order_of_the_alphabet(language: str) -> None:
    names = [name for _, name in countries(Text(language))[1:]]
    letters = [name[0].replace("Å", "A").replace("Á", "A").replace("Í", "I").replace("Ó", "O") for name in names]
    assert letters == sorted(letters)


@pytest.mark.parametrize(
    ("language", "typed", "first"),
    [
        ("en", "colo", "CO"),
        ("es", "mex", "MX"),
        ("es", "MÉX", "MX"),
        ("en", "españa", "ES"),
        ("pt", "espana", "ES"),
        ("es", "united st", "US"),
        ("es", "us", "US"),
        ("en", "  brasil ", "BR"),
        ("en", "kingdom", "GB"),
    ],
)
def test_a_few_letters_find_it(language: str, typed: str, first: str) -> None:
    assert matching(typed, Text(language))[0] == (first, name_of(first, Text(language)))


def test_nothing_typed_means_every_one_and_nonsense_none() -> None:
    assert matching(" ", Text()) == countries(Text())
    assert matching("qqq", Text()) == []


def test_every_choice_is_a_setting_that_is_taken() -> None:
    for code, _ in countries(Text()):
        assert known(code) == code
        assert code == "" or (len(code) == 2 and code.isupper())
    assert known("ZZ") == ""
