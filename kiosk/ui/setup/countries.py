"""Countries by their name in a language, and which of them somebody means who types a few letters. Plain Python, no Qt."""

from __future__ import annotations

import unicodedata
from functools import cache

from kiosk.ui.text import LANGUAGES, Text, texts_of

_PREFIX = "country."
NONE = ""
"""No country: phone numbers are then typed with theirs."""


def countries(text: Text) -> list[tuple[str, str]]:
    """(ISO 3166-1 alpha-2, name) each, in the order of the alphabet; before them all, that there is none."""
    codes = sorted(key.removeprefix(_PREFIX) for key in texts_of(text.language) if key.startswith(_PREFIX))
    named = sorted(((code, text.get(_PREFIX + code)) for code in codes), key=lambda each: _plain(each[1]))
    return [(NONE, text.get("setup.country_none")), *named]


def name_of(code: str, text: Text) -> str:
    """The country's name; of no country, that there is none."""
    return text.get(f"{_PREFIX}{code}" if code else "setup.country_none")


def known(code: str) -> str:
    """The code if there is a country of this name, else none."""
    return code if code and Text().has(_PREFIX + code) else NONE


def matching(typed: str, text: Text) -> list[tuple[str, str]]:
    """The countries that are meant: by their code, or by their name in any language, with or without its accents.

    Names of this language that begin so come first, names in which a later word does last; nothing typed means every one.
    """
    wanted = _plain(typed)
    if not wanted:
        return countries(text)
    found = []
    for code, name in countries(text):
        if not code:
            continue
        own = _plain(name)
        names = (own, *_everywhere(code))
        fits = (
            code.lower() == wanted,
            own.startswith(wanted),
            any(each.startswith(wanted) for each in names),
            any(f" {wanted}" in each for each in names),
        )
        if any(fits):
            found.append((fits.index(True), code, name))
    return [(code, name) for _, code, name in sorted(found, key=lambda each: each[0])]


@cache
def _everywhere(code: str) -> tuple[str, ...]:
    """Its names in every language; worked out once, they are looked through at every key."""
    return tuple(_plain(Text(language).get(_PREFIX + code)) for language in LANGUAGES)


def _plain(words: str) -> str:
    parts = unicodedata.normalize("NFKD", words.strip().casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
