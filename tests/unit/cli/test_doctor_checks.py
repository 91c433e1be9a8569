"""Each check of the doctor, with the world it looks at given by the test."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pytest

from kiosk.cli.checks import libraries, machine, parts
from kiosk.cli.checks.line import Line, State, at_least, guarded
from kiosk.domain.errors import Code, ConfigError
from kiosk.profile import hold, open_profile
from kiosk.settings import Settings, load


def states(lines: list[Line]) -> dict[str, State]:
    return {line.name: line.state for line in lines}


@pytest.mark.parametrize(
    ("value", "state"), [(3, State.OK), (2, State.OK), (1.5, State.WARN), (1, State.WARN), (0.5, State.FAIL)]
)
def test_a_small_number_warns_then_fails(value: float, state: State) -> None:
    line = at_least("x", value, warn=2, fail=1, unit="MB", remedy="do")
    assert line.state is state
    assert bool(line.remedy) == (state is not State.OK)


def test_a_check_that_breaks_is_a_failed_line_without_its_words() -> None:
    def broken() -> list[Line]:
        raise RuntimeError("a@b.example")

    (line,) = guarded("x", broken)
    assert line.state is State.FAIL
    assert "RuntimeError" in line.value
    assert "a@b" not in line.value


def test_python_of_this_process_is_fine() -> None:
    assert states(list(machine.python())) == {"python": State.OK}


@pytest.mark.parametrize(
    ("flags", "state", "named"),
    [
        ({"sse4_2", "popcnt", "avx", "avx2", "fma"}, State.OK, "AVX2"),
        ({"sse4_2", "popcnt", "avx"}, State.WARN, "avx2 fma"),
        ({"sse4_2", "popcnt", "avx2", "fma"}, State.FAIL, "avx"),
    ],
)
def test_instruction_sets(monkeypatch: pytest.MonkeyPatch, flags: set[str], state: State, named: str) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    line = next(iter(machine.processor(frozenset(flags))))
    assert line.state is state
    assert named in line.value


def test_memory_and_disk_are_measured(tmp_path: Path) -> None:
    assert [line.name for line in (*machine.memory(), *machine.disk(tmp_path / "not" / "yet"))] == ["memory", "disk"]


@pytest.mark.parametrize(
    ("now", "newest", "state"),
    [
        (1_800_000_000.0, None, State.OK),
        (1_800_000_000.0, 1_799_999_000.0, State.OK),
        (1_800_000_000.0, 1_800_000_100.0, State.OK),
        (1_800_000_000.0, 1_800_090_000.0, State.FAIL),
        (0.0, None, State.FAIL),
    ],
)
def test_a_clock_before_the_program_or_its_records_is_wrong(now: float, newest: float | None, state: State) -> None:
    (line,) = machine.clock(newest, now=now)
    assert line.state is state


@pytest.mark.parametrize(
    ("environ", "system", "state"),
    [
        ({"DISPLAY": ":0"}, "linux", State.OK),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", State.OK),
        ({}, "linux", State.WARN),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "linux", State.WARN),
        ({"QT_QPA_PLATFORM": "eglfs"}, "linux", State.OK),
        ({}, "win32", State.OK),
    ],
)
def test_display(environ: Mapping[str, str], system: str, state: State) -> None:
    (line,) = machine.display(environ, system=system)
    assert line.state is state


def test_missing_libraries_are_named_with_one_line_that_installs_them() -> None:
    lines = list(
        libraries.libraries(
            x11=True, wayland=False, loads=lambda n: "EGL" not in n and "keysyms" not in n, system="linux"
        )
    )
    by_name = {line.name: line for line in lines}
    assert set(by_name) == {"libraries_vision", "libraries_window", "libraries_x11"}
    assert by_name["libraries_vision"].value == "missing: libEGL.so.1"
    assert by_name["libraries_vision"].remedy.endswith("--no-install-recommends libegl1")
    assert by_name["libraries_x11"].remedy.endswith("libxcb-keysyms1")


def test_other_systems_bring_their_libraries() -> None:
    assert list(libraries.libraries(x11=True, wayland=True, loads=lambda _: False, system="win32")) == []


def test_a_library_that_is_not_there_cannot_be_loaded() -> None:
    assert not libraries.can_load("libnosuchthing.so.9")


BASE = re.compile(r"lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s|util|resolv|atomic)\.so|ld-linux|linux-vdso")


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux wheels")
@pytest.mark.parametrize(
    ("package", "files", "table"),
    [
        (
            "PySide6-Essentials",
            r"libQt6(Core|Gui|Widgets|DBus|Svg|OpenGL)\.so\.6$|libqoffscreen\.so$",
            libraries.WINDOW,
        ),
        ("PySide6-Essentials", r"libQt6XcbQpa\.so\.6$|libqxcb\.so$", {**libraries.WINDOW, **libraries.X11}),
        (
            "PySide6-Essentials",
            r"libQt6WaylandClient\.so\.6$|libqwayland\.so$",
            {**libraries.WINDOW, **libraries.WAYLAND},
        ),
        ("mediapipe", r"\.so$", libraries.VISION),
    ],
)
def test_the_tables_name_what_the_wheels_ask_for(package: str, files: str, table: Mapping[str, str]) -> None:
    """Reads the library names out of the binaries themselves; what a wheel brings is not asked of the machine."""
    listed = metadata.files(package) or []
    brought = {path.name for path in listed}
    looked = [Path(str(path.locate())) for path in listed if re.search(files, path.name)]
    assert looked
    for path in looked:
        names = {found.decode() for found in re.findall(rb"\x00(lib[\w+.-]+\.so(?:\.\d+)*)(?=\x00)", path.read_bytes())}
        asked = {
            name for name in names if name not in brought and not BASE.match(name) and re.search(r"\.so\.\d", name)
        }
        assert asked <= set(table), f"{path.name} asks for more"


@pytest.mark.parametrize(
    ("installed", "state"),
    [
        ({"opencv-python-headless": "5.0"}, State.OK),
        ({"opencv-python": "5.0"}, State.WARN),
        ({"opencv-python-headless": "5.0", "opencv-contrib-python": "5.0"}, State.WARN),
        ({"opencv-python-headless": "5.0", "opencv-contrib-python": "4.9"}, State.FAIL),
        ({}, State.FAIL),
    ],
)
def test_opencv_wheels_in_each_others_way(installed: Mapping[str, str], state: State) -> None:
    (line,) = libraries.opencv(installed)
    assert line.state is state
    assert all(name in line.value for name in installed)


def test_wrong_settings_are_a_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[camera]\nurl = 1\n")
    found, (line,) = parts.settings(tmp_path)
    assert found == Settings()
    assert line.state is State.FAIL
    assert "camera.url" in line.value
    assert line.remedy


def test_a_profile_that_cannot_be_written_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found, (line,) = parts.profile(tmp_path / "file" / "door")
    assert found is None
    assert line.state is State.FAIL
    assert "profile_read_only" in line.value


def test_weights_that_are_missing_or_wrong(tmp_path: Path) -> None:
    empty = {line.name: line for line in parts.weights(tmp_path)}
    assert empty["models_core"].state is State.FAIL
    assert empty["models_core"].remedy == "kiosk models fetch"
    assert empty["models_demo"].state is State.WARN
    (tmp_path / "portrait_a.jpg").write_bytes(b"not it")
    wrong = {line.name: line for line in parts.weights(tmp_path)}
    assert wrong["models_demo"].state is State.FAIL
    assert "wrong: portrait_a.jpg" in wrong["models_demo"].value


def test_a_machine_without_weights_says_so_for_vision(tmp_path: Path) -> None:
    (line,) = parts.vision(load(tmp_path, environ={"KIOSK_MODELS__DIR": str(tmp_path)}))
    assert line.state is State.FAIL
    assert "model_missing" in line.value
    assert "kiosk models fetch" in line.remedy


@pytest.mark.parametrize(
    ("answer", "exit_code", "state", "named"),
    [
        ({"faces": 1, "portrait": True, "start_s": 1.0}, 0, State.OK, "found the face"),
        ({"faces": 0, "portrait": False, "start_s": 1.0}, 0, State.OK, "demo portrait is missing"),
        ({"faces": 0, "portrait": True, "start_s": 1.0}, 0, State.FAIL, "0 faces"),
        ({"code": "library_missing", "detail": "libEGL.so.1"}, 0, State.FAIL, "libEGL.so.1"),
        ({"bug": "KeyError"}, 0, State.FAIL, "KeyError"),
        ({"late": 60.0}, -9, State.FAIL, "60 s"),
        (None, -11, State.FAIL, "crashed (exit -11)"),
    ],
)
def test_what_the_probe_of_vision_may_answer(
    answer: Mapping[str, object] | None, exit_code: int, state: State, named: str
) -> None:
    line = parts._vision_line(answer, exit_code, "limit")
    assert line.state is state
    assert named in line.value


@pytest.mark.parametrize(
    ("uri", "state"),
    [
        ("usb:97", State.WARN),
        ("usb:no such camera", State.WARN),
        ("rtsp://u:p@10.0.0.1/x", State.OK),
        ("nonsense", State.FAIL),
    ],
)
def test_cameras_are_listed_not_opened(tmp_path: Path, uri: str, state: State) -> None:
    (line,) = parts.cameras(load(tmp_path, environ={"KIOSK_CAMERA__URI": uri}))
    assert line.state is state
    assert "u:p" not in line.value


def test_no_database_yet_is_fine(tmp_path: Path) -> None:
    (line,) = parts.database(open_profile(tmp_path))
    assert line.state is State.OK
    assert not (tmp_path / "station.db").exists()


def test_a_database_in_use_is_left_alone(tmp_path: Path) -> None:
    profile = open_profile(tmp_path)
    profile.database.write_bytes(b"x")
    with hold(profile):
        (line,) = parts.database(profile)
    assert line.state is State.OK
    assert "in use" in line.value


@pytest.mark.expects_log
@pytest.mark.parametrize("kind", ["whole", "damaged", "newer"])
def test_the_database_is_judged_by_a_copy(tmp_path: Path, kind: str) -> None:
    from kiosk.station.clock import SystemClock
    from kiosk.store.sqlite import SqliteStore

    profile = open_profile(tmp_path)
    SqliteStore.open(profile.database, clock=SystemClock()).close()
    content = bytearray(profile.database.read_bytes())
    if kind == "damaged":
        content[:16] = b"not a database!!"
    elif kind == "newer":
        content[60:64] = (9999).to_bytes(4, "big")  # user_version, SQLite file format 1.3
    profile.database.write_bytes(bytes(content))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    (line,) = parts.database(profile)
    expected = {
        "whole": (State.OK, "0 people"),
        "damaged": (State.FAIL, "store_damaged"),
        "newer": (State.FAIL, "store_newer"),
    }
    assert line.state is expected[kind][0]
    assert expected[kind][1] in line.value
    after = {
        path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file() and path.name != "station.lock"
    }
    assert after == {name: data for name, data in before.items() if name != "station.lock"}


def test_a_failed_line_speaks_in_sentences() -> None:
    line = parts.failed("x", ConfigError(Code.PROFILE_IN_USE, "here"), "limit")
    assert "(profile_in_use: here)" in line.value
    assert line.remedy
