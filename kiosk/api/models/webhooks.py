"""Where an account sends its events. Pages: resources/webhooks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kiosk.api.model import Model
from kiosk.api.models.common import JsonObject, Reference, Stored
from kiosk.api.models.project_flows import ProjectFlow


class WebhookNotification(Model):
    """Who is told by e-mail about deliveries, and about which."""

    id: Annotated[str | None, Field(alias="_id")] = None
    email: str | None = None
    success: bool | None = None
    fail: bool | None = None


class Webhook(Stored):
    """One address, with the flows that send to it."""

    client: Reference = None
    name: str | None = None
    url: str | None = None
    description: str | None = None
    is_active: bool | None = None
    project_flow: tuple[str | ProjectFlow, ...] | None = None
    statistics: JsonObject | None = None
    notification: str | WebhookNotification | None = None


class WebhookCreate(Model):
    """A new address; ``link`` are flows to attach."""

    url: str
    name: str
    is_active: bool
    description: str | None = None
    link: tuple[str, ...] | None = None


class WebhookUpdate(Model):
    """What to change; only what is given is sent."""

    url: str | None = None
    name: str | None = None
    is_active: bool | None = None
    description: str | None = None
    link: tuple[str, ...] | None = None
    unlink: tuple[str, ...] | None = None


class WebhookEvent(Model):
    """A past delivery: ``type`` is the flow's type, an underscore and what happened; ``object`` what it happened to."""

    id: Annotated[str | None, Field(alias="_id")] = None
    type: str | None = None
    object: JsonObject | None = None
