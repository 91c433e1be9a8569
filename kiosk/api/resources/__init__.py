"""The operations of the contract, a module a resource; ``OPERATIONS`` of each lists its own."""

from __future__ import annotations

from kiosk.api.operation import Operation
from kiosk.api.resources import biometric_validations, collections, face, persons, seed_persons

OPERATIONS: tuple[Operation, ...] = (
    *persons.OPERATIONS,
    *seed_persons.OPERATIONS,
    *biometric_validations.OPERATIONS,
    *face.OPERATIONS,
    *collections.OPERATIONS,
)
"""Every operation that the client has."""
