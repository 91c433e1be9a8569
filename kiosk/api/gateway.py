"""The port of :class:`kiosk.domain.remote.Gateway` over the service: who is this, while the person waits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from kiosk.api.client import VerifikClient
from kiosk.api.conversation.deadline import Deadline
from kiosk.api.conversation.places import Places
from kiosk.api.conversation.validating import Validating
from kiosk.api.people import People
from kiosk.domain.errors import ApiError
from kiosk.domain.ports import Clock
from kiosk.domain.record import ValidationType
from kiosk.domain.remote import Answer, RemotePerson, Verdict

logger = logging.getLogger(__name__)

LOOK_UP_S = 0.25
"""With less time than this left nobody's name is looked up."""
REMEMBERED = 10_000


class VerifikGateway:
    """Logins by face. Any thread.

    The judgement may name people by another id than the people's own pages do; the id in the verdict is the latter's, as far as
    there was time to ask for it once.
    """

    def __init__(
        self,
        client: VerifikClient,
        *,
        places: Places,
        people: People,
        clock: Clock,
        offset_s: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Nothing is sent yet.

        Args:
            client: of the account.
            places: where the project and its login flow are from.
            people: for the name and the id of who was found.
            clock: of the station.
            offset_s: how far the server's clock is ahead.
        """
        self._client = client
        self._places = places
        self._people = people
        self._clock = clock
        self._offset_s = offset_s
        self._lock = threading.Lock()
        self._ids: dict[str, str] = {}

    def prepare(self, *, within_s: float) -> None:
        """Look up the project and its flow now, so that the first login need not.

        Raises:
            ApiError: there is no such flow, or no answer.
        """
        self._places.find(ValidationType.LOGIN, Deadline(self._clock, within_s))

    def login(self, image: bytes, *, mark: str, within_s: float) -> Verdict:
        """See :class:`kiosk.domain.remote.Gateway`."""
        deadline = Deadline(self._clock, within_s)
        talk = Validating(
            self._client,
            self._places,
            clock=self._clock,
            kind=ValidationType.LOGIN,
            mark=mark,
            offset_s=self._offset_s(),
        )
        ended = talk.judge(image, deadline)
        found = ended.answer in {Answer.ACCEPTED, Answer.SECOND_FACTOR}
        person = self._person(ended.person_id, deadline) if found else None
        name = ended.name or (person.details.display_name if person is not None else "")
        return Verdict(
            answer=ended.answer,
            remote_id=self._remote_id(ended.person_id) if found else "",
            name=name if found else "",
            liveness_score=ended.liveness_score,
            token=ended.token,
            validation_id=ended.validation_id,
            status=ended.status,
            session=ended.session,
        )

    def _person(self, judged_as: str, deadline: Deadline) -> RemotePerson | None:
        """Who that is, where there is time; a name is not worth a person's waiting beyond the deadline."""
        if deadline.left_s < LOOK_UP_S:
            return None
        try:
            person = self._people.read(judged_as, deadline)
        except ApiError as error:
            logger.info("who was recognised could not be looked up: %s", error.code)
            return None
        if person is not None:
            with self._lock:
                if len(self._ids) >= REMEMBERED:
                    self._ids.clear()
                self._ids[judged_as] = person.remote_id
        return person

    def _remote_id(self, judged_as: str) -> str:
        with self._lock:
            return self._ids.get(judged_as, judged_as)
