"""Documents that were shown, what was read from them and how well it fits. Pages: resources/document-validations."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kiosk.api.model import Model
from kiosk.api.models.common import JsonObject, Open, Reference, Stored
from kiosk.api.models.values import Number


class DocumentStatus(StrEnum):
    """Upper case in filters and clients, lower case on the object's own page."""

    ASSESSING = "ASSESSING"
    ACTIVE = "ACTIVE"
    FAILED = "FAILED"
    NEEDS_MANUAL_VERIFICATION = "NEEDS_MANUAL_VERIFICATION"
    NOT_FOUND = "NOT_FOUND"
    EXPIRED = "EXPIRED"
    ACTIVE_BUT_UNVERIFIED = "ACTIVE_BUT_UNVERIFIED"
    NEW = "new"
    PENDING = "pending"
    COMPLETED = "completed"
    FAILED_LOWER = "failed"
    EXPIRED_LOWER = "expired"


class DocumentMethod(StrEnum):
    """How it was read."""

    MANUAL = "MANUAL"
    OCR = "OCR"
    SCAN_PROMPT = "SCAN_PROMPT"
    SCAN_STUDIO = "SCAN_STUDIO"


class DocumentInput(StrEnum):
    """Where the picture came from."""

    CAMERA = "CAMERA"
    FILE_UPLOAD = "FILE_UPLOAD"
    NOT_SET = "NOT_SET"


class DocumentPurpose(StrEnum):
    """What a document was shown for."""

    VALIDATION = "validation"
    LOGIN = "login"
    SIGNUP = "signup"
    OCR = "ocr"
    DEMO = "demo"


class OcrResults(Model):
    """What the object's page says was read."""

    confidence: Number | None = None
    raw_text: str | None = None
    fields: JsonObject | None = None


class DocumentValidation(Stored):
    """One document. ``country`` template codes are live values of ``document_type``."""

    app_registration: Reference = None
    client: Reference = None
    project: Reference = None
    project_flow: Reference = None
    document_type: str | None = None
    document_category: str | None = None
    country: str | None = None
    document_number: str | None = None
    status: Open[DocumentStatus] | None = None
    validation_method: Open[DocumentMethod] | None = None
    input_method: Open[DocumentInput] | None = None
    type: Open[DocumentPurpose] | None = None
    image_validated: bool | None = None
    names_match: bool | None = None
    full_name_match_percentage: Number | None = None
    first_name_match_percentage: Number | None = None
    last_name_match_percentage: Number | None = None
    extraction: Annotated[JsonObject | None, Field(alias="OCRExtraction")] = None
    ocr_results: OcrResults | None = None
    document_data: JsonObject | None = None
    validation_results: JsonObject | None = None
    images: JsonObject | None = None
    url: str | None = None
    front_url: str | None = None
    back_url: str | None = None
    age: int | None = None
    risk_score: Number | None = None


class AppRegistrationDocument(Model):
    """The answer of the document step of an onboarding."""

    document_validation: DocumentValidation | None = None
