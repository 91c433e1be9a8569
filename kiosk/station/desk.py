"""The front desk without a window: enrol somebody from pictures, or say who somebody is. For commands, one call at a time.

Works on ports; opens nothing, prints nothing. A refusal is a value (:class:`~kiosk.station.picture.Why`), not an exception: only
a part that fails raises. An enrolment is written in one transaction, and a rule that an operator set aside is in the audit before
it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

from kiosk.domain.decision import Decision, Outcome, Reason, decide
from kiosk.domain.errors import Code, StoreError
from kiosk.domain.face import Embedding, Pixels, mean_embedding
from kiosk.domain.guidance import Hint
from kiosk.domain.ids import new_id
from kiosk.domain.person import Details, Person, PersonId, Truth
from kiosk.domain.policy import Policy
from kiosk.domain.ports import Clock, Gallery, Store
from kiosk.domain.record import Consent, Enrolment, Validation, ValidationType
from kiosk.domain.session.states import SessionId
from kiosk.station.clock import rfc3339
from kiosk.station.keeper import Evidence
from kiosk.station.picture import Seen, Why

COMMAND_LINE = "command line"
"""Who enrols where no operator is signed in."""


class Records(Store, Protocol):
    """The store, and its audit for what changes no record."""

    def note(self, *, action: str, subject: str = "", detail: str = "") -> None:
        """One audit line."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk works with.

    Attributes:
        portrait: best still and its evidence -> JPEG of the head.
    """

    gallery: Gallery
    store: Records
    clock: Clock
    policy: Policy
    portrait: Callable[[Pixels, Evidence], bytes]


@dataclass(frozen=True, slots=True)
class Waived:
    """Rules that the operator sets aside, each with a reason for the audit; empty where none is."""

    low_liveness: str = ""
    duplicate: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an enrolment or a question ended.

    Attributes:
        person: who was enrolled or recognised; with ``duplicate`` who it seems to be.
        picture: which picture is to blame, counted from 1; 0 where none is.
        live: of a question; None is inconclusive.
    """

    why: Why
    person: Person | None = None
    picture: int = 0
    hint: Hint | None = None
    similarity: float | None = None
    score: float | None = None
    live: bool | None = None

    @property
    def is_yes(self) -> bool:
        """Enrolled, or recognised as somebody."""
        return self.why in {Why.ENROLLED, Why.RECOGNISED} and self.person is not None


def identify(seen: Seen, desk: Desk) -> Answer:
    """Who is it? Nobody, whatever the similarity, unless the picture is live. The question is in the audit.

    Raises:
        StoreError: the store failed.
    """
    answer = _identified(seen, desk)
    subject = str(answer.person.id) if answer.person is not None else ""
    desk.store.note(action="identify_asked", subject=subject, detail=answer.why.value)
    return answer


def _identified(seen: Seen, desk: Desk) -> Answer:
    if seen.why is not None or seen.probe is None or seen.live is not True:
        return Answer(seen.why or Why.LIVENESS_UNSURE, hint=seen.hint, score=seen.score, live=seen.live)
    decision = decide(desk.gallery.identify(seen.probe), desk.policy.matching)
    person: Person | None = None
    if decision.accepts and decision.person is not None:
        person = _known(desk, decision.person, seen.probe.model_sha256)
        if person is None:
            decision = Decision(Reason.NO_MATCH)
    return Answer(Why(decision.reason.value), person, similarity=decision.similarity, score=seen.score, live=seen.live)


def _known(desk: Desk, person: PersonId, weights: str) -> Person | None:
    """From the store; None for somebody who was deleted meanwhile, or whose face was."""
    if not desk.store.has_templates(person, weights):
        desk.gallery.remove(person)
        return None
    try:
        return desk.store.person(person)
    except StoreError as error:
        if error.code is not Code.PERSON_UNKNOWN:
            raise
        desk.gallery.remove(person)
        return None


def enrol(
    pictures: Sequence[Seen],
    details: Details,
    *,
    consent: str,
    desk: Desk,
    waived: Waived | None = None,
    as_person: PersonId | None = None,
    operator: str = COMMAND_LINE,
) -> Answer:
    """Enrol one person from one or more pictures: all of them good, live, and of the same person, whom nobody knows yet.

    Args:
        pictures: judged by :func:`look_at`.
        details: checked.
        consent: version of the text that the person agreed to.
        waived: rules that the operator sets aside.
        as_person: the id to write them under; a fresh one without.
        operator: who enrols, for the record of the consent.

    Raises:
        ValueError: no picture.
        StoreError: the store failed; then nobody was enrolled.
    """
    if not pictures:
        raise ValueError("an enrolment needs a picture")
    waived = waived or Waived()
    answer = refused(pictures, desk, waived)
    if answer is not None:
        subject = str(answer.person.id) if answer.person is not None else ""
        desk.store.note(action="enrolment_refused", subject=subject, detail=answer.why.value)
        return answer
    by = _By(as_person or PersonId(new_id(desk.clock.now())), consent, operator, waived)
    return _write(pictures, details, desk, by)


def refused(pictures: Sequence[Seen], desk: Desk, waived: Waived) -> Answer | None:
    """What speaks against enrolling them; None where nothing does. Writes nothing."""
    for number, seen in enumerate(pictures, start=1):
        liveness = seen.why in {Why.ATTACK, Why.LIVENESS_UNSURE}
        if seen.why is not None and not (liveness and waived.low_liveness):
            return Answer(seen.why, picture=number, hint=seen.hint, score=seen.score, live=seen.live)
    probes = _probes(pictures)
    for (first, one), (second, other) in combinations(enumerate(probes, start=1), 2):
        similarity = one.similarity(other)
        if not similarity >= desk.policy.matching.same_person:
            return Answer(Why.DIFFERENT_PEOPLE, picture=max(first, second), similarity=similarity)
    match = desk.gallery.identify(mean_embedding(probes))
    if (
        match.candidates
        and not match.candidates[0].similarity < desk.policy.matching.duplicate
        and not waived.duplicate
    ):
        best = match.candidates[0]
        known = _known(desk, best.person, probes[0].model_sha256)
        if known is not None:
            return Answer(Why.DUPLICATE, known, similarity=best.similarity)
    return None


def _probes(pictures: Sequence[Seen]) -> tuple[Embedding, ...]:
    return tuple(seen.probe for seen in pictures if seen.probe is not None)


@dataclass(frozen=True, slots=True)
class _By:
    """Under which id, with which consent, by whom."""

    person: PersonId
    consent: str
    operator: str
    waived: Waived


def _write(pictures: Sequence[Seen], details: Details, desk: Desk, by: _By) -> Answer:
    now = desk.clock.now()
    stamp = rfc3339(now)
    person_id = by.person
    probes = _probes(pictures)
    template = mean_embedding(probes)
    stills = [seen.still for seen in pictures if seen.still is not None]
    best = max(stills, key=lambda still: still.quality)
    scores = [seen.score for seen in pictures if seen.score is not None]
    score = min(scores) if scores else None
    for action, reason in (
        ("low_liveness_accepted", by.waived.low_liveness),
        ("duplicate_allowed", by.waived.duplicate),
    ):
        if reason:
            desk.store.note(action=action, subject=person_id, detail=reason)
    evidence = Evidence(SessionId(0), best.face.track, template, probes, best)
    person = desk.store.enrol(
        Enrolment(
            person=person_id,
            details=details,
            consent=Consent(text_version=by.consent, given_at=stamp, operator=by.operator),
            face_image=desk.portrait(best.pixels, evidence),
            templates=(template,),
            liveness_score=score,
            validation=Validation(
                id=new_id(now),
                identifier=new_id(now),
                type=ValidationType.ONBOARDING,
                status="validated",
                created_at=stamp,
                updated_at=stamp,
                liveness_score=score or 0.0,
                person=person_id,
                outcome=Outcome.GRANTED,
                reason=Reason.ENROLLED,
                truth=Truth.LOCAL,
                mono_ms=desk.clock.mono_ms(),
            ),
        )
    )
    desk.gallery.add(person_id, template)
    return Answer(Why.ENROLLED, person, score=score, live=all(seen.live is True for seen in pictures))
