"""``/_sandbox/…``: what tests and trainers set and see. From this machine only, without a token, never struck by a fault.

GET  /_sandbox/state    {"counts": {kind: n}, "faults": {…}, "struck": {…}, "now": …}
GET  /_sandbox/codes    {"data": [{to, purpose, code, attempts, expiresAt}]}, the oldest first
PUT  /_sandbox/faults   {"spec": "http500=1", "times": 1, "path": "/v2/persons"}; times and path may be left out
PUT  /_sandbox/clock    {"ahead_s": 300}: the sandbox's clock, to see sessions and tokens end
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta

from starlette.requests import Request

from kiosk.domain.errors import ConfigError
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import invalid
from kiosk.sandbox.fields import check, may, need, number, text, whole
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import body, route

_ANSWERS = (200, 409)
_LONGEST_AHEAD_S = 10 * 365 * 86_400


def is_local(request: Request) -> bool:
    """Whether the request comes from this machine."""
    if request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


@route("GET", "/_sandbox/state", operation="sandboxState", answers=_ANSWERS, bearer=None)
async def state(request: Request, sandbox: Sandbox) -> Doc:
    """How much there is of what."""
    counts = {kind: count for kind, count in sandbox.store.counts().items() if not kind.startswith("_")}
    faults = sandbox.faults
    return {
        "counts": counts,
        "faults": faults.values,
        "times": faults.times,
        "struck": faults.struck,
        "now": sandbox.stamp(),
    }


@route("GET", "/_sandbox/codes", operation="sandboxCodes", answers=_ANSWERS, bearer=None)
async def codes(request: Request, sandbox: Sandbox) -> Doc:
    """The codes that would have been mailed."""
    return {"data": sandbox.outbox.sent()}


@route("PUT", "/_sandbox/faults", operation="sandboxFaults", answers=_ANSWERS, bearer=None)
async def set_faults(request: Request, sandbox: Sandbox) -> Doc:
    """What goes wrong from now on."""
    sent = check(await body(request), need("spec", text()), may("times", whole(lowest=0)), may("path", text()))
    try:
        sandbox.faults.set(sent["spec"], times=sent.get("times"), path=sent.get("path", ""))
    except ConfigError as error:
        raise invalid(error.detail) from None
    return {"faults": sandbox.faults.values}


@route("PUT", "/_sandbox/clock", operation="sandboxClock", answers=_ANSWERS, bearer=None)
async def set_clock(request: Request, sandbox: Sandbox) -> Doc:
    """Move the sandbox's time."""
    rule = number(lowest=-_LONGEST_AHEAD_S, highest=_LONGEST_AHEAD_S)
    sandbox.ahead = timedelta(seconds=check(await body(request), need("ahead_s", rule))["ahead_s"])
    return {"now": sandbox.stamp()}


ROUTES = (state, codes, set_faults, set_clock)
