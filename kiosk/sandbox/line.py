"""uvicorn's HTTP protocol, which also tells the application on which transport a request came, so that it can be broken."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from kiosk.sandbox.mishaps import LINE


class LineProtocol(H11Protocol):
    """One connection; every request's scope has its transport under ``extensions``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[LINE] = {"transport": self.transport}
            await inner(scope, receive, send)

        self.app = app
