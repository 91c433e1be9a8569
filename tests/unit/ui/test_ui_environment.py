"""Before Qt starts: no display is noticed, a second Qt is kept out, a missing library has a name."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from pathlib import Path

import pytest

from kiosk.domain.errors import Code, ModelError
from kiosk.ui import environment
from kiosk.ui.environment import has_display, prepare_environment

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are asked for on Linux only")


@linux_only
def test_no_variables_no_display() -> None:
    assert not has_display({})


@linux_only
def test_display_that_nobody_serves_is_none() -> None:
    assert not has_display({"DISPLAY": ":4711"})
    assert not has_display({"WAYLAND_DISPLAY": "wayland-4711", "XDG_RUNTIME_DIR": "/nowhere"})


@linux_only
def test_display_that_answers_counts(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen(1)
        assert has_display({"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)})


@linux_only
def test_without_a_display_qt_paints_off_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "")  # so that what is set now is undone afterwards
    monkeypatch.delenv("QT_QPA_PLATFORM")
    assert prepare_environment()
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


def test_plugin_paths_of_a_second_qt_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "QT_PLUGIN_PATH"):
        monkeypatch.setenv(name, "/site-packages/cv2/qt/plugins")
    prepare_environment()
    assert not {"QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "QT_PLUGIN_PATH"} & set(os.environ)


@linux_only
def test_missing_library_is_an_error_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(environment.ctypes, "CDLL", fails)
    with pytest.raises(ModelError) as caught:
        prepare_environment()
    assert (caught.value.code, caught.value.detail) == (Code.LIBRARY_MISSING, "libxcb-cursor.so.0")
    assert environment.ctypes is ctypes
