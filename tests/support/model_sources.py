"""Real sources for the fetcher's tests: a small manifest, a mirror folder, an HTTP server on loopback that can misbehave."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from kiosk.vision.manifest import Archive, Entry, Manifest, Pack, Source

CONTENT = bytes(range(256)) * 400


def entry(
    name: str = "thing", *, content: bytes = CONTENT, sources: tuple[Source, ...] = (), pack: Pack = Pack.CORE
) -> Entry:
    """A file of the manifest whose right content is ``content``."""
    return Entry(
        name=name,
        file=f"{name}.bin",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        pack=pack,
        licence="CC0",
        note="",
        input="",
        colour="",
        normalisation="",
        output="",
        sources=sources,
    )


def manifest(*entries: Entry, archives: dict[str, Archive] | None = None) -> Manifest:
    """A manifest of these files."""
    return Manifest(entries, archives or {})


class _Pages(BaseHTTPRequestHandler):
    """``/right``, ``/wrong``, ``/short`` (breaks off), ``/large``, ``/redirect`` (to a plain address elsewhere), else 404."""

    def do_GET(self) -> None:
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://example.invalid/right")
            self.end_headers()
            return
        body = {"/right": CONTENT, "/wrong": b"x" * len(CONTENT), "/large": CONTENT * 3, "/short": CONTENT}.get(
            self.path
        )
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if self.path == "/short" else body)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@contextmanager
def http_server() -> Iterator[str]:
    """Address of a server on this machine, without a closing slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
