"""Pictures that the account keeps of an onboarding."""

from __future__ import annotations

from enum import StrEnum

from kiosk.api.models.common import Open, Stored


class ImageCategory(StrEnum):
    """Of the person, or cut from their document."""

    FACE = "face"
    DOCUMENT_FACE = "documentFace"


class IdentityImage(Stored):
    """One picture, raw base64 JPEG."""

    category: Open[ImageCategory] | None = None
    base64: str | None = None
