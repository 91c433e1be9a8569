"""The operations of the contract, a module a resource. :data:`OPERATIONS` is all of them, for whoever checks or counts."""

from kiosk.api.operation import Operation
from kiosk.api.resources import (
    app_logins,
    app_registrations,
    document_validations,
    email_validations,
    identity_images,
    phone_validations,
    project_flows,
    projects,
    webhooks,
)

OPERATIONS: tuple[Operation, ...] = (
    *projects.OPERATIONS,
    *project_flows.OPERATIONS,
    *app_logins.OPERATIONS,
    *app_registrations.OPERATIONS,
    *identity_images.OPERATIONS,
    *document_validations.OPERATIONS,
    *email_validations.OPERATIONS,
    *phone_validations.OPERATIONS,
    *webhooks.OPERATIONS,
)
