"""A liveness report as one JSON object and as text for people. Words and layout only; counts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kiosk.domain.policy import Policy
from kiosk.evaluate.files import Kind
from kiosk.evaluate.liveness import Figures, Report, Tally
from kiosk.evaluate.statistics import Interval, Rate
from kiosk.evaluate.words import columns, limits, per_cent, rate_in_words

METHOD = "self-tested to the method of ISO/IEC 30107-3; one file is one attempt"

COUNTING = (
    "apcer: attacks answered with 'live', of those that met the gates; "
    "bpcer: bona fide answered with 'attack' or with nothing, of those that met the gates; "
    "not_guided: never met the gates (non-response), never let in; "
    "…_with_not_guided: of all attempts, such an attack kept out and such a bona fide refused; "
    "a clip is judged by the session machine until its first answer, a picture is one sample against the threshold"
)


def as_object(report: Report, policy: Policy, networks: Sequence[str], others: int) -> dict[str, Any]:
    """The whole report for machines: numbers 0..1 or null, intervals as [low, high] or null."""
    whole = report.whole
    unreadable = whole.bona_fide.unreadable + sum(tally.unreadable for _, tally in whole.attacks)
    return {
        **_figures(whole),
        "worst_species": whole.attacks[0][0] if whole.attacks and whole.attacks[0][1].responses else None,
        "pictures": _of_kind(report, Kind.PICTURE),
        "clips": _of_kind(report, Kind.CLIP),
        "sites": [
            {
                "species": line.species,
                "site": line.site,
                **_rate_of(line.tally, is_attack=line.species is not None),
                "counts": _counts(line.tally),
            }
            for line in report.sites
        ],
        "exposure": [
            {
                "band": line.name,
                "luma": [line.low, line.high],
                **_rate_of(line.tally, is_attack=False),
                "counts": _counts(line.tally),
            }
            for line in report.bands
        ],
        "not_guided_hints": [{"label": label, "hint": hint, "count": n} for label, hint, n in report.hints],
        "ms_per_attempt": {str(kind): round(ms, 1) for kind, ms in report.ms_per_attempt},
        "answer_ms": None if report.answer_ms is None else round(report.answer_ms, 1),
        "unreadable": unreadable,
        "ignored_files": others,
        "threshold": policy.liveness.threshold,
        "networks": list(networks),
        "method": METHOD,
        "counting": COUNTING,
    }


def _figures(figures: Figures) -> dict[str, Any]:
    bona_fide = figures.bona_fide
    area = figures.score_auc
    return {
        "bpcer": bona_fide.refused.value,
        "apcer": {name: tally.let_in.value for name, tally in figures.attacks},
        "intervals": {
            "bpcer": _pair(bona_fide.refused),
            "apcer": {name: _pair(tally.let_in) for name, tally in figures.attacks},
            "bpcer_with_not_guided": _pair(bona_fide.refused_of_all),
            "apcer_with_not_guided": {name: _pair(tally.let_in_of_all) for name, tally in figures.attacks},
            "score_auc": _limits(area.interval) if area is not None else None,
        },
        "score_auc": area.value if area is not None else None,
        "bpcer_with_not_guided": bona_fide.refused_of_all.value,
        "apcer_with_not_guided": {name: tally.let_in_of_all.value for name, tally in figures.attacks},
        "counts": {
            "bona_fide": _counts(bona_fide),
            "attacks": {name: _counts(tally) for name, tally in figures.attacks},
        },
        "not_guided": {
            "bona_fide": bona_fide.not_guided,
            "attacks": {name: tally.not_guided for name, tally in figures.attacks},
        },
    }


def _of_kind(report: Report, kind: Kind) -> dict[str, Any] | None:
    return next((_figures(figures) for each, figures in report.by_kind if each is kind), None)


def _rate_of(tally: Tally, *, is_attack: bool) -> dict[str, Any]:
    rate = tally.let_in if is_attack else tally.refused
    return {"apcer" if is_attack else "bpcer": rate.value, "interval": _pair(rate)}


def _counts(tally: Tally) -> dict[str, int]:
    return {
        "attempts": tally.attempts,
        "live": tally.live,
        "attack": tally.attack,
        "inconclusive": tally.inconclusive,
        "not_guided": tally.not_guided,
        "unreadable": tally.unreadable,
    }


def _pair(rate: Rate) -> list[float] | None:
    return _limits(rate.interval) if rate.interval is not None else None


def _limits(interval: Interval) -> list[float]:
    return [interval.low, interval.high]


def as_text(report: Report, policy: Policy, networks: Sequence[str], others: int) -> str:
    """The whole report for people."""
    lines = [
        f"Liveness, {METHOD}.",
        f"Networks: {', '.join(networks)}; threshold {policy.liveness.threshold:g}.",
        "",
    ]
    if len(report.by_kind) > 1:
        lines += ["All files", *_block(report.whole), ""]
    for kind, figures in report.by_kind:
        lines += [TITLE[kind], *_block(figures), ""]
    lines += ["By site (rates of those that met the gates)", *_site_table(report), ""]
    lines += ["Bona fide by exposure (mean luma of the face, 0..255)", *_band_table(report), ""]
    if report.hints:
        lines.append("Gates that were never met, by what was asked for most:")
        lines += columns([(f"  {label}", hint, str(n)) for label, hint, n in report.hints], right={2})
        lines.append("")
    spent = ", ".join(f"{ms:.0f} ms a {kind} (mean)" for kind, ms in report.ms_per_attempt)
    answer = (
        f"; clips were answered after {report.answer_ms:.0f} ms of their own time (median)" if report.answer_ms else ""
    )
    lines.append(f"Work on this machine: {spent}{answer}.")
    unreadable = [a.sample.path.name for a in report.attempts if a.response == "unreadable"]
    if unreadable:
        lines.append(f"Could not be read, and not counted: {len(unreadable)} ({', '.join(unreadable[:5])}).")
    if others:
        lines.append(f"Neither picture nor clip by their names: {others}.")
    lines += ["", "How attempts count:", *(f"  {part.strip()}" for part in COUNTING.split(";"))]
    return "\n".join(lines)


TITLE = {
    Kind.PICTURE: "Pictures (one frame each, gates and threshold; a station watches at least six frames)",
    Kind.CLIP: "Clips (each one visit, as the station runs it, until its first answer)",
}


def _block(figures: Figures) -> list[str]:
    bona_fide = figures.bona_fide
    rows: list[tuple[str, ...]] = [
        ("", "rate", "95 % interval", "of", "with not guided", "live", "attack", "unsure", "not guided")
    ]
    for name, tally in figures.attacks:
        rows.append((f"  APCER {name}", *_cells(tally, tally.let_in, tally.let_in_of_all)))
    rows.append(("  BPCER", *_cells(bona_fide, bona_fide.refused, bona_fide.refused_of_all)))
    text = columns(rows, right={1, 3, 4, 5, 6, 7, 8})
    if figures.score_auc is not None:
        text.append(f"  Area of the scores {figures.score_auc.value:.4f} {limits(figures.score_auc.interval, 4)}")
    return text


def _cells(tally: Tally, rate: Rate, of_all: Rate) -> tuple[str, ...]:
    return (
        per_cent(rate.value),
        limits(rate.interval),
        str(rate.of),
        per_cent(of_all.value),
        str(tally.live),
        str(tally.attack),
        str(tally.inconclusive),
        str(tally.not_guided),
    )


def _site_table(report: Report) -> list[str]:
    rows = []
    for line in report.sites:
        rate = line.tally.refused if line.species is None else line.tally.let_in
        what = "BPCER" if line.species is None else f"APCER {line.species}"
        rows.append((f"  {what}", line.site or "-", *rate_in_words(rate), f"{line.tally.not_guided} not guided"))
    return columns(rows, right={2, 4})


def _band_table(report: Report) -> list[str]:
    rows = [
        (
            f"  {line.name}",
            f"{line.low:.0f} to {line.high:.0f}",
            *rate_in_words(line.tally.refused),
            f"{line.tally.not_guided} not guided",
        )
        for line in report.bands
    ]
    return columns(rows, right={2, 4})
