"""What is spoken is what is on screen, at this moment, and never a name unless the settings say so."""

from __future__ import annotations

import io
import struct
import sys
import wave
from dataclasses import replace
from pathlib import Path

import pytest
from support.desk import hand_made
from support.station_parts import wait_until

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.guidance import Hint
from kiosk.station.snapshot import Screen
from kiosk.ui.text import LANGUAGES, Text
from kiosk.ui.voice import programs
from kiosk.ui.voice.guide import Guide, SystemSpeaker
from kiosk.ui.voice.plan import Cue, Spoken, spoken
from kiosk.ui.voice.tones import wav


class ToldSpeaker:
    """Speaks until told to end."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.cut: list[str] = []
        self.speaking = False
        self.closed = False

    def begin(self, spoken: Spoken) -> None:
        self.said.append(spoken.words)
        self.speaking = True

    def running(self) -> bool:
        return self.speaking

    def stop(self) -> None:
        if self.speaking:
            self.cut.append(self.said[-1])
        self.speaking = False

    def close(self) -> None:
        self.closed = True


def words(text: str) -> Spoken:
    return Spoken(text, "en", Cue.ASK)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hint_on_screen_is_spoken_in_the_visits_language(language: str) -> None:
    said = spoken(hand_made()[Screen.CAPTURE], Text(language))
    assert said == Spoken(Text(language).get("hint.come_closer"), language, Cue.ASK)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_turn_is_sounded_from_its_side(side: str) -> None:
    said = spoken(replace(hand_made()[Screen.CHALLENGE], ask=side), Text("en"))
    assert said is not None
    assert said.cue == side
    assert said.words == Text("en").get(f"challenge.{side}")


def test_no_name_is_spoken_unless_wanted() -> None:
    result = hand_made()[Screen.RESULT]
    assert "Ana" in result.name
    silent, wanted = spoken(result, Text("en")), spoken(result, Text("en"), names=True)
    assert silent is not None
    assert wanted is not None
    assert "Ana" not in silent.words
    assert "Ana" in wanted.words


@pytest.mark.parametrize("screen", list(hand_made()))
def test_nothing_typed_is_ever_spoken(screen: Screen) -> None:
    said = spoken(hand_made()[screen], Text("en"))
    heard = said.words if said is not None else ""
    assert not any(private in heard for private in ("Ana", "Gómez", "ana@example.org"))


def test_a_refusal_says_what_next() -> None:
    denied = replace(hand_made()[Screen.RESULT], outcome=Outcome.DENIED, reason=Reason.NO_MATCH, name="")
    said = spoken(denied, Text("en"))
    assert said is not None
    assert said.cue is Cue.BAD
    assert Text("en").get("next.no_match") in said.words


def test_holding_still_sounds_unlike_being_asked() -> None:
    capture = hand_made()[Screen.CAPTURE]
    assert {
        getattr(spoken(replace(capture, hint=hint), Text()), "cue", None) for hint in (Hint.OK, Hint.HOLD_STILL)
    } == {Cue.HOLD}


def test_new_words_cut_off_old_ones_and_nothing_waits() -> None:
    speaker = ToldSpeaker()
    guide = Guide(speaker, again_s=60.0)
    guide.say(words("one"))
    assert wait_until(lambda: speaker.said == ["one"])
    for each in ("two", "three", "four"):
        guide.say(words(each))
    assert wait_until(lambda: bool(speaker.said) and speaker.said[-1] == "four")
    assert "one" in speaker.cut
    guide.say(None)
    assert wait_until(lambda: speaker.cut[-1] == "four")
    guide.close()
    assert speaker.closed


def test_the_same_words_are_said_once_and_again_after_a_while() -> None:
    speaker = ToldSpeaker()
    guide = Guide(speaker, again_s=0.1)
    guide.say(words("one"))
    assert wait_until(lambda: len(speaker.said) == 1)
    speaker.speaking = False
    assert wait_until(lambda: len(speaker.said) >= 2)
    assert set(speaker.said) == {"one"}
    guide.close()


def peaks(cue: Cue) -> tuple[int, int]:
    with wave.open(io.BytesIO(wav(cue))) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (2, 2)
        pairs = list(struct.iter_unpack("<hh", file.readframes(file.getnframes())))
    return max(abs(left) for left, _ in pairs), max(abs(right) for _, right in pairs)


@pytest.mark.parametrize("cue", Cue)
def test_cues_are_stereo_and_never_too_loud(cue: Cue) -> None:
    left, right = peaks(cue)
    assert max(left, right) < 0.4 * 32_768
    if cue is Cue.LEFT:
        assert left > 10 * right
    elif cue is Cue.RIGHT:
        assert right > 10 * left
    else:
        assert left == right


@pytest.mark.parametrize(
    ("platform", "there", "speaks", "plays"),
    [
        ("linux", {"spd-say", "espeak-ng", "aplay"}, "espeak-ng", "aplay"),
        ("linux", {"spd-say", "paplay"}, "spd-say", "paplay"),
        ("linux", set(), "", ""),
        ("win32", {"powershell"}, "powershell", "powershell"),
        ("darwin", {"say", "afplay"}, "say", "afplay"),
    ],
)
def test_the_systems_own_programs(platform: str, there: set[str], speaks: str, plays: str) -> None:
    def which(name: str) -> str | None:
        return name if name in there else None

    assert programs.speaker(platform, which) == speaks
    assert programs.player(platform, which) == plays


@pytest.mark.parametrize("name", ["espeak-ng", "spd-say", "say", "powershell"])
def test_words_never_stand_in_a_list_of_processes(name: str) -> None:
    program = programs.to_speak(name, Spoken("Welcome, Ana", "es", Cue.GOOD))
    assert "Ana" not in " ".join(program.command)
    assert program.stdin == b"Welcome, Ana"


@pytest.mark.skipif(sys.platform == "win32", reason="a script as program")
def test_a_real_program_hears_the_words_and_can_be_cut_off(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    script = tmp_path / "espeak-ng"
    script.write_text(f"#!/bin/sh\ncat > {heard}\nsleep 30\n")
    script.chmod(0o755)
    speaker = SystemSpeaker(str(script), "")
    speaker.begin(words("Come closer"))
    assert wait_until(lambda: heard.exists() and heard.read_text() == "Come closer")
    assert speaker.running()
    speaker.close()
    assert not speaker.running()


@pytest.mark.skipif(sys.platform == "win32", reason="a script as program")
def test_without_a_sound_card_it_gives_up(tmp_path: Path) -> None:
    tried = tmp_path / "tried"
    script = tmp_path / "player"
    script.write_text(f"#!/bin/sh\necho x >> {tried}\nexit 1\n")
    script.chmod(0o755)
    speaker = SystemSpeaker("", str(script))
    for _ in range(6):
        speaker.begin(words("Come closer"))
        assert wait_until(lambda: not speaker.running())
    assert tried.read_text().count("x") == 3
    speaker.close()


def test_where_there_is_nothing_it_is_silent() -> None:
    speaker = SystemSpeaker("", "")
    speaker.begin(words("Come closer"))
    assert not speaker.running()
    assert speaker.how == ""
    speaker.close()
