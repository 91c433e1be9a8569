"""One call: token, time limits, retries, reading, errors. The only place that sends anything.

    send(call) ── token ──▶ try ──▶ 2xx, readable ──▶ Reply
                    ▲        │
                    │        ├── 401: renew the token once, try again
                    │        └── another error ──▶ retry.again ──▶ wait, try again │ raise ApiError
                    └─────────────────────────────────────────────────┘

Nothing of a call is ever logged: an address may hold an e-mail, a header holds a token, a body a face.
"""

from __future__ import annotations

import logging
import platform
import random
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from kiosk import __version__
from kiosk.api.errors import AnsweredError, LinkError, UnauthorizedError, UnreadableError, error_of
from kiosk.api.exchange import Answer, exchange
from kiosk.api.operation import Bearer, Call, Repeat, Reply
from kiosk.api.payload import address, decode, encode
from kiosk.api.pool import Lane, Pool, PoolClosed, PoolTimeout
from kiosk.api.resources.auth import renewal, renewed
from kiosk.api.retry import again
from kiosk.api.server import Server, find_proxy
from kiosk.api.skew import Skew
from kiosk.api.tls import system_trust
from kiosk.api.tokens import AccountToken, AccountTokens, Token
from kiosk.api.wire import Names, Resolve, system_resolve
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.ports import Clock

logger = logging.getLogger(__name__)

LANES = 8
RENEW_WITH_S = 8.0
"""A call with less time than this is not made to wait for the renewal of a token that still works."""
Listener = Callable[[str, ApiError | None, float], None]
"""Told after each call: operation id, how it ended, milliseconds. On the caller's thread; must be quick and not raise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long each step of a call may take, in seconds; ``total`` is the whole call, retries and reading included."""

    connect: float = 5.0
    read: float = 15.0
    write: float = 15.0
    pool: float = 5.0
    total: float = 30.0


class Waiter:
    """Sleeps that somebody else can end."""

    def __init__(self) -> None:
        """Awake."""
        self._ended = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Sleep; False once ``end`` was called."""
        return not self._ended.wait(seconds)

    def end(self) -> None:
        """Wake everybody, for good."""
        self._ended.set()


class HttpTransport:
    """Carries calls to one server. Any thread. Close it at the end.

    Attributes:
        tokens: the account's token and its renewal.
    """

    def __init__(
        self,
        base_url: str,
        *,
        tokens: AccountTokens,
        clock: Clock,
        limits: Limits | None = None,
        proxy: str = "",
        user_agent: str = "",
        trust: ssl.SSLContext | None = None,
        resolve: Resolve = system_resolve,
        waiter: Waiter | None = None,
        jitter: Callable[[], float] = random.random,
        listener: Listener | None = None,
    ) -> None:
        """Nothing is sent yet.

        Args:
            base_url: of the server, with or without ``/v2``; a path before it is kept. ``http://`` only to this machine.
            tokens: the account's token.
            clock: for limits and the offset of the server's clock.
            limits: of each step.
            proxy: ``http://[user:password@]host:port``, ``direct`` for none, or empty for the system's.
            user_agent: the program's name and version where empty.
            trust: for the server's certificate; the system's store where None.
            resolve: asks for the address of a name.
            waiter: for the pauses between tries.
            jitter: 0..1.
            listener: told how each call ended.

        Raises:
            ApiError: ``api_not_configured``: an address that cannot be used.
        """
        for name in ("httpx", "httpcore", "hpack", "h2"):  # they would write whole addresses and headers
            logging.getLogger(name).setLevel(logging.WARNING)
        self._server = Server.parse(base_url)
        self.tokens = tokens
        self._clock = clock
        self._limits = limits or Limits()
        self._waiter = waiter or Waiter()
        self._jitter = jitter
        self._timeout = httpx.Timeout(
            connect=self._limits.connect, read=self._limits.read, write=self._limits.write, pool=None
        )
        self._listener = listener
        self._skew = Skew()
        way = find_proxy(proxy, self._server)
        self._proxied = way is not None
        self._pool = Pool(trust=trust or system_trust(), names=Names(resolve), proxy=way, lanes=LANES)
        agent = user_agent or f"kiosk/{__version__} ({platform.system() or 'unknown'})"
        self._client = httpx.Client(
            transport=self._pool,
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": agent, "Accept": "application/json"},
        )

    @property
    def offset_s(self) -> float:
        """How far the server's clock is ahead of ours; 0.0 before the first answer. Good to about half a second."""
        return self._skew.offset_s

    def send(self, call: Call) -> Reply:
        """One answer, retries included. See :class:`kiosk.api.operation.Transport`."""
        began = self._clock.mono_ms()
        failure: ApiError | None = None
        try:
            return self._send(call, began)
        except ApiError as error:
            failure = error
            raise
        finally:
            if self._listener is not None:
                self._listener(call.operation.id, failure, self._clock.mono_ms() - began)

    def close(self) -> None:
        """Hang up. Calls under way and pauses end with an error. Safe to call twice, from any thread."""
        self._waiter.end()
        self._client.close()

    def _send(self, call: Call, began: float) -> Reply:
        ends = began + (self._limits.total if call.within_s is None else call.within_s) * 1000
        body, url = encode(call), self._server.base + address(call)
        was_renewed = False
        attempt = 0
        while True:
            attempt += 1
            token = self._token(call, ends)
            try:
                return self._once(call, url, body, token, ends)
            except UnauthorizedError as error:
                if was_renewed or not isinstance(token, AccountToken):
                    self._refuse(token)
                    raise
                self._renew_after(error, token, ends)
                was_renewed = True
                attempt -= 1
            except ApiError as error:
                pause = again(attempt, error, left_s=self._left(ends), random=self._jitter)
                if pause is None or not self._waiter.wait(pause):
                    raise

    def _token(self, call: Call, ends: float) -> Token | None:
        """The token that this call carries; the account's own is renewed first where it ends soon and there is time."""
        if call.operation.bearer is Bearer.GIVEN:
            return call.token
        if call.operation.bearer is Bearer.NONE:
            return None
        token = self.tokens.current()
        now_s = self._clock.now().timestamp() + self.offset_s
        if self._left(ends) < RENEW_WITH_S or not self.tokens.due(server_now_s=now_s):
            return token
        try:
            return self.tokens.renew(token, lambda spent: self._ask_for_token(spent, ends), wait_s=0.0)
        except ApiError as error:
            logger.info("the token could not be renewed before it ends: %s", error.code)
            return token

    def _renew_after(self, refusal: UnauthorizedError, token: AccountToken, ends: float) -> None:
        """A newer token after a 401, or the end of this call; the end of the token too, where the account says so.

        Raises:
            ApiError: the refusal.
        """
        try:
            self.tokens.renew(token, lambda spent: self._ask_for_token(spent, ends), wait_s=self._left(ends))
        except AnsweredError:
            self.tokens.refuse(token)
        except ApiError:
            pass  # nobody said that it is no longer good: the next call asks again
        else:
            return
        raise refusal

    def _ask_for_token(self, spent: AccountToken, ends: float) -> AccountToken:
        call = renewal()
        return renewed(self._once(call, self._server.base + address(call), None, spent, ends))

    def _refuse(self, token: Token | None) -> None:
        if isinstance(token, AccountToken):
            self.tokens.refuse(token)

    def _once(self, call: Call, url: str, body: bytes | None, token: Token | None, ends: float) -> Reply:
        """One try.

        Raises:
            ApiError: anything but a readable 2xx answer.
        """
        operation = call.operation
        began, answer = self._clock.mono_ms(), self._exchanged(call, url, body, token, ends)
        took = (self._clock.mono_ms() - began) / 1000
        self._skew.hear(answer.headers.get("date", ""), now=self._clock.now(), round_trip_s=took)
        success = 200 <= answer.status < 300
        content, readable = None, True
        if answer.content:
            try:
                content = decode(answer.content)
            except ValueError:  # its text may repeat the answer
                readable = False
        if not success:
            raise error_of(answer.status, answer.headers, content, operation=operation, sent=call.body)
        if not readable:
            unsure = operation.repeat is Repeat.NEVER
            raise UnreadableError(
                Code.API_UNREADABLE, f"{operation.id}: not JSON", status=answer.status, maybe_done=unsure
            )
        return Reply(status=answer.status, body=content, headers=answer.headers, operation=operation)

    def _exchanged(self, call: Call, url: str, body: bytes | None, token: Token | None, ends: float) -> Answer:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token is not None:
            text = token.reveal()
            if not (text.isascii() and text.isprintable() and " " not in text and text):
                raise ApiError(Code.API_NOT_CONFIGURED, f"{call.operation.id}: the {token.kind} token is no token")
            headers["Authorization"] = f"Bearer {text}"
        lane = self._lane(call, ends)
        try:
            request = self._client.build_request(
                call.operation.method,
                url,
                content=body,
                headers=headers,
                timeout=self._timeout,
                extensions={"lane": lane},
            )
            return exchange(self._client, request, lane, operation=call.operation, proxied=self._proxied)
        finally:
            self._pool.give(lane)

    def _lane(self, call: Call, ends: float) -> Lane:
        left = self._left(ends)
        if left <= 0:
            raise LinkError(Code.API_TIMEOUT, call.operation.id)
        try:
            return self._pool.take(within_s=left, wait_s=min(left, self._limits.pool))
        except PoolTimeout:
            raise LinkError(Code.API_TIMEOUT, f"{call.operation.id}: all connections are busy") from None
        except PoolClosed:
            raise LinkError(Code.API_NO_LINK, f"{call.operation.id}: closed") from None

    def _left(self, ends: float) -> float:
        return (ends - self._clock.mono_ms()) / 1000
