"""A door that somebody else opens: the station's event line is the command."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.errors import Code, DoorError


class EventDoor:
    """:class:`kiosk.domain.ports.Door` that calls back.

    Args:
        announce: writes the event; called once an opening, on the caller's thread.
    """

    def __init__(self, announce: Callable[[], None]) -> None:
        self._announce = announce

    def open(self) -> None:
        """Announce it.

        Raises:
            DoorError: the event could not be written.
        """
        try:
            self._announce()
        except OSError as error:
            raise DoorError(Code.DOOR_FAILED, "the event could not be written") from error
