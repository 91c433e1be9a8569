"""The parent of a supervised station: starts it again when it dies or hangs, and never against a wish."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest
from support.patience import PATIENCE_S
from support.station_parts import wait_until

from kiosk.cli.supervise import Limits, Supervisor, command_line, pause_before

QUICK = Limits(lost=3.0, first_beat=60.0, short=60.0, longest_pause=0.2)

CHILD = """
import os, sys, time, signal
from pathlib import Path
beat = Path(sys.argv[-1]); lives = Path(sys.argv[1])
with lives.open("a") as file: file.write(f"{os.getpid()}\\n")
number = len(lives.read_text().splitlines())
def turn(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        beat.touch(); time.sleep(0.05)
"""


def station(folder: Path, behaviour: str) -> tuple[list[str], Path]:
    """A child that behaves like this in its n-th life (``number``)."""
    script, lives = folder / "child.py", folder / "lives"
    script.write_text(CHILD + textwrap.dedent(behaviour))
    return [sys.executable, str(script), str(lives)], lives


def count(lives: Path) -> int:
    return len(lives.read_text().splitlines()) if lives.exists() else 0


def supervise(folder: Path, behaviour: str) -> tuple[int, int, list[str]]:
    said: list[str] = []
    command, lives = station(folder, behaviour)
    status = Supervisor(command, limits=QUICK, tell=said.append).run()
    return status, count(lives), said


@pytest.mark.parametrize("status", [0, 1, 2])
def test_an_end_that_was_meant_is_the_end(tmp_path: Path, status: int) -> None:
    assert supervise(tmp_path, f"sys.exit({status})") == (status, 1, [])


@pytest.mark.parametrize("death", ["sys.exit(4)", "sys.exit(3)", "os.kill(os.getpid(), signal.SIGKILL)", "os.abort()"])
def test_a_crash_starts_it_again(tmp_path: Path, death: str) -> None:
    status, lives, said = supervise(
        tmp_path,
        f"""
        if number < 3:
            turn(0.1); {death}
        """,
    )
    assert (status, lives, len(said)) == (0, 3, 2)


def test_one_that_hangs_is_ended_and_started_again(tmp_path: Path) -> None:
    status, lives, said = supervise(
        tmp_path,
        """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if number == 1:
            turn(0.2)
            time.sleep(60)
        """,
    )
    assert (status, lives) == (0, 2)
    assert "no sign of life" in said[0]


def test_pauses_grow_and_the_first_is_none() -> None:
    limits = Limits()
    assert [pause_before(start, limits) for start in range(1, 6)] == [0.0, 0.5, 1.0, 2.0, 4.0]
    assert pause_before(40, limits) == limits.longest_pause


def test_a_wish_to_end_reaches_the_child(tmp_path: Path) -> None:
    command, lives = station(tmp_path, "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\nturn(60)")
    supervisor = Supervisor(command, limits=QUICK)
    ended: list[int] = []
    thread = threading.Thread(target=lambda: ended.append(supervisor.run()))
    thread.start()
    assert wait_until(lambda: count(lives) == 1)
    supervisor.stop()
    thread.join(PATIENCE_S)
    assert ended == [0]
    assert count(lives) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's parent-death signal")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_when_the_parent_goes_the_child_goes(tmp_path: Path, number: signal.Signals) -> None:
    root = Path(__file__).resolve().parents[3]
    command, lives = station(
        tmp_path,
        f"""
        sys.path.insert(0, {str(root)!r})
        from kiosk.cli.heartbeat import die_with_parent
        die_with_parent()
        Path(sys.argv[1] + ".ready").touch()
        turn(60)
        """,
    )
    code = f"from kiosk.cli.supervise import Supervisor\nSupervisor({command!r}).run()"
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=root)
    ready = tmp_path / "lives.ready"
    try:
        assert wait_until(ready.exists)
        child = psutil.Process(int(lives.read_text()))
        parent.send_signal(number)
        parent.wait(PATIENCE_S)
        assert wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    finally:
        parent.kill()
        parent.wait(PATIENCE_S)


@pytest.mark.skipif(sys.platform == "win32", reason="systemd")
def test_systemd_hears_of_every_beat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "n"))
        ear.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "n"))
        status, _, _ = supervise(tmp_path, "assert 'NOTIFY_SOCKET' not in os.environ\nturn(0.5)")
        assert status == 0
        assert ear.recv(100) == b"READY=1\nWATCHDOG=1"
        assert ear.recv(100) == b"WATCHDOG=1"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_wish_to_end_is_heard_in_a_pause(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    command, lives = station(tmp_path, "sys.exit(4)")
    code = f"from kiosk.cli.supervise import Supervisor\nSupervisor({command!r}).run()"
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=root, stderr=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: count(lives) >= 3)  # the next pauses take a second and longer
        parent.terminate()
        assert parent.wait(PATIENCE_S) == 0
    finally:
        parent.kill()
        parent.wait(PATIENCE_S)


def test_the_child_is_this_program() -> None:
    assert command_line(["run"]) == [sys.executable, "-m", "kiosk", "run"]


def test_the_child_gets_the_same_words(tmp_path: Path) -> None:
    import click

    from kiosk.cli.run import _words, command

    words = [
        "--mode",
        "access",
        "--camera",
        "usb:1",
        "--profile",
        str(tmp_path),
        "--supervised",
        "--windowed",
        "--offline",
    ]
    with command.make_context("run", words) as ctx:
        assert isinstance(ctx, click.Context)
        handed = _words(ctx, ctx.params)
    assert handed[0] == "run"
    assert "--supervised" not in handed
    with command.make_context("run", handed[1:]) as again:
        assert again.params == {**ctx.params, "supervised": False}


@pytest.mark.expects_log
def test_heartbeat_stops_when_the_window_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kiosk.cli import heartbeat

    monkeypatch.setattr(heartbeat, "die_with_parent", lambda: None)  # the test's own parent is not a supervisor
    monkeypatch.setattr(heartbeat, "EVERY_S", 0.02)
    monkeypatch.setattr(heartbeat, "QUIET_S", 0.3)
    file = tmp_path / "beat"
    with heartbeat.Heartbeat(file, lambda: 0.0, lambda: None) as heart:
        heart.gui()
        assert wait_until(file.exists)
        assert wait_until(lambda: not heart.alive)


def test_heartbeat_follows_the_flow_too(tmp_path: Path) -> None:
    from kiosk.cli.heartbeat import QUIET_S, Heartbeat

    assert Heartbeat(None, lambda: time.monotonic() * 1000, lambda: None).alive
    assert not Heartbeat(None, lambda: (time.monotonic() - QUIET_S - 1) * 1000, lambda: None).alive
