"""What people press, as events for the flow."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.person import Details
from kiosk.domain.ports import Clock
from kiosk.domain.session import events as ev
from kiosk.station.snapshot import Mode


class Buttons:
    """Implements :class:`~kiosk.station.snapshot.Intents`. Any thread; returns at once.

    Args:
        post: queues an event for the flow.
    """

    def __init__(self, post: Callable[[ev.Event], None], clock: Clock) -> None:
        """Nothing is pressed yet."""
        self._post = post
        self._now = clock.mono_ms

    def begin_enrolment(self) -> None:
        """See :class:`~kiosk.station.snapshot.Intents`."""
        self._post(ev.EnrolmentBegun(self._now()))

    def give_consent(self, text_version: str) -> None:
        """See Intents."""
        self._post(ev.ConsentGiven(self._now(), text_version))

    def refuse_consent(self) -> None:
        """See Intents."""
        self._post(ev.ConsentRefused(self._now()))

    def submit_details(self, details: Details) -> None:
        """See Intents."""
        self._post(ev.DetailsGiven(self._now(), details))

    def accept_review(self) -> None:
        """See Intents."""
        self._post(ev.ReviewAccepted(self._now()))

    def retake(self) -> None:
        """See Intents."""
        self._post(ev.Retake(self._now()))

    def cancel(self) -> None:
        """See Intents."""
        self._post(ev.Cancelled(self._now()))

    def ask_help(self) -> None:
        """See Intents."""
        self._post(ev.HelpAsked(self._now()))

    def close_queue(self) -> None:
        """See Intents."""
        self._post(ev.OperatorLeft(self._now()))

    def choose_mode(self, mode: Mode) -> None:
        """Serve another purpose from the next visit on."""
        self._post(ev.ModeChosen(self._now(), mode))
