"""Ids as the service makes them: 24 hex digits, ``person_…`` for the seed's shape, five characters for a call."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

OBJECT_ID = re.compile(r"[0-9a-fA-F]{24}")
CLIENT = "613375a1eab2fe08527f81e2"
"""The account's owner, as the seed prints it; likewise the next three."""
PROJECT = "66df5bf5c4d855fb0bdf5da2"
LOGIN_FLOW = "66df5c22c4d855fb0bdf5da9"
COLLECTION = "66df5bf5c4d855fb0bdf5da4"
COLLECTION_CODE = "d29fe454-3ecc-4f58-8666-4021ac575d9c"
ONBOARDING_FLOW = "66df5c22c4d855fb0bdf5daa"

_CALL_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def object_id(at: datetime) -> str:
    """Seconds of ``at`` and eight random bytes, in hex."""
    return f"{int(at.timestamp()) & 0xFFFFFFFF:08x}{secrets.token_hex(8)}"


def seed_person_id() -> str:
    """``person_`` and nine digits or more, as on the seed's page."""
    return f"person_{secrets.randbelow(9 * 10**14) + 10**14}"


def call_id() -> str:
    """Five upper-case letters or digits."""
    return "".join(secrets.choice(_CALL_LETTERS) for _ in range(5))


def is_object_id(value: object) -> bool:
    """Whether this is 24 hex digits."""
    return isinstance(value, str) and OBJECT_ID.fullmatch(value) is not None
