"""Consent before the camera is used. The text has a version; agreeing names it, with the language it was read in."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.common import CountdownView, StepsView, countdown, steps
from kiosk.ui.text import Text

_POINTS = ("what", "why", "where", "withdraw")
_ICONS = {"what": "pictures", "why": "target", "where": "place", "withdraw": "shield"}


@dataclass(frozen=True, slots=True)
class Point:
    """One paragraph."""

    icon: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """``version`` is what :meth:`~kiosk.station.snapshot.Intents.give_consent` is told."""

    steps: StepsView | None
    title: str
    intro: str
    points: tuple[Point, ...]
    footer: str
    version: str
    agree: str
    refuse: str
    help: str
    countdown: CountdownView


def present(snapshot: Snapshot, text: Text) -> ConsentView:
    """The whole text, and both answers."""
    version = f"{text.get('consent.version')}-{text.language}"
    return ConsentView(
        steps=steps(snapshot, text),
        title=text.get("consent.title"),
        intro=text.get("consent.intro"),
        points=tuple(
            Point(_ICONS[name], text.get(f"consent.{name}_title"), text.get(f"consent.{name}")) for name in _POINTS
        ),
        footer=text.get("consent.footer", version=version),
        version=version,
        agree=text.get("button.agree"),
        refuse=text.get("button.refuse"),
        help=text.get("button.help"),
        countdown=countdown(snapshot, text, key="capture.time_left", below_s=30),
    )
