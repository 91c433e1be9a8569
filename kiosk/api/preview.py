"""What a record's request will hold, by name and size, for an operator who wants to know before anything is sent.

Made from the very bodies that are sent, so that the two cannot differ. No values: names of fields, and how long a picture is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.api.dialects import Dialect, to_face_create, to_face_update, to_seed_create, to_seed_liveness
from kiosk.domain.outbox import Action, Cargo
from kiosk.domain.person import Person

_PICTURES = frozenset({"faceImage", "images", "image"})
_SESSION = ("project", "projectFlow", "identifier", "type")


@dataclass(frozen=True, slots=True)
class SentField:
    """One field of a request. ``image_bytes`` is the length of the JPEG, where it is one."""

    name: str
    image_bytes: int | None = None


def will_send(action: Action, cargo: Cargo, dialect: Dialect) -> tuple[SentField, ...]:
    """The fields that go out for one row, in the order of the request; the account's id alone for a deletion."""
    person, image = cargo.person, cargo.image
    match action:
        case Action.DELETE_PERSON:
            return (SentField("id"),)
        case Action.SEND_VALIDATION:
            picture = () if image is None else (SentField("image", len(image)),)
            return (*map(SentField, _SESSION), *picture)
        case Action.CREATE_PERSON | Action.UPDATE_PERSON if person is not None:
            body = _creation(person, dialect) if action is Action.CREATE_PERSON else _update(person, dialect)
            return tuple(_fields(body, "", len(person.face_image or b"")))
        case _:
            return ()


def _creation(person: Person, dialect: Dialect) -> Mapping[str, Any]:
    if dialect is Dialect.FACE_RECOGNITION:
        return to_face_create(person, mark=person.id, collections=("collection",)).wire()
    return (to_seed_liveness(person) if person.face_image else to_seed_create(person)).wire()


def _update(person: Person, dialect: Dialect) -> Mapping[str, Any]:
    return (to_face_update(person) if dialect is Dialect.FACE_RECOGNITION else to_seed_create(person)).wire()


def _fields(body: Mapping[str, Any], before: str, image_bytes: int) -> Iterator[SentField]:
    for name, value in body.items():
        if isinstance(value, Mapping):
            yield from _fields(value, f"{before}{name}.", image_bytes)
        else:
            yield SentField(before + name, image_bytes if name in _PICTURES else None)
