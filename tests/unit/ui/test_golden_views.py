"""What every presenter says, in every language, compared with what somebody has read and found good."""

from __future__ import annotations

import pkgutil

import pytest
from support.golden_views import kept, views

from kiosk.ui import presenters
from kiosk.ui.text import LANGUAGES, Text

AGAIN = "if the new words are meant: python -m support.golden_views, from tests; then look at the difference"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_says_what_it_said(language: str) -> None:
    golden, now = kept(language), views(Text(language))
    assert list(now) == list(golden), AGAIN
    for name, view in now.items():
        assert view == golden[name], f"{name}: {AGAIN}"


def test_every_presenter_has_one() -> None:
    modules = {module.name for module in pkgutil.iter_modules(presenters.__path__)} - {"common"}
    assert {name.partition(".")[0] for name in kept("en")} == modules


def test_no_view_says_a_key_instead_of_words() -> None:
    def said(value: object) -> list[str]:
        if isinstance(value, dict):
            return [each for inner in value.values() for each in said(inner)]
        if isinstance(value, list):
            return [each for inner in value for each in said(inner)]
        return [value] if isinstance(value, str) else []

    for language in LANGUAGES:
        text = Text(language)
        assert [words for words in said(kept(language)) if words and text.has(words)] == []
