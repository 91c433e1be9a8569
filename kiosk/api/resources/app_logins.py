"""Logins. Confirming a code or a face makes them; there is no call that creates one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kiosk.api.envelopes import Page, many, one
from kiosk.api.models.app_logins import AppLogin, AppLoginStatus
from kiosk.api.operation import Call, Operation, Repeat, Transport
from kiosk.api.resources.checks import known, paged
from kiosk.api.resources.query import given

LIST = Operation(id="listAppLogins", method="GET", path="/v2/app-logins", repeat=Repeat.SAFE)
RETRIEVE = Operation(id="retrieveAppLogin", method="GET", path="/v2/app-logins/{id}", repeat=Repeat.SAFE)
DELETE = Operation(id="deleteAppLogin", method="DELETE", path="/v2/app-logins/{id}", repeat=Repeat.SAFE)

OPERATIONS: tuple[Operation, ...] = (LIST, RETRIEVE, DELETE)

Confirmed = Literal["emailValidation", "phoneValidation", "biometricValidation"]


class AppLogins:
    """Calls on logins. Any thread; each call raises :class:`~kiosk.domain.errors.ApiError` and nothing else."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        sort: str | None = None,
        populates: Sequence[str] = (),
        confirmed_by: Sequence[Confirmed] = (),
        name_like: str | None = None,
        project: str | None = None,
        status: AppLoginStatus | str | None = None,
        since: str | None = None,
        within_s: float | None = None,
    ) -> Page[AppLogin]:
        """One page of logins, those that have all of ``confirmed_by``, made at ``since`` (RFC 3339) or later."""
        paged(LIST, page=page, limit=per_page)
        query = given(
            page=page,
            perPage=per_page,
            sort=sort,
            like_name=name_like,
            where_project=project,
            where_status=status,
            whereGTE_createdAt=since,
            **{f"where-exists_{name}": 1 for name in confirmed_by},
            **{"populates[]": populates},
        )
        return many(self._transport.send(Call(operation=LIST, query=query, within_s=within_s)), AppLogin)

    def retrieve(self, login: str, *, populates: Sequence[str] = (), within_s: float | None = None) -> AppLogin:
        """One login."""
        query = given(**{"populates[]": populates})
        call = Call(operation=RETRIEVE, at=known(RETRIEVE, "id", login), query=query, within_s=within_s)
        return one(self._transport.send(call), AppLogin)

    def delete(self, login: str, *, within_s: float | None = None) -> None:
        """Delete a login; the body of the answer is undocumented and not read."""
        self._transport.send(Call(operation=DELETE, at=known(DELETE, "id", login), within_s=within_s))
