"""One hint at a time: what should the person do next?

``judge`` looks at one sighting and names the first thing that is wrong, in the order in which a person can mend it.
``steady`` keeps the shown hint still: a new one must hold for ``settle_ms`` before it replaces the old one, so that noise at
a limit never makes the text flicker (a hypothesis property), and ``ok`` needs limits that are a little tighter on the way in
than on the way out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.face import Face, Sighting
from kiosk.domain.policy import Light, Placement, Policy


class Hint(StrEnum):
    """Everything the station ever asks of a person; the event stream's closed list, and ``no_face`` for nobody there."""

    NO_FACE = "no_face"
    ONE_PERSON = "one_person"
    COME_CLOSER = "come_closer"
    STEP_BACK = "step_back"
    CENTER = "center"
    LOOK_STRAIGHT = "look_straight"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BACKLIT = "backlit"
    UNCOVER_FACE = "uncover_face"
    BLURRED = "blurred"
    HOLD_STILL = "hold_still"
    OK = "ok"


_ORDER = tuple(Hint)
"""How far a person has come: each hint assumes that the earlier ones are met."""

SLACK_OUT = 1.15
"""Limits are this much wider while the person is already in place (hysteresis)."""


@dataclass(frozen=True, slots=True)
class Guidance:
    """What is shown, and what may replace it.

    Attributes:
        shown: the hint on screen.
        shown_since_ms: when it came up.
        waiting: the newest different judgement.
        waiting_since_ms: since when that judgement has been the same without a break.
    """

    shown: Hint = Hint.NO_FACE
    shown_since_ms: float = 0.0
    waiting: Hint | None = None
    waiting_since_ms: float = 0.0

    @property
    def progress(self) -> float:
        """How much of the way to ``ok`` is done, 0..1; fills the oval."""
        return _ORDER.index(self.shown) / (len(_ORDER) - 1)


def judge(sighting: Sighting, policy: Policy, *, in_place: bool = False) -> Hint:
    """The first unmet condition of this frame, or ``ok``. ``in_place`` widens the limits a little."""
    face = sighting.nearest
    if face is None:
        return Hint.NO_FACE
    slack = SLACK_OUT if in_place else 1.0
    if second_face_in_zone(sighting, policy.placement):
        return Hint.ONE_PERSON
    return (
        _judge_place(face, sighting, policy.placement, slack)
        or _judge_pose(face, policy.placement, slack)
        or _judge_light(sighting, policy.light, slack)
        or Hint.OK
    )


def second_face_in_zone(sighting: Sighting, placement: Placement) -> bool:
    """Whether somebody else stands about as near as the nearest person."""
    if len(sighting.faces) < 2:
        return False
    first, second = sighting.faces[0], sighting.faces[1]
    return second.box.width >= placement.bystander_share * first.box.width


def _judge_place(face: Face, sighting: Sighting, placement: Placement, slack: float) -> Hint | None:
    if not face.is_sane:
        return Hint.LOOK_STRAIGHT
    distance = placement.distance_cm(
        interocular_px=face.interocular_px, frame_width=sighting.width, yaw_deg=face.pose.yaw
    )
    share = face.box.width / sighting.width
    largest = max(share, face.box.height / sighting.height)
    if distance > placement.farthest_cm * slack or share < placement.min_face_share:
        # The share is the passive networks' gate: it has no slack.
        return Hint.COME_CLOSER
    if distance < placement.nearest_cm / slack or largest > placement.max_face_share * slack:
        return Hint.STEP_BACK
    x, y = face.box.centre
    off = max(abs(x / sighting.width - 0.5), abs(y / sighting.height - 0.5))
    if off > placement.max_off_centre * slack:
        return Hint.CENTER
    return None


def _judge_pose(face: Face, placement: Placement, slack: float) -> Hint | None:
    turned = (
        abs(face.pose.yaw) > placement.max_yaw_deg  # a gate as well
        or abs(face.pose.pitch) > placement.max_pitch_deg * slack
        or abs(face.pose.roll) > placement.max_roll_deg * slack
    )
    return Hint.LOOK_STRAIGHT if turned else None


def _judge_light(sighting: Sighting, light: Light, slack: float) -> Hint | None:
    measures = sighting.measures
    if measures is None:
        return None
    if measures.brightness < light.min_brightness / slack:
        return Hint.BACKLIT if measures.backlight > light.max_backlight / 2 else Hint.TOO_DARK
    if measures.backlight > light.max_backlight * slack:
        return Hint.BACKLIT
    if measures.brightness > light.max_brightness * slack or measures.clipped > light.max_clipped * slack:
        return Hint.TOO_BRIGHT
    if measures.occlusion > light.max_occlusion * slack:
        return Hint.UNCOVER_FACE
    if measures.sharpness < light.min_sharpness / slack:
        return Hint.BLURRED
    return None


def steady(guidance: Guidance, judged: Hint, at_ms: float, settle_ms: float = 250.0) -> Guidance:
    """What to show after one more judgement. A hint replaces another only after ``settle_ms`` without a break.

    Two changes are never closer together than ``settle_ms``. Nobody's first hint waits: from ``no_face`` any hint is
    shown at once if ``no_face`` itself has been up for that long.
    """
    if judged is guidance.shown:
        return Guidance(guidance.shown, guidance.shown_since_ms)
    if guidance.waiting is not judged:
        guidance = Guidance(guidance.shown, guidance.shown_since_ms, judged, at_ms)
    rested = at_ms - guidance.shown_since_ms >= settle_ms
    settled = at_ms - guidance.waiting_since_ms >= settle_ms or guidance.shown is Hint.NO_FACE
    if rested and settled:
        return Guidance(judged, at_ms)
    return guidance
