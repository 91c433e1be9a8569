"""The doctor's page: every check with what was found, and whether the station may be left alone."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.checkup import Line, State
from kiosk.station.office.upkeep import DoctorReport
from kiosk.ui.presenters.common import Tone
from kiosk.ui.text import Text

_TONES = {State.OK: Tone.GOOD, State.WARN: Tone.WARN, State.FAIL: Tone.BAD}
_WORST = {State.FAIL: 0, State.WARN: 1, State.OK: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check; ``todo`` is empty where it is well."""

    name: str
    state: str
    tone: Tone
    found: str
    todo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorView:
    """``verdict`` says whether the station is above the pass line; ``alone`` whether it may be called unattended, and why not."""

    verdict: str
    tone: Tone
    alone: str
    rows: tuple[CheckRow, ...]
    again: str
    bundle: str


def present(report: DoctorReport | None, text: Text) -> DoctorView:
    """Worst first; only the buttons before the round was made."""
    if report is None:
        return DoctorView(
            verdict=text.get("doctor.looking"),
            tone=Tone.NEUTRAL,
            alone="",
            rows=(),
            again=text.get("doctor.again"),
            bundle=text.get("doctor.bundle"),
        )
    checkup = report.checkup
    failed, warned = checkup.count(State.FAIL), checkup.count(State.WARN)
    verdict = text.count("doctor.failed", failed) if not checkup.passes else text.get("doctor.passes")
    if warned:
        verdict = f"{verdict} {text.count('doctor.warned', warned)}"
    return DoctorView(
        verdict=verdict,
        tone=Tone.BAD if not checkup.passes else Tone.WARN if warned else Tone.GOOD,
        alone=_alone(report, text),
        rows=tuple(_row(line, text) for line in sorted(checkup.lines, key=lambda line: _WORST[line.state])),
        again=text.get("doctor.again"),
        bundle=text.get("doctor.bundle"),
    )


def _alone(report: DoctorReport, text: Text) -> str:
    if report.may_be_unattended:
        return text.get("doctor.alone_claimed" if report.claimed else "doctor.alone_may")
    if not report.checkup.passes:
        return text.get("doctor.alone_checks")
    return text.get(f"doctor.alone_{report.claim.ground}")


def name_of(line: Line, text: Text) -> str:
    """Of the check, in the language of the text."""
    key = f"check.{line.name}"
    return text.get(key) if text.has(key) else line.name


def _row(line: Line, text: Text) -> CheckRow:
    asked = text.get("doctor.asked_for", limit=text.said(line.limit)) if line.limit else ""
    return CheckRow(
        name=name_of(line, text),
        state=text.get(f"check_state.{line.state}"),
        tone=_TONES[line.state],
        found=text.said(line.value),
        todo="" if line.state is State.OK else " ".join(part for part in (asked, text.said(line.remedy)) if part),
    )
