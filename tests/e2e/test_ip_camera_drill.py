"""A real stream on loopback, and the whole station on it: it hangs, is cut, vanishes, comes back and changes size."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.mjpeg_server import MjpegServer
from support.patience import PATIENCE_S, PROGRAM_S
from support.rtsp_server import RtspServer
from support.running_kiosk import STEP_S

from kiosk.vision.models import ModelFiles


class Running:
    """A station as a process, and its events as they come with the time of their coming."""

    def __init__(self, models: ModelFiles, folder: Path, url: str) -> None:
        import os

        env = {k: v for k, v in os.environ.items() if not k.startswith("KIOSK_")}
        env |= {"KIOSK_MODELS__DIR": str(models.folder), "HOME": str(folder)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "run", "--camera", url, "--profile", str(folder / "p"), "--events", "-"],
            env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._lines: queue.Queue[dict[str, object]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def until(self, event: str, **keys: object) -> dict[str, object]:
        deadline = time.monotonic() + STEP_S
        while time.monotonic() < deadline:
            try:
                line = self._lines.get(timeout=0.05)
            except queue.Empty:
                continue
            if line["event"] == event and all(line.get(k) == v for k, v in keys.items()):
                return line
        raise AssertionError(f"no {event} {keys} within {STEP_S} s")

    def until_both(self) -> None:
        """Streaming and ready, in whichever order."""
        missing = {"camera", "ready"}
        deadline = time.monotonic() + STEP_S
        while missing and time.monotonic() < deadline:
            try:
                line = self._lines.get(timeout=0.05)
            except queue.Empty:
                continue
            if line["event"] == "ready" or line.get("state") == "streaming":
                missing.discard(str(line["event"]))
        assert not missing

    def end(self) -> str:
        self.process.terminate()
        _, words = self.process.communicate(timeout=PROGRAM_S)
        self._reader.join(PATIENCE_S)
        return words


@pytest.fixture(params=[MjpegServer, RtspServer], ids=["mjpeg", "rtsp"])
def server(request: pytest.FixtureRequest) -> Iterator[MjpegServer | RtspServer]:
    with request.param(fps=15.0, login="door:s3cret-word") as started:
        yield started


def test_stream_that_hangs_vanishes_and_comes_back(
    server: MjpegServer | RtspServer, models: ModelFiles, tmp_path: Path
) -> None:
    running = Running(models, tmp_path, server.url)
    try:
        running.until_both()

        server.pause()
        fault = running.until("fault", part="camera")
        assert fault["code"] in {"camera_stalled", "camera_lost"}
        server.resume()
        running.until("camera", state="back")
        running.until("screen", screen="attract")

        server.size = (640, 480)
        server.drop()
        running.until("camera", state="back")

        server.stop()
        running.until("fault", part="camera")
        server.start()
        running.until("camera", state="back")
        running.until("screen", screen="attract")
    finally:
        words = running.end()
    assert running.process.returncode == 0
    kept = words + "".join(p.read_text(errors="replace") for p in (tmp_path / "p" / "logs").glob("*.log"))
    assert "s3cret-word" not in kept
    assert "Traceback" not in words
