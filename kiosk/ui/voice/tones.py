"""Short cues as stereo WAV, made by code: a rising pair asks, a falling one refuses, left and right sound from their side."""

from __future__ import annotations

import io
import math
import struct
import wave
from functools import cache

from kiosk.ui.voice.plan import Cue

RATE = 22_050
"""Samples a second and channel."""

LOUD = 0.35
_FADE_S = 0.012
"""A tone that begins and ends at once would click."""

_NOTES: dict[Cue, tuple[tuple[float, float], ...]] = {
    Cue.ASK: ((523.3, 0.11), (659.3, 0.13)),
    Cue.LEFT: ((659.3, 0.13), (523.3, 0.15)),
    Cue.RIGHT: ((523.3, 0.13), (659.3, 0.15)),
    Cue.UP: ((523.3, 0.10), (784.0, 0.16)),
    Cue.DOWN: ((784.0, 0.10), (523.3, 0.16)),
    Cue.HOLD: ((440.0, 0.22),),
    Cue.GOOD: ((523.3, 0.10), (659.3, 0.10), (784.0, 0.20)),
    Cue.BAD: ((392.0, 0.18), (311.1, 0.28)),
}
"""(pitch in hertz, length in seconds) each."""

_SIDES = {Cue.LEFT: (1.0, 0.06), Cue.RIGHT: (0.06, 1.0)}


@cache
def wav(cue: Cue) -> bytes:
    """The cue as a WAV file, 16 bit, two channels."""
    left, right = _SIDES.get(cue, (1.0, 1.0))
    samples = bytearray()
    for pitch, seconds in _NOTES[cue]:
        count = int(RATE * seconds)
        fade = int(RATE * _FADE_S)
        for number in range(count):
            swell = min(1.0, number / fade, (count - 1 - number) / fade)
            value = LOUD * swell * math.sin(2 * math.pi * pitch * number / RATE)
            samples += struct.pack("<hh", round(32_767 * value * left), round(32_767 * value * right))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(bytes(samples))
    return file.getvalue()
