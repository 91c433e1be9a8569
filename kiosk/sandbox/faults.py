"""What goes wrong on purpose: ``lost_reply=0.1,http500=0.05,latency=300``.

A comma list of ``name=share`` (0..1, of the requests) or ``name=milliseconds``. Not in their right mind are only requests under
``/v2`` and ``/v3``; the control endpoints always answer.

    lost_reply   the server carries the request out and commits, then closes the connection without a reply
    truncated    carried out; the reply ends in the middle of its body
    not_json     carried out; the reply is a page for people
    reset        not carried out; the connection is reset (RST)
    http401 http402 http429 http500   not carried out; 429 has Retry-After
    latency      milliseconds before the request is carried out
    slow_drip    milliseconds between pieces of 16 bytes of the reply's body
    tls          share of the connections whose TLS handshake fails (with ``--tls``)

The dice are thrown in this order with one generator, so the same seed and the same requests give the same faults.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field

from kiosk.domain.errors import Code, ConfigError

SHARES = ("lost_reply", "truncated", "not_json", "reset", "http401", "http402", "http429", "http500")
TLS = "tls"
TIMES = ("latency", "slow_drip")
LONGEST_MS = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What happens to one request. ``kind`` is one of :data:`SHARES`, or empty."""

    kind: str = ""
    latency_s: float = 0.0
    drip_s: float = 0.0


@dataclass(slots=True)
class Faults:
    """The dice and how they are loaded. Any thread.

    Attributes:
        values: share or milliseconds of each fault that is on.
        times: how many more requests may be struck by a fault of :data:`SHARES`; None for no end.
        path: only requests whose path begins with this are struck.
        struck: how often each fault has struck.
    """

    values: dict[str, float] = field(default_factory=dict)
    times: int | None = None
    path: str = ""
    struck: dict[str, int] = field(default_factory=dict)
    _dice: random.Random = field(default_factory=random.Random)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def read(cls, spec: str, *, seed: int = 0) -> Faults:
        """From ``--fault``.

        Raises:
            ConfigError: an unknown name, or a value that is no share or time.
        """
        return cls(values=values_of(spec), _dice=random.Random(seed))  # noqa: S311 - dice for tests, no secret

    def set(self, spec: str, *, times: int | None = None, path: str = "") -> None:
        """Replace what goes wrong from now on.

        Raises:
            ConfigError: as :meth:`read`; nothing is changed then.
        """
        values = values_of(spec)
        with self._lock:
            self.values, self.times, self.path = values, times, path

    def draw(self, path: str) -> Plan:
        """What happens to the request that just came."""
        with self._lock:
            if not self.values or not path.startswith(self.path):
                return Plan()
            kind = ""
            if self.times != 0:
                kind = next((name for name in SHARES if self._strikes(name)), "")
            if kind:
                self.times = None if self.times is None else self.times - 1
                self.struck[kind] = self.struck.get(kind, 0) + 1
            return Plan(
                kind=kind,
                latency_s=self.values.get("latency", 0) / 1000,
                drip_s=self.values.get("slow_drip", 0) / 1000,
            )

    def breaks_handshake(self) -> bool:
        """Whether the TLS handshake that just began fails."""
        with self._lock:
            strikes = self._strikes(TLS)
            if strikes:
                self.struck[TLS] = self.struck.get(TLS, 0) + 1
            return strikes

    def _strikes(self, name: str) -> bool:
        share = self.values.get(name, 0.0)
        return share > 0 and self._dice.random() < share


def values_of(spec: str) -> dict[str, float]:
    """``lost_reply=0.1,latency=300`` as numbers; a share without a value is 1.

    Raises:
        ConfigError: which part cannot be read.
    """
    values: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in spec.split(","))):
        name, equals, text = part.partition("=")
        if name not in (*SHARES, TLS, *TIMES):
            known = ", ".join((*SHARES, TLS, *TIMES))
            raise ConfigError(Code.CONFIG_BAD_VALUE, f"--fault: {name}; there are {known}")
        highest = LONGEST_MS if name in TIMES else 1
        try:
            value = float(text) if equals else 1.0
        except ValueError:
            value = -1.0
        if not 0 <= value <= highest or (name in TIMES and not equals):
            unit = f"milliseconds, 0 to {LONGEST_MS}" if name in TIMES else "a share, 0 to 1"
            raise ConfigError(Code.CONFIG_BAD_VALUE, f"--fault: {part}; {name} is {unit}")
        values[name] = value
    return values
