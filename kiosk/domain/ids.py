"""Opaque ids: UUID version 7 (RFC 9562, 5.7), so that rows sort by when they were made. Tells nothing about a person."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime


def new_id(at: datetime) -> str:
    """A fresh id: 48 bits of Unix milliseconds of ``at`` (aware), 74 random bits, in the usual 8-4-4-4-12 form.

    Raises:
        ValueError: ``at`` is naive, or before 1970.
    """
    if at.tzinfo is None:
        raise ValueError("an aware time is needed")
    milliseconds = int(at.timestamp() * 1000)
    if not 0 <= milliseconds < 1 << 48:
        raise ValueError("this time does not fit an id")
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))
