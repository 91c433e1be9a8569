"""The operations of the contract, a module a resource. :data:`OPERATIONS` is all of them, for whoever checks or counts."""

from __future__ import annotations

from kiosk.api.operation import Operation
from kiosk.api.resources import (
    account,
    app_logins,
    app_registrations,
    auth,
    biometric_validations,
    collections,
    credits,
    document_validations,
    email_validations,
    face,
    identity_images,
    persons,
    phone_validations,
    project_flows,
    projects,
    seed_persons,
    webhooks,
)

OPERATIONS: tuple[Operation, ...] = (
    *auth.OPERATIONS,
    *persons.OPERATIONS,
    *seed_persons.OPERATIONS,
    *biometric_validations.OPERATIONS,
    *face.OPERATIONS,
    *collections.OPERATIONS,
    *projects.OPERATIONS,
    *project_flows.OPERATIONS,
    *app_logins.OPERATIONS,
    *app_registrations.OPERATIONS,
    *identity_images.OPERATIONS,
    *document_validations.OPERATIONS,
    *email_validations.OPERATIONS,
    *phone_validations.OPERATIONS,
    *webhooks.OPERATIONS,
    *credits.OPERATIONS,
    *account.OPERATIONS,
)
"""Every operation that the client has."""
