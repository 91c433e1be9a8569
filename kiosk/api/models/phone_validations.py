"""A six-digit code sent to a phone, and what confirms it. Page: resources/phone-validations."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kiosk.api.model import Model
from kiosk.api.models.common import JsonObject, Open
from kiosk.api.models.email_validations import CodeCreate, CodeMethod, CodeSent, CodeType


class PhoneGateway(StrEnum):
    """How the code travels."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    NONE = "none"


class PhoneValidation(CodeSent):
    """The check of one number. ``country_code`` with its plus, ``phone`` without it."""

    phone: str | None = None
    country_code: str | None = None
    phone_gateway: Open[PhoneGateway] | None = None


class PhoneValidationCreate(CodeCreate):
    """Send a code to a phone."""

    phone: str
    country_code: str
    phone_gateway: Open[PhoneGateway] | None = None


class AppRegistrationPhoneValidationCreate(Model):
    """Send the code of an onboarding; the registration's token says whose it is."""

    phone: str
    country_code: str
    validation_method: Open[CodeMethod]
    project: str | None = None
    project_flow: str | None = None
    phone_gateway: Open[PhoneGateway] | None = None
    language: str | None = None


class PhoneValidateRequest(Model):
    """Confirm a code by number. ``authenticator_otp`` is a second factor, when asked."""

    phone: str
    country_code: str
    otp: str
    project_flow: str
    project: str | None = None
    type: Open[CodeType] | None = None
    authenticator_otp: Annotated[str | None, Field(alias="authenticatorOTP")] = None
    location: JsonObject | None = None
