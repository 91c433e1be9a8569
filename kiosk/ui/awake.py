"""Screen saver and sleep are held off while the window is up. Asks the system in the ways that it has; none at all is no failure.

Linux: the desktop's screen saver over D-Bus (held as long as our connection lives) and systemd's inhibitor (a child that ends
with us). Windows: ``SetThreadExecutionState``. macOS: ``caffeinate``. Asking takes place on a thread of its own: a bus that does
not answer must not hold up the window.
"""

from __future__ import annotations

import ctypes
import logging
import os
import shutil
import subprocess
import sys
import threading

logger = logging.getLogger(__name__)

CONNECTION = "kiosk-awake"
ASK_MS = 2_000

_CONTINUOUS, _SYSTEM, _DISPLAY = 0x80000000, 0x1, 0x2


class Awake:
    """Made and stopped on the GUI thread."""

    def __init__(self) -> None:
        """Ask."""
        self._child: subprocess.Popen[bytes] | None = None
        self._asked: list[str] = []
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        if sys.platform == "win32":
            ctypes.windll.kernel32.SetThreadExecutionState(_CONTINUOUS | _SYSTEM | _DISPLAY)
            self._asked.append("windows")
            return
        self._thread = threading.Thread(target=self._ask, name="kiosk-awake", daemon=True)
        self._thread.start()

    @property
    def held_by(self) -> tuple[str, ...]:
        """Who agreed so far, for the log and the doctor."""
        return tuple(self._asked)

    def stop(self) -> None:
        """Let the system sleep again."""
        self._stopping.set()
        if sys.platform == "win32":
            ctypes.windll.kernel32.SetThreadExecutionState(_CONTINUOUS)
            return
        if self._thread is not None:
            self._thread.join(2 * ASK_MS / 1000)
        if self._child is not None:
            self._child.terminate()
            self._child.wait()
            self._child = None
        if "screen saver" in self._asked:
            from PySide6.QtDBus import QDBusConnection

            QDBusConnection.disconnectFromBus(CONNECTION)

    def _ask(self) -> None:
        command = keeping_command(sys.platform, os.getpid())
        if command is not None:
            self._start(command)
        if sys.platform.startswith("linux") and os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
            self._ask_desktop()
        if not self._stopping.is_set():
            logger.info("screen saver and sleep are held off by: %s", ", ".join(self._asked) or "nobody")

    def _start(self, command: list[str]) -> None:
        try:
            self._child = subprocess.Popen(  # noqa: S603 - fixed commands, see keeping_command
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            logger.info("%s could not be started: %s", command[0], error.strerror)
            return
        self._asked.append("sleep")

    def _ask_desktop(self) -> None:
        from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage

        bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, CONNECTION)
        if not bus.isConnected():
            return
        name = "org.freedesktop.ScreenSaver"
        call = QDBusMessage.createMethodCall(name, "/org/freedesktop/ScreenSaver", name, "Inhibit")
        call.setArguments(["kiosk", "station"])
        answer = bus.call(call, QDBus.CallMode.Block, ASK_MS)
        if answer.type() is QDBusMessage.MessageType.ReplyMessage:
            self._asked.append("screen saver")
        else:
            QDBusConnection.disconnectFromBus(CONNECTION)


def keeping_command(platform: str, process: int) -> list[str] | None:
    """What is started beside us and ends with us; None where there is no such thing."""
    if platform == "darwin" and shutil.which("caffeinate"):
        return ["caffeinate", "-dis", "-w", str(process)]
    if platform.startswith("linux") and shutil.which("systemd-inhibit") and os.path.isdir("/run/systemd/system"):
        inhibit = ["systemd-inhibit", "--what=idle:sleep", "--who=kiosk", "--why=station", "--mode=block"]
        return [*inhibit, "tail", f"--pid={process}", "-f", "/dev/null"]
    return None
