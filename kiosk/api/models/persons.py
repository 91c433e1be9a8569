"""The Person of the face-recognition pages: one name, pictures, collections. Its twin is in ``seed_persons.py``."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeAlias

from pydantic import Field

from kiosk.api.model import Model
from kiosk.api.models.collections import CollectionRef
from kiosk.api.models.common import Open
from kiosk.api.models.values import (
    AnyBirthDate,
    Gender,
    Identified,
    Number,
    Recorded,
    SearchMode,
    SnakeModel,
    iso_birth_date,
)


class PersonStatus(StrEnum):
    """Of the record, not of a verification."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    PENDING = "pending"


Collections: TypeAlias = tuple[str | CollectionRef, ...] | None


class PersonThumbnail(Model):
    """A face the server cut out, as base64 JPEG. ``id`` is the face's, not the person's."""

    id: str | None = None
    thumbnail: str | None = None


Thumbnails: TypeAlias = tuple[PersonThumbnail, ...] | None


class _Born(Model):
    """Somebody with a name and a date of birth in any of its four forms."""

    name: str | None = None
    gender: Open[Gender] | None = None
    date_of_birth: AnyBirthDate = Field(default=None, alias="date_of_birth")

    @property
    def birth_date(self) -> str:
        """ISO date, or empty."""
        return iso_birth_date(self.date_of_birth)


class Person(Recorded, _Born):
    """A person as the account holds them. Pictures go in as ``images`` and come back as ``thumbnails``."""

    client: str | None = None
    nationality: str | None = None
    collections: Collections = None
    thumbnails: Thumbnails = None
    notes: str | None = None
    images: tuple[str, ...] | None = None
    face_encodings: tuple[Any, ...] | None = None
    status: Open[PersonStatus] | None = None
    emails: tuple[str, ...] | None = None
    phones: tuple[str, ...] | None = None
    document_validations: tuple[Any, ...] | None = None
    environment: str | None = None
    liveness_score: Number | None = None
    deleted: bool | None = None


class PersonCreate(SnakeModel):
    """A new person. ``images``: one to three, bare base64. The server removes digits from ``name``."""

    name: str
    images: tuple[str, ...]
    gender: Open[Gender] | None = None
    date_of_birth: str | None = None
    nationality: str | None = None
    collections: tuple[str, ...] | None = None
    notes: str | None = None
    email: str | None = None
    phone: str | None = None


class PersonCreateWithLiveness(SnakeModel):
    """A new person after a liveness check and a search for duplicates. ``collection_id`` is the Mongo id here, not the code.

    Attributes:
        liveness_min_score: 0.5 to 1.0.
        min_score: of the search for duplicates, 0.5 to 1.0.
    """

    name: str
    images: tuple[str, ...]
    gender: Open[Gender]
    date_of_birth: str
    collection_id: str
    liveness_min_score: Number
    min_score: Number
    search_mode: Open[SearchMode]
    nationality: str | None = None


class PersonUpdate(SnakeModel):
    """What to change. ``images`` replaces every enrolled face."""

    name: str | None = None
    images: tuple[str, ...] | None = None
    gender: Open[Gender] | None = None
    date_of_birth: str | None = None
    nationality: str | None = None
    collections: tuple[str, ...] | None = None
    notes: str | None = None
    email: str | None = None
    phone: str | None = None


class PersonLookupItem(Identified, _Born):
    """A person found by name."""

    thumbnails: Thumbnails = None
    collections: tuple[CollectionRef, ...] | None = None


class PersonHit(Identified, SnakeModel):
    """A person found by face. ``score`` is the similarity, 0 to 1, 1 is best."""

    score: Number
    name: str | None = None
    thumbnails: Thumbnails = None
    gender: Open[Gender] | None = None
    date_of_birth: AnyBirthDate = None
    nationality: str | None = None
    notes: str | None = None
    collections: Collections = None
    create_date: str | None = None
    modified_date: str | None = None

    @property
    def birth_date(self) -> str:
        """ISO date, or empty."""
        return iso_birth_date(self.date_of_birth)
