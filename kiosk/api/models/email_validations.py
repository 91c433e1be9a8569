"""A six-digit code sent to an e-mail address, and what confirms it. The clear code is never in an answer.

Page: resources/email-validations. A code lives about ten minutes and takes three tries.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kiosk.api.model import Model
from kiosk.api.models.common import JsonObject, Open, Reference, Stored


class CodeStatus(StrEnum):
    """Of a code, whichever way it was sent."""

    NEW = "new"
    SENT = "sent"
    VALIDATED = "validated"
    FAILED = "failed"
    EXPIRED = "expired"


class CodeType(StrEnum):
    """What a code is for."""

    VALIDATION = "validation"
    LOGIN = "login"
    ONBOARDING = "onboarding"
    ONE_TIME_LINK = "oneTimeLink"
    REGISTER = "register"


class CodeMethod(StrEnum):
    """What is sent. Answers may also say magicLink."""

    VERIFICATION_CODE = "verificationCode"
    ONE_TIME_LINK = "oneTimeLink"
    MANUAL = "manual"
    MAGIC_LINK = "magicLink"


class CodeSent(Stored):
    """What the e-mail and the phone check have in common. ``otp`` is a one-way hash."""

    client: Reference = None
    project: Reference = None
    project_flow: Reference = None
    status: Open[CodeStatus] | None = None
    type: Open[CodeType] | None = None
    validation_method: Open[CodeMethod] | None = None
    otp: str | None = None
    expires_at: str | None = None
    redirect_url: str | None = None
    webhook_url: str | None = None
    identity_url: str | None = None
    requires_2fa: Annotated[bool | None, Field(alias="requires2FA")] = None
    ip_address: str | None = None
    language: str | None = None
    max_attempts: int | None = None


class EmailData(Model):
    """What stands in the message."""

    first_name: str | None = None
    title: str | None = None
    project_name: str | None = None
    contact_email: str | None = None
    logo: str | None = None
    auth_link: str | None = None


class EmailValidation(CodeSent):
    """The check of one address."""

    email: str | None = None
    email_data: EmailData | None = None
    existing: bool | None = None
    sent: bool | None = None


class CodeCreate(Model):
    """What both checks take when they are made."""

    project: str
    validation_method: Open[CodeMethod]
    type: Open[CodeType]
    project_flow: str | None = None
    language: str | None = None
    expires_at: str | None = None
    redirect_url: str | None = None
    webhook_url: str | None = None
    identity_url: str | None = None
    requires_2fa: Annotated[bool | None, Field(alias="requires2FA")] = None
    ip_address: str | None = None
    location: JsonObject | None = None


class EmailValidationCreate(CodeCreate):
    """Send a code to an address."""

    email: str


class AppRegistrationEmailValidationCreate(Model):
    """Send the code of an onboarding; the registration's token says whose it is."""

    email: str
    validation_method: Open[CodeMethod]
    project: str | None = None
    project_flow: str | None = None
    type: Open[CodeType] | None = None
    language: str | None = None


class EmailValidateRequest(Model):
    """Confirm a code by address. ``authenticator_otp`` is a second factor, when asked."""

    email: str
    otp: str
    project_flow: str
    project: str | None = None
    type: Open[CodeType] | None = None
    authenticator_otp: Annotated[str | None, Field(alias="authenticatorOTP")] = None
    location: JsonObject | None = None
