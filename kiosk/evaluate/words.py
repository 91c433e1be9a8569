"""Numbers in words and text in columns, the same way in every report."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from kiosk.evaluate.statistics import Interval, Rate

UNKNOWN = "-"


class Words(Protocol):
    """The texts of one language, for reports that people read."""

    language: str

    def get(self, key: str, /, **params: object) -> str:
        """The text of a key, filled in."""
        ...

    def has(self, key: str, /) -> bool:
        """Whether there is one."""
        ...

    def cue(self, name: str, /) -> str:
        """The name of a cue of liveness."""
        ...


def sentence(words: str) -> str:
    """With a capital and a full stop."""
    return f"{words[:1].upper()}{words[1:]}."


def per_cent(share: float | None) -> str:
    """``12.3 %``, or a dash where there is nothing to say."""
    return UNKNOWN if share is None else f"{share:.2%}".replace("%", " %")


def limits(interval: Interval | None, digits: int | None = None) -> str:
    """``[1.2, 3.4] %``, or as plain numbers with so many digits."""
    if interval is None:
        return UNKNOWN
    if digits is not None:
        return f"[{interval.low:.{digits}f}, {interval.high:.{digits}f}]"
    return f"[{interval.low * 100:.2f}, {interval.high * 100:.2f}] %"


def rate_in_words(rate: Rate) -> tuple[str, str, str]:
    """Rate, interval, and ``3 of 40``."""
    return per_cent(rate.value), limits(rate.interval), f"{rate.hits} of {rate.of}"


def columns(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> list[str]:
    """Lines with the cells of each column under each other; those in ``right`` end at the same place."""
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
