"""The account itself. Its answer holds secrets of the server's: it is never logged, and its text shows nothing."""

from __future__ import annotations

from kiosk.api.models.common import Reference, Stored
from kiosk.api.models.values import Number


class ClientAccount(Stored):
    """The owner of the token."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    country_code: str | None = None
    company: str | None = None
    active: bool | None = None
    credits: Number | None = None
    subscription_plan: Reference = None
    client_settings: Reference = None
    client_subscription_plan: Reference = None
    language: str | None = None
    status: str | None = None
