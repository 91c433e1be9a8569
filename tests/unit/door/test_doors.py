from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from support.patience import PATIENCE_S

from kiosk.domain.errors import Code, DoorError
from kiosk.domain.ports import Door
from kiosk.door.command import CommandDoor
from kiosk.door.event import EventDoor


def python(code: str, *more: str) -> list[str]:
    return [sys.executable, "-c", code, *more]


def failed(door: Door) -> str:
    with pytest.raises(DoorError) as caught:
        door.open()
    assert caught.value.code is Code.DOOR_FAILED
    assert caught.value.retryable
    return caught.value.detail


def test_an_event_door_announces_once_an_opening():
    said: list[str] = []
    door = EventDoor(lambda: said.append("open"))
    assert said == []
    door.open()
    assert said == ["open"]


def test_an_event_that_cannot_be_written_is_no_opening():
    def broken() -> None:
        raise BrokenPipeError

    assert "event" in failed(EventDoor(broken))


def test_a_command_door_runs_the_program_once_with_its_arguments_as_they_are(tmp_path: Path):
    out = tmp_path / "said"
    tricky = "$HOME; rm *"
    code = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    CommandDoor(python(code, str(out), tricky), deadline_s=30).open()
    assert out.read_text() == tricky


def test_a_command_that_fails_is_no_opening():
    assert "status 3" in failed(CommandDoor(python("raise SystemExit(3)"), deadline_s=30))


def test_a_command_that_is_not_there_is_no_opening(tmp_path: Path):
    assert "cannot be started" in failed(CommandDoor([str(tmp_path / "none")]))
    assert "cannot be started" in failed(CommandDoor(["\0"]))


@pytest.mark.skipif(os.name != "posix", reason="process groups are a POSIX matter")
def test_a_command_that_takes_too_long_is_no_opening_and_nothing_is_left_running(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        command = ["/bin/sh", "-c", 'exec > "$1"; echo started; sleep 60; true', "sh", str(pipe)]
        assert "no answer within 2 s" in failed(CommandDoor(command, deadline_s=2.0))
        assert os.read(reader, 100) == b"started\n"
        deadline = time.monotonic() + PATIENCE_S
        while is_held(reader) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not is_held(reader)  # neither the shell nor its sleep has the pipe any more
    finally:
        os.close(reader)


def is_held(reader: int) -> bool:
    """Whether some process still has the other end of the pipe."""
    try:
        return os.read(reader, 1) != b""
    except BlockingIOError:
        return True


def test_the_stations_own_settings_stay_out_of_the_command(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KIOSK_API__TOKEN", "secret")
    code = "import os; raise SystemExit('KIOSK_API__TOKEN' in os.environ or 'PATH' not in os.environ)"
    CommandDoor(python(code), deadline_s=30).open()


@pytest.mark.parametrize("arguments", [[], [""], "open the door"])
def test_a_command_must_be_a_list(arguments):
    with pytest.raises(ValueError, match="list"):
        CommandDoor(arguments)


@pytest.mark.parametrize("deadline", [0.0, -1.0, float("nan")])
def test_a_command_needs_time(deadline: float):
    with pytest.raises(ValueError, match="time"):
        CommandDoor(["true"], deadline_s=deadline)
