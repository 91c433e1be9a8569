"""What the last update did, how far it came and why it ended: one small file, replaced as a whole, readable by everybody."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from kiosk.domain.errors import Code
from kiosk.update.layout import write_whole


class Step(StrEnum):
    """How far an update came, in this order."""

    CHECKING = "checking"
    COPYING = "copying"
    UNPACKING = "unpacking"
    BACKING_UP = "backing_up"
    TESTING = "testing"
    SWITCHING = "switching"
    CONFIRMING = "confirming"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The last update.

    Attributes:
        before, after: versions.
        step: the one that was begun last.
        code: why ``before`` goes on; None while it runs and where ``after`` is in place.
        detail: for the operator.
        at: when this was written, ISO 8601, UTC.
        backup: name of the copy of the database, or an empty string.
    """

    before: str
    after: str
    step: Step
    at: str
    code: Code | None = None
    detail: str = ""
    backup: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.step is Step.ENDED

    def ended(self, at: str, code: Code | None = None, detail: str = "") -> Entry:
        """The same update, over."""
        return replace(self, step=Step.ENDED, at=at, code=code, detail=detail)


_CODES = frozenset(Code)


def _understood(code: str | None, detail: str) -> tuple[Code | None, str]:
    """A newer version may have written a code that this one does not know; that it failed must be said all the same."""
    if not code or code in _CODES:
        return (Code(code) if code else None), detail
    return Code.UPDATE_INTERRUPTED, f"{code}: {detail}"


def read(folder: Path) -> Entry | None:
    """The last update's entry; None where there was none, or where the file says nothing that can be understood."""
    try:
        raw = json.loads((folder / "journal.json").read_text("utf-8"))
        code, detail = _understood(raw["code"], str(raw["detail"]))
        return Entry(
            before=str(raw["before"]),
            after=str(raw["after"]),
            step=Step(raw["step"]),
            at=str(raw["at"]),
            code=code,
            detail=detail,
            backup=str(raw["backup"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(folder: Path, entry: Entry) -> None:
    """Put an entry in place of the one before.

    Raises:
        OSError: it cannot be written.
    """
    write_whole(folder / "journal.json", json.dumps(asdict(entry), indent=1).encode("utf-8") + b"\n")
