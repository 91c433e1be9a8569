"""Dates as a language writes them (``language.date``), and back to ISO 8601. Says nothing about whether a date makes sense."""

from __future__ import annotations

import re

from kiosk.ui.text import Text

_PARTS = re.compile(r"\s*(\d{1,4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,4})\s*")
_RUN = re.compile(r"\d{8}")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def shown(iso: str, text: Text) -> str:
    """``1990-01-31`` as people of this language write it; anything else as it is."""
    found = _ISO.fullmatch(iso)
    if found is None:
        return iso
    year, month, day = found.groups()
    return text.get("language.date").replace("YYYY", year).replace("MM", month).replace("DD", day)


def in_full(iso: str, text: Text) -> str:
    """``1990-01-31`` with its month as a word, so that a day taken for a month is seen; anything else as it is."""
    found = _ISO.fullmatch(iso)
    if found is None:
        return iso
    year, month, day = found.groups()
    name = f"month.{int(month)}"
    return text.get("language.date_in_full", day=int(day), month=text.get(name), year=year) if text.has(name) else iso


def to_iso(typed: str, text: Text) -> str:
    """What was typed as ISO, where it is three numbers in this language's order (or ISO already); else as it is."""
    day_first = text.get("language.date").startswith("DD")
    typed = typed.strip()
    if _RUN.fullmatch(typed):
        first, second, third = (typed[:2], typed[2:4], typed[4:]) if day_first else (typed[:4], typed[4:6], typed[6:])
    else:
        found = _PARTS.fullmatch(typed)
        if found is None:
            return typed
        first, second, third = found.groups()
    if len(first) == 4:
        year, month, day = first, second, third
    elif day_first and len(third) == 4:
        day, month, year = first, second, third
    else:
        return typed
    return f"{year}-{month:0>2}-{day:0>2}" if len(day) <= 2 else typed
