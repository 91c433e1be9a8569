"""Can this machine speak? Guidance for the ear needs a voice, or at least something that plays a sound."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.cli.checks.line import Line, State, said
from kiosk.ui.voice import programs


def voice(speaker: str | None = None, player: str | None = None) -> Iterator[Line]:
    """Which program speaks or plays; the shipped parts of Qt have neither."""
    speaker = programs.speaker() if speaker is None else speaker
    player = programs.player() if player is None else player
    if speaker:
        yield Line(name="voice", state=State.OK, value=said("voice_spoken", program=speaker))
        return
    yield Line(
        name="voice",
        state=State.WARN,
        value=said("voice_sounded", program=player) if player else said("voice_silent"),
        limit=said("voice_limit"),
        remedy=said("voice_remedy"),
    )
