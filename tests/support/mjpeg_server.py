"""A real camera that speaks MJPEG over HTTP on loopback, which a test can hang, cut, resize and stop."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

import cv2
from support.numbered import numbered

BOUNDARY = "frame-boundary"


class MjpegServer:
    """Serves ``/stream`` until stopped; every other path is 404. Use as a context manager.

    Args:
        fps: pace of the stream.
        login: ``user:password`` that the camera asks for; empty for none.
        digest: ask by HTTP digest authentication (RFC 2617) instead of basic.
    """

    def __init__(self, *, fps: float = 30.0, login: str = "", digest: bool = False) -> None:
        self.fps = fps
        self.login = login
        self.digest = digest
        self.size = (320, 240)
        self.streaming = threading.Event()
        self.streaming.set()
        self.sent = 0
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._clients: set[socket.socket] = set()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        at = f"{self.login}@" if self.login else ""
        return f"http://{at}127.0.0.1:{self._port}/stream"

    def start(self) -> None:
        """Listen; on the same port as before after a :meth:`stop`."""
        camera = self
        self._over.clear()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                camera._serve(self)

            def log_message(self, format: str, *args: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = False

        self._server = Server(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="mjpeg-server"
        )
        self._thread.start()

    def pause(self) -> None:
        """Keep the connection but send nothing more, as a camera that hangs does."""
        self.streaming.clear()

    def resume(self) -> None:
        self.streaming.set()

    def drop(self) -> None:
        """Cut every connection, as a pulled cable with a live switch does."""
        with self._lock:
            for client in self._clients:
                try:
                    client.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def stop(self) -> None:
        """Vanish: cut all connections and stop listening."""
        if self._server is None:
            return
        self._over.set()
        self._server.shutdown()
        self.drop()
        self._server.server_close()
        assert self._thread is not None
        self._thread.join()
        self._server = None

    def __enter__(self) -> MjpegServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        if request.path != "/stream":
            request.send_error(404)
            return
        if self.login and not self._admits(request.headers.get("Authorization", "")):
            request.send_response(401)
            ask = 'Digest realm="camera", nonce="once", qop="auth"' if self.digest else 'Basic realm="camera"'
            request.send_header("WWW-Authenticate", ask)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        with self._lock:
            self._clients.add(request.connection)
        try:
            self._stream(request)
        except OSError:
            request.close_connection = True
        finally:
            with self._lock:
                self._clients.discard(request.connection)

    def _admits(self, offered: str) -> bool:
        if not self.digest:
            return offered == "Basic " + base64.b64encode(self.login.encode()).decode()
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', offered))
        user, _, password = self.login.partition(":")

        def md5(text: str) -> str:
            return hashlib.md5(text.encode()).hexdigest()

        proof = (
            f"{md5(f'{user}:camera:{password}')}:once:{said.get('nc')}:{said.get('cnonce')}:auth:{md5('GET:/stream')}"
        )
        return said.get("username") == user and said.get("response") == md5(proof)

    def _stream(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        request.end_headers()
        while not self._over.is_set():
            if self.streaming.is_set():
                width, height = self.size
                picture = cv2.imencode(".jpg", numbered(self.sent % 4096, width=width, height=height))[1].tobytes()
                head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                request.wfile.write(head.encode() + picture + b"\r\n")
                self.sent += 1
            self._over.wait(1 / self.fps)
