"""Collections: the lists of people that a search looks in."""

from __future__ import annotations

from kiosk.api.model import Model
from kiosk.api.models.values import Identified, Recorded


class CollectionRef(Identified):
    """A collection inside another object, when populated."""

    code: str | None = None
    name: str | None = None


class Collection(Recorded):
    """One collection. ``id`` and ``code`` (a UUID) are two names of it; which one a call wants differs by call (FACTS 4, 11)."""

    name: str | None = None
    code: str | None = None
    description: str | None = None
    project: str | None = None
    client: str | None = None
    deleted: bool | None = None


class CollectionInput(Model):
    """A new collection."""

    name: str
    description: str


class Member(Model):
    """One person of a full membership list."""

    id: str


class CollectionUpdate(Model):
    """A change. ``people`` is the full list: who is not on it is taken out."""

    name: str
    description: str | None = None
    project: str | None = None
    people: tuple[Member, ...] | None = None


class MovePeople(Model):
    """People from one collection to another, all by Mongo id."""

    from_collection: str
    to_collection: str
    people_ids: tuple[str, ...]
