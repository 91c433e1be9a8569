"""The ASGI application: finds the route, checks who calls, runs it, sends JSON. Faults are laid around it (:mod:`.mishaps`).

Where this stand-in cannot keep to the documented statuses:

- Bad JSON or a bad field gives 409 as documented; an operation that documents no status for bad input answers with the nearest
  status that it has (404, else 401), and the body still says what is wrong (webhooks update and test, account update, session).
- A missing or wrong token is 401 or 403, also where an operation documents neither (codes and documents of an onboarding, sync):
  a client must never read it as "not found".
- Lists that document no status for a bad query (most) pass over a value that they cannot use, and take the default.
- Injected faults (401, 402, 429, 500) come from every operation, documented or not; that is their purpose.
- An unknown path is 404, a known path with another method is 405, on no page but in every server.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from types import ModuleType
from typing import Any

from starlette.requests import Request

from kiosk.sandbox import control, seed
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.mishaps import Mishaps
from kiosk.sandbox.replies import Reply
from kiosk.sandbox.routing import Route, Table, admit, documented, encoded

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def resources() -> tuple[ModuleType, ...]:
    """Every module of routes."""
    from kiosk.sandbox.routes import (
        account,
        app_logins,
        app_registrations,
        auth,
        biometric_validations,
        collections,
        document_validations,
        email_validations,
        face,
        face_search,
        identity_images,
        persons,
        phone_validations,
        project_flows,
        projects,
        seed_persons,
        selfies,
        webhooks,
    )

    return (
        auth,
        account,
        projects,
        project_flows,
        app_logins,
        app_registrations,
        identity_images,
        document_validations,
        email_validations,
        phone_validations,
        webhooks,
        collections,
        persons,
        seed_persons,
        biometric_validations,
        selfies,
        face,
        face_search,
    )


def routes() -> tuple[Route, ...]:
    """Every operation that the sandbox serves."""
    return tuple(route for module in resources() for route in module.ROUTES)


class App:
    """Answers requests. One a server; on its event loop.

    Args:
        sandbox: the state; filled with the first content here if it is new.
        served: other routes than the usual ones, for tests.
    """

    def __init__(self, sandbox: Sandbox, served: Iterable[Route] | None = None) -> None:
        self._sandbox = sandbox
        self._table = Table(routes() if served is None else served)
        self._control = Table(control.ROUTES)
        self._mishaps = Mishaps(self._answer, sandbox.faults)
        seed.fill(sandbox)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3: HTTP and the server's own life."""
        match scope["type"]:
            case "lifespan":
                await self._live(receive, send)
            case "http" if scope["path"].startswith(("/v2/", "/v3/")):
                await self._mishaps(scope, receive, send)
            case "http":
                await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._sandbox.webhooks.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._sandbox.webhooks.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        reply = await self._reply(request)
        content = encoded(reply.body)
        headers = {"content-type": "application/json", "content-length": str(len(content)), **reply.headers}
        await send(
            {
                "type": "http.response.start",
                "status": reply.status,
                "headers": [
                    (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
                ],
            }
        )
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else content})

    async def _reply(self, request: Request) -> Reply:
        path = str(request.scope["path"])  # the URL drops line breaks that stand in a path
        controls = path.startswith("/_sandbox/")
        if controls and not control.is_local(request):
            return Reply(status=403, body={"code": "Forbidden", "message": "only from this machine"})
        found = (self._control if controls else self._table).find(path)
        if found is None:
            return Reply(status=404, body={"code": "NotFound", "message": "there is nothing at this path"})
        methods, places = found
        route = methods.get(request.method)
        if route is None:
            allowed = ", ".join(sorted(methods))
            body = {"code": "MethodNotAllowed", "message": f"this path takes {allowed}"}
            return Reply(status=405, body=body, headers={"allow": allowed})
        request.scope["path_params"] = places
        request.state.route = route
        return await self._run(request, route)

    async def _run(self, request: Request, route: Route) -> Reply:
        try:
            admit(request, self._sandbox, route)
            answer = await route.handler(request, self._sandbox)
        except Fault as fault:
            return Reply(status=documented(fault.status, route.answers), body=fault.body, headers=fault.headers)
        except Exception as error:  # noqa: BLE001 - a server answers 500 and goes on; the body may hold faces: no traceback
            logger.error("%s failed: %s", route.operation, _where(error))  # noqa: TRY400
            return Reply(status=500, body={"code": "ERROR", "message": "internal_error"})
        return answer if isinstance(answer, Reply) else Reply(body=answer)


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f" at {trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace is not None else ""
    return f"{type(error).__name__}{at}"
