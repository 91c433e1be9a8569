"""Sockets with one deadline: name look-up, connecting, TLS, sending and reading all end when it is reached.

The libraries above know a limit a single read, so a server that drips one byte a second would hold them for ever; and the
system's name look-up knows no limit at all. One :class:`Wire` serves one call at a time. It knows nothing of HTTP.
"""

from __future__ import annotations

import contextlib
import errno
import queue
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

Address = tuple[Any, ...]
Resolve = Callable[[str, int], Sequence[tuple[int, Address]]]
"""Host and port to socket families with addresses; raises ``OSError`` (``socket.gaierror``)."""

_SEND_BYTES = 65_536
_SOONEST_S = 0.001


class DnsFailed(httpcore.ConnectError):
    """The name of the host was not found."""


class TlsFailed(httpcore.ConnectError):
    """The other side could not prove who it is, or does not speak TLS."""


def system_resolve(host: str, port: int) -> Sequence[tuple[int, Address]]:
    """Ask the system. May take as long as the system likes."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


class Names:
    """Name look-ups that can be given up. A look-up that hangs is joined by the next one, so that threads do not pile up."""

    def __init__(self, resolve: Resolve = system_resolve) -> None:
        """Ask ``resolve``."""
        self._resolve = resolve
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, int], list[queue.SimpleQueue[Sequence[tuple[int, Address]] | None]]] = {}

    def find(self, host: str, port: int, *, within_s: float) -> Sequence[tuple[int, Address]]:
        """Addresses of a host.

        Raises:
            DnsFailed: there are none.
            httpcore.ConnectTimeout: no answer in time.
        """
        with contextlib.suppress(ValueError, OSError):
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            socket.inet_pton(family, host)
            return [(family, (host, port) if family == socket.AF_INET else (host, port, 0, 0))]
        answer: queue.SimpleQueue[Sequence[tuple[int, Address]] | None] = queue.SimpleQueue()
        with self._lock:
            waiting = self._under_way.get((host, port))
            if waiting is None:
                self._under_way[host, port] = [answer]
                threading.Thread(target=self._ask, args=(host, port), name="kiosk-names", daemon=True).start()
            else:
                waiting.append(answer)
        try:
            found = answer.get(timeout=max(within_s, _SOONEST_S))
        except queue.Empty:
            raise httpcore.ConnectTimeout("name look-up") from None
        if not found:
            raise DnsFailed("name look-up")
        return found

    def _ask(self, host: str, port: int) -> None:
        found: Sequence[tuple[int, Address]] | None = None
        try:
            with contextlib.suppress(OSError, UnicodeError):  # UnicodeError: a name that cannot be one
                found = self._resolve(host, port)
        finally:
            with self._lock:
                waiting = self._under_way.pop((host, port))
            for answer in waiting:
                answer.put(found)


class Wire(httpcore.NetworkBackend):
    """Makes the sockets of one lane of the pool. Used by one thread at a time; ``abort`` may come from any."""

    def __init__(self, names: Names) -> None:
        """Start without a deadline: set one before each call."""
        self._names = names
        self._socket: socket.socket | None = None
        self._ends_at = time.monotonic()
        self.ended = False
        self.late = False

    def begin(self, *, within_s: float) -> None:
        """A new call: everything from here on ends within so many seconds."""
        self._ends_at = time.monotonic() + within_s
        self.ended = self.late = False

    def abort(self) -> None:
        """End what is being waited for, now."""
        current = self._socket
        if current is not None:
            with contextlib.suppress(OSError):
                current.shutdown(socket.SHUT_RDWR)

    def left(self, timeout: float | None) -> float:
        """Seconds that the next step may take; notes that the deadline, not the step's own limit, is what ends it."""
        left = self._ends_at - time.monotonic()
        if timeout is None or left <= timeout:
            self.late = left <= 0
            return max(left, _SOONEST_S)
        return timeout

    @property
    def over(self) -> bool:
        """Whether the deadline has passed."""
        return time.monotonic() >= self._ends_at - _SOONEST_S

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers."""
        addresses = self._names.find(host, port, within_s=self.left(timeout))
        failure: httpcore.ConnectError | httpcore.ConnectTimeout = DnsFailed("no address")
        for number, (family, address) in enumerate(addresses):
            share = self.left(timeout) / (len(addresses) - number)  # a dead address must not eat the time of the others
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                connection.settimeout(share)
                connection.connect(address)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except TimeoutError:
                failure = httpcore.ConnectTimeout("connect")
            except OSError as error:
                failure = httpcore.ConnectError(errno.errorcode.get(error.errno or 0, "connect"))
            else:
                self._socket = connection
                return _Stream(self, connection)
            connection.close()
        raise failure

    def attach(self, connection: socket.socket) -> None:
        """The socket that ``abort`` has to end."""
        self._socket = connection


class _Stream(httpcore.NetworkStream):
    """One connection, plain or TLS."""

    def __init__(self, wire: Wire, connection: socket.socket) -> None:
        self._wire = wire
        self._socket = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._wire.attach(self._socket)
        try:
            self._socket.settimeout(self._wire.left(timeout))
            data = self._socket.recv(max_bytes)
        except TimeoutError:
            raise httpcore.ReadTimeout("read") from None
        except OSError:
            self._wire.ended = True
            raise httpcore.ReadError("read") from None
        if not data:
            self._wire.ended = True
        if self._wire.over:
            raise httpcore.ReadTimeout("deadline")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._wire.attach(self._socket)
        rest = memoryview(buffer)
        try:
            while rest:
                self._socket.settimeout(self._wire.left(timeout))
                rest = rest[self._socket.send(rest[:_SEND_BYTES]) :]
                if rest and self._wire.over:
                    raise httpcore.WriteTimeout("deadline")
        except TimeoutError:
            raise httpcore.WriteTimeout("write") from None
        except OSError:
            raise httpcore.WriteError("write") from None

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            self._socket.settimeout(self._wire.left(timeout))
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except TimeoutError:
            self._socket.close()
            raise httpcore.ConnectTimeout("tls") from None
        except (ConnectionError, ssl.SSLZeroReturnError, ssl.SSLEOFError):
            self._socket.close()  # hung up during the handshake: a link that broke, not a certificate that is wrong
            raise httpcore.ConnectError("tls") from None
        except (OSError, ValueError, UnicodeError):
            self._socket.close()
            raise TlsFailed("tls") from None
        self._wire.attach(secured)
        return _Stream(self._wire, secured)

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if info == "is_readable":
            return _readable(self._socket)
        if info == "socket":
            return self._socket
        return None


def _readable(connection: socket.socket) -> bool:
    """Whether an idle connection has something to read: then the other side has closed it."""
    if connection.fileno() < 0:
        return True
    if hasattr(select, "poll"):  # select itself fails on descriptors over 1023
        waiting = select.poll()
        waiting.register(connection, select.POLLIN)
        return bool(waiting.poll(0))
    return bool(select.select([connection], [], [], 0)[0])
