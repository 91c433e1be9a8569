"""A real camera that speaks RTSP on loopback: RTSP 1.0 (RFC 2326), RTP over the same TCP connection (section 10.12), JPEG
payload (RFC 2435, baseline, quantisation tables in band). A test can hang, cut, resize and stop it.
"""

from __future__ import annotations

import base64
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass
from types import TracebackType

import cv2
import numpy as np
from support.numbered import numbered

_PAYLOAD_JPEG = 26
_FRAGMENT = 1400


@dataclass(frozen=True, slots=True)
class JpegParts:
    """What RFC 2435 sends of a baseline JPEG: tables and scan data, no headers."""

    kind: int
    width: int
    height: int
    tables: bytes
    scan: bytes


def split_jpeg(data: bytes) -> JpegParts:
    """Take a baseline 4:2:2 or 4:2:0 JPEG apart.

    Raises:
        ValueError: it is of another kind.
    """
    position, tables = 2, {}
    kind = width = height = -1
    while data[position] == 0xFF:
        marker = data[position + 1]
        (length,) = struct.unpack_from(">H", data, position + 2)
        body = data[position + 4 : position + 2 + length]
        position += 2 + length
        if marker == 0xDB:
            while body:
                if body[0] >> 4:
                    raise ValueError("16-bit tables")
                tables[body[0] & 15] = body[1:65]
                body = body[65:]
        elif marker == 0xC0:
            height, width = struct.unpack_from(">HH", body, 1)
            kind = {0x21: 0, 0x22: 1}[body[7]]
        elif marker == 0xDD:
            raise ValueError("restart markers")
        elif marker == 0xDA:
            end = data.rindex(b"\xff\xd9")
            return JpegParts(kind, width, height, tables[0] + tables[1], data[position:end])
        elif 0xC1 <= marker <= 0xCF and marker != 0xC4:
            raise ValueError("not baseline")
    raise ValueError("no scan")


class RtspServer:
    """Serves ``/stream`` until stopped; every other path is 404. Use as a context manager.

    Args:
        fps: pace of the stream.
        login: ``user:password`` that basic authentication asks for; empty for none.
    """

    def __init__(self, *, fps: float = 30.0, login: str = "") -> None:
        self.fps = fps
        self.login = login
        self.size = (320, 240)
        self.streaming = threading.Event()
        self.streaming.set()
        self.sent = 0
        self.methods: list[str] = []
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._clients: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None
        self._port = 0

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        at = f"{self.login}@" if self.login else ""
        return f"rtsp://{at}127.0.0.1:{self._port}/stream"

    def start(self) -> None:
        """Listen; on the same port as before after a :meth:`stop`."""
        self._over.clear()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen()
        listener.settimeout(0.05)
        self._listener, self._port = listener, listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, args=(listener,), name="rtsp-server")]
        self._threads[0].start()

    def pause(self) -> None:
        """Keep the connection but send nothing more, as a camera that hangs does."""
        self.streaming.clear()

    def resume(self) -> None:
        self.streaming.set()

    def drop(self) -> None:
        """Cut every connection."""
        with self._lock:
            for client in self._clients:
                try:
                    client.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def stop(self) -> None:
        """Vanish: cut all connections and stop listening."""
        if self._listener is None:
            return
        self._over.set()
        self.drop()
        for thread in self._threads:
            thread.join()
        self._listener.close()
        self._listener = None

    def __enter__(self) -> RtspServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _accept(self, listener: socket.socket) -> None:
        while not self._over.is_set():
            try:
                client, _ = listener.accept()
            except TimeoutError:
                continue
            with self._lock:
                self._clients.add(client)
            thread = threading.Thread(target=self._talk, args=(client,), name="rtsp-client")
            self._threads.append(thread)
            thread.start()

    def _talk(self, client: socket.socket) -> None:
        try:
            _Conversation(self, client, self._over).run()
        except OSError:
            return
        finally:
            with self._lock:
                self._clients.discard(client)
            client.close()


class _Conversation:
    """One connection: answers requests and, while playing, sends frames between them."""

    def __init__(self, camera: RtspServer, client: socket.socket, over: threading.Event) -> None:
        client.settimeout(2.0)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._camera, self._client, self._over = camera, client, over
        self._inbox = b""
        self._playing = False
        self._sequence = 0
        self._began = time.monotonic()

    def run(self) -> None:
        due = time.monotonic()
        while not self._over.is_set():
            wait = max(0.0, due - time.monotonic()) if self._playing else 0.05
            if select.select([self._client], [], [], wait)[0]:
                data = self._client.recv(65536)
                if not data:
                    return
                self._inbox += data
                if not self._answer_all():
                    return
            if self._playing and time.monotonic() >= due:
                due = time.monotonic() + 1 / self._camera.fps
                if self._camera.streaming.is_set():
                    self._send_frame()

    def _answer_all(self) -> bool:
        """Answer every whole request; False after TEARDOWN."""
        while self._inbox:
            if self._inbox[:1] == b"$":  # receiver reports of RTCP
                if len(self._inbox) < 4 or len(self._inbox) < 4 + struct.unpack_from(">H", self._inbox, 2)[0]:
                    return True
                self._inbox = self._inbox[4 + struct.unpack_from(">H", self._inbox, 2)[0] :]
                continue
            head, end, rest = self._inbox.partition(b"\r\n\r\n")
            if not end:
                return True
            self._inbox = rest
            if not self._answer(head.decode()):
                return False
        return True

    def _answer(self, request: str) -> bool:
        first, *lines = request.split("\r\n")
        method, url, _ = first.split(" ", 2)
        headers = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
        self._camera.methods.append(method)
        wanted = "Basic " + base64.b64encode(self._camera.login.encode()).decode()
        if self._camera.login and method != "OPTIONS" and headers.get("authorization") != wanted:
            self._reply(headers, 401, 'WWW-Authenticate: Basic realm="camera"')
        elif "/stream" not in url and method != "OPTIONS":
            self._reply(headers, 404)
        elif method == "OPTIONS":
            self._reply(headers, 200, "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER")
        elif method == "DESCRIBE":
            self._reply(headers, 200, "Content-Type: application/sdp", body=self._description())
        elif method == "SETUP":
            if "TCP" not in headers.get("transport", ""):
                self._reply(headers, 461)
            else:
                self._reply(headers, 200, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 1;timeout=60")
        elif method == "PLAY":
            self._reply(headers, 200, "Session: 1", "Range: npt=now-")
            self._playing = True
        elif method == "TEARDOWN":
            self._reply(headers, 200, "Session: 1")
            return False
        else:
            self._reply(headers, 200, "Session: 1")
        return True

    def _reply(self, headers: dict[str, str], status: int, *extra: str, body: str = "") -> None:
        words = {200: "OK", 401: "Unauthorized", 404: "Not Found", 461: "Unsupported Transport"}
        lines = [f"RTSP/1.0 {status} {words[status]}", f"CSeq: {headers.get('cseq', '0')}", *extra]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self._client.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    def _description(self) -> str:
        lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=camera", "c=IN IP4 0.0.0.0", "t=0 0"]
        lines += [
            f"m=video 0 RTP/AVP {_PAYLOAD_JPEG}",
            f"a=rtpmap:{_PAYLOAD_JPEG} JPEG/90000",
            f"a=framerate:{self._camera.fps:g}",
        ]
        return "\r\n".join([*lines, "a=control:track0", ""])

    def _send_frame(self) -> None:
        width, height = self._camera.size
        picture = numbered(self._camera.sent % 4096, width=width, height=height)
        parts = split_jpeg(np.asarray(cv2.imencode(".jpg", picture)[1]).tobytes())
        stamp = int((time.monotonic() - self._began) * 90_000) & 0xFFFFFFFF
        for offset in range(0, len(parts.scan), _FRAGMENT):
            piece = parts.scan[offset : offset + _FRAGMENT]
            last = offset + _FRAGMENT >= len(parts.scan)
            header = struct.pack(
                ">BBHII", 0x80, _PAYLOAD_JPEG | (0x80 if last else 0), self._sequence & 0xFFFF, stamp, 0x51515151
            )
            jpeg = struct.pack(">I", offset) + bytes([parts.kind, 255, parts.width // 8, parts.height // 8])
            if offset == 0:
                jpeg += struct.pack(">BBH", 0, 0, len(parts.tables)) + parts.tables
            packet = header + jpeg + piece
            self._client.sendall(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
            self._sequence += 1
        self._camera.sent += 1
