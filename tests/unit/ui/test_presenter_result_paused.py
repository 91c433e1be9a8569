"""Who has no try left is told to wait, not to try once more."""

from __future__ import annotations

import pytest

from kiosk.domain.decision import Outcome, Reason
from kiosk.station.snapshot import Mode, Screen, Snapshot
from kiosk.ui.presenters.result import COUNTED, present
from kiosk.ui.text import LANGUAGES, Text


def refused(reason: Reason, left: int | None, text: Text) -> str:
    snapshot = Snapshot(screen=Screen.RESULT, mode=Mode.ACCESS, outcome=Outcome.DENIED, reason=reason, tries_left=left)
    return present(snapshot, text).following


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", sorted(COUNTED - {Reason.ATTACK}))
def test_the_next_step_fits_the_tries_that_are_left(reason: Reason, language: str) -> None:
    text = Text(language)
    assert refused(reason, 0, text) == text.get("locked.next")
    for left in (1, None):
        assert refused(reason, left, text) == text.get(f"next.{reason}")


def test_other_refusals_say_their_own_next_step() -> None:
    text = Text()
    for reason in (Reason.NOT_GUIDED, Reason.ATTACK):
        assert refused(reason, 0, text) == text.get(f"next.{reason}")
