"""What others may rely on, word by word: commands and their options, exit statuses, the closed lists of the event stream."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import click
import pytest

from kiosk.cli import COMMANDS, root
from kiosk.cli.output import NO
from kiosk.domain.decision import Outcome
from kiosk.domain.errors import (
    ApiError,
    CameraError,
    Code,
    ConfigError,
    InputError,
    InvariantBroken,
    ModelError,
    StoreError,
)
from kiosk.domain.guidance import Hint
from kiosk.domain.person import Truth
from kiosk.station.snapshot import CameraState, Link, Screen

PROMISED = {
    "run": "--mode --camera --profile --offline --demo --events --screenshots --exit-after --exit-after-results",
    "enroll": "--image --details --csv --images --profile --json",
    "identify": "--image --camera --profile --json",
    "people list": "--profile --json",
    "people show": "person_id --profile --json",
    "people update": "person_id --details --profile --json",
    "people delete": "person_id --profile --json",
    "people export": "file --profile --json",
    "validate": "--type --image --camera --profile --json",
    "sync status": "--profile --json",
    "sync run": "--profile --json",
    "sync review": "--profile --json",
    "sync review list": "--profile --json",
    "sync review retry": "row --reason --profile --json",
    "sync review drop": "row --reason --profile --json",
    "sandbox": "--port --data --fault --print-token",
    "evaluate liveness": "folder --json",
    "evaluate matching": "table --images --json",
    "bench": "--json",
    "doctor": "--profile --json",
    "models list": "--json",
    "models verify": "--json",
    "models fetch": "names --json",
    "audit verify": "--profile --json",
    "audit export": "file --profile --json",
    "config show": "--profile --json",
    "config check": "--profile --json",
    "config set": "assignment --profile --json",
}
"""Command -> options and arguments."""

WITHOUT_JSON = {"run"}
"""It has a stream of events instead."""


def found(words: str) -> click.Command:
    command: click.Command = root
    for word in words.split():
        assert isinstance(command, click.Group)
        inner = command.get_command(click.Context(command), word)
        assert inner is not None, words
        command = inner
    return command


def every_command(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{before}{name}", command
        if isinstance(command, click.Group):
            yield from every_command(command, f"{before}{name} ")


@pytest.mark.parametrize("words", PROMISED)
def test_a_promised_command_has_its_options(words: str) -> None:
    command = found(words)
    options = {option for each in command.params for option in each.opts}
    assert set(PROMISED[words].split()) <= options, sorted(options)


def test_nothing_is_promised_that_is_not_there_and_each_has_an_example_and_json() -> None:
    assert {words.split()[0] for words in PROMISED} <= set(COMMANDS)
    for name, command in every_command(root):
        if command.hidden:
            continue
        assert "Example" in (command.help or ""), f"{name} has no example"
        if not isinstance(command, click.Group) and name not in WITHOUT_JSON:
            assert any("--json" in each.opts for each in command.params), f"{name} has no --json"


def test_the_exit_statuses_are_those_that_are_written_down() -> None:
    assert NO == 1
    usage = [ConfigError(Code.CONFIG_BAD_VALUE), InputError(Code.FILE_MISSING)]
    parts = [
        CameraError(Code.CAMERA_LOST),
        ModelError(Code.MODEL_BROKEN),
        StoreError(Code.STORE_FULL),
        ApiError(Code.API_DNS),
    ]
    assert {error.exit_status for error in usage} == {2}
    assert {error.exit_status for error in parts} == {3}
    assert InvariantBroken("told").exit_status == 4


@pytest.mark.parametrize(
    ("closed_list", "promised"),
    [
        (
            Hint,
            "come_closer step_back center look_straight too_dark too_bright backlit blurred hold_still one_person"
            " uncover_face ok",
        ),
        (Outcome, "granted denied deferred help"),
        (Truth, "local provisional sent_no_reply confirmed refused"),
        (CameraState, "opening streaming stalled lost back"),
        (Link, "online no_link dns tls proxy unauthorized no_credits throttled server_error"),
        (Screen, "attract capture challenge result consent details review operator fault"),
    ],
)
def test_words_of_the_event_stream(closed_list: type[StrEnum], promised: str) -> None:
    assert set(promised.split()) <= {each.value for each in closed_list}
