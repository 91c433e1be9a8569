"""Where a station stands, measured from what its camera sees: distance, height, tilt, light. Pure; no picture is needed.

A walk-through of a few steps. At each, somebody stands as asked for some seconds; the medians over the frames are what is kept.

What the figures rest on: the camera's horizontal field of view as set, eyes 63 mm apart (a child's are closer, so a child seems
farther away), square pixels, a lens without strong distortion. A distance is right to about a tenth, a height to about 5 cm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from kiosk.domain.face import Face, Measures, Sighting
from kiosk.domain.policy import Policy

FRAMES_WANTED = 45
"""Of each step: about two seconds."""

STEADY_SHARE = 0.12
"""A step is measured anew while its distances spread by more than this: somebody still walks."""

SPARE = 1.25
"""The limits reach this much beyond what was measured, both ways: people do not stand on a line."""

COMFORT_DEG = 20.0
"""A face seen from more than this above or below looks tilted to the passive networks (their gate is 20 degrees of pitch)."""

FEW_FPS = 15.0

ADULT_EYES_CM = 157.0
"""Height of a standing adult's eyes above the floor, where nobody says otherwise: between the means of women and of men."""


_EYES = (33, 133, 362, 263)
"""Corners of the eyes in the mesh."""


class Step(StrEnum):
    """What is asked, in this order. The mark is where most people will stand."""

    MARK = "mark"
    TALL = "tall"
    SHORT = "short"
    SEATED = "seated"
    LIGHT = "light"


OPTIONAL = frozenset({Step.TALL, Step.SHORT, Step.SEATED})
"""May be left out where nobody is there to do them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one frame said of the nearest face.

    Attributes:
        distance_cm: from the eyes.
        offset_cm: eyes above (positive) or below the middle of the picture, at their distance.
        reach_cm: half of the picture's height at that distance: beyond it, a face is cut off.
        share: width of the face, of the frame's.
        pitch_deg: of the head; positive when the nose points up.
        light: None where it was not measured.
    """

    distance_cm: float
    offset_cm: float
    reach_cm: float
    share: float
    pitch_deg: float
    light: Measures | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One step, as medians over its frames.

    Attributes:
        spread: of the distances: (largest tenth - smallest tenth) / median.
        frames: how many there were.
        fps: taken in meanwhile; 0 where nobody said.
    """

    step: Step
    distance_cm: float
    offset_cm: float
    reach_cm: float
    share: float
    pitch_deg: float
    brightness: float | None
    backlight: float | None
    clipped: float | None
    frames: int
    spread: float
    fps: float = 0.0

    @property
    def is_steady(self) -> bool:
        """Whether somebody stood still."""
        return self.frames >= FRAMES_WANTED and self.spread <= STEADY_SHARE


def sample(sighting: Sighting, policy: Policy) -> Sample | None:
    """One frame; None without a face whose geometry makes sense."""
    face = sighting.nearest
    if face is None or not face.is_sane or sighting.width <= 0 or sighting.height <= 0:
        return None
    placement = policy.placement
    distance = placement.distance_cm(
        interocular_px=face.interocular_px, frame_width=sighting.width, yaw_deg=face.pose.yaw
    )
    focal_px = sighting.width / 2 / math.tan(math.radians(placement.field_of_view_deg) / 2)
    above_px = sighting.height / 2 - _eyes_y(face)
    return Sample(
        distance_cm=distance,
        offset_cm=distance * above_px / focal_px,
        reach_cm=distance * (sighting.height / 2) / focal_px,
        share=face.box.width / sighting.width,
        pitch_deg=face.pose.pitch,
        light=sighting.measures,
    )


def _eyes_y(face: Face) -> float:
    return float(face.landmarks[list(_EYES), 1].mean())


def measure(step: Step, samples: Sequence[Sample], *, fps: float = 0.0) -> Measured | None:
    """One step; None without a frame."""
    if not samples:
        return None
    distances = sorted(each.distance_cm for each in samples)
    tenth = len(distances) // 10
    middle = median(distances)
    spread = (distances[-1 - tenth] - distances[tenth]) / middle if middle > 0 else math.inf
    lights = [each.light for each in samples if each.light is not None]
    return Measured(
        step=step,
        distance_cm=middle,
        offset_cm=median(each.offset_cm for each in samples),
        reach_cm=median(each.reach_cm for each in samples),
        share=median(each.share for each in samples),
        pitch_deg=median(each.pitch_deg for each in samples),
        brightness=median(each.brightness for each in lights) if lights else None,
        backlight=median(each.backlight for each in lights) if lights else None,
        clipped=median(each.clipped for each in lights) if lights else None,
        frames=len(samples),
        spread=spread,
        fps=fps,
    )


class Advice(StrEnum):
    """What to do, worst first; each has a sentence with ``{cm}``, ``{deg}`` or ``{by}`` in every language."""

    RAISE_CAMERA = "raise_camera"
    LOWER_CAMERA = "lower_camera"
    TILT_UP = "tilt_up"
    TILT_DOWN = "tilt_down"
    MARK_NEARER = "mark_nearer"
    MARK_FARTHER = "mark_farther"
    NOT_ALL_FIT = "not_all_fit"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    LAMP_BEHIND = "lamp_behind"
    BURNT_OUT = "burnt_out"
    FEW_FRAMES = "few_frames"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """One piece of advice. ``by`` is a length in cm, an angle in degrees, a luma of 0..255, a share 0..1 or frames a second."""

    advice: Advice
    by: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Limits for the policy, and what they rest on.

    Attributes:
        outline_share: width of a face at the mark, of the frame's: how large the outline has to be drawn.
        seen_nearest_cm, seen_farthest_cm: what was measured.
        frames: how many that was.
    """

    nearest_cm: float
    farthest_cm: float
    outline_share: float
    seen_nearest_cm: float
    seen_farthest_cm: float
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Of a whole walk-through.

    Attributes:
        distance_cm: at the mark.
        camera_height_cm: of the lens above the floor; None where no height of eyes is known.
        seated_height_cm: of the eyes of somebody seated; None where nobody sat.
        height_error_cm: how far the camera's axis is from the middle of everybody's eyes: positive means raise it.
        tips: worst first; empty where all is well.
    """

    distance_cm: float
    camera_height_cm: float | None
    seated_height_cm: float | None
    height_error_cm: float
    fps: float
    tips: tuple[Tip, ...]
    suggested: Suggested


def conclude(steps: Sequence[Measured], policy: Policy, *, eyes_cm: float | None = ADULT_EYES_CM) -> Findings | None:
    """What the steps say together; None before the mark was measured.

    Args:
        steps: the newest of each kind counts.
        eyes_cm: height of the eyes above the floor of whoever stood at the mark; None where nobody knows.
    """
    newest = {each.step: each for each in steps}
    mark = newest.get(Step.MARK)
    if mark is None:
        return None
    people = [newest[step] for step in (Step.MARK, Step.TALL, Step.SHORT, Step.SEATED) if step in newest]
    top, bottom = max(p.offset_cm for p in people), min(p.offset_cm for p in people)
    error = (top + bottom) / 2
    height = None if eyes_cm is None else eyes_cm - mark.offset_cm
    seated = newest.get(Step.SEATED)
    tips = (
        *_height_tips(error, top, bottom, mark),
        *_distance_tips(mark, policy),
        *_light_tips(newest.get(Step.LIGHT, mark), policy),
        *((Tip(advice=Advice.FEW_FRAMES, by=mark.fps),) if 0.0 < mark.fps < FEW_FPS else ()),
    )
    return Findings(
        distance_cm=mark.distance_cm,
        camera_height_cm=height,
        seated_height_cm=None if seated is None or height is None else height + seated.offset_cm,
        height_error_cm=error,
        fps=mark.fps,
        tips=tips,
        suggested=_suggest(people, policy),
    )


LEVEL_CM = 5.0
"""Nobody needs to move a camera by less."""


def _height_tips(error: float, top: float, bottom: float, mark: Measured) -> tuple[Tip, ...]:
    """Raise or lower it so that the middle of everybody's eyes is the middle of the picture; tilt it where it looks aslant."""
    tips: list[Tip] = []
    if (top - bottom) / 2 > mark.reach_cm * 0.8:
        tips.append(Tip(advice=Advice.NOT_ALL_FIT, by=top - bottom))
    if abs(error) >= LEVEL_CM:
        tips.append(Tip(advice=Advice.RAISE_CAMERA if error > 0 else Advice.LOWER_CAMERA, by=abs(error)))
    elif abs(mark.pitch_deg) > COMFORT_DEG / 2:
        # The eyes are in the middle and the head still looks tilted: the camera looks up (nose up) or down at it.
        low = mark.pitch_deg > 0
        tilt = min(abs(mark.pitch_deg), 45.0)
        tips.append(
            Tip(
                advice=Advice.RAISE_CAMERA if low else Advice.LOWER_CAMERA,
                by=mark.distance_cm * math.sin(math.radians(tilt)),
            )
        )
        tips.append(Tip(advice=Advice.TILT_DOWN if low else Advice.TILT_UP, by=tilt))
    return tuple(tips)


def _distance_tips(mark: Measured, policy: Policy) -> tuple[Tip, ...]:
    placement = policy.placement
    farthest_by_share = mark.distance_cm * mark.share / placement.min_face_share
    farthest = min(placement.farthest_cm, farthest_by_share)
    if mark.distance_cm > farthest:
        return (Tip(advice=Advice.MARK_NEARER, by=mark.distance_cm - farthest),)
    if mark.distance_cm < placement.nearest_cm:
        return (Tip(advice=Advice.MARK_FARTHER, by=placement.nearest_cm - mark.distance_cm),)
    return ()


def _light_tips(seen: Measured, policy: Policy) -> tuple[Tip, ...]:
    light = policy.light
    tips: list[Tip] = []
    if seen.backlight is not None and seen.backlight > light.max_backlight / 2:
        tips.append(Tip(advice=Advice.LAMP_BEHIND, by=seen.backlight))
    if seen.brightness is not None and seen.brightness < 2 * light.min_brightness:
        tips.append(Tip(advice=Advice.TOO_DARK, by=2 * light.min_brightness - seen.brightness))
    if seen.brightness is not None and seen.brightness > 0.9 * light.max_brightness:
        tips.append(Tip(advice=Advice.TOO_BRIGHT, by=seen.brightness - 0.9 * light.max_brightness))
    if seen.clipped is not None and seen.clipped > light.max_clipped / 2:
        tips.append(Tip(advice=Advice.BURNT_OUT, by=seen.clipped))
    return tuple(tips)


def _suggest(people: Sequence[Measured], policy: Policy) -> Suggested:
    """Limits around what was measured, no farther than a face is large enough for the networks' gate."""
    nearest, farthest = min(p.distance_cm for p in people), max(p.distance_cm for p in people)
    large_enough = min(p.distance_cm * p.share for p in people) / policy.placement.min_face_share
    reach = max(min(farthest * SPARE, large_enough), nearest)
    low = max(10.0, _rounded(nearest / SPARE, up=False))
    return Suggested(
        nearest_cm=low,
        farthest_cm=max(_rounded(reach, up=farthest * SPARE <= large_enough), low + 10.0),
        outline_share=people[0].share,
        seen_nearest_cm=nearest,
        seen_farthest_cm=farthest,
        frames=sum(p.frames for p in people),
    )


def _rounded(cm: float, *, up: bool) -> float:
    """To 5 cm, outwards."""
    return 5.0 * (math.ceil(cm / 5.0) if up else math.floor(cm / 5.0))
