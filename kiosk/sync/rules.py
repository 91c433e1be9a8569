"""What a failure means for the row that was being sent, and for the others. Pure.

    reply lost, timeout after sending         doubt   look before sending again
    no link, DNS, TLS, proxy, 401, 402, 429   delay   and halt: no other row would fare better
    5xx, unreadable answer                    delay   halt after three in a row, so that one bad row does not stop the rest
    404 for a deletion                        delay   who is gone already is no failure; this one came from elsewhere
    any other refusal                         bury    a person decides; only this chain waits

Delays grow with the tries of the row and are spread by full jitter; the server's word (``Retry-After``) wins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum

from kiosk.domain.errors import ApiError, Code
from kiosk.domain.outbox import Action
from kiosk.domain.person import Details

FIRST_DELAY_S = 2.0
LONGEST_DELAY_S = 900.0
LOOK_AFTER_S = 2.0
"""A request whose reply was lost may still be on its way: the look waits at least so long."""


class Fate(Enum):
    """Of a row after a failure."""

    DELAY = "delay"
    DOUBT = "doubt"
    BURY = "bury"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What to do now.

    Attributes:
        seconds: until the row may go again (delay, doubt).
        halts: nothing else should be tried until the link is back.
        suspicious: the server answered with a fault of its own; several in a row halt.
    """

    fate: Fate
    seconds: float = 0.0
    halts: bool = False
    suspicious: bool = False


_LINK = frozenset(
    {
        Code.API_NO_LINK,
        Code.API_DNS,
        Code.API_TLS,
        Code.API_PROXY,
        Code.API_TIMEOUT,
        Code.API_UNAUTHORIZED,
        Code.API_NO_CREDITS,
        Code.API_THROTTLED,
        Code.API_NOT_CONFIGURED,
    }
)
_SERVER = frozenset({Code.API_SERVER_ERROR, Code.API_UNREADABLE, Code.API_REPLY_LOST})


def rule(error: ApiError, *, action: Action, tries: int, jitter: Callable[[], float]) -> Ruling:
    """What ``error`` means for a row of this action.

    Args:
        tries: how often the row was begun, this time included.
        jitter: 0..1, evenly spread.
    """
    halts, suspicious = error.code in _LINK, error.code in _SERVER
    # A deletion is done on the account's own word, which is an answer and no error (Account.delete_person).
    suspicious |= error.code is Code.API_NOT_FOUND and action is Action.DELETE_PERSON
    if error.maybe_done:
        wait = max(LOOK_AFTER_S, delay_s(error, tries=tries, jitter=jitter))
        return Ruling(fate=Fate.DOUBT, seconds=wait, halts=halts, suspicious=True)
    if halts or suspicious:
        # A link that is down is not the row's fault: the row waits no longer than the link does.
        wait = delay_s(error, tries=1 if halts else tries, jitter=jitter)
        return Ruling(fate=Fate.DELAY, seconds=wait, halts=halts, suspicious=suspicious)
    return Ruling(fate=Fate.BURY)


def overtaken(there: Details, *, known: Details | None, ours: Details) -> bool:
    """Whether somebody has changed a person at the account since it was last heard of, and not to what is to be sent.

    Args:
        there: what the account holds.
        known: what it acknowledged last; None where that is not known: then what is to be sent counts.
        ours: what is to be sent, as the account would give it back.
    """
    if known is None:
        return False
    names = (each.name for each in fields(Details) if getattr(there, each.name) or each.name != "first_name")
    return any(getattr(there, name) not in (getattr(known, name), getattr(ours, name)) for name in names)


def delay_s(error: ApiError, *, tries: int, jitter: Callable[[], float]) -> float:
    """Seconds to wait: what the server asked for, else doubling from two seconds, spread over the whole span."""
    if error.retry_after_s is not None:
        return error.retry_after_s
    span = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** min(max(0, tries - 1), 20))
    return max(0.5, span * jitter())
