"""Codes that the account sends to people: the calls, each with its deadline, on threads of their own, and how soon they are told.

A typed number may be nobody's, and nobody learns that here: for such a number a call is made that sends nothing, what is told is
the same, and it is told at the same moment. Whatever the account does, an answer comes by the deadline.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.domain.codes import AGAIN_MS, LIVES_MS, MOST_SENT, Address, CodeTrouble
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.link import Link, link_after
from kiosk.domain.ports import Clock
from kiosk.domain.remote import CodeAnswer, Codes

logger = logging.getLogger(__name__)

SEND_S = 4.0
"""How long sending may take. For a typed number it is told exactly then, not before."""

GRACE_S = 0.3
"""After the deadline, for an account that keeps its time: its own word for what went wrong is better than ours."""

AT_ONCE = 3
"""Calls that may be under way; each more than one is a call that hangs."""

_REMEMBERED = 1000

Call = Callable[[Codes, float], CodeAnswer | None]
Told = Callable[[CodeAnswer | None, ApiError | None, float], None]
"""Hears the answer or the error, and how long it took (seconds)."""


@dataclass(slots=True, eq=False)
class _Errand:
    """One call; ends once."""

    call: Call
    within_s: float
    told: Told
    done: threading.Event = field(default_factory=threading.Event)
    answer: CodeAnswer | None = None
    error: ApiError | None = None
    thread: threading.Thread | None = None


class CodeDesk:
    """Any thread may call; nothing blocks.

    Args:
        codes: who sends and checks; None where nothing is connected.
        heard: told the outcome of each call, None for one that was answered.
    """

    def __init__(
        self, codes: Callable[[], Codes | None], *, clock: Clock, heard: Callable[[ApiError | None], None]
    ) -> None:
        """Nothing is sent yet."""
        self._codes = codes
        self._clock = clock
        self._heard = heard
        self._free = threading.Semaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._sent: dict[str, tuple[float, ...]] = {}
        self._errands: set[_Errand] = set()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Nobody is told anything any more."""
        self._stopped.set()
        with self._lock:
            errands = list(self._errands)
        for errand in errands:
            errand.done.set()
            if errand.thread is not None:
                errand.thread.join(1.0)

    def send(
        self, to: Address | None, *, subject: str, hidden: bool, done: Callable[[CodeTrouble | None], None]
    ) -> None:
        """Send a code; ``done`` hears how it went, once.

        Args:
            to: where to; None sends nothing and does as if.
            subject: who it is for, so that nobody is sent too many: a person's id, or the number that was typed.
            hidden: whoever asked may not learn whether it was sent.
        """
        began_ms = self._clock.mono_ms()
        refusal = self._counted(subject, began_ms)
        if refusal is not None:
            done(refusal)
            return

        def told(answer: CodeAnswer | None, error: ApiError | None, took_s: float) -> None:
            del answer
            if error is not None and not error.maybe_done:
                self._uncount(subject, began_ms)
            if hidden:
                self._stopped.wait(max(0.0, SEND_S + GRACE_S - took_s))
            done(trouble_of(error, hidden=hidden))

        def call(codes: Codes, within_s: float) -> None:
            if to:
                codes.send(to, within_s=within_s)
            else:
                codes.pretend(within_s=within_s)

        self._start(_Errand(call, SEND_S, told))

    def check(
        self,
        to: Address | None,
        code: str,
        *,
        within_s: float,
        hidden: bool,
        done: Callable[[CodeAnswer, CodeTrouble | None], None],
    ) -> None:
        """Ask whether this code is right; ``done`` hears it, once. With a trouble nobody knows.

        Args:
            to: where it was sent; None is never right.
            hidden: whoever typed it may not learn whose number it is: a no comes after half the time, or after all of it.
        """

        def told(answer: CodeAnswer | None, error: ApiError | None, took_s: float) -> None:
            right = answer is CodeAnswer.RIGHT and error is None and bool(to)
            if hidden and not right:
                whole_s, half_s = within_s + GRACE_S, within_s / 2.0
                self._stopped.wait(max(0.0, (half_s if took_s <= half_s else whole_s) - took_s))
            trouble = trouble_of(error, hidden=hidden)
            if trouble is None and answer is CodeAnswer.OVER and not hidden:
                trouble = CodeTrouble.EXPIRED
            done(CodeAnswer.RIGHT if right else CodeAnswer.WRONG, trouble)

        def call(codes: Codes, left_s: float) -> CodeAnswer | None:
            if to:
                return codes.check(to, code, within_s=left_s)
            codes.pretend(within_s=left_s)
            return CodeAnswer.WRONG

        self._start(_Errand(call, within_s, told))

    # ------------------------------------------------------------------- how many

    def _counted(self, subject: str, now_ms: float) -> CodeTrouble | None:
        """Why there is none for them now; None counts one more."""
        with self._lock:
            recent = tuple(at for at in self._sent.get(subject, ()) if now_ms - at < LIVES_MS)
            if len(recent) >= MOST_SENT:
                return CodeTrouble.TOO_MANY
            if recent and now_ms - recent[-1] < AGAIN_MS:
                return CodeTrouble.TOO_SOON
            self._sent[subject] = (*recent, now_ms)
            if len(self._sent) > _REMEMBERED:
                self._sent = {who: at for who, at in self._sent.items() if now_ms - at[-1] < LIVES_MS}
            return None

    def _uncount(self, subject: str, at_ms: float) -> None:
        with self._lock:
            self._sent[subject] = tuple(at for at in self._sent.get(subject, ()) if at != at_ms)
            if not self._sent[subject]:
                del self._sent[subject]

    # ------------------------------------------------------------------- the calls

    def _start(self, errand: _Errand) -> None:
        errand.thread = threading.Thread(target=self._run, args=(errand,), name="code", daemon=True)
        with self._lock:
            if self._stopped.is_set():
                return
            self._errands.add(errand)
            errand.thread.start()

    def _run(self, errand: _Errand) -> None:
        """Wait for the call, but not for ever."""
        began_ms = self._clock.mono_ms()
        codes = self._codes()
        asked = codes is not None and self._free.acquire(blocking=False)
        if codes is not None and asked:
            threading.Thread(target=self._call, args=(errand, codes), name="code-call", daemon=True).start()
            errand.done.wait(errand.within_s + GRACE_S)
        answer, error, over = errand.answer, errand.error, errand.done.is_set()
        if not asked:
            error = ApiError(Code.API_TIMEOUT, "not connected, or earlier calls hang")
        elif not over:
            answer, error = None, ApiError(Code.API_TIMEOUT, "no answer by the deadline", maybe_done=True)
        if not self._stopped.is_set():
            if asked:
                self._heard(error)
            errand.told(answer, error, (self._clock.mono_ms() - began_ms) / 1000.0)
        with self._lock:
            self._errands.discard(errand)

    def _call(self, errand: _Errand, codes: Codes) -> None:
        try:
            errand.answer = errand.call(codes, errand.within_s)
        except ApiError as failure:
            errand.error = failure
        except Exception as failure:  # noqa: BLE001 - our own bug: nobody is let in or kept waiting because of it
            logger.critical("sending or checking a code failed in an unknown way: %s", type(failure).__name__)
            errand.error = ApiError(Code.API_UNREADABLE, type(failure).__name__, maybe_done=True)
        finally:
            self._free.release()
        errand.done.set()


def trouble_of(error: ApiError | None, *, hidden: bool) -> CodeTrouble | None:
    """What an error is to whoever waits. Where it may not be told whose number it is, only what would hinder everybody is."""
    if error is None:
        return None
    if link_after(error) is not Link.ONLINE:
        return CodeTrouble.UNREACHABLE
    logger.info("the account did not take a code: %s", error.code)
    if hidden:
        return None
    return CodeTrouble.NO_ADDRESS if error.code is Code.API_BAD_REQUEST else CodeTrouble.UNREACHABLE
