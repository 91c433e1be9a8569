"""A liveness report as one HTML file that needs nothing else: no script, no font, no picture of anybody. Words and layout."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape

from kiosk.domain.policy import Policy
from kiosk.evaluate import det
from kiosk.evaluate.liveness import Figures, Report, Tally
from kiosk.evaluate.liveness_report import COUNTING, METHOD, TITLE
from kiosk.evaluate.statistics import Rate
from kiosk.evaluate.words import limits, per_cent, sentence

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1d2733;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}table{border-collapse:collapse;margin:.5rem 0}
th,td{padding:.3rem .8rem;border-bottom:1px solid #d5dce3;text-align:right}th:first-child,td:first-child{text-align:left}
tr.bad td{background:#fdeaea}img{max-width:100%;border:1px solid #d5dce3}p.note{color:#55616e}
"""

HEAD = ("", "rate", "95 % interval", "of", "with not guided", "live", "attack", "unsure", "not guided")


def as_html(report: Report, policy: Policy, networks: Sequence[str], others: int) -> str:
    """The whole report as one page.

    Args:
        networks: labels of the passive networks in use.
        others: files that were neither picture nor clip.
    """
    body = [
        "<h1>Liveness</h1>",
        f"<p>{escape(sentence(METHOD))} Networks: {escape(', '.join(networks))}; threshold {policy.liveness.threshold:g}.</p>",
    ]
    if len(report.by_kind) > 1:
        body += ["<h2>All files</h2>", figures_table(report.whole)]
    for kind, figures in report.by_kind:
        body += [f"<h2>{escape(TITLE[kind])}</h2>", figures_table(figures)]
    body += _trade_off(report, policy)
    body += ["<h2>By site</h2>", table(("", "site", "rate", "95 % interval", "of", "not guided"), _sites(report))]
    body += ["<h2>Bona fide by exposure</h2>", table(("mean luma", "BPCER", "95 % interval", "of"), _bands(report))]
    body += ["<h2>Time</h2>", f"<p>{escape(_time(report))}</p>"]
    unreadable = sum(a.response == "unreadable" for a in report.attempts)
    body.append(f'<p class="note">Could not be read: {unreadable}. Neither picture nor clip by name: {others}.</p>')
    body += [
        "<h2>How attempts count</h2>",
        "<ul>",
        *(f"<li>{escape(p.strip())}</li>" for p in COUNTING.split(";")),
        "</ul>",
    ]
    return page("Liveness report", body)


def page(title: str, body: Iterable[str], *, language: str = "en") -> str:
    """One file out of parts that are HTML already."""
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


def figures_table(figures: Figures) -> str:
    """APCER of each species, worst first, and BPCER."""
    rows = [
        (_row(f"APCER {name}", tally, tally.let_in, tally.let_in_of_all), tally.live > 0)
        for name, tally in figures.attacks
    ]
    people = figures.bona_fide
    rows.append((_row("BPCER", people, people.refused, people.refused_of_all), False))
    area = figures.score_auc
    note = "" if area is None else f"<p>Area of the scores {area.value:.4f} {escape(limits(area.interval, 4))}</p>"
    return table(HEAD, rows) + note


def _row(name: str, tally: Tally, rate: Rate, of_all: Rate) -> tuple[str, ...]:
    counts = (tally.live, tally.attack, tally.inconclusive, tally.not_guided)
    shown = (name, per_cent(rate.value), limits(rate.interval), str(rate.of), per_cent(of_all.value))
    return (*shown, *(str(count) for count in counts))


def _trade_off(report: Report, policy: Policy) -> list[str]:
    found = det.curves(report.attempts)
    if not found:
        return ["<h2>Detection error trade-off</h2>", "<p>There are no scores on both sides.</p>"]
    picture = base64.b64encode(det.draw(found, threshold=policy.liveness.threshold)).decode()
    return [
        "<h2>Detection error trade-off</h2>",
        f'<img alt="APCER over BPCER at every threshold" src="data:image/png;base64,{picture}">',
        '<p class="note">Of the fused scores alone: vetoes, gates and the active step come on top.</p>',
    ]


def _sites(report: Report) -> Iterable[tuple[tuple[str, ...], bool]]:
    for line in report.sites:
        rate = line.tally.refused if line.species is None else line.tally.let_in
        what = "BPCER" if line.species is None else f"APCER {line.species}"
        shown = (per_cent(rate.value), limits(rate.interval), f"{rate.hits} of {rate.of}", str(line.tally.not_guided))
        yield (what, line.site or "-", *shown), line.species is not None and rate.hits > 0


def _bands(report: Report) -> Iterable[tuple[tuple[str, ...], bool]]:
    for band in report.bands:
        rate = band.tally.refused
        name = f"{band.name}, {band.low:.0f} to {band.high:.0f}"
        yield (name, per_cent(rate.value), limits(rate.interval), f"{rate.hits} of {rate.of}"), False


def _time(report: Report) -> str:
    spent = ", ".join(f"{ms:.0f} ms of work a {kind} (mean)" for kind, ms in report.ms_per_attempt)
    asked = f"; clips answered after {report.answer_ms:.0f} ms of their own time (median)" if report.answer_ms else ""
    return f"{spent}{asked}."


def table(head: Sequence[str], rows: Iterable[tuple[tuple[str, ...], bool]]) -> str:
    """Rows with their titles; those that are bad stand out."""
    titles = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join(
        f"<tr{' class=bad' if bad else ''}>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"
        for cells, bad in rows
    )
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>"
