"""What people press, as events for the flow."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.passes import Proof, Way
from kiosk.domain.person import Details
from kiosk.domain.ports import Clock
from kiosk.domain.session import events as ev
from kiosk.station.front_desk import FrontDesk
from kiosk.station.snapshot import Mode


class Buttons:
    """Implements :class:`~kiosk.station.snapshot.Intents`. Any thread; returns at once.

    Args:
        post: queues an event for the flow.
        desk: what an enrolment desk has beside the machine.
    """

    def __init__(self, post: Callable[[ev.Event], None], clock: Clock, desk: FrontDesk) -> None:
        """Nothing is pressed yet."""
        self.desk = desk
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

    def skip_sides(self) -> None:
        """See Intents."""
        self._post(ev.SidesSkipped(self._now()))

    def refuse_light(self) -> None:
        """See Intents."""
        self._post(ev.LightUnwanted(self._now()))

    def reopen_form(self) -> None:
        """See Intents."""
        self._post(ev.FormReopened(self._now()))

    def same_person(self) -> None:
        """See Intents."""
        self._post(ev.SamePerson(self._now()))

    def another_person(self, reason: str) -> None:
        """See Intents. Asked again here: a button that should not have been there does nothing."""
        if self.desk.may_override:
            self._post(ev.AnotherPerson(self._now(), reason))

    def own_picture(self) -> bytes | None:
        """See Intents."""
        return self.desk.own_picture()

    def candidate_picture(self) -> bytes | None:
        """See Intents."""
        return self.desk.candidate_picture()

    def begin_scan(self) -> None:
        """See Intents."""
        self.desk.begin_scan()

    def end_scan(self) -> None:
        """See Intents."""
        self.desk.end_scan()

    def save_receipt(self) -> None:
        """See Intents."""
        self.desk.save_receipt()

    def cancel(self) -> None:
        """See Intents."""
        self._post(ev.Cancelled(self._now()))

    def ask_another_way(self) -> None:
        """See Intents."""
        self._post(ev.AnotherWayAsked(self._now()))

    def choose_way(self, way: Way | None) -> None:
        """See Intents."""
        self._post(ev.WayChosen(self._now(), way))

    def give_pin(self, number: str, pin: str) -> None:
        """See Intents."""
        self._post(ev.ProofGiven(self._now(), Proof(way=Way.PIN, number=number, secret=pin)))

    def ask_code(self, number: str) -> None:
        """See Intents."""
        self._post(ev.CodeWanted(self._now(), number))

    def give_code(self, code: str) -> None:
        """See Intents. The number is the one that it was sent for."""
        self._post(ev.ProofGiven(self._now(), Proof(way=Way.CODE, secret=code)))

    def try_again(self) -> None:
        """See Intents."""
        self._post(ev.TriedAgain(self._now()))

    def ask_help(self) -> None:
        """See Intents."""
        self._post(ev.HelpAsked(self._now()))

    def choose_mode(self, mode: Mode) -> None:
        """Serve another purpose from the next visit on."""
        self._post(ev.ModeChosen(self._now(), mode))
