"""A door that a program of the installer opens, e.g. one that switches a relay. No shell, a deadline, nothing left running."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from kiosk.domain.errors import Code, DoorError

logger = logging.getLogger(__name__)

_OWN_SETTINGS = "KIOSK_"  # may hold a token, which is none of the door's business


class CommandDoor:
    """:class:`kiosk.domain.ports.Door` that runs a program; open when it ends with status 0 in time.

    Args:
        arguments: the program and its arguments, as the operating system takes them (no shell reads them).
        deadline_s: how long it may take; then it and what it started are ended, and the door counts as not opened.

    Raises:
        ValueError: no program, or no time.
    """

    def __init__(self, arguments: Sequence[str], *, deadline_s: float = 5.0) -> None:
        if isinstance(arguments, str) or not arguments or not arguments[0]:
            raise ValueError("a door command is a list: the program, then its arguments")
        if not deadline_s > 0:
            raise ValueError("a door command needs time")
        self._arguments = tuple(arguments)
        self._deadline_s = deadline_s

    def open(self) -> None:
        """Run the program and wait for its end.

        Raises:
            DoorError: it cannot be started, fails, or takes too long.
        """
        environment = {name: value for name, value in os.environ.items() if not name.startswith(_OWN_SETTINGS)}
        try:
            process = subprocess.Popen(  # noqa: S603 - the installer's own list of arguments, never a visitor's words
                self._arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise DoorError(Code.DOOR_FAILED, f"the door command cannot be started ({type(error).__name__})") from error
        try:
            status = process.wait(self._deadline_s)
        except subprocess.TimeoutExpired as error:
            raise DoorError(
                Code.DOOR_FAILED, f"the door command gave no answer within {self._deadline_s:g} s"
            ) from error
        finally:
            _end(process)
        if status != 0:
            raise DoorError(Code.DOOR_FAILED, f"the door command ended with status {status}")
        logger.info("door command done")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of it running."""
    if process.poll() is not None:
        return
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
