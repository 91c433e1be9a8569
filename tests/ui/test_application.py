"""The whole window as the command line runs it: in a process of its own, from first paint to a clean end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from support.desk import RecordingIntents, Source, hand_made
from support.patience import PROGRAM_S

from kiosk.details import check_details
from kiosk.station.snapshot import Screen, Snapshot
from kiosk.ui.application import Application
from kiosk.ui.text import Text

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
    import sys, threading
    sys.path.insert(0, "tests")
    from support.desk import RecordingIntents, Source, hand_made
    from kiosk.details import check_details
    from kiosk.station.snapshot import Screen
    from kiosk.ui.application import Application
    from kiosk.ui.text import Text

    posts = []

    def started():
        print("painted", flush=True)
        after()

    def after():
        {after}

    application = Application(
        text=Text("en"), intents=RecordingIntents(), subscribe=posts.append, latest_frame=Source().latest,
        started=started, check_details=check_details, on_close=lambda: print("closed", flush=True), {options}
    )
    status = application.run()
    print("status", status, [t.name for t in threading.enumerate() if t is not threading.main_thread()], flush=True)
    sys.exit(status)
"""


def start(after: str, options: str = "", environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    program = textwrap.dedent(PROGRAM).format(after=after, options=options)
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, list[str], str]:
    out, err = process.communicate(timeout=PROGRAM_S)
    return process.returncode, out.splitlines(), err


ENDED_WELL = ["painted", "closed", "status 0 []"]


def test_first_paint_then_start_then_one_close() -> None:
    code, out, _ = finish(start("application.quit()"))
    assert (code, out) == (0, ENDED_WELL)


def test_quit_from_another_thread() -> None:
    code, out, _ = finish(start("t = threading.Thread(target=application.quit); t.start(); t.join()"))
    assert (code, out) == (0, ENDED_WELL)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise on Windows")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_it_cleanly(number: signal.Signals) -> None:
    process = start("pass")
    assert process.stdout is not None
    assert process.stdout.readline() == "painted\n"
    process.send_signal(number)
    code, out, err = finish(process)
    assert (code, out) == (0, ENDED_WELL[1:])
    assert "Traceback" not in err


def test_bug_in_the_window_ends_with_four() -> None:
    code, out, err = finish(start("from PySide6.QtCore import QTimer; QTimer.singleShot(0, lambda: 1 / 0)"))
    assert code == 4
    assert out == ["painted", "closed", "status 4 []"]
    assert "ZeroDivisionError" in err


def test_bug_in_what_the_first_paint_starts_ends_with_four() -> None:
    code, out, err = finish(start("1 / 0"))
    assert (code, out) == (4, ["painted", "closed", "status 4 []"])
    assert "ZeroDivisionError" in err


def test_full_opencv_wheel_does_not_get_in_the_way(tmp_path: Path) -> None:
    """What ``import cv2`` of the full wheel sets: paths of a second Qt that PySide6 must not see."""
    (tmp_path / "platforms").mkdir()
    (tmp_path / "platforms" / "libqoffscreen.so").write_bytes(b"another Qt")
    foreign = {"QT_QPA_PLATFORM_PLUGIN_PATH": str(tmp_path), "QT_QPA_FONTDIR": str(tmp_path / "fonts")}
    code, out, _ = finish(start("application.quit()", environment=foreign))
    assert (code, out) == (0, ENDED_WELL)


def test_words_are_drawn_on_a_machine_without_fonts(tmp_path: Path) -> None:
    empty = tmp_path / "fonts.conf"
    empty.write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
    drawn = tmp_path / "drawn"
    options = f"screenshots=__import__('pathlib').Path({str(drawn)!r})"
    code, out, _ = finish(start("application.quit()", options, {"FONTCONFIG_FILE": str(empty)}))
    assert (code, out) == (0, ENDED_WELL)
    usual = tmp_path / "usual"
    options = f"screenshots=__import__('pathlib').Path({str(usual)!r})"
    finish(start("application.quit()", options))
    # As much ink as usual in the upper half (a bar wanders in the lower one); hinting may differ, boxes would show.
    first, second = (ink(QImage(str(folder / "001-starting.png"))) for folder in (drawn, usual))
    assert second > 1000
    assert abs(first - second) < 0.1 * second


def ink(image: QImage) -> int:
    """Dark pixels where the title stands."""
    return sum(image.pixelColor(x, y).lightness() < 100 for y in range(350, 440) for x in range(400, 880))


def test_importing_the_application_does_not_import_qt() -> None:
    program = "import kiosk.ui.application, sys; print([m for m in sys.modules if m.startswith('PySide6')])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def in_process(**changes: object) -> tuple[Application, list[str], list[Callable[[Snapshot], None]]]:
    told: list[str] = []
    listeners: list[Callable[[Snapshot], None]] = []
    arguments: dict[str, object] = {
        "text": Text("en"),
        "intents": RecordingIntents(),
        "subscribe": listeners.append,
        "latest_frame": Source().latest,
        "started": lambda: told.append("started"),
        "check_details": check_details,
        "on_close": lambda: told.append("closed"),
        "size": (800, 600),
    } | changes
    return Application(**arguments), told, listeners  # type: ignore[arg-type]


def test_quit_before_run_ends_it_at_once() -> None:
    application, told, _ = in_process()
    application.quit()
    application.quit()
    assert application.run() == 0
    assert told.count("closed") == 1


def close_all() -> None:
    for window in QApplication.topLevelWidgets():
        window.close()


def test_closing_the_window_ends_the_run_and_tells_once() -> None:
    application, told, _ = in_process(started=close_all)
    assert application.run() == 0
    assert told == ["closed"]


def test_snapshots_from_a_thread_reach_the_screen(tmp_path: Path) -> None:
    made = hand_made()
    workers: list[threading.Thread] = []

    def started() -> None:
        def post() -> None:
            for screen in (Screen.ATTRACT, Screen.CONSENT, Screen.DETAILS, Screen.RESULT):
                listeners[0](made[screen])
            application.quit()

        workers.append(threading.Thread(target=post))
        workers[0].start()

    application, told, listeners = in_process(started=started, screenshots=tmp_path)
    assert application.run() == 0
    workers[0].join()
    assert told == ["closed"]
    shots = sorted(path.stem.partition("-")[2] for path in tmp_path.iterdir())
    assert shots == sorted(["starting", "attract", "consent", "details", "result"])


def test_runs_twice_in_one_process() -> None:
    for _ in range(2):
        application, told, _ = in_process(started=close_all)
        assert application.run() == 0
        assert told == ["closed"]
