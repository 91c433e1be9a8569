"""No word is kept that nobody says: every key is asked for somewhere, as it stands or as a pattern with something filled in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest

import kiosk
from kiosk.domain.decision import Reason
from kiosk.domain.errors import Code
from kiosk.domain.guidance import Hint
from kiosk.domain.link import Link
from kiosk.domain.person import DocumentType, Truth
from kiosk.settings.limits import keys
from kiosk.station.snapshot import Screen
from kiosk.ui.text import LANGUAGES, texts_of

ENDINGS = ("_one", "_many", "_name", "_more", "_login")
"""Put behind a key by who counts, names or says more."""

_FILLED_IN = r"[A-Za-z0-9_]+"


@cache
def asked_for() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Every text in the program, and every pattern: ``f"hint.{hint}"`` may be any key that begins with ``hint.``."""
    literal: set[str] = set()
    patterns: set[str] = set()
    for path in Path(kiosk.__file__).parent.rglob("*.py"):
        for text, is_pattern in _strings(ast.parse(path.read_text("utf-8"))):
            (patterns if is_pattern else literal).add(text)
    return frozenset(literal), tuple(re.compile(pattern) for pattern in sorted(patterns))


def _strings(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, False
        elif isinstance(node, ast.JoinedStr):
            parts = [each.value if isinstance(each, ast.Constant) else None for each in node.values]
            first = parts[0] if parts else None
            if isinstance(first, str) and re.fullmatch(r"[a-z_]+\.[a-z_.]*", first):
                yield "".join(_FILLED_IN if part is None else re.escape(str(part)) for part in parts), True


def is_asked_for(key: str) -> bool:
    literal, patterns = asked_for()
    bare = [key, *(key.removesuffix(ending) for ending in ENDINGS if key.endswith(ending))]
    return any(each in literal or any(pattern.fullmatch(each) for pattern in patterns) for each in bare)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_said_somewhere(language: str) -> None:
    spoken = [key for key in texts_of(language) if not key.startswith(("country.", "setting.", "setting_section."))]
    assert [key for key in spoken if not is_asked_for(key)] == []


def test_every_word_for_a_setting_is_one_of_a_setting() -> None:
    names = set(keys())
    sections = {name.rpartition(".")[0] for name in names}
    for key in texts_of("en"):
        kind, _, name = key.partition(".")
        assert kind != "setting" or name in names, key
        assert kind != "setting_section" or any(f"{each}.".startswith(f"{name}.") for each in sections), key


@pytest.mark.parametrize(
    ("prefix", "members"),
    [
        ("hint", Hint),
        ("hint_more", Hint),
        ("reason", Reason),
        ("next", Reason),
        ("error", Code),
        ("remedy", Code),
        ("truth", Truth),
        ("screen", Screen),
        ("link", Link),
        ("document", DocumentType),
    ],
)
def test_no_text_is_left_of_what_is_no_more(prefix: str, members: type[StrEnum]) -> None:
    keys = {key.removeprefix(f"{prefix}.") for key in texts_of("en") if key.startswith(f"{prefix}.")}
    assert keys - {str(member) for member in members} == set()


def test_a_word_that_nobody_says_would_be_found() -> None:
    assert is_asked_for("hint.come_closer")
    assert is_asked_for("attract.people_many")
    assert not is_asked_for("attract.never_said")
