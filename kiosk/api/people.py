"""People at the account, in either dialect, behind one small interface: who speaks which shape is decided here once.

How somebody is looked for after a lost reply: the account's list, newest first, down to before the person was enrolled here.
Only a look that came to its end says that nobody is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError

from kiosk.api.client import VerifikClient
from kiosk.api.conversation.deadline import Deadline
from kiosk.api.conversation.places import Places
from kiosk.api.dialects import (
    Dialect,
    from_face,
    from_seed,
    identities,
    same_person,
    to_face_create,
    to_face_update,
    to_seed_create,
    to_seed_liveness,
)
from kiosk.api.envelopes import Page
from kiosk.api.errors import ConflictError, NotConfiguredError, NotFoundError, UnreadableError
from kiosk.api.model import Model
from kiosk.api.models.collections import CollectionInput
from kiosk.api.models.common import id_of
from kiosk.api.models.persons import Person as FacePerson
from kiosk.api.models.seed_persons import SeedPerson
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.person import Details, Person
from kiosk.domain.record import ValidationType
from kiosk.domain.remote import PeoplePage, RemotePerson

M = TypeVar("M", bound=Model)
P = TypeVar("P", SeedPerson, FacePerson)

LOOKED_AT = 50
"""People a page of a look."""
MOST_PAGES = 10_000
CLOCK_MARGIN = timedelta(days=2)
"""How wrong the clocks of station and account may be before a look stops too early."""
OURS = "Kiosk"
"""Name of the collection that is made where the account has none."""
NOBODY = frozenset({"person_not_found", "record_not_found"})
"""What the account says of somebody whom it does not have, in lower case."""


class People(Protocol):
    """People at one account. One thread at a time; each call raises ``ApiError`` only."""

    @property
    def dialect(self) -> Dialect:
        """What is spoken."""
        ...

    def create(self, person: Person, mark: str, deadline: Deadline) -> RemotePerson:
        """Enrol."""
        ...

    def find(self, person: Person, mark: str, deadline: Deadline) -> RemotePerson | None:
        """Look for what was enrolled under this mark."""
        ...

    def is_same(self, person: Person, there: RemotePerson, mark: str) -> bool:
        """Whether a record is what was enrolled under this mark."""
        ...

    def update(self, remote_id: str, person: Person, known: Details, deadline: Deadline) -> RemotePerson:
        """Send the details as they are; what ``known`` has and the person has not is emptied there."""
        ...

    def delete(self, remote_id: str, deadline: Deadline) -> None:
        """Delete; nobody there is well, too."""
        ...

    def read(self, remote_id: str, deadline: Deadline) -> RemotePerson | None:
        """One, by id; None where there is nobody."""
        ...

    def page(self, number: int, limit: int, deadline: Deadline) -> PeoplePage:
        """One page, oldest first; the cursor is the number of the next."""
        ...


def people_of(client: VerifikClient, dialect: Dialect, places: Places, *, collection: str = "") -> People:
    """The people of an account in its dialect; ``collection`` (Mongo id) is where new ones go in the face-recognition shape."""
    if dialect is Dialect.PERSONS:
        return SeedPeople(client)
    return FacePeople(client, places, collection=collection)


class SeedPeople:
    """``/v2/persons``. Nothing there takes our mark: what tells people apart has to do, or the very same picture."""

    dialect = Dialect.PERSONS

    def __init__(self, client: VerifikClient) -> None:
        """Over this client."""
        self._api = client.seed_persons

    def create(self, person: Person, mark: str, deadline: Deadline) -> RemotePerson:
        """With a liveness check where there is a picture."""
        left = deadline.left("creation")
        try:
            if person.face_image:
                return from_seed(self._api.create_with_liveness(to_seed_liveness(person), within_s=left))
            return from_seed(self._api.create(to_seed_create(person), within_s=left))
        except ConflictError as error:
            found = _existing(error, SeedPerson)
            if found is not None and _same(person, from_seed(found), mark):
                return from_seed(found)
            raise

    def find(self, person: Person, mark: str, deadline: Deadline) -> RemotePerson | None:
        """By identity or picture, from the newest on."""

        def newest(number: int) -> Page[SeedPerson]:
            return self._api.list(page=number, limit=LOOKED_AT, sort="-createdAt", within_s=deadline.left("look"))

        for found in _look(newest, from_seed, since=person.created_at):
            if self.is_same(person, found, mark):
                return found
        return None

    def is_same(self, person: Person, there: RemotePerson, mark: str) -> bool:
        """By identity or picture."""
        return _same(person, there, mark)

    def update(self, remote_id: str, person: Person, known: Details, deadline: Deadline) -> RemotePerson:
        """What was emptied here is emptied there."""
        request = to_seed_create(person, known)
        return from_seed(self._api.update(remote_id, request, within_s=deadline.left("change")))

    def delete(self, remote_id: str, deadline: Deadline) -> None:
        """Gone already is gone, where the account says so itself."""
        try:
            self._api.delete(remote_id, within_s=deadline.left("deletion"))
        except NotFoundError as error:
            _check_says_nobody(error)

    def read(self, remote_id: str, deadline: Deadline) -> RemotePerson | None:
        """None where the account says that it has no such person."""
        try:
            return from_seed(self._api.retrieve(remote_id, within_s=deadline.left("reading")))
        except NotFoundError as error:
            _check_says_nobody(error)
            return None

    def page(self, number: int, limit: int, deadline: Deadline) -> PeoplePage:
        """Oldest first, so that who is added meanwhile comes at the end."""
        page = self._api.list(page=number, limit=limit, sort="createdAt", within_s=deadline.left("page"))
        return _people_page(page, tuple(map(from_seed, page)), number=number, limit=limit)


class FacePeople:
    """``/v2/face-recognition/persons``. Our mark rides in the notes."""

    dialect = Dialect.FACE_RECOGNITION

    def __init__(self, client: VerifikClient, places: Places, *, collection: str = "") -> None:
        """New people go into ``collection``, else into the project's own, else into the first there is."""
        self._client = client
        self._api = client.persons
        self._places = places
        self._collection = collection

    def create(self, person: Person, mark: str, deadline: Deadline) -> RemotePerson:
        """Into the collection that logins are searched in. Who is there under our mark is that person."""
        request = to_face_create(person, mark=mark, collections=(self._into(deadline),))
        try:
            return from_face(self._api.create(request, within_s=deadline.left("creation")))
        except ConflictError as error:
            found = _existing(error, FacePerson)
            whole = None if found is None else self.read(found.id, deadline)  # the refusal shows little of them
            if whole is not None and whole.mark == mark:
                return whole
            raise

    def find(self, person: Person, mark: str, deadline: Deadline) -> RemotePerson | None:
        """By the mark, from the newest on."""

        def newest(number: int) -> Page[FacePerson]:
            return self._api.list(page=number, limit=LOOKED_AT, sort="-createdAt", within_s=deadline.left("look"))

        for found in _look(newest, from_face, since=person.created_at):
            if self.is_same(person, found, mark):
                return found
        return None

    def is_same(self, person: Person, there: RemotePerson, mark: str) -> bool:
        """By the mark."""
        return there.mark == mark

    def update(self, remote_id: str, person: Person, known: Details, deadline: Deadline) -> RemotePerson:
        """What was emptied here is emptied there."""
        request = to_face_update(person, known)
        return from_face(self._api.update(remote_id, request, within_s=deadline.left("change")))

    def delete(self, remote_id: str, deadline: Deadline) -> None:
        """Gone already is gone, where the account says so itself."""
        try:
            self._api.delete(remote_id, within_s=deadline.left("deletion"))
        except NotFoundError as error:
            _check_says_nobody(error)

    def read(self, remote_id: str, deadline: Deadline) -> RemotePerson | None:
        """None where the account says that it has no such person, or that they were deleted."""
        try:
            found = self._api.retrieve(remote_id, within_s=deadline.left("reading"))
        except NotFoundError as error:
            _check_says_nobody(error)
            return None
        return None if found.deleted is True else from_face(found)

    def page(self, number: int, limit: int, deadline: Deadline) -> PeoplePage:
        """Oldest first, so that who is added meanwhile comes at the end."""
        page = self._api.list(page=number, limit=limit, sort="createdAt", within_s=deadline.left("page"))
        present = tuple(from_face(person) for person in page if person.deleted is not True)
        return _people_page(page, present, number=number, limit=limit)

    def _into(self, deadline: Deadline) -> str:
        if not self._collection:
            self._collection = self._of_project(deadline) or self._first(deadline)
        return self._collection

    def _of_project(self, deadline: Deadline) -> str:
        try:
            place = self._places.find(ValidationType.LOGIN, deadline)
            project = self._client.projects.retrieve(place.project, within_s=deadline.left("project"))
        except (NotConfiguredError, NotFoundError):
            return ""
        except ApiError as error:
            if error.code is Code.API_NOT_CONFIGURED:
                return ""
            raise
        return id_of(project.assigned_collection)

    def _first(self, deadline: Deadline) -> str:
        page = self._client.collections.list(limit=LOOKED_AT, within_s=deadline.left("collections"))
        usable = [collection.id for collection in page if collection.deleted is not True]
        if usable:
            return usable[0]
        request = CollectionInput(name=OURS, description=OURS)
        return self._client.collections.create(request, within_s=deadline.left("collection")).id


def _check_says_nobody(error: NotFoundError) -> None:
    """A 404 may come from anything on the way that knows no such path; only the account's own word deletes somebody here.

    Raises:
        ApiError: ``api_unreadable``: it does not say that there is no such person.
    """
    if error.token.lower() not in NOBODY or error.status >= 500:
        raise UnreadableError(
            Code.API_UNREADABLE, f"{error.detail}, but not about a person", status=error.status
        ) from error


def _existing(error: ConflictError, model: type[M]) -> M | None:
    """The record that a refusal came with, where it can be read."""
    try:
        return None if error.existing is None else model.model_validate(error.existing)
    except ValidationError:  # its text may repeat what came
        return None


def _same(person: Person, remote: RemotePerson, mark: str) -> bool:
    """Whether the account's record is what was sent under this mark: by mark, by identity, or by the very same picture.

    Somebody of whom nothing but a name is known is the same as who has all the same details and was made since they were
    enrolled here: a second one would be the doubled record that a look is there to prevent.
    """
    if same_person(person, remote, mark=mark):
        return True
    ours, theirs = identities(person.details), identities(remote.details)
    if remote.mark or any(theirs.get(kind, told) != told for kind, told in ours.items()):
        return False  # the same picture may have been given for two people by mistake
    if person.face_image and remote.image == person.face_image:
        return True
    if ours:
        return False
    made, enrolled = moment(remote.created_at), moment(person.created_at)
    return remote.details == person.details and bool(made and enrolled and made >= enrolled - CLOCK_MARGIN)


def _look(newest: Callable[[int], Page[P]], read: Callable[[P], RemotePerson], *, since: str) -> Iterator[RemotePerson]:
    """Everybody, newest first, down to who was made well before ``since``; all of them where the order is not to be trusted."""
    begin = moment(since)
    for number in range(1, MOST_PAGES + 1):
        page = newest(number)
        people = [read(person) for person in page]
        yield from people
        if not more_pages(page, number=number, limit=LOOKED_AT):
            return
        stamps = [moment(person.created_at) for person in people]
        if begin is not None and all_before(stamps, begin - CLOCK_MARGIN):
            return
    raise UnreadableError(Code.API_UNREADABLE, "a list without end")


def all_before(stamps: Sequence[datetime | None], limit: datetime) -> bool:
    """Whether a page that goes backwards in time has ended before a moment. False where it does not go backwards."""
    known = [stamp for stamp in stamps if stamp is not None]
    if not known or len(known) < len(stamps) or known != sorted(known, reverse=True):
        return False
    return known[0] < limit


def more_pages(page: Page[Any], *, number: int, limit: int) -> bool:
    """Whether another page follows.

    Raises:
        ApiError: ``api_unreadable``: the account gives the same page whatever is asked for.
    """
    if page.page is not None and page.page != number:
        raise UnreadableError(Code.API_UNREADABLE, f"page {number} was asked for and another came")
    if not page.items:
        return False
    if page.pages is not None:
        return number < page.pages
    if page.total is not None:
        return number * (page.limit or limit) < page.total
    return len(page.items) >= limit


def moment(text: str) -> datetime | None:
    """An RFC 3339 time; None for anything else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _people_page(page: Page[Any], people: tuple[RemotePerson, ...], *, number: int, limit: int) -> PeoplePage:
    cursor = str(number + 1) if more_pages(page, number=number, limit=limit) else ""
    return PeoplePage(people=people, cursor=cursor, total=page.total)
