"""Saving an enrolment: person, consent, templates, result and audit line in one transaction; then the gallery knows the person.

Runs on the io pool. An enrolment that a search spoke against leaves an audit line with the reason before it is written; one of
somebody who is on record already changes that record and makes no second one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from kiosk.domain.cues import score_of
from kiosk.domain.decision import Decision, Outcome, Reason
from kiosk.domain.errors import InvariantBroken, StoreError
from kiosk.domain.ids import new_id
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.quality import components
from kiosk.domain.record import Consent, Enrolment
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.station.clock import rfc3339
from kiosk.station.jobs import Parts, validation
from kiosk.station.keeper import Evidence

logger = logging.getLogger(__name__)


def save(parts: Parts, effect: fx.Submit, public_id: str) -> ev.Event:
    """Write it, and say how true it is.

    Raises:
        InvariantBroken: evidence, details, life or consent is missing.
        StoreError: nothing was written.
    """
    visit = effect.visit
    evidence, details = parts.locker.get(effect.session), visit.details
    if evidence is None or details is None or not visit.live or not visit.consent:
        raise InvariantBroken("an enrolment was to be saved without evidence, details, life or consent")
    now = parts.clock.now()
    known = visit.replaces
    person_id = known if known is not None else PersonId(new_id(now))
    reason = Reason.ENROLLED if known is None else Reason.UPDATED
    decision = Decision(reason, person=person_id, name=details.display_name)
    parts.claims.take(effect.session, decision.reason)
    if visit.override:
        like = f" like={visit.like} similarity={visit.resemblance or 0.0:.3f}"
        by = f" by={parts.operator()}" if parts.operator() else ""
        parts.store.note(action="duplicate_allowed", subject=person_id, detail=f"{visit.override}{like}{by}")
    enrolment = Enrolment(
        person=person_id,
        details=details,
        consent=Consent(text_version=visit.consent, given_at=rfc3339(now), operator=parts.operator()),
        face_image=parts.portrait(evidence.still.pixels, evidence),
        templates=(evidence.probe, *evidence.sides.values()),
        liveness_score=score_of(visit, parts.policy),
        validation=validation(parts, visit, public_id, Outcome.GRANTED, decision),
        quality=_quality(evidence),
    )
    person = parts.store.enrol(enrolment) if known is None else parts.store.renew(enrolment)
    parts.gallery.remove(person_id)
    for template in enrolment.templates:
        parts.gallery.add(person_id, template)
    truth, because = person.truth, None
    if parts.settle is not None:
        because = parts.settle(person_id)
        truth = _truth_now(parts, person)
        because = None if truth is Truth.CONFIRMED else because
    at_ms = parts.clock.mono_ms()
    decision = replace(decision, truth=truth, because=because, since_ms=at_ms)
    return ev.Submitted(at_ms, effect.session, decision)


def _quality(evidence: Evidence) -> Mapping[str, Mapping[str, float]]:
    still = evidence.still
    return {"front": components(still.face, still.measures)} if still.measures is not None else {}


def _truth_now(parts: Parts, person: Person) -> Truth:
    """What has become of a record that was just sent; a store that cannot say leaves it as it was written."""
    try:
        truth = parts.store.person(person.id).truth
    except StoreError as error:
        logger.info("whether an enrolment is confirmed cannot be read: %s", error.code)
        truth = person.truth
    return Truth.PROVISIONAL if truth is Truth.LOCAL else truth
