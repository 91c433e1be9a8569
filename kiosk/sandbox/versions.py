"""Between v2 and v3: what v3 adds to an error, ``{code, message, status, timestamp, details}``; where v2 keeps what v3 says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.replies import Doc

_NAMES_IN_V2 = {
    "minScore": "livenessMinScore",
    "searchMinScore": "searchMinScore",
    "searchMode": "searchMode",
    "attemptLimit": "maxAttempts",
}


@contextmanager
def dated(sandbox: Sandbox) -> Iterator[None]:
    """Faults that leave the block have the members of v3; those with a shape of their own keep it."""
    try:
        yield
    except Fault as fault:
        if "message" in fault.body:
            fault.body |= {"status": fault.status, "timestamp": sandbox.stamp(), "details": []}
        raise


def thresholds(flow: Doc, liveness: Doc) -> Doc:
    """The settings of v2 that a flow gets from the liveness settings of v3, to be laid over the flow."""
    values = {old: liveness[new] for new, old in _NAMES_IN_V2.items() if new in liveness}
    if flow["type"] == "login":
        values.pop("maxAttempts", None)
        return {"loginSettings": {**flow.get("loginSettings", {}), **values}}
    settings = flow.get("onboardingSettings", {})
    return {"onboardingSettings": {**settings, "liveness": {**settings.get("liveness", {}), **values}}}
