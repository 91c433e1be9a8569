"""Runs the application: binds the port before anything else, serves it with uvicorn, ends in order. Knows no route.

server = Server(options, host="127.0.0.1", port=0)
server.base_url, server.account_token()
server.run()          # until server.stop() is called, from any thread or a signal handler
server.close()
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.domain.errors import Code, ConfigError
from kiosk.sandbox import ids
from kiosk.sandbox.faults import TLS, values_of

if TYPE_CHECKING:
    from kiosk.sandbox.context import Options

AUTHORITY = "authority.pem"
"""File in the data folder, with ``--tls``: the certificate that a client must trust."""

_PARTING_S = 2


class Server:
    """One sandbox on one port.

    Args:
        options: what the sandbox is told.
        host: address to listen on; only loopback, unless ``exposed``.
        port: 0 takes a free one.
        tls: https, with a certificate of its own authority made for this run.
        exposed: whether other machines may be let in.

    Raises:
        ConfigError: the extra is missing, the address is not this machine's or not free, the faults cannot be read.
        StoreError: the data folder cannot be used.
    """

    def __init__(
        self,
        options: Options,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: bool = False,
        exposed: bool = False,
    ) -> None:
        demand_extra()
        from kiosk.sandbox.app import App
        from kiosk.sandbox.context import Sandbox

        if not tls and values_of(options.fault).get(TLS):
            raise ConfigError(Code.CONFIG_BAD_VALUE, "--fault tls needs --tls")
        if not exposed and not is_loopback(host):
            raise ConfigError(Code.CONFIG_BAD_VALUE, f"--host {host}: add --expose to let other machines in")
        self._socket = _bound(host, port)
        try:
            self.sandbox = Sandbox(options)
        except BaseException:
            self._socket.close()
            raise
        self.is_local = is_loopback(host)
        self.port = int(self._socket.getsockname()[1])
        shown = f"[{host}]" if ":" in host else host
        self.base_url = f"{'https' if tls else 'http'}://{shown}:{self.port}"
        try:
            context = _certificate(host, options.data) if tls else None
            self._uvicorn = self._made(App(self.sandbox), context)
        except BaseException:
            self.close()
            raise

    def run(self) -> None:
        """Serve until :meth:`stop`. Installs no signal handler."""
        asyncio.run(self._uvicorn.serve(sockets=[self._socket]))

    def stop(self) -> None:
        """Have :meth:`run` end. Any thread, and signal handlers."""
        self._uvicorn.should_exit = True

    @property
    def started(self) -> bool:
        """Whether requests are answered."""
        return bool(self._uvicorn.started)

    def account_token(self) -> str:
        """A fresh token of the account's owner, 30 days."""
        from kiosk.sandbox.tokens import Kind

        return self.sandbox.tokens.issue(Kind.ACCOUNT, ids.CLIENT)

    def close(self) -> None:
        """Give the port and the data back. After :meth:`run`."""
        self._socket.close()
        self.sandbox.close()

    def _made(self, app: Any, context: ssl.SSLContext | None) -> Any:
        import uvicorn

        from kiosk.sandbox.line import LineProtocol

        class Quiet(uvicorn.Server):
            """Leaves signals to whoever runs it."""

            @contextlib.contextmanager
            def capture_signals(self) -> Iterator[None]:
                yield

        config = uvicorn.Config(
            app,
            http=LineProtocol,
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="on",
            server_header=False,
            timeout_graceful_shutdown=_PARTING_S,
        )
        config.load()
        config.ssl = self._with_faults(context) if context else None
        return Quiet(config)

    def _with_faults(self, context: ssl.SSLContext) -> ssl.SSLContext:
        def greet(_: ssl.SSLObject, __: str | None, ___: ssl.SSLContext) -> int | None:
            return ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE if self.sandbox.faults.breaks_handshake() else None

        context.sni_callback = greet
        return context


def is_loopback(host: str) -> bool:
    """Whether this address or name is the machine itself, whatever a name service says."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def demand_extra() -> None:
    """Raise ``ConfigError`` with the remedy where the extra ``sandbox`` is not installed."""
    from importlib.util import find_spec

    lacking = [name for name in ("starlette", "uvicorn") if find_spec(name) is None]
    if lacking:
        raise ConfigError(
            Code.LIBRARY_MISSING, f"{', '.join(lacking)}; install the extra: pip install 'kiosk[sandbox]'"
        )


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        raise ConfigError(Code.CONFIG_BAD_VALUE, f"--host {host} --port {port}: {error.strerror}") from error


def _certificate(host: str, folder: Path) -> ssl.SSLContext:
    try:
        import trustme
    except ImportError:
        raise ConfigError(Code.LIBRARY_MISSING, "trustme, for --tls; pip install trustme") from None
    authority = trustme.CA(organization_name="kiosk sandbox")
    authority.cert_pem.write_to_path(str(folder / AUTHORITY))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*{host, "localhost", "127.0.0.1"}).configure_cert(context)
    return context
