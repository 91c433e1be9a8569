"""Every setting that the page shows says in plain words what it does, in what it counts, and what it may be."""

from __future__ import annotations

import pytest

from kiosk.settings import Settings
from kiosk.station.office.upkeep import SettingsShown
from kiosk.station.settings_desk import Entry, Kind, entries
from kiosk.ui.presenters.settings import SettingView, present
from kiosk.ui.text import LANGUAGES, Text

ALL = entries(Settings())
SHOWN = SettingsShown(entries=ALL)


def chosen(key: str, language: str) -> SettingView:
    view = present(SHOWN, Text(language), chosen=key).chosen
    assert view is not None
    return view


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_has_a_help_of_its_own(language: str) -> None:
    text = Text(language)
    assert [each.key for each in ALL if not text.has(f"setting.{each.key}")] == []
    helps = [text.get(f"setting.{each.key}") for each in ALL]
    assert [words for words in helps if not words.endswith(".")] == [], "a whole sentence"
    assert len(set(helps)) > 0.97 * len(helps), "one setting's words do not stand for another's"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_says_its_range_and_its_default(language: str) -> None:
    text = Text(language)
    numbers = [each for each in ALL if each.kind in {Kind.WHOLE, Kind.NUMBER}]
    assert len(numbers) > 80
    for each in numbers:
        limits = chosen(each.key, language).limits
        assert each.default in limits, each.key
        assert each.high is not None, each.key
        assert f"{each.high:.10g}" in limits, each.key
        assert text.get("settings.default", value=each.default) in limits, each.key


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("policy.timing.guiding_ms", "1000 is one second"),
        ("policy.active.turn_deg", "In degrees."),
        ("policy.offline.max_days_without_sync", "In days."),
        ("policy.placement.bystander_share", "0.5 is half"),
        ("site.camera_height_cm", "In centimetres."),
        ("camera.width", "In pixels."),
        ("camera.fps", "pictures a second"),
        ("ui.dim_after_s", "In seconds."),
    ],
)
def test_a_number_with_a_unit_says_it(key: str, unit: str) -> None:
    assert unit in chosen(key, "en").limits


def test_what_is_only_counted_has_no_unit() -> None:
    assert chosen("policy.lockout.attempts", "en").limits == "From 1 to 1000. Whole numbers. Default: 6."


@pytest.mark.parametrize(
    "entry", [each for each in ALL if each.key in {"camera.uri", "ui.theme"}], ids=lambda each: each.key
)
def test_each_says_when_a_change_counts(entry: Entry) -> None:
    for language in LANGUAGES:
        text = Text(language)
        expected = text.get("settings.restart" if entry.restart else "settings.at_once")
        assert chosen(entry.key, language).restart == expected
