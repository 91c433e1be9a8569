"""Four kinds of token with a lifetime each; renewal can void all account tokens; codes live ten minutes and three attempts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from kiosk.sandbox.codes import Check, Outbox
from kiosk.sandbox.storage import Store
from kiosk.sandbox.tokens import Kind, Tokens


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("kind", "lifetime"),
    [
        (Kind.ACCOUNT, timedelta(days=30)),
        (Kind.LIVENESS, timedelta(minutes=4)),
        (Kind.REGISTRATION, timedelta(minutes=120)),
        (Kind.LOGIN, timedelta(hours=1)),
    ],
)
def test_a_token_says_its_kind_and_ends(store: Store, clock: Clock, kind: Kind, lifetime: timedelta) -> None:
    tokens = Tokens(store, clock)
    token = tokens.issue(kind, "someone")
    header, claims = jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})
    assert header["alg"] == "HS256"
    assert next(iter(claims)) == kind.value
    assert claims["exp"] - claims["iat"] == lifetime.total_seconds()

    clock.now += lifetime - timedelta(seconds=1)
    seen = tokens.read(token)
    assert seen is not None
    assert (seen.kind, seen.subject, seen.ended) == (kind, "someone", False)
    clock.now += timedelta(seconds=1)
    over = tokens.read(token)
    assert over is not None
    assert over.ended


def test_a_token_of_another_server_is_none_of_ours(store: Store, clock: Clock) -> None:
    tokens = Tokens(store, clock)
    forged = jwt.encode({"clientId": "x", "exp": 1, "generation": 0}, "another key of at least 32 bytes ....", "HS256")
    assert tokens.read(forged) is None
    assert tokens.read(jwt.encode({"clientId": "x", "exp": 1}, None, algorithm="none")) is None
    for text in ("", "x", "a.b.c"):
        assert tokens.read(text) is None


def test_tokens_outlive_a_restart(store: Store, clock: Clock) -> None:
    token = Tokens(store, clock).issue(Kind.LOGIN, "someone")
    seen = Tokens(store, clock).read(token)
    assert seen is not None
    assert seen.subject == "someone"


def test_voiding_ends_account_tokens_and_no_others(store: Store, clock: Clock) -> None:
    tokens = Tokens(store, clock)
    account, session = tokens.issue(Kind.ACCOUNT, "a"), tokens.issue(Kind.LIVENESS, "s")
    tokens.void_all()
    after = [tokens.read(token) for token in (account, session, tokens.issue(Kind.ACCOUNT, "a"))]
    assert [claims.ended for claims in after if claims] == [True, False, False]


def test_a_code_works_once_and_for_its_purpose(store: Store, clock: Clock) -> None:
    outbox = Outbox(store, clock)
    sent = outbox.send("a@example.com", purpose="x")
    (waiting,) = outbox.sent()
    assert waiting["code"] not in sent["otp"]
    assert sent["expiresAt"] == "2030-01-02T03:14:05.000Z"
    assert len(waiting["code"]) == 6
    assert waiting["code"].isdigit()
    assert outbox.check("a@example.com", purpose="y", code=waiting["code"]) is Check.WRONG
    assert outbox.check("a@example.com", purpose="x", code=int(waiting["code"])) is Check.RIGHT
    assert outbox.check("a@example.com", purpose="x", code=waiting["code"]) is Check.WRONG
    assert outbox.sent() == []


def test_three_wrong_attempts_end_a_code(store: Store, clock: Clock) -> None:
    outbox = Outbox(store, clock)
    outbox.send("a", purpose="x", code="123456")
    assert [outbox.check("a", purpose="x", code="000000") for _ in range(3)] == [Check.WRONG] * 3
    assert outbox.check("a", purpose="x", code="123456") is Check.USED_UP
    outbox.send("a", purpose="x", code="123456")
    assert outbox.check("a", purpose="x", code="123456") is Check.RIGHT


def test_a_code_ends_after_ten_minutes(store: Store, clock: Clock) -> None:
    outbox = Outbox(store, clock)
    outbox.send("a", purpose="x", code="000042")
    clock.now += timedelta(minutes=10)
    assert outbox.sent() == []
    assert outbox.check("a", purpose="x", code="000042") is Check.EXPIRED
    outbox.forget("a", purpose="x")
    assert outbox.check("a", purpose="x", code="000042") is Check.WRONG
