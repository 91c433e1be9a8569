"""A doubt about the stream becomes a veto of the sighting, whatever the networks say of the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from support.vision_parts import Eyes

from kiosk.domain.face import Frame, Pixels
from kiosk.domain.ports import Depth
from kiosk.domain.stream import StreamCue


@pytest.mark.parametrize("doubt", ["", *StreamCue])
def test_the_doubt_of_a_frame_is_a_veto(eyes: Eyes, portrait: Callable[[str], Pixels], doubt: str) -> None:
    eyes.see(portrait("portrait_a"))
    last = eyes.see(portrait("portrait_a"))
    frame = Frame(portrait("portrait_a"), last.seq + 1, last.mono_ms + 33.0)
    sighting = eyes.engine.look(replace(frame, doubt=doubt), Depth.FULL)
    assert sighting.passive is not None
    assert sighting.passive.vetoes == ((doubt,) if doubt else ())
    assert sighting.passive.score == pytest.approx(last.passive.score if last.passive else None, abs=0.05)
