"""Values inside the objects of people and faces: ids in two spellings, scores, dates of birth, pictures.

What every resource shares is in ``common.py``; what is here is of people, faces and biometric validations.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Self, TypeAlias

from pydantic import ConfigDict, Field, Strict, model_validator

from kiosk.api.model import Model

_EXACT = 2**53
Number: TypeAlias = (
    Annotated[int, Strict(), Field(ge=-_EXACT, le=_EXACT)] | Annotated[float, Strict(), Field(ge=-_EXACT, le=_EXACT)]
)
"""A finite JSON number, given back as it was read: 0 stays 0. No bool, no text, no NaN, nothing that a float can't hold:
scores decide about people.
"""


class SearchMode(StrEnum):
    """Speed against precision of the face engine."""

    FAST = "FAST"
    ACCURATE = "ACCURATE"


class OperatingSystem(StrEnum):
    """What took the picture; a kiosk is a desktop."""

    DESKTOP = "DESKTOP"
    IOS = "IOS"
    ANDROID = "ANDROID"


class Gender(StrEnum):
    """As the face-recognition pages have it."""

    M = "M"
    F = "F"


class SnakeModel(Model):
    """An object whose wire names are snake_case: those of the face engine."""

    model_config = ConfigDict(alias_generator=None)


class Identified(Model):
    """An object whose id travels as ``_id``, as ``id`` or (from Mongoose) as both; :attr:`id` is either.

    Two fields, because one with two names would not give back what was read. An answer that does not say which record it
    is about is unreadable, except in a class that sets ``id_required`` to False.
    """

    id_required: ClassVar[bool] = True

    mongo_id: str | None = Field(default=None, alias="_id")
    plain_id: str | None = Field(default=None, alias="id")

    @property
    def id(self) -> str:
        """The id, empty only where none is required."""
        return self.mongo_id or self.plain_id or ""

    @model_validator(mode="after")
    def _has_id(self) -> Self:
        if self.id_required and not self.id:
            raise ValueError("no id")
        return self


class Recorded(Identified):
    """A record with its times (RFC 3339, as the server wrote them) and Mongo's revision counter."""

    created_at: str | None = None
    updated_at: str | None = None
    revision: int | None = Field(default=None, alias="__v")


class Opaque(Model):
    """An answer whose fields no page describes; all of them are kept."""


class Removed(Identified):
    """What a deletion answers, where it answers anything."""

    id_required = False


class BirthDate(Model):
    """A date of birth in three numbers."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


AnyBirthDate: TypeAlias = str | BirthDate | None
"""The four ways a date of birth travels: plain date, ISO time, three numbers, null."""


def iso_birth_date(given: AnyBirthDate) -> str:
    """A date of birth as ``1990-01-15``; empty where none was given or what was given is no date.

    Of an ISO time the date part counts, whatever its zone: it is a birthday, not an instant.
    """
    if given is None:
        return ""
    try:
        if isinstance(given, str):
            return date.fromisoformat(given.strip()[:10]).isoformat()
        return date(given.year or 0, given.month or 0, given.day or 0).isoformat()
    except (ValueError, OverflowError):
        return ""


def picture_text(picture: bytes | str) -> str:
    """A picture as it travels: JPEG bytes become bare base64 without a prefix; text (base64, or an https address where the
    operation takes one) goes as it is.
    """
    return b64encode(picture).decode("ascii") if isinstance(picture, bytes) else picture
