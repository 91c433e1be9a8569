"""Which still is the best one to keep? Only orders stills that guidance already accepted; it never accepts one itself."""

from __future__ import annotations

from kiosk.domain.face import Face, Measures
from kiosk.domain.policy import Placement


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
