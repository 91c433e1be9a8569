"""Logins: never made directly, a code or a face that was confirmed makes one. Pages: resources/app-logins."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kiosk.api.model import Model
from kiosk.api.models.common import Open, Reference, Stored
from kiosk.api.models.email_validations import EmailValidation
from kiosk.api.models.phone_validations import PhoneValidation
from kiosk.api.models.project_flows import ProjectFlow
from kiosk.api.models.projects import Project
from kiosk.api.tokens import LoginToken


class AppLoginStatus(StrEnum):
    """``completed`` is in one example only."""

    PENDING = "pending"
    VALIDATED = "validated"
    FAILED = "failed"
    COMPLETED = "completed"


class AppLoginType(StrEnum):
    """What was confirmed. One page writes ``faceliveness``."""

    EMAIL = "email"
    PHONE = "phone"
    FACE_LIVENESS = "faceLiveness"
    FACE_LIVENESS_LOWER = "faceliveness"


class AppLogin(Stored):
    """One login. References are ids, or objects where they were asked for."""

    client: Reference = None
    project: str | Project | None = None
    project_flow: str | ProjectFlow | None = None
    name: str | None = None
    status: Open[AppLoginStatus] | None = None
    type: Open[AppLoginType] | None = None
    email_validation: str | EmailValidation | None = None
    phone_validation: str | PhoneValidation | None = None
    biometric_validation: Reference = None
    face: Reference = None
    access_control_log: Reference = None


class OtpResult(Model):
    """What a confirmed code gives. With a ``message`` a second factor is wanted before there is a token."""

    id: Annotated[str | None, Field(alias="_id")] = None
    status: str | None = None
    type: str | None = None
    email: str | None = None
    phone: str | None = None
    token: str | None = None
    app_login: AppLogin | None = None
    show_face_liveness_recommendation: bool | None = None
    message: str | None = None

    @property
    def login_token(self) -> LoginToken | None:
        """The token of the login, where there is one."""
        return LoginToken(self.token) if self.token else None
