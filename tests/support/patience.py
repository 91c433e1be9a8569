"""How long a test waits for what must come. A busy machine takes its time; waiting long costs nothing where all is well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pytestqt.qtbot import QtBot

PATIENCE_S = 60.0
"""Of one wait; what has not come by then does not come."""

PROGRAM_S = 300.0
"""Of one program, from its start to its end."""


_UNHURRIED = ("GUIDING", "HOLDING", "LIVENESS", "CAPTURING", "DECIDING", "SUBMITTING")

PATIENT_STATION = {f"KIOSK_POLICY__TIMING__{name}_MS": "60000" for name in _UNHURRIED} | {
    "KIOSK_POLICY__LIVENESS__MAX_GAP_MS": "2000",
    "KIOSK_POLICY__LOCKOUT__MAX_RESTARTS": "20",
}
"""Settings of a whole program that has to share the processor: what it does itself may take longer than a person would wait.
Where a face was out of sight for half a second (somebody else might stand there now) it begins again as often as that happens."""


class PatientBot(QtBot):  # type: ignore[misc]
    """Waits as long as every other test here."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = int(PATIENCE_S * 1000)) -> None:
        """As the original."""
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = int(PATIENCE_S * 1000), **more: Any) -> Any:
        """As the original."""
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitSignals(self, signals: Sequence[Any], *, timeout: int = int(PATIENCE_S * 1000), **more: Any) -> Any:
        """As the original."""
        return super().waitSignals(signals, timeout=timeout, **more)

    def waitExposed(self, widget: Any, *, timeout: int = int(PATIENCE_S * 1000)) -> Any:
        """As the original."""
        return super().waitExposed(widget, timeout=timeout)
