"""Hand-made people and results for the store's tests, and a clock that tests own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.face import Embedding
from kiosk.domain.person import Details, PersonId, Truth
from kiosk.domain.record import Consent, Enrolment, LivenessSession, Validation, ValidationType
from kiosk.store.sqlite import SqliteStore

WEIGHTS = "a" * 64
JPEG = b"\xff\xd8\xff\xe0" + b"not really a picture, but long enough to be found again " * 40

DETAILS = Details(
    first_name="Grażyna",
    last_name="O'Neil",
    email="g.oneil@example.org",
    phone="+573001234567",
    date_of_birth="1990-01-15",
    document_type="passport",
    document_number="XK123456",
)

SESSION = LivenessSession(
    id="66e3244269cd15b505d21063",
    client="c",
    project="p",
    project_flow="f",
    identifier="03da12fba",
    status="active",
    liveness_result="[1]",
    comparison_result="[2]",
    general_information="[3]",
    document_type_fields="[4]",
    location="[5]",
    pro_fields="[6]",
    studio_fields="[7]",
    prompt_fields="[8]",
    expires_at="2024-09-12T17:30:26.000Z",
    activated_at="2024-09-12T17:26:26.954Z",
    created_at="2024-09-12T17:26:26.964Z",
    updated_at="2024-09-12T17:26:26.965Z",
    version=3,
)


class HandClock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def mono_ms(self) -> float:
        return 0.0

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def template(seed: int = 0, *, sha: str = WEIGHTS, dimensions: int = 512) -> Embedding:
    """A direction of its own for every seed."""
    vector = np.random.default_rng(seed).standard_normal(dimensions)
    return Embedding((vector / np.linalg.norm(vector)).astype(np.float32), "matcher", sha)


def validation(mark: str = "v1", *, person: str | None = None, session: LivenessSession | None = SESSION) -> Validation:
    """With something in every field."""
    return Validation(
        id=mark,
        identifier=f"{mark}-mark",
        type=ValidationType.LOGIN,
        status="validated",
        created_at="2026-01-02T03:04:05.678Z",
        updated_at="2026-01-02T03:04:06.678Z",
        client="client",
        project="project",
        project_flow="flow",
        url="https://example.org/x",
        liveness_score=0.97,
        assigned_collection="collection",
        collection_code="code",
        requires_2fa=True,
        version=7,
        liveness_session=session,
        person=None if person is None else PersonId(person),
        outcome=Outcome.GRANTED,
        reason=Reason.RECOGNISED,
        truth=Truth.PROVISIONAL,
        similarity=0.71,
        mono_ms=12345.5,
    )


def enrolment(
    person: str = "p1",
    *,
    details: Details = DETAILS,
    seeds: tuple[int, ...] = (1, 2),
    result: Validation | None = None,
    sha: str = WEIGHTS,
) -> Enrolment:
    """A whole one."""
    return Enrolment(
        person=PersonId(person),
        details=details,
        consent=Consent(text_version="2026-01", given_at="2026-01-02T03:00:00.000Z", operator="desk 2"),
        face_image=JPEG,
        templates=tuple(template(seed, sha=sha) for seed in seeds),
        liveness_score=0.95,
        validation=result,
    )


KEY = bytes(range(32))
"""Of the encrypted databases of tests."""


class Secrets:
    """What the store asks of a vault, in memory."""

    def __init__(self, held: dict[str, str] | None = None) -> None:
        self.held = {} if held is None else held

    def get(self, name: str) -> str | None:
        return self.held.get(name)

    def ensure(self, name: str, make: Callable[[], str]) -> str:
        return self.held.setdefault(name, make())


@contextmanager
def opened(
    path: Path,
    *,
    clock: HandClock | None = None,
    key: Secrets | bytes | None = None,
    outgoing: bool = False,
    busy_ms: int = 3000,
) -> Iterator[SqliteStore]:
    """A store that is closed again; plain unless there is a key."""
    store = SqliteStore.open(path, clock=clock or HandClock(), key=key, outgoing=outgoing, busy_ms=busy_ms)
    try:
        yield store
    finally:
        store.close()
