"""A part is broken: which, what to do, and that the page goes away by itself."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.station.snapshot import Snapshot
from kiosk.ui.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultView:
    """``code`` and ``detail`` are for operators; never personal."""

    title: str
    what: str
    remedy_title: str
    remedy: str
    again: str
    code: str
    detail: str


def present(snapshot: Snapshot, text: Text) -> FaultView:
    """The error's sentence and its remedy."""
    fault, part = snapshot.fault, snapshot.fault_part
    part_name = text.pick(f"part.{part}", "part.station")
    code = ""
    if fault is not None:
        code = text.get("fault.code_part", code=fault, part=part_name) if part else text.get("fault.code", code=fault)
    return FaultView(
        title=text.get("fault.title"),
        what=text.get(f"error.{fault}") if fault else text.get("reason.part_failed"),
        remedy_title=text.get("fault.remedy_title"),
        remedy=text.get(f"remedy.{fault}") if fault else text.get("next.part_failed"),
        again=text.get("fault.again"),
        code=code,
        detail=snapshot.fault_detail,
    )
