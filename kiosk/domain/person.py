"""People and what the station says about them. Field names in Python; the wire names of the seed's objects in :data:`WIRE`.

Sources: the Person object of the persons page and the objects of the biometric-validations page that the product was asked
for. Unknown values of a status are kept, never dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)


class Truth(StrEnum):
    """How true a record is right now."""

    LOCAL = "local"
    PROVISIONAL = "provisional"
    SENT_NO_REPLY = "sent_no_reply"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class VerificationStatus(StrEnum):
    """Of a person."""

    PENDING = "pending"
    VERIFIED = "verified"
    FAILED = "failed"
    EXPIRED = "expired"


class DocumentType(StrEnum):
    """Documents a person may show."""

    PASSPORT = "passport"
    NATIONAL_ID = "national_id"
    FOREIGNER_ID = "foreigner_id"
    DRIVER_LICENSE = "driver_license"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a person tells about themselves; empty string means not given.

    Attributes:
        date_of_birth: ISO date, ``1990-01-15``.
        phone: E.164, ``+573001234567``.
        document_type: one of :class:`DocumentType`, or whatever another system called it.
    """

    first_name: str
    last_name: str = ""
    email: str = ""
    phone: str = ""
    date_of_birth: str = ""
    document_type: str = ""
    document_number: str = ""

    @property
    def display_name(self) -> str:
        """For the result screen."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The seed's Person object, and how true this copy is.

    Attributes:
        face_image: JPEG bytes of the kept still; never in logs, events or ``--json`` output.
        fingerprint: as another system stored it; the kiosk itself takes none.
        liveness_score: of the enrolment, 0..1.
        created_at: RFC 3339, UTC.
        updated_at: RFC 3339, UTC.
        remote_id: id on the server, once it has one.
    """

    id: PersonId
    details: Details
    face_image: bytes | None = field(default=None, repr=False)
    fingerprint: bytes | None = field(default=None, repr=False)
    liveness_score: float | None = None
    verification_status: str = VerificationStatus.PENDING
    created_at: str = ""
    updated_at: str = ""
    truth: Truth = Truth.LOCAL
    remote_id: str = ""


WIRE = {
    "first_name": "firstName",
    "last_name": "lastName",
    "email": "email",
    "phone": "phone",
    "date_of_birth": "dateOfBirth",
    "document_type": "documentType",
    "document_number": "documentNumber",
}
"""Python name of a detail -> the seed's name for it."""
