"""Somebody who needs longer gets longer; what is measured against attacks stays."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kiosk.domain.errors import ConfigError
from kiosk.domain.policy import Timing, slowed
from kiosk.settings import load, to_policy

FOR_PEOPLE = {"guiding_ms", "consent_ms", "details_ms", "review_ms", "granted_ms", "denied_ms", "help_ms"}


def test_only_the_waits_for_a_person_grow() -> None:
    before, after = dataclasses.asdict(Timing()), dataclasses.asdict(slowed(Timing(), 3.0))
    assert {name for name in before if after[name] != before[name]} == FOR_PEOPLE
    assert all(after[name] == 3.0 * before[name] for name in FOR_PEOPLE)


def test_the_setting_reaches_the_policy(tmp_path: Path) -> None:
    settings = load(tmp_path, overrides={"ui.time_factor": 2.0})
    assert to_policy(settings).timing.guiding_ms == 2.0 * Timing().guiding_ms


@pytest.mark.parametrize(("key", "value"), [("ui.time_factor", 0.5), ("ui.text_scale", 2.5), ("ui.accent", "blue")])
def test_a_value_that_would_not_help_is_refused(tmp_path: Path, key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=key):
        load(tmp_path, overrides={key: value})
