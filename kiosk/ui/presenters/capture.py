"""The live picture: guidance, liveness and the asked head motions. One hint at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.domain.guidance import Hint
from kiosk.domain.light.colours import Colour
from kiosk.station.snapshot import CameraState, Screen, Snapshot
from kiosk.ui.presenters.common import CountdownView, StepsView, Tone, countdown, steps
from kiosk.ui.text import Text

_MET = frozenset({Hint.OK, Hint.HOLD_STILL})
_SEEING = frozenset({CameraState.STREAMING, CameraState.BACK})


@dataclass(frozen=True, slots=True)
class CheckView:
    """One component of the picture's quality; ``spoken`` says the sign in words too."""

    name: str
    good: bool
    words: str
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureView:
    """What the capture and challenge screens show.

    Attributes:
        icon: of the hint.
        progress: 0..1, fills the oval.
        met: nothing is asked of the person but to stay.
        arrow: ``left``, ``right``, ``up``, ``down`` (of the screen) or empty.
        live: whether the camera is giving pictures; without it none is shown, an old one is never passed off as live.
        no_picture: what stands in place of the picture.
        late_picture: what stands there when pictures stop coming.
        light: what the screen shines around the oval.
        no_light: words of the button that asks for the head motions instead of colours; empty where none are meant to come.
        checks: the desk's list, of an enrolment.
        skip: words of the button that goes on without turning; empty where nothing can be skipped.
    """

    steps: StepsView | None
    title: str
    icon: str
    hint: str
    more: str
    tone: Tone
    progress: float
    met: bool
    arrow: str
    live: bool
    no_picture: str
    late_picture: str
    picture_name: str
    cancel: str
    help: str
    countdown: CountdownView
    light: Colour | None = None
    no_light: str = ""
    checks: tuple[CheckView, ...] = ()
    skip: str = ""


def present(snapshot: Snapshot, text: Text) -> CaptureView:
    """Hint, oval and arrow of this moment."""
    icon, hint, more = _words(snapshot, text)
    live = snapshot.camera in _SEEING
    met = live and snapshot.screen is Screen.CAPTURE and snapshot.hint in _MET
    return CaptureView(
        steps=steps(snapshot, text),
        title=text.get("capture.title_enrol" if snapshot.enrolling else "capture.title"),
        icon=icon,
        hint=hint,
        more=more,
        tone=Tone.GOOD if met else Tone.ACCENT,
        progress=min(1.0, max(0.0, snapshot.progress)),
        met=met,
        arrow=_arrow(snapshot),
        live=live,
        no_picture=text.get("capture.no_picture") if live else text.get(f"camera.{snapshot.camera}"),
        late_picture=text.get("capture.late_picture"),
        picture_name=text.get("capture.view"),
        cancel=text.get("button.cancel"),
        help=text.get("button.help"),
        countdown=_time_left(snapshot, text, met=met),
        light=Colour(snapshot.light) if snapshot.light else None,
        no_light=text.get("button.no_light") if snapshot.can_refuse_light else "",
        checks=_checks(snapshot, text),
        skip=text.get("button.skip_sides") if snapshot.sides_left else "",
    )


def _checks(snapshot: Snapshot, text: Text) -> tuple[CheckView, ...]:
    """While the front is taken: a turned head is no fault of a side view."""
    if snapshot.sides_left or snapshot.screen is not Screen.CAPTURE:
        return ()
    views = []
    for check in snapshot.checks:
        words = text.get(f"quality.{check.component}")
        sign = text.get("quality.good" if check.good else "quality.bad")
        views.append(CheckView(check.component.value, check.good, words, f"{words}: {sign}"))
    return tuple(views)


def _time_left(snapshot: Snapshot, text: Text, *, met: bool) -> CountdownView:
    """How long there still is to do what is asked; nothing while nothing is asked."""
    asked = replace(snapshot, until_ms=None) if met else snapshot
    return countdown(asked, text, key="capture.time_left", below_s=8 if snapshot.screen is Screen.CAPTURE else 4)


def _arrow(snapshot: Snapshot) -> str:
    asked = snapshot.screen is Screen.CHALLENGE and snapshot.ask in {"left", "right", "up", "down"}
    return snapshot.ask if asked else ""


def _words(snapshot: Snapshot, text: Text) -> tuple[str, str, str]:
    if snapshot.camera not in _SEEING:  # nothing can be asked of anybody whom nothing sees
        return "camera_off", text.get(f"camera.{snapshot.camera}"), text.get("capture.camera_wait")
    if snapshot.screen is Screen.CHALLENGE:
        arrow = _arrow(snapshot)
        if snapshot.sides_left:
            sign, key = (f"arrow_{arrow}", arrow) if arrow else ("hold_still", "hold")
            return sign, text.get(f"side.{key}"), text.get("side.more")
        if arrow:
            return f"arrow_{arrow}", text.get(f"challenge.{arrow}"), text.get("challenge.more")
        words = "centre" if snapshot.ask == "centre" else "wait"
        return "look_straight", text.get(f"challenge.{words}"), text.get(f"challenge.{words}_more")
    if snapshot.lit:
        return "look_straight", text.get("light.hint"), text.get("light.more")
    hint = snapshot.hint or Hint.NO_FACE
    return hint.value, text.get(f"hint.{hint}"), text.get(f"hint_more.{hint}")
