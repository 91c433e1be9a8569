"""The system's own programs that speak or play: which are there, and how they are called. Starts nothing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.ui.voice.plan import Spoken

Which = Callable[[str], str | None]

_WINDOWS = (
    "Add-Type -AssemblyName System.Speech; $v = New-Object System.Speech.Synthesis.SpeechSynthesizer; "
    "$c = [System.Globalization.CultureInfo]::GetCultureInfo('{language}'); "
    "try {{ $v.SelectVoiceByHints('NotSet', 'NotSet', 0, $c) }} catch {{ }}; $v.Speak([Console]::In.ReadToEnd())"
)
_MAC_VOICES = {"es": "Monica", "pt": "Luciana"}
_ESPEAK_VOICES = {"pt": "pt-br", "es": "es-419"}


@dataclass(frozen=True, slots=True)
class Program:
    """How something is said or played: the command, and what it reads from its standard input."""

    command: tuple[str, ...]
    stdin: bytes


def speaker(platform: str = sys.platform, which: Which = shutil.which) -> str:
    """Name of the program that speaks here; empty where there is none."""
    if platform == "win32":
        return "powershell" if which("powershell") else ""
    if platform == "darwin":
        return "say" if which("say") else ""
    return next((name for name in ("espeak-ng", "espeak", "spd-say") if which(name)), "")


def player(platform: str = sys.platform, which: Which = shutil.which) -> str:
    """Name of the program that plays a WAV file here; empty where there is none."""
    if platform == "win32":
        return "powershell" if which("powershell") else ""
    names = ("afplay",) if platform == "darwin" else ("pw-play", "paplay", "aplay")
    return next((name for name in names if which(name)), "")


def to_speak(name: str, spoken: Spoken) -> Program:
    """Have these words said; they go in by standard input, so that no list of processes shows them."""
    language, words = spoken.language, spoken.words.encode()
    match name:
        case "powershell":
            script = _WINDOWS.format(language={"pt": "pt-BR", "es": "es-ES"}.get(language, "en-US"))
            return Program(("powershell", "-NoProfile", "-NonInteractive", "-Command", script), words)
        case "say":
            voice = _MAC_VOICES.get(language)
            return Program(("say", *(("-v", voice) if voice else ()), "-f", "-"), words)
        case "spd-say":
            return Program(("spd-say", "--wait", "--pipe-mode", "--language", language), words)
        case _:
            return Program((name, "-v", _ESPEAK_VOICES.get(language, language), "-s", "150", "--stdin"), words)


def to_play(name: str, file: str) -> Program:
    """Have a WAV file played."""
    if name == "powershell":
        script = f"(New-Object System.Media.SoundPlayer '{file}').PlaySync()"
        return Program(("powershell", "-NoProfile", "-NonInteractive", "-Command", script), b"")
    return Program((name, *(("-q",) if name == "aplay" else ()), file), b"")
