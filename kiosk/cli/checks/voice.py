"""Can this machine speak? Guidance for the ear needs a voice, or at least something that plays a sound."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.cli.checks.line import Line, State
from kiosk.ui.voice import programs


def voice(speaker: str | None = None, player: str | None = None) -> Iterator[Line]:
    """Which program speaks or plays; the shipped parts of Qt have neither."""
    speaker = programs.speaker() if speaker is None else speaker
    player = programs.player() if player is None else player
    if speaker:
        yield Line(name="voice", state=State.OK, value=f"spoken by {speaker}")
        return
    yield Line(
        name="voice",
        state=State.WARN,
        value=f"no voice; cues are sounded by {player}" if player else "no voice and no player: hints stay silent",
        limit="a program that speaks",
        remedy="Install espeak-ng (Debian and Ubuntu: apt install espeak-ng alsa-utils), or set ui.voice to false.",
    )
