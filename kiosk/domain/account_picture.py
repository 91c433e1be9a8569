"""Would the account take this picture? Its rules (:class:`~kiosk.domain.policy.PictureRules`) in pixels of the whole frame.

The account measures with its own detector and we with ours, so what comes out here guides the person and chooses the still; the
account's own word counts. Nothing is ever scaled up to meet a rule: that would invent pixels.
"""

from __future__ import annotations

from kiosk.domain.face import Face, Sighting
from kiosk.domain.guidance import Hint
from kiosk.domain.policy import PictureRules, Placement

TALL = 1.25
"""A face's box is about this much taller than wide."""

COMFORTABLE = 0.85
"""Of the largest share of the frame that a face may fill: nearer than that nobody likes to stand."""

SEND_FROM = 0.97
"""Fitness from which a picture is sent: the last 3 % are the difference between two trackers on one face."""

ENOUGH = 1.05
"""A picture that keeps every rule with this much to spare is not better for keeping it with more."""


def fitness(face: Face, *, width: int, height: int, rules: PictureRules) -> float:
    """How well the worst rule is kept: 1 is just kept, 0 not at all; for broken geometry 0."""
    if not face.is_sane:
        return 0.0
    box = face.box
    border = min(box.x, box.y, width - box.x - box.width, height - box.y - box.height)
    turn = max(abs(face.pose.yaw), abs(face.pose.pitch))
    worst = min(
        min(box.width, box.height) / rules.min_face_px,
        face.interocular_px / rules.min_interocular_px,
        border / rules.min_border_px,
        rules.max_turn_deg / max(turn, 1.0),
    )
    return max(0.0, worst)


def fit_hint(sighting: Sighting, rules: PictureRules) -> Hint | None:
    """What the nearest person should do for the account's picture; None where it keeps the rules (or nobody is there)."""
    face = sighting.nearest
    if face is None or not face.is_sane:
        return None
    box = face.box
    if min(box.width, box.height) < rules.min_face_px or face.interocular_px < rules.min_interocular_px:
        return Hint.COME_CLOSER
    gaps = (box.x, sighting.width - box.x - box.width, box.y, sighting.height - box.y - box.height)
    if min(gaps) < rules.min_border_px:
        across = box.width + 2 * rules.min_border_px > sighting.width
        down = box.height + 2 * rules.min_border_px > sighting.height
        return Hint.STEP_BACK if across or down else Hint.CENTER
    if max(abs(face.pose.yaw), abs(face.pose.pitch)) > rules.max_turn_deg:
        return Hint.LOOK_STRAIGHT
    return None


def can_deliver(*, width: int, height: int, placement: Placement, rules: PictureRules) -> bool:
    """Whether a camera of this size shows a face large enough before the person stands too near (330 x 412 px by default)."""
    share = COMFORTABLE * placement.max_face_share
    return share * width >= rules.min_face_px and share * height >= TALL * rules.min_face_px
