"""The port of :class:`kiosk.domain.remote.Account` over the service, in either dialect: what the sync worker asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from kiosk.api.client import VerifikClient
from kiosk.api.conversation.deadline import Deadline
from kiosk.api.conversation.places import Places
from kiosk.api.conversation.validating import Validating
from kiosk.api.dialects import as_held
from kiosk.api.errors import PictureUnfitError, UnreadableError
from kiosk.api.models.biometric_validations import BiometricValidation, LivenessSession
from kiosk.api.models.common import id_of
from kiosk.api.operation import Call
from kiosk.api.people import CLOCK_MARGIN, LOOKED_AT, MOST_PAGES, People, all_before, moment, more_pages
from kiosk.api.resources.account import RETRIEVE
from kiosk.domain.errors import Code
from kiosk.domain.person import Details, Person
from kiosk.domain.ports import Clock
from kiosk.domain.record import Validation, ValidationType
from kiosk.domain.remote import Answer, PeoplePage, RemotePerson, RemoteValidation

_SESSION = ("livenessSession",)


class VerifikAccount:
    """An account. One thread at a time."""

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
            places: where the project and its flows are from.
            people: in the account's dialect.
            clock: of the station.
            offset_s: how far the server's clock is ahead.
        """
        self._client = client
        self._places = places
        self._people = people
        self._clock = clock
        self._offset_s = offset_s

    def probe(self, *, within_s: float) -> None:
        """Who am I? What it answers is not read: it holds secrets, and that it answers is enough."""
        self._client.transport.send(Call(operation=RETRIEVE, within_s=within_s))

    def create_person(self, person: Person, *, mark: str, within_s: float) -> RemotePerson:
        """Enrol. See :mod:`kiosk.api.people`."""
        return self._people.create(person, mark, self._deadline(within_s))

    def find_person(self, person: Person, *, mark: str, within_s: float) -> RemotePerson | None:
        """Look for what was enrolled. See :mod:`kiosk.api.people`."""
        return self._people.find(person, mark, self._deadline(within_s))

    def is_same(self, person: Person, there: RemotePerson) -> bool:
        """Whether this record is the one that was sent of a person."""
        return self._people.is_same(person, there, person.id)

    def person(self, remote_id: str, *, within_s: float) -> RemotePerson | None:
        """One, by id."""
        return self._people.read(remote_id, self._deadline(within_s))

    def as_held(self, details: Details) -> Details:
        """How the account gives these details back."""
        return as_held(details, self._people.dialect)

    def update_person(self, remote_id: str, person: Person, *, known: Details, within_s: float) -> RemotePerson:
        """Send the details."""
        return self._people.update(remote_id, person, known, self._deadline(within_s))

    def delete_person(self, remote_id: str, *, within_s: float) -> None:
        """Delete; gone already is gone."""
        self._people.delete(remote_id, self._deadline(within_s))

    def holds(self, remote_id: str, *, within_s: float) -> bool:
        """Whether the account still has this person."""
        return self.person(remote_id, within_s=within_s) is not None

    def people(self, cursor: str, *, limit: int, within_s: float) -> PeoplePage:
        """One page of everybody, oldest first; the cursor is the number of a page."""
        number = int(cursor) if cursor.isascii() and cursor.isdigit() else 1
        return self._people.page(number, limit, self._deadline(within_s))

    def send_validation(self, validation: Validation, image: bytes | None, *, within_s: float) -> RemoteValidation:
        """Open a session under the validation's mark and have the picture judged. A refusal of the person is an answer, too."""
        if image is None:
            raise PictureUnfitError(Code.API_PICTURE_UNFIT, "there is no picture to send")
        talk = Validating(
            self._client,
            self._places,
            clock=self._clock,
            kind=_kind(validation.type),
            mark=validation.identifier,
            offset_s=self._offset_s(),
        )
        ended = talk.judge(image, self._deadline(within_s))
        if ended.answer is Answer.PICTURE_UNFIT:  # the account has judged nothing: a person decides
            raise PictureUnfitError(Code.API_PICTURE_UNFIT, "the picture was refused", token=ended.token)
        return RemoteValidation(
            remote_id=ended.validation_id,
            status=ended.status,
            liveness_score=ended.liveness_score,
            remote_person=ended.person_id,
            session=ended.session,
        )

    def find_validation(self, mark: str, *, within_s: float) -> Sequence[RemoteValidation]:
        """Every record under this mark, newest first; the list is read back to before the mark was made."""
        deadline = self._deadline(within_s)
        begin = _made_at(mark)
        found: list[RemoteValidation] = []
        for number in range(1, MOST_PAGES + 1):
            page = self._client.biometric_validations.list(
                page=number,
                per_page=LOOKED_AT,
                sort="-createdAt",
                populates=_SESSION,
                within_s=deadline.left("look"),
            )
            for item in page:
                whole = item if _says_mark(item) else self._whole(item, deadline)
                if _mark_of(whole) == mark:
                    found.append(_remote(whole))
            if not more_pages(page, number=number, limit=LOOKED_AT):
                return found
            stamps = [moment(item.created_at or "") for item in page]
            if begin is not None and all_before(stamps, begin - CLOCK_MARGIN):
                return found
        raise UnreadableError(Code.API_UNREADABLE, "a list without end")

    def _whole(self, item: BiometricValidation, deadline: Deadline) -> BiometricValidation:
        """The record with its session, from an account whose list does not show it.

        Raises:
            ApiError: ``api_unreadable``: it does not show it either, so that nobody can say whose it is.
        """
        whole = self._client.biometric_validations.retrieve(item.id, populates=_SESSION, within_s=deadline.left("look"))
        if not _says_mark(whole):
            raise UnreadableError(Code.API_UNREADABLE, "the account does not show the identifiers of validations")
        return whole

    def _deadline(self, within_s: float) -> Deadline:
        return Deadline(self._clock, within_s)


def _kind(text: str) -> ValidationType:
    try:
        return ValidationType(text)
    except ValueError:
        return ValidationType.VALIDATION


def _says_mark(item: BiometricValidation) -> bool:
    session = item.liveness_session
    return item.identifier is not None or session is None or isinstance(session, LivenessSession)


def _mark_of(item: BiometricValidation) -> str:
    session = item.liveness_session
    of_session = session.identifier if isinstance(session, LivenessSession) else None
    return of_session or item.identifier or ""


def _remote(item: BiometricValidation) -> RemoteValidation:
    session = item.liveness_session
    return RemoteValidation(
        remote_id=item.id,
        status=str(item.status),
        liveness_score=item.score,
        remote_person=id_of(item.face),
        session=session.to_record() if isinstance(session, LivenessSession) else None,
    )


def _made_at(mark: str) -> datetime | None:
    """When a mark was made: a UUIDv7 begins with its milliseconds. None for any other mark."""
    try:
        value = UUID(mark)
    except ValueError:
        return None
    if value.version != 7:
        return None
    try:
        return datetime.fromtimestamp((value.int >> 80) / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
