"""Small helpers between widgets and the one style sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget


def restyle(widget: QWidget, **properties: str) -> None:
    """Set dynamic properties that the style sheet selects by, and apply it again where one changed."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def label(name: str, role: str = "", *, wrap: bool = True, centred: bool = False) -> QLabel:
    """A plain text label: never rich text, whatever a person typed."""
    made = QLabel()
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if centred:
        made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    if role:
        made.setProperty("role", role)
    return made


def button(name: str, role: str = "") -> QPushButton:
    """A push button that Enter presses too."""
    made = QPushButton()
    made.setObjectName(name)
    made.setAutoDefault(True)
    if role:
        made.setProperty("role", role)
    return made


def say(widget: QLabel | QPushButton, words: str) -> None:
    """Set the words where they changed; screen readers hear the same words."""
    if widget.text() != words:
        widget.setText(words)
        widget.setAccessibleName(words)
