"""Webhooks and what was delivered to them. How a delivery is signed is undocumented."""

from __future__ import annotations

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.common import Loose
from kiosk.api.models.webhooks import Webhook, WebhookCreate, WebhookEvent, WebhookUpdate
from kiosk.api.operation import Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import known, paged, wire_body
from kiosk.api.resources.query import given

CREATE = Operation(id="createWebhook", method="POST", path="/v2/webhooks")
LIST = Operation(id="listWebhooks", method="GET", path="/v2/webhooks", repeat=Repeat.SAFE)
RETRIEVE = Operation(id="retrieveWebhook", method="GET", path="/v2/webhooks/{id}", repeat=Repeat.SAFE)
UPDATE = Operation(id="updateWebhook", method="PUT", path="/v2/webhooks/{id}", repeat=Repeat.SAFE)
DELETE = Operation(id="deleteWebhook", method="DELETE", path="/v2/webhooks/{id}", repeat=Repeat.SAFE)
TEST = Operation(id="testWebhook", method="POST", path="/v2/webhooks/test")
LIST_EVENTS = Operation(id="listWebhookEvents", method="GET", path="/v2/webhook-events", repeat=Repeat.SAFE)
RESEND_EVENT = Operation(  # a PUT, but each one is a delivery
    id="resendWebhookEvent", method="PUT", path="/v2/webhook-events/{id}/resend"
)

OPERATIONS: tuple[Operation, ...] = (CREATE, LIST, RETRIEVE, UPDATE, DELETE, TEST, LIST_EVENTS, RESEND_EVENT)


class Webhooks:
    """Calls on webhooks. Any thread; each call raises :class:`~kiosk.domain.errors.ApiError` and nothing else."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, webhook: WebhookCreate, *, within_s: float | None = None) -> Webhook:
        """Register an address."""
        return one(
            self._transport.send(Call(operation=CREATE, body=wire_body(CREATE, webhook), within_s=within_s)), Webhook
        )

    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        name_like: str | None = None,
        url: str | None = None,
        is_active: bool | None = None,
        within_s: float | None = None,
    ) -> Page[Webhook]:
        """One page of addresses."""
        paged(LIST, page=page, limit=per_page)
        query = given(page=page, perPage=per_page, like_name=name_like, where_url=url, where_isActive=is_active)
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), Webhook)

    def retrieve(self, webhook: str, *, within_s: float | None = None) -> Webhook:
        """One address."""
        return one(
            self._transport.send(Call(operation=RETRIEVE, at=known(RETRIEVE, "id", webhook), within_s=within_s)),
            Webhook,
        )

    def update(self, webhook: str, change: WebhookUpdate, *, within_s: float | None = None) -> Webhook:
        """Change an address, attach and detach flows."""
        call = Call(
            operation=UPDATE, at=known(UPDATE, "id", webhook), body=wire_body(UPDATE, change), within_s=within_s
        )
        return one(self._transport.send(call), Webhook)

    def delete(self, webhook: str, *, within_s: float | None = None) -> Webhook:
        """Delete an address; answers what it was."""
        return one(
            self._transport.send(Call(operation=DELETE, at=known(DELETE, "id", webhook), within_s=within_s)), Webhook
        )

    def test(self, url: str, *, within_s: float | None = None) -> Loose:
        """Send a test delivery to an address."""
        return one(self._transport.send(Call(operation=TEST, body={"url": url}, within_s=within_s)), Loose)

    def list_events(
        self,
        *,
        page: int | None = None,
        limit: int | None = None,
        sort: str | None = None,
        within_s: float | None = None,
    ) -> Page[WebhookEvent]:
        """One page of past deliveries."""
        paged(LIST_EVENTS, page=page, limit=limit)
        query = given(page=page, limit=limit, sort=sort)
        return many(self._transport.send(Call(operation=LIST_EVENTS, query=query, within_s=within_s)), WebhookEvent)

    def resend_event(self, event: str, *, within_s: float | None = None) -> Loose:
        """Deliver a past event again."""
        return one(
            self._transport.send(Call(operation=RESEND_EVENT, at=known(RESEND_EVENT, "id", event), within_s=within_s)),
            Loose,
        )
