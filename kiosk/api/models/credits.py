"""Credit movements of an account."""

from __future__ import annotations

from enum import StrEnum

from kiosk.api.models.common import Open, Reference, Stored
from kiosk.api.models.values import Number


class CreditStatus(StrEnum):
    """Of a movement."""

    APPROVED = "approved"
    PENDING = "pending"
    FAILED = "failed"
    POST_PAID = "postPaid"


class CreditCategory(StrEnum):
    """What moved it."""

    PURCHASE = "purchase"
    USAGE = "usage"


class CreditRecord(Stored):
    """One movement."""

    client: Reference = None
    super_admin: Reference = None
    amount: Number | None = None
    status: Open[CreditStatus] | None = None
    category: Open[CreditCategory] | None = None
    description: str | None = None
    transaction_id: str | None = None
    payment_method: str | None = None
    currency: str | None = None
    exchange_rate: Number | None = None
