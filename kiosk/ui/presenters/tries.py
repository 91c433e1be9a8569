"""How many tries are left, in words: the same on every screen that refuses."""

from __future__ import annotations

from kiosk.ui.text import Text


def tries_words(left: int | None, text: Text) -> str:
    """Empty where nothing is counted."""
    if left is None:
        return ""
    if left <= 0:
        return text.get("result.tries_left_none")
    return text.count("result.tries_left", left)
