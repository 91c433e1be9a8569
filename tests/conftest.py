"""Rules that hold for every test: offscreen Qt, loopback sockets only, no unexpected warning in the log, no thread left alive."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "*.debug=false")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # no test writes into anybody's keyring

import gc
import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from support.patience import PatientBot

pytest_plugins = ["support.fixtures"]

# How long an example takes says something about the machine, not about the program; and a commit that changes nothing changes no
# outcome. Other examples than the usual ones: --hypothesis-profile=search
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", parent=settings.get_profile("search"), derandomize=True)
settings.load_profile("same")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
LEFT_S = 30.0
"""So long a thread may take to end after its test."""

_LOOPBACK = {"127.0.0.1", "::1", "localhost", "0.0.0.0"}


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A test that talks to anything but this machine fails (in its own process; the model fetcher runs clients of its own)."""
    real_connect = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and str(address[0]) not in _LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}")
        real_connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True)
def fresh_paths(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the user's settings; weights stay where they are, so that they are fetched once."""
    for name in list(os.environ):
        if name.startswith("KIOSK_") and name not in {"KIOSK_MODELS__DIR", "KIOSK_MODELS__MIRROR"}:
            monkeypatch.delenv(name)
    if "KIOSK_MODELS__DIR" not in os.environ:
        from kiosk.paths import models_folder

        monkeypatch.setenv("KIOSK_MODELS__DIR", str(models_folder()))
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))


@pytest.fixture(autouse=True)
def quiet_log(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """An unexpected record at WARNING or above fails the test; ``@pytest.mark.expects_log`` allows them."""
    caplog.set_level(logging.INFO)
    yield
    if request.node.get_closest_marker("expects_log"):
        return
    loud = [
        f"{r.name}: {r.getMessage()}"
        for r in caplog.get_records("call")
        if r.levelno >= logging.WARNING and r.name.startswith(("kiosk", "py.warnings"))
    ]
    assert not loud, f"unexpected log: {loud}"


@pytest.fixture(autouse=True)
def no_thread_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every thread that a test starts ends with it; ``leaves_thread`` marks the drills that hang a read on purpose."""
    before = set(threading.enumerate())
    yield
    if request.node.get_closest_marker("leaves_thread"):
        return
    deadline = time.monotonic() + LEFT_S
    collected = False
    while True:
        late = time.monotonic() > deadline
        left = [t for t in threading.enumerate() if t not in before and t.is_alive() and "pytest" not in t.name.lower()]
        if not left:
            return
        if late:
            break
        if not collected:
            gc.collect()  # once: late in a long run it takes seconds, which are not the threads' fault
            collected = True
            deadline = time.monotonic() + LEFT_S
        time.sleep(0.02)
    pytest.fail(f"threads left alive: {[t.name for t in left]}")


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> PatientBot:
    """The plugin's, which waits for a busy machine."""
    return PatientBot(request)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The development data beside the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the development data (../shared/data) is not beside this checkout")
    return SHARED
