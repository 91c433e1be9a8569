"""The base of every object that travels: frozen, unknown fields kept, unknown values of a choice accepted.

Field names are Python's; an alias gives the wire name (camelCase by default, ``Field(alias=...)`` where the server differs).
``wire()`` gives back exactly what was read, unknown fields included: nothing is dropped and nothing made up.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """One object of the API."""

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        populate_by_name=True,
        alias_generator=to_camel,
        hide_input_in_errors=True,  # an input may be a face, a token or a name
        protected_namespaces=(),
    )

    def wire(self) -> dict[str, Any]:
        """As JSON-ready values under wire names; only the fields that were given."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def __repr__(self) -> str:
        """Only the kind: objects of the API hold faces, tokens and names."""
        return f"<{type(self).__name__}>"

    __str__ = __repr__
