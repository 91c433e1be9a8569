"""A matching report as one JSON object and as text for people. Words and layout only; counts nothing."""

from __future__ import annotations

from typing import Any

from kiosk.evaluate.matching import FAR, Report
from kiosk.evaluate.statistics import Interval, OperatingPoint, Rate
from kiosk.evaluate.words import columns, limits, per_cent, rate_in_words

COUNTING = (
    "a pair with a picture that has no usable face counts as not the same person; "
    "of several faces in a picture the largest near its middle is taken"
)


def as_object(report: Report) -> dict[str, Any]:
    """The whole report for machines: rates 0..1 or null, intervals as [low, high] or null."""
    at_far, equal, area = report.at_far, report.equal, report.area
    return {
        "pairs": report.genuine + report.impostor,
        "tar_at_far_1e-3": at_far.tar.value if at_far else None,
        "eer": equal.value if equal else None,
        "auc": area.value if area else None,
        "threshold": at_far.threshold if at_far else None,
        "intervals": {
            "tar_at_far_1e-3": _pair(at_far.tar.interval) if at_far else None,
            "far": _pair(at_far.far.interval) if at_far else None,
            "eer": _pair(equal.interval) if equal else None,
            "auc": _pair(area.interval) if area else None,
        },
        "genuine": report.genuine,
        "impostor": report.impostor,
        "false_accepts_allowed": int(FAR * report.impostor + 1e-9),
        "far": at_far.far.value if at_far else None,
        "eer_threshold": equal.threshold if equal else None,
        "at_policy_threshold": _point(report.at_policy),
        "pictures": report.pictures,
        "several_faces": report.several_faces,
        "failures": {str(kind): count for kind, count in report.failures},
        "failed_pairs": {"genuine": report.failed_genuine, "impostor": report.failed_impostor},
        "counting": COUNTING,
    }


def _point(point: OperatingPoint) -> dict[str, Any]:
    return {
        "threshold": point.threshold,
        "tar": point.tar.value,
        "far": point.far.value,
        "intervals": {"tar": _pair(point.tar.interval), "far": _pair(point.far.interval)},
    }


def _pair(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


def as_text(report: Report) -> str:
    """The whole report for people."""
    rows = []
    if report.at_far is not None:
        rows.append(_row("TAR at FAR 1e-3", report.at_far.tar, f"threshold {report.at_far.threshold:.3f}"))
        rows.append(_row("FAR there", report.at_far.far, ""))
    if report.equal is not None:
        equal = report.equal
        rows.append(
            ("  EER", per_cent(equal.value), limits(equal.interval), "", f"threshold {equal.threshold:.3f}"),
        )
    if report.area is not None:
        rows.append(("  AUC", f"{report.area.value:.5f}", limits(report.area.interval, 5), "", ""))
    policy = f"threshold {report.at_policy.threshold:.3f}, the station's own"
    rows.append(_row("TAR", report.at_policy.tar, policy))
    rows.append(_row("FAR", report.at_policy.far, policy))
    lines = [
        f"Matching over {report.genuine + report.impostor} pairs: {report.genuine} of one person, "
        f"{report.impostor} of two, {report.pictures} pictures.",
        *columns(rows, right={1, 3}),
    ]
    if report.at_far is None:
        lines.append("  Both kinds of pair are needed for a curve; only one is there.")
    elif report.impostor < 10 / FAR:
        allowed = int(FAR * report.impostor + 1e-9)
        lines.append(
            f"  FAR 1e-3 is coarse here: of {report.impostor} impostor pairs it allows {allowed} to be accepted"
            + (", so the threshold lies just above the most alike of them." if allowed == 0 else ".")
        )
    failed = ", ".join(f"{count} {kind}" for kind, count in report.failures) or "none"
    lines += [
        f"Pictures without a template: {failed}; pairs that could not be compared: {report.failed_genuine} of one "
        f"person, {report.failed_impostor} of two.",
        f"Pictures with several faces: {report.several_faces}.",
        f"How they count: {COUNTING}.",
    ]
    return "\n".join(lines)


def _row(name: str, rate: Rate, note: str) -> tuple[str, ...]:
    return f"  {name}", *rate_in_words(rate), note
