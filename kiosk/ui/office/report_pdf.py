"""A report of results as one page of charts: numbers a day, by outcome, by truth, and why people were refused. Nobody is in it.

Runs on an office thread: a PDF is painted without a screen. The program's own letters; an application object must exist.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPageSize, QPainter, QPdfWriter, QPen

from kiosk.domain.decision import Outcome
from kiosk.domain.errors import Code, InputError
from kiosk.domain.person import Truth
from kiosk.domain.results import Report
from kiosk.ui.presenters.results import reason_words
from kiosk.ui.text import Text
from kiosk.ui.theme import BRIGHT, FONT

_COLOURS = {
    Outcome.GRANTED: BRIGHT.good,
    Outcome.DENIED: BRIGHT.bad,
    Outcome.DEFERRED: BRIGHT.warn,
    Outcome.HELP: BRIGHT.neutral,
}
_TRUTH_COLOURS = {
    Truth.LOCAL: BRIGHT.neutral,
    Truth.PROVISIONAL: BRIGHT.warn,
    Truth.SENT_NO_REPLY: BRIGHT.accent,
    Truth.CONFIRMED: BRIGHT.good,
    Truth.REFUSED: BRIGHT.bad,
}
_DPI = 144
_MOST_REASONS = 9


def write_report(report: Report, path: Path, text: Text) -> None:
    """One page, A4. Only this user may read the file.

    Raises:
        InputError: ``file_not_writable``.
    """
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise InputError(Code.FILE_NOT_WRITABLE, path.name) from error
    writer = QPdfWriter(str(path))
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(14, 14, 14, 14))
    writer.setTitle(text.get("report.title"))
    writer.setCreator(text.get("app.name"))
    painter = QPainter()
    if not painter.begin(writer):
        with contextlib.suppress(OSError):
            path.unlink()
        raise InputError(Code.FILE_NOT_WRITABLE, path.name)
    try:
        _Sheet(painter, QRectF(0, 0, writer.width(), writer.height()), text).draw(report)
    finally:
        painter.end()


class _Sheet:
    def __init__(self, painter: QPainter, page: QRectF, text: Text) -> None:
        self._painter = painter
        self._page = page
        self._text = text
        self._unit = page.width() / 100.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def draw(self, report: Report) -> None:
        unit, page, text = self._unit, self._page, self._text
        self._write(QRectF(0, 0, page.width(), 6 * unit), text.get("report.title"), 4.2, bold=True)
        span = text.get("report.span", first=report.days[0], last=report.days[-1])
        head = f"{report.station} · {span} · {text.get('report.made', at=report.made_at)}"
        self._write(QRectF(0, 6.5 * unit, page.width(), 3 * unit), head, 1.9, colour=BRIGHT.muted)
        total = text.count("results.count", report.total) if report.total else text.get("results.count_none")
        people = text.count("people.count", report.people) if report.people else text.get("people.count_none")
        self._write(QRectF(0, 10 * unit, page.width(), 4 * unit), f"{total} · {people}", 2.6, bold=True)
        self._days(report, QRectF(0, 17 * unit, page.width(), 42 * unit))
        half = (page.width() - 6 * unit) / 2
        outcomes = report.by_outcome()
        self._bars(
            text.get("report.by_outcome"),
            [(text.get(f"log_outcome.{each}"), outcomes.get(each, 0), _COLOURS[each]) for each in Outcome],
            QRectF(0, 64 * unit, half, 26 * unit),
        )
        truths = report.by_truth()
        self._bars(
            text.get("report.by_truth"),
            [(text.get(f"truth.{each}"), truths.get(each, 0), _TRUTH_COLOURS[each]) for each in Truth],
            QRectF(half + 6 * unit, 64 * unit, half, 26 * unit),
            labels=0.58,
        )
        refused = [(reason_words(each, text), count, BRIGHT.bad) for each, count in report.refusals()]
        shown, more = refused[:_MOST_REASONS], refused[_MOST_REASONS:]
        if more:
            shown.append((text.get("report.more"), sum(count for _, count, _ in more), BRIGHT.neutral))
        self._bars(text.get("report.refusals"), shown, QRectF(0, 94 * unit, page.width(), 40 * unit), labels=0.42)
        foot = QRectF(0, page.height() - 3.5 * unit, page.width(), 3 * unit)
        self._write(foot, text.get("report.foot"), 1.6, colour=BRIGHT.muted)

    def _days(self, report: Report, area: QRectF) -> None:
        unit, painter, text = self._unit, self._painter, self._text
        self._write(
            QRectF(area.left(), area.top(), area.width(), 3.5 * unit), text.get("report.by_day"), 2.4, bold=True
        )
        days = report.by_day()
        highest = max((sum(found.values()) for _, found in days), default=0)
        chart = area.adjusted(7 * unit, 8.5 * unit, 0, -4 * unit)
        legend = area.left()
        for each in Outcome:
            words = text.get(f"log_outcome.{each}")
            painter.fillRect(QRectF(legend, area.top() + 4.9 * unit, 1.6 * unit, 1.6 * unit), QColor(_COLOURS[each]))
            self._write(QRectF(legend + 2.3 * unit, area.top() + 4.4 * unit, 24 * unit, 2.6 * unit), words, 1.8)
            legend += (4.5 + 1.15 * len(words)) * unit
        painter.setPen(QPen(QColor(BRIGHT.line), unit * 0.12))
        for share in (0.0, 0.5, 1.0):
            y = chart.bottom() - share * chart.height()
            painter.drawLine(QPointF(chart.left(), y), QPointF(chart.right(), y))
        ticks = {0: 0.0, highest: 1.0} if highest < 2 or highest % 2 else {0: 0.0, highest // 2: 0.5, highest: 1.0}
        for number, share in ticks.items():
            y = chart.bottom() - share * chart.height() - 1.2 * unit
            self._write(QRectF(area.left(), y, 6 * unit, 2.4 * unit), str(number), 1.7, right=True)
        step = chart.width() / max(1, len(days))
        every = max(1, -(-len(days) // 8))
        for place, (day, found) in enumerate(days):
            left, bottom = chart.left() + place * step, chart.bottom()
            for each in Outcome:
                high = chart.height() * found.get(each, 0) / max(1, highest)
                painter.fillRect(QRectF(left + step * 0.12, bottom - high, step * 0.76, high), QColor(_COLOURS[each]))
                bottom -= high
            if place % every == 0:
                self._write(QRectF(left, chart.bottom() + 0.6 * unit, 12 * unit, 2.6 * unit), day[5:], 1.7)

    def _bars(self, title: str, bars: Sequence[tuple[str, int, str]], area: QRectF, labels: float = 0.45) -> None:
        unit, painter = self._unit, self._painter
        self._write(QRectF(area.left(), area.top(), area.width(), 3.5 * unit), title, 2.4, bold=True)
        highest = max((count for _, count, _ in bars), default=0)
        if not bars:
            self._write(
                QRectF(area.left(), area.top() + 4.5 * unit, area.width(), 3 * unit), self._text.get("report.none"), 1.9
            )
        wide = area.width() * (1.0 - labels) - 7 * unit
        for place, (words, count, colour) in enumerate(bars):
            y = area.top() + (4.5 + 3.4 * place) * unit
            self._write(QRectF(area.left(), y, area.width() * labels - unit, 2.8 * unit), words, 1.8)
            long = wide * count / max(1, highest)
            start = area.left() + area.width() * labels
            painter.fillRect(QRectF(start, y + 0.4 * unit, max(long, 0.15 * unit), 2 * unit), QColor(colour))
            self._write(QRectF(start + long + unit, y, 6 * unit, 2.8 * unit), str(count), 1.8, bold=True)

    def _write(
        self,
        area: QRectF,
        words: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = BRIGHT.ink,
        right: bool = False,
    ) -> None:
        font = QFont(FONT)
        font.setPixelSize(max(1, round(size * self._unit)))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        self._painter.setFont(font)
        self._painter.setPen(QColor(colour))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        fitted = self._painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(area.width()))
        self._painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), fitted)
