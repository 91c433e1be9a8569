"""A server on loopback that does what the test says, down to single bytes: lost replies, drips, resets, garbage, TLS.

A handler gets each request and answers with one :class:`Act` (or bytes, sent as they are). It may block on an event of the
test's own; ``stopping`` is set when the server ends.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import h2.config
import h2.connection
import h2.events
from support.patience import PATIENCE_S


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. ``connection`` counts connections from 1."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Act:
    """Bytes to send, and what then.

    Attributes:
        hang: keep the connection open and say nothing more.
        reset: end with RST instead of FIN.
        drip_s: seconds between single bytes.
        keep: the connection stays for the next request.
    """

    data: bytes = b""
    hang: bool = False
    reset: bool = False
    drip_s: float = 0.0
    keep: bool = False


Handler = Callable[[Request], Act | bytes]


def answer(
    body: Any = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    version: str = "1.1",
    keep: bool = True,
    length: int | None = None,
) -> Act:
    """A proper answer; ``length`` claims another length than it has. Bytes go as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    lines = [f"HTTP/{version} {status} X"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if version != "1.0":
        lines.append(f"Content-Length: {len(data) if length is None else length}")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return Act(head + data, keep=keep and version != "1.0" and length is None)


@dataclass
class HttpServer:
    """Serves ``handler`` until the block ends. ``requests`` has everything that came, in order.

    ``greeting`` is said to everybody who connects, before anything is asked.
    """

    handler: Handler
    tls: ssl.SSLContext | None = None
    greeting: bytes = b""
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            open_now = list(self._open)
        for connection in open_now:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE_S)

    @property
    def url(self) -> str:
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}"

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, name="test-http", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open.add(connection)
                self.connections += 1
                number = self.connections
            self._start(self._serve, connection, number)

    def _serve(self, connection: socket.socket, number: int) -> None:
        raw = connection
        try:
            connection.sendall(self.greeting)
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
                with self._lock:
                    self._open.discard(raw)
                    self._open.add(connection)
                if connection.selected_alpn_protocol() == "h2":
                    self._serve_h2(connection, number)
                    return
            rest = b""
            while not self.stopping.is_set():
                request, rest = self._read(connection, number, rest)
                if request is None or not self._act(connection, request):
                    return
        except (OSError, ValueError):
            return
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _read(self, connection: socket.socket, number: int, rest: bytes) -> tuple[Request | None, bytes]:
        while b"\r\n\r\n" not in rest:
            more = connection.recv(65_536)
            if not more:
                return None, b""
            rest += more
        head, _, rest = rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        while len(rest) < length:
            more = connection.recv(65_536)
            if not more:
                return None, b""
            rest += more
        return Request(method, target, headers, rest[:length], number), rest[length:]

    def _act(self, connection: socket.socket, request: Request) -> bool:
        with self._lock:
            self.requests.append(request)
        act = self.handler(request)
        if isinstance(act, bytes):
            act = Act(act)
        if act.drip_s:
            for byte in act.data:
                connection.sendall(bytes([byte]))
                if self.stopping.wait(act.drip_s):
                    return False
        else:
            connection.sendall(act.data)
        if act.hang:
            self.stopping.wait()
        if act.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return act.keep

    def _serve_h2(self, connection: socket.socket, number: int) -> None:
        """HTTP/2: the handler's bytes are read back as HTTP/1.1 and sent as frames."""
        state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        state.initiate_connection()
        connection.sendall(state.data_to_send())
        heads: dict[int, dict[str, str]] = {}
        bodies: dict[int, bytes] = {}
        while not self.stopping.is_set():
            data = connection.recv(65_536)
            if not data:
                return
            for event in state.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    heads[event.stream_id] = dict(event.headers)
                    bodies[event.stream_id] = b""
                elif isinstance(event, h2.events.DataReceived):
                    bodies[event.stream_id] += event.data
                    state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    head = heads.pop(event.stream_id)
                    request = Request(head[":method"], head[":path"], head, bodies.pop(event.stream_id), number)
                    self._answer_h2(state, event.stream_id, request)
            connection.sendall(state.data_to_send())

    def _answer_h2(self, state: h2.connection.H2Connection, stream: int, request: Request) -> None:
        with self._lock:
            self.requests.append(request)
        act = self.handler(request)
        data = act if isinstance(act, bytes) else act.data
        if isinstance(act, Act) and act.reset:
            state.reset_stream(stream)
            return
        head, _, body = data.partition(b"\r\n\r\n")
        status = head.split(b" ")[1].decode()
        state.send_headers(stream, [(":status", status)])
        state.send_data(stream, body, end_stream=True)
