"""What v3 adds to an error: ``{code, message, status, timestamp, details}``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault


@contextmanager
def dated(sandbox: Sandbox) -> Iterator[None]:
    """Faults that leave the block have the members of v3; those with a shape of their own keep it."""
    try:
        yield
    except Fault as fault:
        if "message" in fault.body:
            fault.body |= {"status": fault.status, "timestamp": sandbox.stamp(), "details": []}
        raise
