"""An account for tests: a sandbox process, people with real faces, a connection in either dialect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import cv2
from support.camera_sources import RealClock
from support.sandbox import Sandbox

from kiosk.api.connect import Connection, connect
from kiosk.domain.face import Pixels
from kiosk.domain.person import Details, Person, PersonId, Truth

DIALECTS = ("persons", "face_recognition")
LONG_S = 60.0


@contextmanager
def connected(sandbox: Sandbox, dialect: str = "persons", token: str = "") -> Iterator[Connection]:
    connection = connect(sandbox.base_url, token or sandbox.token, dialect=dialect, clock=RealClock())
    try:
        yield connection
    finally:
        connection.close()


def jpeg(pixels: Pixels) -> bytes:
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 95])
    assert done
    return bytes(data.tobytes())


def near(pixels: Pixels, factor: float = 2.0) -> Pixels:
    """Large enough for the account's rules."""
    return cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)


def person(face: bytes, **details: str) -> Person:
    now = datetime.now(UTC).isoformat()
    given = {"first_name": "Ana", "last_name": "Prueba", "email": "ana@example.com", "date_of_birth": "1991-02-03"}
    return Person(
        id=PersonId(f"018f0000-0000-7000-8000-{abs(hash(tuple(details.items()))) % 10**12:012d}"),
        details=Details(**{**given, **details}),
        face_image=face,
        created_at=now,
        updated_at=now,
        truth=Truth.LOCAL,
    )
