"""Nobody is being served: what this station is for, and how to begin."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.station.snapshot import Mode, Snapshot
from kiosk.ui.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What was measured where the station stands, in cm; 0 where nobody did."""

    distance_cm: float = 0.0
    height_cm: float = 0.0


NOWHERE = Stand()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandView:
    """Where to stand: in words, and to draw it."""

    words: str
    distance_cm: float
    height_cm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AttractView:
    """``start`` is the caption of the big button, empty at a door; ``office`` of the operator's, empty where it has none.

    ``who`` is signed in at a desk and may press ``sign_out``; both are empty where nobody is.

    ``can_start`` is False in the pause after a visit.
    """

    language: str
    title: str
    body: str
    start: str
    can_start: bool
    help: str
    office: str
    who: str
    sign_out: str
    people: str
    stand: StandView | None = None


def present(snapshot: Snapshot, text: Text, stand: Stand = NOWHERE) -> AttractView:
    """A door invites to look at the camera; a desk invites to enrol."""
    enrol = snapshot.mode is Mode.ENROLL
    people = text.count("attract.people", snapshot.people) if snapshot.people else text.get("attract.people_none")
    return AttractView(
        language=text.language,
        title=text.get("attract.enrol_title" if enrol else "attract.access_title"),
        body=text.get("attract.enrol_body" if enrol else "attract.access_body"),
        start=text.get("button.start_enrolment") if enrol else "",
        can_start=snapshot.until_ms is None,
        help=text.get("button.help"),
        office=text.get("button.office") if enrol and (snapshot.account or snapshot.manned) else "",
        who=text.get("office.signed_in", name=snapshot.operator_name) if snapshot.operator_role else "",
        sign_out=text.get("office.sign_out") if snapshot.operator_role else "",
        people=people,
        stand=None if enrol or stand.distance_cm <= 0 else _stand(stand, text),
    )


def _stand(stand: Stand, text: Text) -> StandView:
    """To the next 5 cm: nobody stands to the centimetre."""
    rounded = max(5, 5 * round(stand.distance_cm / 5))
    words = text.get("attract.stand", distance=rounded)
    return StandView(words=words, distance_cm=stand.distance_cm, height_cm=stand.height_cm)
