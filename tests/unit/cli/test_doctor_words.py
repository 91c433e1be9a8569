"""What the doctor says can be said in every language, and machines still read the same English."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kiosk.cli import checks, unattended
from kiosk.cli.checks import libraries, machine, parts, voice
from kiosk.cli.checks.line import Line, State, at_least, guarded, said
from kiosk.domain.errors import Code, ConfigError
from kiosk.profile import Profile
from kiosk.settings import Settings
from kiosk.ui.text import LANGUAGES, Text, texts_of

_USED = re.compile(r'said\(\s*"(\w+)"')


def _broken() -> list[Line]:
    raise ValueError


def lines(folder: Path) -> list[Line]:
    return [
        *machine.python(),
        *machine.processor(frozenset({"sse4_2"})),
        *machine.memory(),
        *machine.disk(folder),
        *machine.clock(None, now=0.0),
        *machine.display({}, system="linux"),
        *libraries.libraries(x11=True, wayland=False, loads=lambda name: False, system="linux"),
        *libraries.opencv({"opencv-python": "4.1", "opencv-python-headless": "4.2"}),
        *voice.voice("", ""),
        *parts.weights(folder),
        *parts.database(Profile(folder)),
        *parts.cameras(Settings()),
        parts.failed("settings", ConfigError(Code.CONFIG_BAD_VALUE, "ui.language"), said("right")),
        *guarded("vision", _broken),
    ]


def test_every_text_that_a_check_uses_is_there() -> None:
    folder = Path(checks.__file__).parent
    used = {
        key
        for path in (*folder.glob("*.py"), Path(unattended.__file__))
        for key in _USED.findall(path.read_text("utf-8"))
    }
    assert len(used) > 50
    known = texts_of("en")
    assert sorted(key for key in used if f"doctor_said.{key}" not in known) == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_what_is_wrong_and_what_to_do_is_said_in_the_language(language: str, tmp_path: Path) -> None:
    text = Text(language)
    for line in lines(tmp_path):
        for words in (line.value, line.limit, line.remedy):
            told = text.said(words)
            assert "{" not in told, f"{line.name}: something was not filled in"
            if " " in words and words[0].islower() and words != parts.FETCH:
                assert told != words or "4.1" in words, f"{line.name}: {words!r} is not translated"
        if line.state is State.FAIL and line.remedy and line.remedy != parts.FETCH:
            assert text.said(line.remedy) != line.remedy


def test_machines_read_plain_english(tmp_path: Path) -> None:
    line = at_least("disk", 120.4, warn=1024, fail=200, unit="unit_free", remedy=said("disk_remedy", folder="/x"))
    assert line.as_object() == {
        "name": "disk",
        "state": "fail",
        "value": "120 MB free",
        "limit": "at least 200, better 1024 MB free",
        "remedy": "Free some space on the disk of /x.",
    }
    for each in lines(tmp_path):
        read = json.loads(json.dumps(each.as_object()))
        assert set(read) == {"name", "state", "value", "limit", "remedy"}
        assert all(type(value) is str for value in each.as_object().values())


def test_an_error_keeps_its_code_in_every_language() -> None:
    line = parts.failed("settings", ConfigError(Code.CONFIG_BAD_VALUE, "ui.language"), said("right"))
    assert line.value.endswith("(config_bad_value: ui.language)")
    told = Text("es").said(line.value)
    assert told.endswith("(config_bad_value: ui.language)")
    assert told.startswith(Text("es").get("error.config_bad_value"))
