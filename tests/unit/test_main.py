"""How the process ends: with its status, its words written, its exit functions run, whatever the native libraries do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

posix_only = pytest.mark.skipif(os.name != "posix", reason="hangs an exit handler of the C library")

MAIN = "import sys; sys.argv = ['kiosk', *{words!r}]\nfrom kiosk.__main__ import main\nmain()\n"
HANGS_AT_EXIT = "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.__cxa_atexit(libc.pause, None, None)\n"
"""A native library whose exit handler never returns."""


def run(*words: str, before: str = "", **options: object) -> subprocess.CompletedProcess[str]:
    script = [sys.executable, "-c", before + MAIN.format(words=words)]
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run(script, text=True, timeout=90, check=False, **given)  # type: ignore[call-overload, no-any-return]


def command(body: str) -> str:
    """A command ``probe`` of the kiosk with this body."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return (
        "import atexit, threading, sys, click, kiosk.cli\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        f"def probe():\n{lines}"
        "kiosk.cli.COMMANDS['probe'] = kiosk.cli.Entry('', lambda: click.Command('probe', callback=probe))\n"
    )


@posix_only
@pytest.mark.parametrize(("words", "status", "says"), [(("--version",), 0, "kiosk "), (("sync", "sing"), 2, "")])
def test_a_native_exit_handler_that_hangs_keeps_no_command(words: tuple[str, ...], status: int, says: str) -> None:
    ended = run(*words, before=HANGS_AT_EXIT)
    assert ended.returncode == status
    assert ended.stdout.startswith(says)


@posix_only
def test_a_database_and_all_its_libraries_keep_no_command(tmp_path: Path) -> None:
    ended = run("sync", "status", "--json", "--profile", str(tmp_path / "door"), before=HANGS_AT_EXIT)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert '"link": "offline"' in ended.stdout


def test_exit_functions_run_and_threads_that_matter_are_waited_for() -> None:
    body = (
        "atexit.register(print, 'exit function')\n"
        "threading.Thread(target=lambda: (threading.Event().wait(0.3), print('thread'))).start()\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        "ThreadPoolExecutor(1).submit(print, 'pool').result()"
    )
    ended = run("probe", before=command(body))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.split("\n") == ["pool", "thread", "exit function", ""]


def test_long_output_is_written_to_the_end() -> None:
    ended = run("probe", before=command("atexit.register(sys.stdout.write, 'x' * 300_000)"))
    assert (ended.returncode, len(ended.stdout)) == (0, 300_000)


@pytest.mark.parametrize(
    ("body", "status"),
    [("sys.exit(7)", 7), ("sys.exit()", 0), ("sys.exit('words')", 1), ("raise KeyboardInterrupt", 130), ("1 / 0", 4)],
)
def test_the_status_is_kept(body: str, status: int, tmp_path: Path) -> None:
    ended = run("probe", before=command(body), env={**os.environ, "XDG_DATA_HOME": str(tmp_path)})
    assert ended.returncode == status
    assert ("words" in ended.stderr) == (status == 1)


@posix_only
def test_output_that_cannot_be_written_is_no_success() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device that is always full")
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with full.open("w") as out:
        ended = run("probe", before=command("atexit.register(print, 'late')"), stdout=out, env=buffered)
    assert ended.returncode == 120


@posix_only
def test_ctrl_c_that_the_interpreter_drops_is_said_again() -> None:
    """In a destructor (as in a callback of a native library) an exception goes nowhere."""
    body = (
        "import os, signal, time\n"
        "import kiosk.__main__ as program\n"
        "program.AGAIN_S = 0.2\n"
        "class Drops:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        time.sleep(0.1)\n"
        "sys.unraisablehook = lambda dropped: print('dropped', dropped.exc_type.__name__, flush=True)\n"
        "Drops()\n"
        "time.sleep(60)\n"
        "print('was not stopped')"
    )
    # A shell that runs the tests in its background hands down an interrupt that is ignored.
    heard = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    ended = run("probe", before=heard + command(body))
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "dropped KeyboardInterrupt\n", "")
