"""Projects: what an account's people sign in to. v2 and v3 answer with one object; what may be sent differs.

Page: resources/projects. Branding has other keys in v3 than in v2; both are read.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from kiosk.api.model import Model
from kiosk.api.models.common import JsonObject, Open, Reference, Stored
from kiosk.api.models.project_flows import FlowType, ProjectFlow, ProjectFlowV3


class ProjectStatus(StrEnum):
    """v3 knows draft, active, paused; a generated page active, inactive, pending. Only draft and paused can be deleted."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    INACTIVE = "inactive"
    PENDING = "pending"
    DELETED = "deleted"


class ProjectTarget(StrEnum):
    """Whom a project is for."""

    PERSONAL = "personal"
    BUSINESS = "business"


class Branding(Model):
    """Colours and pictures of the hosted pages; keys of v2 and v3 together, each version sends its own."""

    bg_color: str | None = None
    tab_color: str | None = None
    border_color: str | None = None
    button_color: str | None = None
    button_txt_color: str | None = None
    secondary_button_color: str | None = None
    secondary_button_text_color: str | None = None
    txt_color: str | None = None
    title_color: str | None = None
    right_background_color: str | None = None
    logo: str | None = None
    right_image: str | None = None
    right_image_position: str | None = None
    background_color: str | None = None
    button_text_color: str | None = None
    text_color: str | None = None
    image_background_color: str | None = None
    background_image_color: str | None = None
    image: str | None = None
    background_image: str | None = None


class DataProtection(Model):
    """Who answers for personal data."""

    name: str | None = None
    email: str | None = None
    address: str | None = None
    address2: str | None = None
    city: str | None = None
    country: str | None = None
    postal_code: str | None = None


class Project(Stored):
    """A project. ``projectFlows`` are ids, or objects where they were asked for."""

    client: Reference = None
    name: str | None = None
    identifier: str | None = None
    status: Open[ProjectStatus] | None = None
    version: int | None = None
    target: Open[ProjectTarget] | None = None
    allowed_countries: tuple[str, ...] | None = None
    default_language: str | None = None
    contact_email: str | None = None
    privacy_url: str | None = None
    terms_and_conditions_url: str | None = None
    data_protection: DataProtection | None = None
    branding: Branding | None = None
    current_step: int | None = None
    last_step: int | None = None
    demo_mode: bool | None = None
    demo_otp: Annotated[str | None, Field(alias="demoOTP", repr=False)] = None
    assigned_collection: Reference = None
    collection_code: str | None = None
    project_flows: tuple[str | ProjectFlow, ...] | None = None


class PublicProject(Stored):
    """What anybody may see of a project before there is a token: its flows say what a kiosk has to ask."""

    name: str | None = None
    branding: JsonObject | None = None
    contact_email: str | None = None
    privacy_url: str | None = None
    terms_and_conditions_url: str | None = None
    allowed_countries: tuple[str, ...] | None = None
    project_flows: tuple[ProjectFlow, ...] | None = None

    def flow(self, kind: FlowType) -> ProjectFlow | None:
        """The first flow of a type."""
        return next((flow for flow in self.project_flows or () if flow.type == kind), None)


class ProjectInput(Model):
    """What v2 wants of a new project; all of it."""

    name: str
    allowed_countries: tuple[str, ...]
    contact_email: str
    privacy_url: str
    terms_and_conditions_url: str


class ProjectInputV3(Model):
    """What v3 takes of a project, new or changed. ``name`` at most 60 characters; ``demo_otp`` six."""

    name: str
    allowed_countries: tuple[str, ...] | None = None
    default_language: str | None = None
    contact_email: str | None = None
    privacy_url: str | None = None
    terms_and_conditions_url: str | None = None
    data_protection: DataProtection | None = None
    identifier: str | None = None
    current_step: int | None = None
    last_step: int | None = None
    demo_mode: bool | None = None
    demo_otp: Annotated[str | None, Field(alias="demoOTP", repr=False)] = None
    status: Open[ProjectStatus] | None = None
    branding: Branding | None = None
    project_flow: ProjectFlowV3 | None = None
    project_flow_type: Open[FlowType] | None = None
