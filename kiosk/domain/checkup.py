"""One line of the doctor's report, and the line below which a station may not be left alone. Checks nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Self


class State(StrEnum):
    """``warn`` works with less; ``fail`` does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Said(str):
    """English words that know which text they are, so that a screen can say the same in another language.

    Attributes:
        key: of the text.
        params: what is filled in; a value may be :class:`Said` itself.
    """

    key: str
    params: Mapping[str, str]

    def __new__(cls, words: str, key: str, params: Mapping[str, str]) -> Self:
        """``words`` is the text of ``key`` in English, filled in."""
        made = super().__new__(cls, words)
        made.key, made.params = key, dict(params)
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was looked at and what it is.

    Attributes:
        name: of the check, stable, for scripts.
        value: what was found.
        limit: what is asked for, in words.
        remedy: what to do, where it is not ok.

    The three are English, for ``--json`` and the support bundle; as :class:`Said` they can be said in any language.
    """

    name: str
    state: State
    value: str
    limit: str = ""
    remedy: str = ""

    def as_object(self) -> dict[str, str]:
        """For ``--json``."""
        return {each.name: str(getattr(self, each.name)) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class Checkup:
    """A whole round."""

    lines: tuple[Line, ...] = ()

    def count(self, state: State) -> int:
        """How many lines came out so."""
        return sum(line.state is state for line in self.lines)

    @property
    def below(self) -> tuple[str, ...]:
        """Names of what keeps the station under the pass line: whatever fails. Nothing looked at is under it as well."""
        return failing(self.lines) if self.lines else ("doctor",)

    @property
    def passes(self) -> bool:
        """Whether the station may be left alone as far as the machine goes; the walk of attacks is asked beside it."""
        return not self.below


def failing(lines: Iterable[Line]) -> tuple[str, ...]:
    """Names of the lines that fail, each once, in their order."""
    return tuple(dict.fromkeys(line.name for line in lines if line.state is State.FAIL))
