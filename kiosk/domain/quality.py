"""How good is a picture of a face? The one score that orders stills, and the list that the desk shows and keeps.

``still_quality`` only orders stills that guidance already accepted; it never accepts one itself. :func:`components` are those
quality components of ISO/IEC 29794-5 that this station measures, as plain numbers in our own units (not the standard's 0..100
scale: nothing here claims conformance), judged by the same limits as guidance, so that the list and the hint agree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.face import Face, Measures, Sighting
from kiosk.domain.policy import Placement, Policy

_CLOSED_EYES, _OPEN_MOUTH = 0.25, 0.45


class Component(StrEnum):
    """What is looked at; each has words (``quality.<value>``) in every language."""

    SINGLE_FACE = "single_face"
    EYE_DISTANCE = "eye_distance"
    POSE = "pose"
    ILLUMINATION = "illumination"
    EXPOSURE = "exposure"
    BACKGROUND = "background"
    SHARPNESS = "sharpness"
    OCCLUSION = "occlusion"
    EYES_OPEN = "eyes_open"
    MOUTH_CLOSED = "mouth_closed"


@dataclass(frozen=True, slots=True)
class Check:
    """One component of the newest picture, good enough or not."""

    component: Component
    good: bool


def checks(sighting: Sighting, policy: Policy) -> tuple[Check, ...]:
    """Every component of this picture, in the order of the list; nothing where nobody is there or nothing was measured."""
    face, measures = sighting.nearest, sighting.measures
    if face is None or measures is None or not face.is_sane:
        return ()
    place, light = policy.placement, policy.light
    distance = place.distance_cm(interocular_px=face.interocular_px, frame_width=sighting.width, yaw_deg=face.pose.yaw)
    others = [other for other in sighting.faces[1:] if other.box.width >= place.bystander_share * face.box.width]
    good = {
        Component.SINGLE_FACE: not others,
        Component.EYE_DISTANCE: place.nearest_cm <= distance <= place.farthest_cm
        and face.box.width >= place.min_face_share * sighting.width,
        Component.POSE: abs(face.pose.yaw) <= place.max_yaw_deg
        and abs(face.pose.pitch) <= place.max_pitch_deg
        and abs(face.pose.roll) <= place.max_roll_deg,
        Component.ILLUMINATION: light.min_brightness <= measures.brightness <= light.max_brightness,
        Component.EXPOSURE: measures.clipped <= light.max_clipped,
        Component.BACKGROUND: measures.backlight <= light.max_backlight,
        Component.SHARPNESS: measures.sharpness >= light.min_sharpness,
        Component.OCCLUSION: measures.occlusion <= light.max_occlusion,
        Component.EYES_OPEN: min(face.eye_openness) >= _CLOSED_EYES,
        Component.MOUTH_CLOSED: face.mouth_openness <= _OPEN_MOUTH,
    }
    return tuple(Check(component, good[component]) for component in Component)


def components(face: Face, measures: Measures) -> Mapping[str, float]:
    """The numbers behind the list, kept with an enrolment: pixels, degrees, luma 0..255, shares 0..1. Only finite ones."""
    measured = {
        "eye_distance_px": face.interocular_px,
        "yaw_deg": face.pose.yaw,
        "pitch_deg": face.pose.pitch,
        "roll_deg": face.pose.roll,
        "brightness": measures.brightness,
        "contrast": measures.contrast,
        "clipped": measures.clipped,
        "backlight": measures.backlight,
        "sharpness": measures.sharpness,
        "occlusion": measures.occlusion,
        "eyes_open": min(face.eye_openness),
        "mouth_open": face.mouth_openness,
    }
    return {name: round(value, 4) for name, value in measured.items() if math.isfinite(value)}


def still_quality(face: Face, measures: Measures, placement: Placement) -> float:
    """0..1: sharp, frontal, eyes open, evenly lit. The product, so that one bad property is not averaged away."""
    turned = max(
        abs(face.pose.yaw) / placement.max_yaw_deg,
        abs(face.pose.pitch) / placement.max_pitch_deg,
        abs(face.pose.roll) / placement.max_roll_deg,
    )
    frontal = max(0.0, 1.0 - 0.5 * turned)
    eyes = 0.25 + 0.75 * min(face.eye_openness)
    light = 1.0 - min(1.0, measures.clipped)
    free = 1.0 - min(1.0, measures.occlusion)
    quality = min(1.0, measures.sharpness) * frontal * eyes * light * free
    return quality if quality > 0.0 else 0.0
