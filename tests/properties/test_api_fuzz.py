"""Whatever a server says, the client answers with its own errors only, and none of them repeats what was sent or received."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.api_parts import NoWaiting
from support.camera_sources import RealClock
from support.http_server import Act, HttpServer, Request, answer

from kiosk.api.client import VerifikClient
from kiosk.api.conversation.places import Places
from kiosk.api.dialects import Dialect
from kiosk.api.gateway import VerifikGateway
from kiosk.api.models.biometric_validations import BiometricValidationCreate
from kiosk.api.models.seed_persons import SeedPersonCreate
from kiosk.api.people import people_of
from kiosk.api.tokens import AccountToken, AccountTokens, LivenessToken
from kiosk.api.transport import HttpTransport, Limits
from kiosk.domain.errors import ApiError
from kiosk.domain.record import ValidationType
from kiosk.domain.remote import Answer

NAME = "Zoraida"
DOCUMENT = "1017234567"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZWNyZXQifQ.c2VjcmV0LXNlY3JldA"
PICTURE = b"\xff\xd8\xff\xe0" + b"PICTURE" * 40 + b"\xff\xd9"
PICTURE_TEXT = "UElDVFVSRVBJQ1RVUkV"
SECRETS = (NAME, DOCUMENT, TOKEN, PICTURE_TEXT, "SESSION-TOKEN")

FUZZ = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Peer:
    """A server that answers what it was told last, and a client of it."""

    def __init__(self) -> None:
        self.act: Act | bytes = b""
        self.server = HttpServer(lambda request: self.act)
        self.server.__enter__()
        clock = RealClock()
        self.transport = HttpTransport(
            self.server.url,
            tokens=AccountTokens(AccountToken(TOKEN), clock=clock),
            clock=clock,
            limits=Limits(total=5.0, read=2.0),
            waiter=NoWaiting(),
        )
        self.client = VerifikClient(self.transport)
        places = Places(self.client, project="p" * 24, project_flow="f" * 24)
        people = people_of(self.client, Dialect.PERSONS, places)
        self.gateway = VerifikGateway(self.client, places=places, people=people, clock=clock)

    def close(self) -> None:
        self.transport.close()
        self.server.__exit__(None, None, None)

    def calls(self) -> list[Any]:
        """One call of each kind: a creation, a list, an object, a judgement, a token, a conversation."""
        client, within = self.client, 5.0
        person = SeedPersonCreate(first_name=NAME, document_number=DOCUMENT)
        opening = BiometricValidationCreate(
            project="p" * 24, project_flow="f" * 24, identifier=NAME, type=ValidationType.LOGIN
        )
        token = LivenessToken("SESSION-TOKEN")
        return [
            lambda: client.seed_persons.create(person, within_s=within),
            lambda: client.persons.list(within_s=within),
            lambda: client.account.retrieve(within_s=within),
            lambda: client.biometric_validations.create(opening, within_s=within),
            lambda: client.biometric_validations.validate(token, PICTURE, within_s=within),
            lambda: client.auth.renew(within_s=within),
            lambda: client.projects.list(within_s=within),
            lambda: self.gateway.login(PICTURE, mark=NAME, within_s=within),
        ]


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()


def chain(error: BaseException) -> list[BaseException]:
    """The error and everything behind it, also what a traceback would not show."""
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found


def provoke(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    """Every call ends well or in an ``ApiError`` that keeps its secrets."""
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    for call in peer.calls():
        peer.transport.tokens.change(AccountToken(TOKEN))  # a 401 of the last answer is forgotten
        try:
            call()
        except ApiError as error:
            logging.getLogger("kiosk.test").info("%s %r", error, error, exc_info=error)
            said = "".join(traceback.format_exception(error)) + repr(error.args) + repr(vars(error).get("detail"))
            said += "".join(repr(behind) for behind in chain(error))
            assert not any(secret in said for secret in SECRETS)
    ours = [record for record in caplog.records if not record.name.startswith("asyncio")]
    text = "\n".join(f"{record.getMessage()} {record.exc_text or ''} {record.args!r}" for record in ours)
    assert not any(secret in text for secret in SECRETS), "a secret is in the log"


WORDS = st.sampled_from(
    [
        "data", "docs", "pagination", "total", "page", "pages", "limit", "_id", "id", "code", "message", "error", "details",
        "detail", "loc", "msg", "status", "token", "accessToken", "livenessSession", "biometricValidation", "appLogin",
        "person", "name", "firstName", "expiresAt", "livenessScore", "identifier", "success", "verificationResults",
        "thumbnails", "date_of_birth", "collections", NAME, DOCUMENT,
    ]
)  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=12)
    | WORDS
    | st.sampled_from(
        ["validated", "active", "409:liveness_failed@0.4", "2030-01-02T03:04:05.000Z", f"missing {NAME}\n"]
    )
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6), max_leaves=25
)
STATUSES = st.sampled_from(
    [200, 201, 204, 206, 301, 304, 400, 401, 402, 403, 404, 409, 412, 418, 422, 429, 500, 503, 599]
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Retry-After", "Date", "Content-Type", "Content-Encoding", "Set-Cookie", "Location", "X-A", "Server"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
    | st.sampled_from(["gzip", "deflate", "br", "0", "-1", "9" * 30, "Tue, 15 Nov 2022 08:12:31 GMT", "text/html"]),
    max_size=4,
)


@FUZZ
@given(body=JSON, status=STATUSES, headers=HEADERS)
@example(
    body={
        "data": {"livenessSession": {"_id": "a"}, "biometricValidation": {"_id": "b", "status": "new"}, "token": "\n"}
    },
    status=200,
    headers={},
)
@example(body={"code": NAME, "message": f"{NAME} {DOCUMENT}", "data": {"name": NAME}}, status=412, headers={})
@example(body=[[[{"data": [None]}]]], status=200, headers={"Retry-After": "٣"})
def test_any_json_under_any_status_and_headers(
    peer: Peer, caplog: pytest.LogCaptureFixture, body: Any, status: int, headers: dict[str, str]
) -> None:
    safe = {name: value.encode("latin-1", "replace").decode("latin-1") for name, value in headers.items()}
    peer.act = answer(json.dumps(body, ensure_ascii=True).encode(), status=status, headers=safe)
    provoke(peer, caplog)


@FUZZ
@given(data=st.binary(max_size=300))
@example(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}")
@example(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")
@example(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}")
@example(b"HTTP/9.9 200 OK\r\n\r\n{}")
@example(b"HTTP/1.1 99999 OK\r\n\r\n{}")
@example(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")
@example(b"HTTP/1.1 100 Continue\r\n\r\n" * 3)
@example(b"HTTP/1.0 200 OK\r\n\r\n{}")
@example(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}")
@example(b"\x00" * 200)
@example(b"\r\n" * 100)
def test_any_bytes_for_an_answer(peer: Peer, caplog: pytest.LogCaptureFixture, data: bytes) -> None:
    peer.act = Act(data)
    provoke(peer, caplog)


@FUZZ
@given(content=st.binary(max_size=200), encoding=st.sampled_from(["", "gzip", "deflate", "br", "zstd", "x"]))
@example(content=b"\xff\xfe{}", encoding="")
@example(content=b'{"a":' + b"[" * 5000, encoding="")
@example(content=b"1" * 6000, encoding="")
@example(content=b'{"data": {"_id": "\\udc00"}}', encoding="")
def test_any_bytes_for_a_body(peer: Peer, caplog: pytest.LogCaptureFixture, content: bytes, encoding: str) -> None:
    headers = {"Content-Encoding": encoding} if encoding else {}
    peer.act = answer(content, headers=headers)
    provoke(peer, caplog)


class Doubtful:
    """Plays the account: opens sessions properly and answers the judgement with whatever it was told."""

    def __init__(self) -> None:
        self.judgement: Any = {}

    def __call__(self, request: Request) -> Act:
        if request.target.endswith("/validate"):
            return answer(self.judgement)
        if request.method == "POST":
            mark = request.json()["identifier"]
            session = {"_id": "s1", "identifier": mark, "status": "active", "expiresAt": "2999-01-02T03:04:05.000Z"}
            validation = {"_id": "v1", "status": "new", "livenessSession": "s1"}
            return answer({"data": {"livenessSession": session, "biometricValidation": validation, "token": "t"}})
        return answer({}, status=404)


PERSON = "65a000000000000000000020"
GOOD = {
    "appLogin": {"_id": "l1", "status": "validated", "biometricValidation": "v1"},
    "livenessSession": {"_id": "s1", "status": "completed"},
    "person": PERSON,
    "token": "login-token",
}


@pytest.fixture
def account() -> Iterator[tuple[Doubtful, VerifikGateway]]:
    peer = Peer()
    peer.server.handler = doubtful = Doubtful()
    yield doubtful, peer.gateway
    peer.close()


def test_the_whole_answer_lets_in(account: tuple[Doubtful, VerifikGateway]) -> None:
    account[0].judgement = {"data": GOOD}
    verdict = account[1].login(PICTURE, mark="m", within_s=5)
    assert (verdict.answer, verdict.remote_id) == (Answer.ACCEPTED, PERSON)


@FUZZ
@given(
    changes=st.dictionaries(
        st.sampled_from([*GOOD, "status", "message", "verificationResults"]), JSON, min_size=1, max_size=3
    ),
    dropped=st.sets(st.sampled_from(list(GOOD)), max_size=3),
)
@example(changes={"verificationResults": {"livenessDetection": False}}, dropped=set())
@example(changes={"status": "failed"}, dropped=set())
@example(changes={"message": "2FA"}, dropped=set())
@example(changes={"livenessSession": {"_id": "another"}}, dropped=set())
@example(changes={"appLogin": {"_id": "l", "status": "validated", "biometricValidation": "another"}}, dropped=set())
@example(changes={"appLogin": {"_id": "l", "status": "pending"}}, dropped=set())
@example(changes={"person": {"_id": None}}, dropped=set())
def test_nobody_is_let_in_by_an_answer_that_leaves_a_doubt(
    account: tuple[Doubtful, VerifikGateway], changes: dict[str, Any], dropped: set[str]
) -> None:
    judgement = {name: value for name, value in {**GOOD, **changes}.items() if name not in dropped}
    doubtful, gateway = account
    doubtful.judgement = {"data": json.loads(json.dumps(judgement).replace("NaN", "null").replace("Infinity", "null"))}
    try:
        verdict = gateway.login(PICTURE, mark="m", within_s=5)
    except ApiError:
        return
    if verdict.answer is Answer.ACCEPTED:
        assert judgement["token"]
        assert verdict.remote_id
        said = [judgement.get("status"), (judgement.get("appLogin") or {}).get("status")]
        assert set(said) - {None} <= {"validated", "completed"}
        assert set(said) != {None}
        checks = judgement.get("verificationResults") or {}
        assert False not in [checks.get(name) for name in ("livenessDetection", "identityMatch", "antiSpoofing")]
        assert (judgement.get("livenessSession") or {}).get("_id", "s1") in {"s1", None}
        assert "2fa" not in str(judgement.get("message", "")).lower()
