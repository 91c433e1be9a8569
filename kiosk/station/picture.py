"""One picture, judged: is there exactly one face in it, good enough to keep, alive as far as a single picture can tell?

What is wrong with a picture is a value (:class:`Why`), never an exception: only a part that fails raises.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from kiosk.domain.decision import Reason
from kiosk.domain.face import Embedding, Face, Measures, PassiveSample, Pixels, Sighting
from kiosk.domain.guidance import Hint, judge
from kiosk.domain.policy import Policy
from kiosk.domain.quality import still_quality
from kiosk.station.keeper import Still

MIN_INTEROCULAR_PX = 30.0
"""The matcher sees a face with its eyes 35 px apart; a smaller one is mostly invented."""

MAX_TURN_DEG = 30.0
"""A picture cannot be asked to look straight ahead, and the matcher reads this much; it is twice what a visitor is allowed."""

OTHER_FACE_SHARE = 0.25
"""A second face this wide, relative to the first, makes it unclear whom the picture is of."""


class Why(StrEnum):
    """Why a picture, an enrolment or a question ends as it does: the domain's reasons, and those only pictures have."""

    NO_FACE = "no_face"
    TWO_FACES = "two_faces"
    LOW_QUALITY = "low_quality"
    DIFFERENT_PEOPLE = "different_people"
    ATTACK = Reason.ATTACK.value
    LIVENESS_UNSURE = Reason.LIVENESS_UNSURE.value
    DUPLICATE = Reason.DUPLICATE.value
    ENROLLED = Reason.ENROLLED.value
    RECOGNISED = Reason.RECOGNISED.value
    NO_MATCH = Reason.NO_MATCH.value
    AMBIGUOUS = Reason.AMBIGUOUS.value
    EMPTY_GALLERY = Reason.EMPTY_GALLERY.value
    FACE_CHANGED = Reason.FACE_CHANGED.value
    NOT_GUIDED = Reason.NOT_GUIDED.value


class PictureEyes(Protocol):
    """Vision for pictures that have nothing to do with each other. One thread. Every call may raise ``ModelError``."""

    def faces(self, pixels: Pixels) -> tuple[Face, ...]:
        """Largest first."""
        ...

    def measure(self, pixels: Pixels, face: Face) -> Measures | None:
        """None for broken geometry."""
        ...

    def liveness(self, pixels: Pixels, face: Face) -> PassiveSample:
        """Passive score; without a number it is inconclusive."""
        ...

    def embed(self, pixels: Pixels, face: Face) -> Embedding | None:
        """None for broken geometry."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One picture, or one visit to a camera, judged.

    Attributes:
        why: what speaks against it; None where nothing does.
        hint: what would make it better, with ``low_quality`` and ``not_guided``.
        score: passive liveness 0..1, None where there is none.
        live: what the score means: None is inconclusive.
        still: the picture and its face, where there is exactly one.
        probe: its template.
    """

    why: Why | None
    hint: Hint | None = None
    score: float | None = None
    live: bool | None = None
    still: Still | None = field(default=None, repr=False)
    probe: Embedding | None = field(default=None, repr=False)


def look_at(pixels: Pixels, eyes: PictureEyes, policy: Policy) -> Seen:
    """Judge one picture: one face, good enough, alive as far as one picture can tell.

    Raises:
        ModelError: vision failed.
    """
    faces = [face for face in eyes.faces(pixels) if face.is_sane]
    if not faces:
        return Seen(Why.NO_FACE)
    face = faces[0]
    if len(faces) > 1 and faces[1].box.width >= OTHER_FACE_SHARE * face.box.width:
        return Seen(Why.TWO_FACES)
    measures = eyes.measure(pixels, face)
    hint = _wrong_with(pixels, face, measures, policy)
    probe = eyes.embed(pixels, face)
    if hint is not None or measures is None or probe is None:
        return Seen(Why.LOW_QUALITY, hint or Hint.LOOK_STRAIGHT)
    score = eyes.liveness(pixels, face).score
    live = is_live(score, policy)
    why = None if live else Why.LIVENESS_UNSURE if live is None else Why.ATTACK
    still = Still(pixels, face, still_quality(face, measures, policy.placement), 0.0)
    return Seen(why, score=score, live=live, still=still, probe=probe)


def is_live(score: float | None, policy: Policy) -> bool | None:
    """What one passive score means; no number means nothing."""
    if score is None or not 0.0 <= score <= 1.0:
        return None
    return score >= policy.liveness.threshold


def _wrong_with(pixels: Pixels, face: Face, measures: Measures | None, policy: Policy) -> Hint | None:
    """Light as for a live person; place and distance do not matter in a picture, but size does."""
    if face.interocular_px < MIN_INTEROCULAR_PX:
        return Hint.COME_CLOSER
    anywhere = replace(
        policy.placement,
        nearest_cm=0.0,
        farthest_cm=math.inf,
        min_face_share=0.0,
        max_face_share=9.0,
        max_off_centre=9.0,
        max_yaw_deg=MAX_TURN_DEG,
        max_pitch_deg=MAX_TURN_DEG,
        max_roll_deg=MAX_TURN_DEG,
    )
    height, width = pixels.shape[:2]
    sighting = Sighting(0, 0.0, width, height, faces=(face,), measures=measures)
    hint = judge(sighting, replace(policy, placement=anywhere))
    return None if hint is Hint.OK else hint
