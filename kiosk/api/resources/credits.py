"""Credits: what the account paid and was charged. Read only."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.credits import CreditRecord
from kiosk.api.operation import Call, Operation, Repeat, Transport
from kiosk.api.resources.query import given

LIST = Operation(id="listCredits", method="GET", path="/v2/credits", repeat=Repeat.SAFE)
RETRIEVE = Operation(id="retrieveCredit", method="GET", path="/v2/credits/{id}", repeat=Repeat.SAFE)

OPERATIONS = (LIST, RETRIEVE)


class Credits:
    """Movements of credits. Any thread."""

    def __init__(self, transport: Transport) -> None:
        """Over this transport."""
        self._transport = transport

    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        populates: Sequence[str] = (),
        status: str | None = None,
        category: str | None = None,
        client: str | None = None,
        within_s: float | None = None,
    ) -> Page[CreditRecord]:
        """One page of movements.

        Args:
            page: counts from 1.
            per_page: how many on a page.
            populates: ``client``, ``superAdmin``.
            status: approved, pending, failed, postPaid.
            category: purchase, usage.
            client: id of the account.
            within_s: the whole time.
        """
        query = given(
            page=page,
            perPage=per_page,
            where_status=status,
            where_category=category,
            where_client=client,
            **{"populates[]": populates},
        )
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), CreditRecord)

    def retrieve(self, credit: str, *, populates: Sequence[str] = (), within_s: float | None = None) -> CreditRecord:
        """One movement."""
        query = given(**{"populates[]": populates})
        call = Call(operation=RETRIEVE, at={"id": credit}, query=query, within_s=within_s)
        return one(self._transport.send(call), CreditRecord)
