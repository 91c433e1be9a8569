"""Query parameters under their wire names, without those that were not given."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.api.operation import Query

Value = str | int | float | bool | Sequence[str]


def given(**values: Value | None) -> Query:
    """Only what was given: None and empty sequences are left out. Odd names (``in_status[]``) come in by ``**{}``."""
    return {name: value for name, value in values.items() if value not in (None, (), [])}
