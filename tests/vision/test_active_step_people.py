"""Real people who do what is asked: recordings in which a head moves, re-timed (``support.retimed``), passive scores and all."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.retimed import EACH, PEOPLE, attempts, watched

from kiosk.domain.challenge.motion import Motion
from kiosk.vision.engine import Engine


def refused(engine: Engine, clip: Path, each: int) -> tuple[int, list[tuple[Motion, int]]]:
    """How many visits, and which were not let in."""
    done = [(stretch.motion, seed, visit.opened) for stretch, seed, visit in attempts(watched(engine, clip), each)]
    return len(done), [(motion, seed) for motion, seed, opened in done if not opened]


def test_a_person_who_turns_and_nods_as_asked_is_let_in(engine: Engine, shared: Path) -> None:
    visits, not_let_in = refused(engine, shared / "data" / "clips" / "live" / "webcam_a.webm", 1)
    assert visits >= 3
    assert not_let_in == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_at_most_one_in_twenty_is_refused(engine: Engine, shared: Path) -> None:
    visits, not_let_in = 0, []
    for name in PEOPLE:
        more, lost = refused(engine, shared / "data" / "clips" / "live" / name, EACH)
        visits, not_let_in = visits + more, not_let_in + lost
    assert visits >= 80
    assert len(not_let_in) <= 0.05 * visits, not_let_in
