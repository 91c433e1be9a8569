"""Sentences of the language files, for the terminal."""

from __future__ import annotations

import tomllib
from functools import cache

from kiosk.paths import resource


@cache
def _tables(language: str) -> dict[str, object]:
    try:
        return tomllib.loads(resource(f"assets/text/{language}.toml").read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def look_up(key: str, language: str) -> str:
    """The sentence of a dotted key; English where the language has none, empty where there is none at all."""
    for each in (language, "en"):
        found: object = _tables(each)
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if isinstance(found, str):
            return found
    return ""
