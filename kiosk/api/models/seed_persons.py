"""The Person of the persons overview page: first and last name, document, ``biometricData``. Its twin is in ``persons.py``."""

from __future__ import annotations

from kiosk.api.model import Model
from kiosk.api.models.common import Open
from kiosk.api.models.values import AnyBirthDate, Identified, Number, iso_birth_date
from kiosk.domain.person import VerificationStatus


class SeedBiometricData(Model):
    """What is known of the body; base64."""

    face_image: str | None = None
    fingerprint: str | None = None
    liveness_score: Number | None = None


class SeedPerson(Identified):
    """A person as the account holds them."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    date_of_birth: AnyBirthDate = None
    document_type: str | None = None
    document_number: str | None = None
    biometric_data: SeedBiometricData | None = None
    verification_status: Open[VerificationStatus] | None = None
    created_at: str | None = None
    updated_at: str | None = None

    @property
    def birth_date(self) -> str:
        """ISO date, or empty."""
        return iso_birth_date(self.date_of_birth)


class SeedPersonCreate(Model):
    """A new person, or the details as they are now. No flag says what is required."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    date_of_birth: str | None = None
    document_type: str | None = None
    document_number: str | None = None


class SeedFaceInput(Model):
    """The picture of a new person, and that it is to be checked for life."""

    face_image: str
    liveness_detection: bool


class SeedPersonCreateWithLiveness(SeedPersonCreate):
    """A new person with a picture. The page prints names, e-mail and ``biometricData``; the other details ride along."""

    biometric_data: SeedFaceInput
