"""What the objects of several resources share: ids, stamps, references, choices that may have values we do not know.

Answers are read leniently on purpose: a field is required only where the client cannot do without it, since pages of the
documentation disagree and ``populateSelects`` leaves fields out. Nothing here imports an object of a resource.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import Field

from kiosk.api.model import Model

E = TypeVar("E", bound=StrEnum)
M = TypeVar("M", bound=Model)

Open = Annotated[E | str, Field(union_mode="left_to_right")]
"""``Open[Status]``: one of ours where we know the value, else the server's own word, kept."""

Id = Annotated[str, Field(alias="_id")]
"""A Mongo id, ``_id`` on the wire; 24 hex digits as documented, not checked."""

JsonObject = dict[str, Any]
"""An object whose fields nobody documents."""


class Stored(Model):
    """What the service keeps under an id. Times are RFC 3339, UTC."""

    id: Id
    created_at: str | None = None
    updated_at: str | None = None
    revision: Annotated[int | None, Field(alias="__v")] = None


class Populated(Model):
    """A reference that was asked for with ``populates[]``, where its own module may not be imported (it would be a circle)."""

    id: Annotated[str | None, Field(alias="_id")] = None

    def read(self, model: type[M]) -> M:
        """The same object as what it is."""
        return model.model_validate(self.wire())


class Loose(Model):
    """An answer whose fields nobody documents; all of them are kept, see :meth:`~kiosk.api.model.Model.wire`."""


Reference = str | Populated | None
"""An id, or the object itself where the call asked for it."""


def id_of(reference: str | Model | None) -> str:
    """The id behind a reference in either form; empty where there is none."""
    if reference is None or isinstance(reference, str):
        return reference or ""
    found = getattr(reference, "id", None)
    return found if isinstance(found, str) else ""
