"""Deliveries to registered webhooks: really sent, in the background, a few tries, each event written down.

Only http and https, never following a redirect, never through a proxy of the environment, never waiting long. A webhook with
no flow attached gets the events of every flow. The answer of the receiver is not kept, only its status.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from kiosk.sandbox import ids
from kiosk.sandbox.replies import Doc, stamp
from kiosk.sandbox.storage import Store

logger = logging.getLogger(__name__)

TRIES = 4
_FIRST_PAUSE_S = 0.2
_TIMEOUT_S = 5.0
_SECRET = frozenset({"otp", "code", "verificationCode", "base64", "token"})
_EVENT = "webhookEvent"


class Webhooks:
    """Sends events. All methods on the server's event loop, between :meth:`start` and :meth:`stop`."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: httpx.AsyncClient | None = None

    def start(self) -> None:
        """Take up what an earlier run left undelivered."""
        for event in self._store.find(_EVENT, lambda event: event["status"] == "pending"):
            self._begin(event)

    async def stop(self) -> None:
        """Leave what is under way; a later run takes it up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def emit(self, event: str, of: Doc, *, flow: str) -> None:
        """Tell the webhooks of a flow, and the address in the flow itself. Returns before anything is sent."""
        project_flow = self._store.get("projectFlow", flow) or {}
        kind = f"{project_flow.get('type', 'login')}_{event}"
        for webhook in self._store.find("webhook", lambda hook: _wants(hook, flow)):
            self.send(str(webhook["url"]), kind, of, webhook=str(webhook["_id"]))
        for url in {project_flow.get("webhookUrl"), of.get("webhookUrl")} - {None, ""}:
            if is_web_address(url):
                self.send(str(url), kind, of)

    def send(self, url: str, kind: str, of: Doc, *, webhook: str | None = None) -> Doc:
        """Write an event down and begin to deliver it. Gives its record."""
        at = stamp(self._now())
        event = {
            "_id": ids.object_id(self._now()),
            "client": ids.CLIENT,
            "webhook": webhook,
            "url": url,
            "type": kind,
            "object": {name: value for name, value in of.items() if name not in _SECRET},
            "status": "pending",
            "attempts": 0,
            "responseStatus": None,
            "createdAt": at,
            "updatedAt": at,
            "__v": 0,
        }
        self._store.put(_EVENT, event)
        self._begin(event)
        return event

    def again(self, event: Doc) -> Doc:
        """Deliver a past event once more. Gives its record."""
        renewed = {**event, "status": "pending", "attempts": 0, "responseStatus": None, "updatedAt": stamp(self._now())}
        self._store.put(_EVENT, renewed)
        self._begin(renewed)
        return renewed

    def _begin(self, event: Doc) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, event: Doc) -> None:
        for attempt in range(1, TRIES + 1):
            status = await self._post(event)
            done = status == 200
            record = {
                **event,
                "status": "delivered" if done else "failed" if attempt == TRIES else "pending",
                "attempts": attempt,
                "responseStatus": status or None,
                "updatedAt": stamp(self._now()),
            }
            self._store.put(_EVENT, record)
            if done:
                return
            if attempt < TRIES:
                await asyncio.sleep(_FIRST_PAUSE_S * 2 ** (attempt - 1))
        logger.info("a webhook event was not delivered after %d tries", TRIES)

    async def _post(self, event: Doc) -> int:
        if self._client is None:
            self._client = httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=_TIMEOUT_S)
        try:
            async with self._client.stream(
                "POST", str(event["url"]), json={"type": event["type"], "object": event["object"]}
            ) as response:
                return response.status_code
        except Exception:  # noqa: BLE001 - whatever the receiver or its address does to us is one failed delivery
            return 0


def is_web_address(url: object) -> bool:
    """Whether this is an http or https address with a host."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _wants(hook: Doc, flow: str) -> bool:
    return bool(hook.get("isActive")) and (not hook.get("projectFlow") or flow in hook["projectFlow"])
