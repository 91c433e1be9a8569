"""Walks the widgets that can be seen and tells what somebody would not be able to read, reach or hear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from kiosk.ui.text import Text, texts_of

Worded = QLabel | QAbstractButton | QLineEdit | QComboBox

_PIECES = re.compile(r"({\w+})")
_RIGHT_TO_LEFT = "\u200f"
"""Without it Qt takes the letters for what they are and puts the words on the left."""

_ACCENTS = str.maketrans("aeiouncAEIOUNC", "áéíöûñçÁÉÍÖÛÑÇ")


def settle() -> None:
    """Until nothing is left to lay out: each level of a layout asks the next through the event loop."""
    for _ in range(8):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


class PseudoText(Text):
    """English, 40 % longer, full of accents, laid out from right to left. For tests only."""

    def __init__(self) -> None:
        super().__init__("en")
        self._texts = {
            key: words if key.startswith(("language.", "consent.version")) else _RIGHT_TO_LEFT + _pseudo(words)
            for key, words in texts_of("en").items()
        } | {"language.direction": "rtl"}


def _pseudo(words: str) -> str:
    pieces = _PIECES.split(words)
    longer = "".join(piece if _PIECES.fullmatch(piece) else piece.translate(_ACCENTS) for piece in pieces)
    plain = len("".join(piece for piece in pieces if not _PIECES.fullmatch(piece)))
    extra = max(1, round(plain * 0.4))
    return longer + " " + " ".join("ñö" * 3 for _ in range(-(-extra // 7)))[:extra].strip()


def worded(window: QWidget) -> Iterator[Worded]:
    """Every widget with words in it that is up."""
    for kind in (QLabel, QAbstractButton, QLineEdit, QComboBox):
        for widget in window.findChildren(kind):
            if widget.isVisible() and _words(widget) and not _inside_combo(widget):
                yield widget


def clipped(window: QWidget) -> list[str]:
    """Each widget whose words need more room than they have, stand outside what holds them, or on top of others."""
    found = []
    seen = list(worded(window))
    for widget in seen:
        found += [f"{problem}: {_named(widget)}" for problem in (*_too_small(widget), *_outside(widget, window))]
    for area in window.findChildren(QScrollArea):
        inside = area.widget()
        if area.isVisible() and inside.width() > area.viewport().width():
            found.append(f"wider than what it scrolls in: {area.objectName()} of {_page_of(area)}")
    places = [(widget, _place(widget, window)) for widget in seen]
    found += [
        f"on top of each other: {_named(one)} and {_named(other)}"
        for (one, here), (other, there) in combinations(places, 2)
        if here.adjusted(2, 2, -2, -2).intersects(there)
        and not (one.isAncestorOf(other) or other.isAncestorOf(one))
        and _scroller(one) is _scroller(other)
    ]
    return found


def nameless(window: QWidget) -> list[str]:
    """Everything usable or readable without a name for screen readers."""
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QListWidget, QComboBox, QLabel)
    return [
        f"{type(widget).__name__} {widget.objectName()}"
        for kind in kinds
        for widget in window.findChildren(kind)
        if widget.isVisible()
        and not _inside_combo(widget)
        and (not isinstance(widget, QLabel) or widget.text())
        and not widget.accessibleName()
    ]


def out_of_reach(window: QWidget) -> list[str]:
    """Every enabled control that Tab, pressed again and again, never comes to."""
    controls = {
        widget
        for kind in (QAbstractButton, QLineEdit, QPlainTextEdit, QListWidget, QComboBox)
        for widget in window.findChildren(kind)
        if widget.isVisible() and widget.isEnabled() and not _inside_combo(widget)
    }
    reached: set[QWidget] = set()
    for _ in range(3 * len(controls) + 20):
        window.focusNextChild()
        focus = window.focusWidget()
        if focus is not None:
            reached.add(focus)
    return [_named(widget) if isinstance(widget, Worded) else widget.objectName() for widget in controls - reached]


def _too_small(widget: Worded) -> Iterator[str]:
    room = widget.contentsRect()
    metrics = widget.fontMetrics()
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            if widget.height() < widget.heightForWidth(widget.width()) - 1:
                yield "too low"
            widest = max((metrics.horizontalAdvance(word) for word in widget.text().split()), default=0)
            if widest > room.width() + 1:
                yield "too narrow for a word"
            return
        wanted = widget.sizeHint()
        if widget.width() < wanted.width() - 1:
            yield "too narrow"
        if widget.height() < wanted.height() - 1:
            yield "too low"
    elif isinstance(widget, QAbstractButton):
        wanted = widget.minimumSizeHint()
        if widget.width() < wanted.width() - 1:
            yield "too narrow"
        if widget.height() < min(wanted.height() - 1, 30):
            yield "too low"
    elif isinstance(widget, QLineEdit):
        if metrics.horizontalAdvance(widget.placeholderText()) > room.width():
            yield "too narrow for its example"
        if room.height() < metrics.height():
            yield "too low"
    elif metrics.horizontalAdvance(widget.currentText()) > room.width():
        yield "too narrow"


def _outside(widget: QWidget, window: QWidget) -> Iterator[str]:
    holder = widget.parentWidget()
    while holder is not None and (holder is window or window.isAncestorOf(holder)):
        place = QRect(widget.mapTo(holder, QPoint(0, 0)), widget.size())
        room = holder.rect()
        scrolled = isinstance(holder.parentWidget(), QAbstractScrollArea)
        if place.left() < room.left() - 1 or place.right() > room.right() + 1:
            yield f"outside of {holder.objectName() or type(holder).__name__}, across"
            return
        if scrolled:
            return  # may be scrolled to
        if place.top() < room.top() - 1 or place.bottom() > room.bottom() + 1:
            yield f"outside of {holder.objectName() or type(holder).__name__}, down"
            return
        holder = holder.parentWidget()


def _place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def _scroller(widget: QWidget) -> QWidget | None:
    holder = widget.parentWidget()
    while holder is not None and not isinstance(holder, QAbstractScrollArea):
        holder = holder.parentWidget()
    return holder


def _page_of(widget: QWidget) -> str:
    holder: QWidget | None = widget
    while holder is not None and not holder.objectName().endswith("Screen"):
        holder = holder.parentWidget()
    return holder.objectName() if holder is not None else "the window"


def _words(widget: Worded) -> str:
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QLineEdit):
        return widget.text() or widget.placeholderText()
    return widget.text()


def _inside_combo(widget: QWidget) -> bool:
    return isinstance(widget.parentWidget(), QComboBox)


def _named(widget: Worded) -> str:
    return f"{widget.objectName()} of {_page_of(widget)} ({_words(widget)[:40]!r})"
