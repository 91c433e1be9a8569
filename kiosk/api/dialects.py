"""One domain :class:`~kiosk.domain.person.Person`, two shapes on the wire. Pure functions; nothing is sent from here.

    PERSONS            /v2/persons                    firstName, lastName, document, biometricData
    FACE_RECOGNITION   /v2/face-recognition/persons   one name without digits, pictures, collections, notes

What a dialect does not carry (:data:`CARRIED`) comes back empty and must not erase what the station knows.

How our own record is found again after a lost reply (:func:`same_person`):

* FACE_RECOGNITION: our mark rides in ``notes`` as ``kiosk:<mark>`` and decides.
* PERSONS: no field takes a mark, so what tells people apart has to do (:func:`identities`): document type and number; else the
  e-mail address; else name and date of birth. Somebody with none of these can't be found again for sure.

Gender and nationality are not asked for, so people are enrolled by ``createPerson`` and not by ``createPersonWithLiveness``,
which demands a gender; the station judges liveness itself, and again at every login.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from kiosk.api.models.persons import Person as FacePerson
from kiosk.api.models.persons import PersonCreate, PersonLookupItem, PersonUpdate, Thumbnails
from kiosk.api.models.seed_persons import (
    SeedFaceInput,
    SeedPerson,
    SeedPersonCreate,
    SeedPersonCreateWithLiveness,
)
from kiosk.api.models.values import picture_text
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.person import WIRE, Details, Person
from kiosk.domain.remote import RemotePerson


class Dialect(StrEnum):
    """Which of the two shapes the account speaks; the same words as in the settings."""

    PERSONS = "persons"
    FACE_RECOGNITION = "face_recognition"


CARRIED: Mapping[Dialect, frozenset[str]] = {
    Dialect.PERSONS: frozenset(WIRE),
    Dialect.FACE_RECOGNITION: frozenset({"first_name", "last_name", "email", "phone", "date_of_birth"}),
}
"""Names of the details that a dialect brings back."""

_FACE_FIELDS = ("date_of_birth", "email", "phone")
_MARK = re.compile(r"\bkiosk:([0-9A-Za-z-]+)")
_JPEG = b"\xff\xd8\xff"


def to_seed_create(person: Person, known: Details | None = None) -> SeedPersonCreate:
    """Details for a creation, or for a change where ``known`` is what the account holds.

    What was not given is left out; what was given once and is empty now is sent empty, so that it is forgotten there too.
    """
    return SeedPersonCreate(**_given(person.details, WIRE, known))


def to_seed_liveness(person: Person) -> SeedPersonCreateWithLiveness:
    """Details and picture for a creation with a liveness check.

    Raises:
        ApiError: ``api_bad_request``; there is no picture.
    """
    face = SeedFaceInput(face_image=_picture(person), liveness_detection=True)
    return SeedPersonCreateWithLiveness(biometric_data=face, **_given(person.details, WIRE, None))


def from_seed(person: SeedPerson) -> RemotePerson:
    """A person of the persons dialect; it carries no mark."""
    body = person.biometric_data
    details = Details(
        first_name=person.first_name or "",
        last_name=person.last_name or "",
        email=person.email or "",
        phone=person.phone or "",
        date_of_birth=person.birth_date,
        document_type=person.document_type or "",
        document_number=person.document_number or "",
    )
    return RemotePerson(
        remote_id=person.id,
        details=details,
        image=_jpeg(body.face_image) if body is not None else None,
        liveness_score=_score(body.liveness_score) if body is not None else None,
        verification_status=str(person.verification_status or ""),
        created_at=person.created_at or "",
        updated_at=person.updated_at or "",
    )


def to_face_create(person: Person, *, mark: str, collections: Sequence[str]) -> PersonCreate:
    """Name, picture and mark for a creation in these collections (Mongo ids; one is needed in practice).

    Raises:
        ApiError: ``api_bad_request``; there is no picture, or no letter in the name.
    """
    body: dict[str, object] = {
        "name": _face_name_of(person.details),
        "images": (_picture(person),),
        "notes": f"kiosk:{mark}",
        **_given(person.details, _FACE_FIELDS, None),
    }
    if collections:
        body["collections"] = tuple(collections)
    return PersonCreate.model_validate(body)


def to_face_update(person: Person, known: Details | None = None) -> PersonUpdate:
    """Details for a change. Pictures stay out (they would replace every enrolled face), and so do notes: they hold the mark.

    Raises:
        ApiError: ``api_bad_request``; there is no letter in the name.
    """
    return PersonUpdate.model_validate(
        {"name": _face_name_of(person.details), **_given(person.details, _FACE_FIELDS, known)}
    )


def from_face(person: FacePerson) -> RemotePerson:
    """A person of the face-recognition dialect. Its ``status`` is the record's, not a verification's, and is left out."""
    first, last = split_name(person.name or "")
    details = Details(
        first_name=first,
        last_name=last,
        email=_first(person.emails),
        phone=_first(person.phones),
        date_of_birth=person.birth_date,
    )
    return RemotePerson(
        remote_id=person.id,
        details=details,
        image=_thumbnail(person.thumbnails) or _jpeg(_first(person.images)),
        liveness_score=_score(person.liveness_score),
        created_at=person.created_at or "",
        updated_at=person.updated_at or "",
        mark=mark_in(person.notes),
    )


def from_lookup(person: PersonLookupItem) -> RemotePerson:
    """A person found by name; a look-up shows no notes, so it carries no mark."""
    first, last = split_name(person.name or "")
    details = Details(first_name=first, last_name=last, date_of_birth=person.birth_date)
    return RemotePerson(remote_id=person.id, details=details, image=_thumbnail(person.thumbnails))


def as_held(details: Details, dialect: Dialect) -> Details:
    """How an account of this dialect gives these details back."""
    if dialect is Dialect.PERSONS:
        return details
    first, last = split_name(face_name(details))
    return Details(first_name=first, last_name=last, **{name: getattr(details, name) for name in _FACE_FIELDS})


def face_name(details: Details) -> str:
    """First and last name as the face-recognition pages will hold them: digits gone, single spaces."""
    return " ".join("".join(letter for letter in details.display_name if not letter.isdigit()).split())


def split_name(name: str) -> tuple[str, str]:
    """First and last name of one name: the first word, and the rest. Joined again it is the same name."""
    first, _, last = " ".join(name.split()).partition(" ")
    return first, last


def mark_in(notes: str | None) -> str:
    """Our mark, wherever it stands in the notes; empty where there is none."""
    found = _MARK.search(notes or "")
    return found.group(1) if found else ""


def identities(details: Details) -> dict[str, tuple[str, ...]]:
    """What tells this person apart from everybody else, the strongest first, in forms that can be compared.

    Empty where nothing does: a name alone is no identity, and such a person can't be looked for.
    """
    found: dict[str, tuple[str, ...]] = {}
    document, name = _plain(details.document_number), _folded(face_name(details))
    if details.document_type and document:
        found["document"] = (details.document_type.casefold(), document)
    if details.email:
        found["email"] = (details.email.strip().casefold(),)
    if details.date_of_birth and name:
        found["born"] = (name, details.date_of_birth)
    return found


def same_person(person: Person, remote: RemotePerson, *, mark: str) -> bool:
    """Whether the account's record is the one that was sent under this mark.

    A mark decides. Without one the strongest identity that both have must be equal (an account may not have kept every field);
    and, documents apart, no other detail that both have may differ: relatives share an e-mail address.
    """
    if remote.mark:
        return remote.mark == mark
    ours, theirs = identities(person.details), identities(remote.details)
    shared = next((kind for kind in ours if kind in theirs), None)
    if shared is None or ours[shared] != theirs[shared]:
        return False
    return shared == "document" or _agree(person.details, remote.details)


def _agree(ours: Details, theirs: Details) -> bool:
    pairs = (
        (_folded(face_name(ours)), _folded(face_name(theirs))),
        (ours.date_of_birth, theirs.date_of_birth),
        (_plain(ours.document_number), _plain(theirs.document_number)),
    )
    return all(a == b for a, b in pairs if a and b)


def _given(details: Details, names: Iterable[str], known: Details | None) -> dict[str, str]:
    """What was given, and empty what was given once and is empty now."""
    values = {name: str(getattr(details, name)) for name in names}
    return {name: value for name, value in values.items() if value or (known is not None and getattr(known, name))}


def _face_name_of(details: Details) -> str:
    name = face_name(details)
    if not name:
        raise ApiError(Code.API_BAD_REQUEST, "name")
    return name


def _picture(person: Person) -> str:
    if not person.face_image:
        raise ApiError(Code.API_BAD_REQUEST, "image")
    return picture_text(person.face_image)


def _thumbnail(thumbnails: Thumbnails) -> bytes | None:
    return next((found for item in thumbnails or () if (found := _jpeg(item.thumbnail)) is not None), None)


def _jpeg(text: str | None) -> bytes | None:
    """The JPEG in a base64 text, with or without a data-URI prefix; None where it is anything else."""
    if not text:
        return None
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        picture = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return picture if picture.startswith(_JPEG) else None


def _first(items: Sequence[str] | None) -> str:
    return items[0] if items else ""


def _score(score: float | None) -> float | None:
    return None if score is None else float(score)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
