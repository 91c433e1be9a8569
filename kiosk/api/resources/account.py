"""The account: whose token this is, its plan and credits. Its answer holds secrets: keep what is needed, log nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kiosk.api.envelopes import one
from kiosk.api.models.account import ClientAccount
from kiosk.api.operation import Call, Operation, Repeat, Transport
from kiosk.api.resources.query import given

RETRIEVE = Operation(id="retrieveAccount", method="GET", path="/v2/clients/me", repeat=Repeat.SAFE)
UPDATE = Operation(id="updateAccount", method="PUT", path="/v2/clients/{id}", repeat=Repeat.SAFE)

OPERATIONS = (RETRIEVE, UPDATE)


class Account:
    """The owner of the token. Any thread."""

    def __init__(self, transport: Transport) -> None:
        """Over this transport."""
        self._transport = transport

    def retrieve(self, *, populates: Sequence[str] = (), within_s: float | None = None) -> ClientAccount:
        """The owner of the token.

        Args:
            populates: ``clientSubscriptionPlan``, ``clientSubscriptionPlan.subscriptionPlan``, ``clientSettings``.
            within_s: the whole time.
        """
        call = Call(operation=RETRIEVE, query=given(**{"populates[]": populates}), within_s=within_s)
        return one(self._transport.send(call), ClientAccount)

    def update(self, account: str, changes: Mapping[str, str], *, within_s: float | None = None) -> ClientAccount:
        """Change the account; ``changes`` under wire names (name, company, address, email, phone, countryCode, avatar)."""
        call = Call(operation=UPDATE, at={"id": account}, body=dict(changes), within_s=within_s)
        return one(self._transport.send(call), ClientAccount)
