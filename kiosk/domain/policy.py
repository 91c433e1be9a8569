"""The limits a station works by. Every number that decides something stands here, with its unit and its source.

Settings may change them (section ``policy``); nothing else does. Distances are real ones: a face's distance follows from
the distance between the eyes in pixels, 63 mm in an adult (Dodgson 2004, mean), and the camera's horizontal field of view.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import StrEnum

INTEROCULAR_CM = 6.3


class ChallengeUse(StrEnum):
    """When the active step is asked for."""

    NEVER = "never"
    UNSURE = "unsure"
    ALWAYS = "always"


class ScreenLightUse(StrEnum):
    """When the screen's own light is asked to speak; see :mod:`kiosk.domain.light`."""

    NEVER = "never"
    UNSURE = "unsure"
    ALWAYS = "always"


class DoorRisk(StrEnum):
    """What stands behind the door."""

    NORMAL = "normal"
    HIGH = "high"


class SecondFactorUse(StrEnum):
    """When a face alone is not enough."""

    NEVER = "never"
    OUTSIDE_HOURS = "outside_hours"
    ALWAYS = "always"


class EnrolViews(StrEnum):
    """From where an enrolment takes templates."""

    FRONT = "front"
    FRONT_LEFT_RIGHT = "front_left_right"

    @property
    def sides(self) -> tuple[str, ...]:
        """Where the head is turned after the front, in this order; as the person sees themselves (mirrored)."""
        return ("left", "right") if self is EnrolViews.FRONT_LEFT_RIGHT else ()


class OfflineLogins(StrEnum):
    """Whether a known person is let in while the account has not confirmed it."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a person may stand and how they may look. Lengths in cm, angles in degrees, shares 0..1."""

    field_of_view_deg: float = 60.0
    nearest_cm: float = 20.0
    farthest_cm: float = 75.0
    min_face_share: float = 0.17  # of the frame's width; below it tracking begins to miss (measured)
    max_face_share: float = 0.80  # of the frame's width or height, whichever is tighter
    max_off_centre: float = 0.30  # of the frame's width/height, face centre to oval centre
    max_yaw_deg: float = 14.0  # the passive networks' gate (measured)
    max_pitch_deg: float = 20.0
    max_roll_deg: float = 20.0
    bystander_share: float = 0.60  # a second face this large, relative to the first, stops the session
    wake_share: float = 0.10  # of the frame's width: a face this large wakes the station

    def distance_cm(self, *, interocular_px: float, frame_width: int, yaw_deg: float = 0.0) -> float:
        """Distance of the face, from the eyes. ``yaw_deg`` undoes the shortening of a turned head."""
        focal_px = frame_width / 2 / math.tan(math.radians(self.field_of_view_deg) / 2)
        turned = max(0.5, math.cos(math.radians(yaw_deg)))
        return focal_px * INTEROCULAR_CM * turned / max(interocular_px, 1e-6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """What counts as a picture worth keeping; units of :class:`~kiosk.domain.face.Measures`."""

    min_brightness: float = 30.0
    max_brightness: float = 225.0
    max_clipped: float = 0.35
    max_backlight: float = 170.0  # at 110, 42 of 338 live development pictures were sent away for nothing (measured)
    min_sharpness: float = 0.25
    max_occlusion: float = 0.50


@dataclass(frozen=True, slots=True, kw_only=True)
class LivenessPolicy:
    """How passive samples become a verdict. Scores 0..1; see :mod:`kiosk.domain.liveness` for the rule."""

    threshold: float = 0.048  # model A alone, chosen at 5 % BPCER on development sites (measured)
    sure: float = (
        0.95  # a window this clearly live may end early, and is not asked to move (``models/alone_figures.py``)
    )
    min_frames: int = 6
    min_ms: float = 150.0
    full_ms: float = 1000.0  # a window that is not clear is watched this long
    veto_frames: int = 12  # this many frames in a row well under the threshold are an attack, for good
    veto_margin: float = 0.9  # how far under the threshold, in logits: 0.048 becomes 0.02 (see kiosk.domain.liveness)
    far_margin: float = 3.0  # the same for a face that is still too far away to be served; see add_far
    max_gap_ms: float = 400.0  # a longer gap between two samples starts the window again
    challenge: ChallengeUse = ChallengeUse.UNSURE
    screen_light: ScreenLightUse = ScreenLightUse.NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveStep:
    """What the active step asks, and what counts as an answer; see :mod:`kiosk.domain.challenge`.

    With these numbers somebody who begins half a second after a sign and has turned well (18 degrees) half a second later is
    done in at most 6 s at 30 frames a second, and a quarter of a second later at 15; who is slower has until ``challenge_ms``.
    Angles in degrees from how the head was held when the first motion was asked, lengths in widths of the face. A recording of an
    earlier challenge passes about once in a thousand times: 252 paths, and the right times by chance (``python -m
    support.replay_odds`` in ``tests``). Shorter pauses are quicker answered by people and by recordings.
    """

    motions: int = 4
    pause_min_ms: float = 200.0  # the head is still for a random time before each motion is asked: half of them ...
    pause_max_ms: float = 870.0  # ... near the shortest, half near the longest, in an order that a recording has to hit
    reaction_ms: float = 180.0  # nobody answers faster: a motion that begins before was not an answer
    answer_ms: float = 1_500.0  # by then it has begun; after the first ...
    quick_answer_ms: float = 800.0  # ... by this time, or so much later than the first began, whichever is later
    slower_ms: float = 500.0
    motion_ms: float = 1_500.0  # from its beginning to its full size
    turn_deg: float = 13.0  # heads are told from planes from 12 on (measured); less is asked of a stiff neck
    nod_deg: float = 12.0
    onset_deg: float = 5.0
    still_deg: float = 6.0
    back_deg: float = 8.0  # this near to where it began, a head is back in the middle
    fidgets: int = 2  # small motions in a pause that only start it again
    min_residual: float = (
        0.022  # what a plane leaves unexplained: heads from 0.029, flat portraits up to 0.018 (measured)
    )
    min_turn_parallax: float = 0.10  # nose against ears: heads from 0.16, flat portraits up to 0.03 (measured)
    min_nod_parallax: float = 0.05  # heads from 0.08 (measured)
    max_speed: float = 8.0  # widths a second: above, it was a cut (a hard shake reaches 4, measured)
    cut_step: float = 0.06  # a step this large between two frames, and ...
    cut_ratio: float = 4.0  # ... so much larger than the steps around it, is a cut (heads up to 3.5, measured)


@dataclass(frozen=True, slots=True, kw_only=True)
class LightStep:
    """What the screen's light shows, and what counts as its answer; see :mod:`kiosk.domain.light`.

    The limits are chosen on simulated scenes (``python -m support.light_drill`` in ``tests``), not on people: measure on your own
    screen and camera before you rely on it.
    """

    colours: int = 6
    shown_min_ms: float = 480.0  # each: two changes a second, where three are the most that may be
    shown_max_ms: float = 600.0
    settle_ms: float = 250.0  # a screen fades and a camera is late: looks before are left out
    min_looks: int = 2
    min_gain: float = 0.02  # the screen adds this share of the room's light to the face, at least
    min_match: float = 0.85  # correlation of what came back with what was shown
    max_around: float = 0.5  # of the face's gain: what is as near as the face gives back as much


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers:
    """What a face alone may open; see :mod:`kiosk.domain.tiers`.

    At a door of high risk the active step is always asked for and a face alone opens nothing. Hours are local, 0 to 24; with
    ``outside_hours`` a face is enough from ``from_hour`` until ``until_hour``, on Saturdays and Sundays only with ``weekends``.
    """

    risk: DoorRisk = DoorRisk.NORMAL
    second_factor: SecondFactorUse = SecondFactorUse.NEVER
    from_hour: float = 7.0
    until_hour: float = 19.0
    weekends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Which ways in without a face are offered: see :mod:`kiosk.domain.session.alternative`.

    ``code`` needs the account, and a station that says it can send one. Where a face alone opens nothing (:class:`Tiers`), one of
    these alone opens nothing either: two of them of the same person do, or one and the face.
    """

    pin: bool = True
    qr: bool = True
    code: bool = True
    attendant: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """When two faces are one person. Cosines."""

    threshold: float = 0.50
    large_gallery: int = 1000
    large_threshold: float = 0.53
    margin: float = 0.05  # to the second person
    duplicate: float = 0.50  # an enrolment this close to somebody else is shown to the operator
    same_person: float = 0.40  # first live frame against captured stills: below it the face was swapped
    probe_stills: int = 2
    enrol_stills: int = 5
    enrol_views: EnrolViews = EnrolViews.FRONT_LEFT_RIGHT
    side_from_deg: float = 9.0  # a side view is a head turned this far ...
    side_to_deg: float = 28.0  # ... and not farther: the matcher reads up to 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Every wait has a limit, in milliseconds."""

    hold_ms: float = 60.0  # guidance must be met this long before liveness counts
    track_lost_ms: float = 700.0
    guiding_ms: float = 20_000.0
    fit_ms: float = (
        1_500.0  # how long a face in place is asked for the account's picture, counted again while it comes closer
    )
    holding_ms: float = 4_000.0
    liveness_ms: float = 5_000.0
    challenge_ms: float = 9_000.0  # a quick answer takes 5 s; who is slow is not cut off
    lighting_ms: float = 5_000.0
    capturing_ms: float = 3_000.0
    side_view_ms: float = 8_000.0  # of an enrolment; then it goes on without that view: not everybody can turn
    deciding_ms: float = 1_500.0
    submitting_ms: float = 5_000.0
    consent_ms: float = 120_000.0
    details_ms: float = 600_000.0
    review_ms: float = 120_000.0
    duplicate_ms: float = 120_000.0
    granted_ms: float = 3_000.0
    receipt_ms: float = 60_000.0  # how long who was enrolled sees their receipt
    denied_ms: float = 4_000.0
    help_ms: float = 8_000.0
    alternative_ms: float = 90_000.0  # to find a way in without a face; each try begins it anew
    proving_ms: float = 5_000.0
    shown_ms: float = 1_200.0  # a result stands at least this long, even if the person is gone, ...
    gone_ms: float = 600.0  # ... and ends when they have been gone this long
    cooldown_ms: float = 1_500.0
    again_ms: float = 10_000.0  # who was granted and stays in front of the camera is not served again before this
    operator_ms: float = 300_000.0  # an operator who does nothing is signed out after this
    sign_in_ms: float = 60_000.0
    fault_recheck_ms: float = 5_000.0


def slowed(timing: Timing, factor: float) -> Timing:
    """The same limits for somebody who needs ``factor`` times as long to read, to type or to stand right.

    Only waits for a person grow. What liveness and the active step allow is measured against attacks and stays, and so does
    what the station itself takes.
    """
    return replace(
        timing,
        guiding_ms=timing.guiding_ms * factor,
        consent_ms=timing.consent_ms * factor,
        details_ms=timing.details_ms * factor,
        review_ms=timing.review_ms * factor,
        granted_ms=timing.granted_ms * factor,
        denied_ms=timing.denied_ms * factor,
        help_ms=timing.help_ms * factor,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockout:
    """How often somebody may try."""

    attacks: int = 5  # presentation attacks within the window
    attempts: int = 6  # failed matches within the window; wrong proofs (PIN, code) count by themselves
    window_ms: float = 120_000.0
    locked_ms: float = 30_000.0
    max_restarts: int = 3  # of one visit after a track break, a second face or a swap


@dataclass(frozen=True, slots=True, kw_only=True)
class Offline:
    """How long and how far a station with an account may go on without it. Past a limit nobody new is enrolled."""

    logins: OfflineLogins = OfflineLogins.ALLOW
    max_days_without_sync: float = 30.0
    max_unsent: int = 1000  # records
    min_free_disk_mb: float = 200.0  # counts without an account as well


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRules:
    """What the account asks of a picture for its liveness check (its page on pictures). Pixels of the picture, degrees."""

    min_face_px: float = 224.0  # both sides of the face's box
    min_border_px: float = 25.0  # face's box to the picture's edge
    min_interocular_px: float = 80.0
    max_turn_deg: float = 30.0


ACCOUNT_PICTURE = PictureRules()
"""The account's rules, not ours: no setting changes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All of it."""

    placement: Placement = field(default_factory=Placement)
    light: Light = field(default_factory=Light)
    liveness: LivenessPolicy = field(default_factory=LivenessPolicy)
    active: ActiveStep = field(default_factory=ActiveStep)
    screen: LightStep = field(default_factory=LightStep)
    tiers: Tiers = field(default_factory=Tiers)
    ways: Ways = field(default_factory=Ways)
    matching: Matching = field(default_factory=Matching)
    timing: Timing = field(default_factory=Timing)
    lockout: Lockout = field(default_factory=Lockout)
    offline: Offline = field(default_factory=Offline)
