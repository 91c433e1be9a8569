"""What the kiosk says, in every language: ``assets/text/<language>.toml``. Plain Python, no Qt, so that commands can use it too.

It must not decide anything: keys come from the domain's closed lists and from the presenters. A language that lacks a key falls
back to English, then to the key itself: a wrong word on the screen is better than a dead station (and a test finds it first).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache

from kiosk.domain.checkup import Said
from kiosk.paths import resource

LANGUAGES = ("en", "es", "pt")
FALLBACK = "en"


@cache
def texts_of(language: str) -> Mapping[str, str]:
    """All texts of one language by dotted key, ``hint.come_closer``; empty for a language that is not shipped."""
    if language not in LANGUAGES:
        return {}
    with resource(f"assets/text/{language}.toml").open("rb") as file:
        return dict(_flatten(tomllib.load(file), ""))


def _flatten(table: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


class Text:
    """The words of one language. Frozen after construction; any thread may ask."""

    __slots__ = ("_texts", "language")

    def __init__(self, language: str = FALLBACK) -> None:
        """Load a language; an unknown one speaks English."""
        self.language = language if language in LANGUAGES else FALLBACK
        self._texts = texts_of(self.language)

    def get(self, key: str, /, **params: object) -> str:
        """The text of ``key`` with ``{params}`` filled in; a parameter that is not given stays visible as ``{name}``."""
        found = self._texts.get(key)
        if found is None:
            found = texts_of(FALLBACK).get(key, key)
        return found.format_map(_Visible(params)) if params else found

    def said(self, words: str) -> str:
        """Words of a check, in this language; what is no text (a path, a version) as it is."""
        if not isinstance(words, Said):
            return words
        return self.get(words.key, **{name: self.said(value) for name, value in words.params.items()})

    def cue(self, name: str) -> str:
        """The name of a cue of liveness: ``active.2.residual`` with its place; a cue without words keeps its name."""
        kind, _, rest = name.partition(".")
        number, _, part = rest.partition(".")
        if number.isdigit():
            key = f"cue.{kind}_{part.rpartition('_')[0] if part.endswith('_deg') else part}"
            words = self.get(key) if self.has(key) else part
            return f"{words} ({number})"
        key = f"cue.{name.replace('.', '_')}"
        return self.get(key) if self.has(key) else name

    @property
    def right_to_left(self) -> bool:
        """Which way this language is written, and the screen laid out."""
        return self.get("language.direction") == "rtl"

    def count(self, key: str, number: int) -> str:
        """``<key>_one`` or ``<key>_many`` with ``{count}`` filled in."""
        return self.get(f"{key}_one" if number == 1 else f"{key}_many", count=number)

    def has(self, key: str) -> bool:
        """Whether this language or the fall-back has the key."""
        return key in self._texts or key in texts_of(FALLBACK)

    def pick(self, *keys: str) -> str:
        """The text of the first key that exists; of the last one otherwise."""
        return self.get(next((key for key in keys if self.has(key)), keys[-1]))


class _Visible(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
