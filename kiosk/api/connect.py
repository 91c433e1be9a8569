"""Everything an account needs, put together in one place: transport, client, gateway, account. Nothing is sent by it."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.api.account import VerifikAccount
from kiosk.api.client import VerifikClient
from kiosk.api.conversation.places import Places
from kiosk.api.conversation.sent_codes import VerifikCodes
from kiosk.api.dialects import Dialect
from kiosk.api.gateway import VerifikGateway
from kiosk.api.people import People, people_of
from kiosk.api.tokens import AccountToken, AccountTokens
from kiosk.api.transport import HttpTransport, Limits, Listener
from kiosk.domain.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An account that can be asked. Close it at the end; calls under way end with an error."""

    transport: HttpTransport
    client: VerifikClient
    places: Places
    people: People
    gateway: VerifikGateway
    account: VerifikAccount
    codes: VerifikCodes

    def close(self) -> None:
        """Hang up. Safe to call twice, from any thread."""
        self.transport.close()


def connect(
    base_url: str,
    token: str,
    *,
    dialect: str,
    clock: Clock,
    project: str = "",
    project_flow: str = "",
    collection: str = "",
    proxy: str = "",
    limits: Limits | None = None,
    trust: ssl.SSLContext | None = None,
    listener: Listener | None = None,
    on_renewed: Callable[[AccountToken], None] | None = None,
) -> Connection:
    """Put a connection together.

    Args:
        base_url: see :class:`~kiosk.api.transport.HttpTransport`.
        token: the account's; empty where there is none yet (signing in needs none).
        dialect: ``persons`` or ``face_recognition``.
        clock: of the station.
        project: id; looked up where empty.
        project_flow: id; looked up where empty.
        collection: Mongo id of where new people go in the face-recognition shape; the project's own where empty.
        proxy: ``http://…``, ``direct``, or empty for the system's.
        limits: of each step of a call.
        trust: for tests and a sandbox with a certificate of its own; the system's store where None.
        listener: told how each call ended, for the state of the link.
        on_renewed: told each renewed token, to be kept.

    Raises:
        ApiError: ``api_not_configured``, ``api_proxy``: an address that cannot be used.
    """
    transport = HttpTransport(
        base_url,
        tokens=AccountTokens(AccountToken(token) if token else None, clock=clock, on_renewed=on_renewed),
        clock=clock,
        limits=limits,
        proxy=proxy,
        trust=trust,
        listener=listener,
    )
    client = VerifikClient(transport)
    places = Places(client, project=project, project_flow=project_flow)
    people = people_of(client, Dialect(dialect), places, collection=collection)

    def offset_s() -> float:
        return transport.offset_s

    account = VerifikAccount(client, places=places, people=people, clock=clock, offset_s=offset_s)
    return Connection(
        transport=transport,
        client=client,
        places=places,
        people=people,
        gateway=VerifikGateway(client, places=places, people=people, clock=clock, offset_s=offset_s),
        account=account,
        codes=VerifikCodes(client, places=places, clock=clock, probe=lambda within_s: account.probe(within_s=within_s)),
    )
