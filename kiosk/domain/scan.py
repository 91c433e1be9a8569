"""What a document said about a person when it was held before the camera, for the form. Lives as long as the form does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ScanState(StrEnum):
    """How far a scan is; each has words (``scan.<value>``) in every language."""

    LOOKING = "looking"
    SEEN = "seen"
    READ = "read"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """One document that was read.

    Attributes:
        source: ``mrz``, ``pdf417``, ``qr``.
        fields: by the names of :class:`~kiosk.domain.person.Details`; only what the document says, dates as ISO.
        country: two letters, or empty where the document does not say.
        proved: fields that a check digit (or the error correction of a barcode) vouches for; the others want a second look.
        expired: the document says that it is no longer valid.
    """

    source: str
    fields: Mapping[str, str] = field(repr=False)
    country: str = ""
    proved: frozenset[str] = frozenset()
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that is going on, or just ended with ``document``."""

    state: ScanState = ScanState.LOOKING
    document: Scanned | None = None
