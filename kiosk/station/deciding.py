"""Deciding a login: search here, ask the account if it can be asked, put both together, record, and only then tell.

    search ──no account, or it cannot be asked──────────────▶ conclude ──▶ record ──▶ Decided
       └────ask (kiosk/station/asking.py) ··answer or deadline··▶ conclude

``search`` and ``conclude`` run on the io pool, and nothing waits on it for the account. The picture that is sent is a whole frame
of the captured stills, as it came from the camera: the account wants nothing cut off around the face.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.domain import tiers
from kiosk.domain.account_picture import SEND_FROM
from kiosk.domain.decision import Decision, Match, Outcome, Reason, decide, outcome_of
from kiosk.domain.errors import ApiError, Code, InvariantBroken, StoreError
from kiosk.domain.face import Pixels
from kiosk.domain.person import Person, PersonId, Truth
from kiosk.domain.ports import Store
from kiosk.domain.record import Validation
from kiosk.domain.remote import Verdict
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.truth import combine
from kiosk.station.jobs import Parts, validation, write

if TYPE_CHECKING:
    from kiosk.station.asking import Asker

Later = Callable[[Callable[[Parts], ev.Event | None]], None]
"""Runs a job on the io pool, its answer or failure told to the flow."""


@dataclass(frozen=True, slots=True)
class Counsel:
    """The account, as far as deciding needs it.

    Attributes:
        encode: BGR pixels -> JPEG.
        hindrance: why it cannot be asked right now, None where it can.
    """

    asker: Asker
    encode: Callable[[Pixels], bytes]
    hindrance: Callable[[], ApiError | None]


@dataclass(frozen=True, slots=True)
class _Case:
    """One login on its way to a decision.

    Attributes:
        person: whom the station recognised, as stored.
        image: what the account judges, now or later; None where it would not take it.
    """

    effect: fx.Decide
    public_id: str
    local: Decision
    person: Person | None
    image: bytes | None


def search(parts: Parts, effect: fx.Decide, public_id: str, counsel: Counsel | None, later: Later) -> ev.Event | None:
    """Who is this? None where the account is being asked: ``later`` then runs the rest."""
    began_ms = parts.clock.mono_ms()
    evidence = parts.locker.get(effect.session)
    if evidence is None or evidence.track != effect.track:
        raise InvariantBroken("a decision was asked for without evidence")
    match = parts.gallery.identify(evidence.probe)
    decision = decide(match, parts.policy.matching)
    if effect.visit.enrolling:
        best = match.candidates[0].person if match.candidates else None
        renews = effect.visit.renews
        weights = evidence.probe.model_sha256
        if renews is None:
            found = _duplicate_or_free(parts, decision, best, weights)
        else:
            found = _of_renewed(parts, match, renews, weights)
        return ev.Decided(parts.clock.mono_ms(), effect.session, effect.track, found)
    person: Person | None = None
    if decision.accepts and decision.person is not None:
        person = _recognised(parts, decision.person, evidence.probe.model_sha256)
        name = person.details.display_name if person is not None else ""
        decision = replace(decision, name=name) if person is not None else Decision(Reason.NO_MATCH)
    if counsel is None:
        return _told(parts, effect, public_id, _as_this_door_may(parts, decision))
    fits = evidence.still.fit >= SEND_FROM
    image = counsel.encode(evidence.still.pixels) if fits else None
    case = _Case(effect, public_id, decision, person, image)
    hindrance = counsel.hindrance() if image is not None else ApiError(Code.API_PICTURE_UNFIT)
    if image is None or hindrance is not None:
        return _conclude(parts, case, None, hindrance)
    counsel.asker.ask(
        image,
        mark=public_id,
        since_ms=began_ms,
        done=lambda verdict, error: later(lambda p: _conclude(p, case, verdict, error)),
    )
    return None


def _conclude(parts: Parts, case: _Case, verdict: Verdict | None, error: ApiError | None) -> ev.Event:
    """Both opinions are in: one decision, on record before anybody hears of it."""
    known = _known_as(parts.store, verdict.remote_id, case.person) if verdict is not None else None
    decision = combine(
        case.local,
        case.person.remote_id if case.person is not None else "",
        verdict,
        error,
        known=known.id if known is not None else None,
        account=True,
        logins=parts.policy.offline.logins,
    )
    if known is not None and decision.person == known.id:
        decision = replace(decision, name=known.details.display_name)
    decision = replace(_as_this_door_may(parts, decision), since_ms=parts.clock.mono_ms())
    if case.image is None:  # there is nothing that the account could ever confirm
        decision = replace(decision, truth=Truth.LOCAL)
    session = case.effect.session
    with parts.claims.turn:
        if not parts.claims.take(session, decision.reason):
            return ev.Tick(parts.clock.mono_ms())  # its deadline has passed and a refusal is on record
        record = validation(parts, case.effect.visit, case.public_id, outcome_of(decision), decision)
        if verdict is not None:
            write(parts, session, _with_verdict(record, verdict))
        else:
            write(parts, session, record, case.image)  # with an image the account judges it when it can be reached
    return ev.Decided(parts.clock.mono_ms(), case.effect.session, case.effect.track, decision)


def _as_this_door_may(parts: Parts, decision: Decision) -> Decision:
    """A recognised face may not be enough at this door, at this hour."""
    return tiers.apply(decision, parts.policy.tiers, parts.clock.now().astimezone())


def _with_verdict(record: Validation, verdict: Verdict) -> Validation:
    return replace(
        record,
        remote_id=verdict.validation_id,
        status=str(verdict.status or record.status),
        liveness_session=verdict.session,
    )


def _told(parts: Parts, effect: fx.Decide, public_id: str, decision: Decision) -> ev.Event:
    """Without an account: an accepting answer is on record before anybody hears of it, a refusal is written afterwards."""
    if decision.accepts:
        with parts.claims.turn:
            if not parts.claims.take(effect.session, decision.reason):
                return ev.Tick(parts.clock.mono_ms())  # its deadline has passed and a refusal is on record
            write(parts, effect.session, validation(parts, effect.visit, public_id, Outcome.GRANTED, decision))
    return ev.Decided(parts.clock.mono_ms(), effect.session, effect.track, decision)


def _recognised(parts: Parts, person: PersonId, weights: str) -> Person | None:
    """Who the gallery means; None for somebody whose face was deleted by another program since the gallery was loaded, with the
    person or because the consent was withdrawn: nobody opens a door with a deleted face.
    """
    if not parts.store.has_templates(person, weights):
        parts.gallery.remove(person)
        return None
    return _stored(parts, person)


def _stored(parts: Parts, person: PersonId) -> Person | None:
    """As on record, with a face or without; None for somebody deleted since the gallery was loaded."""
    try:
        return parts.store.person(person)
    except StoreError as error:
        if error.code is not Code.PERSON_UNKNOWN:
            raise
        parts.gallery.remove(person)
        return None


def _known_as(store: Store, remote_id: str, recognised: Person | None) -> Person | None:
    """Who has this id of the account here."""
    if not remote_id:
        return None
    if recognised is not None and recognised.remote_id == remote_id:
        return recognised
    return store.person_with_remote_id(remote_id)


def _of_renewed(parts: Parts, match: Match, renews: PersonId, weights: str) -> Decision:
    """How alike the new pictures and who is on record are; somebody else where they resemble that person more."""
    best = match.candidates[0] if match.candidates else None
    if best is not None and best.person != renews and best.similarity >= parts.policy.matching.duplicate:
        other = _recognised(parts, best.person, weights)
        if other is not None:
            name = other.details.display_name
            return Decision(Reason.DUPLICATE, person=other.id, name=name, similarity=best.similarity)
    known = _stored(parts, renews)
    if known is None:
        return Decision(Reason.NO_MATCH)
    similarity = next((each.similarity for each in match.candidates if each.person == renews), 0.0)
    return Decision(Reason.DUPLICATE, person=renews, name=known.details.display_name, similarity=similarity)


def _duplicate_or_free(parts: Parts, decision: Decision, best: PersonId | None, weights: str) -> Decision:
    if best is not None and decision.similarity is not None and decision.similarity >= parts.policy.matching.duplicate:
        known = _recognised(parts, best, weights)
        if known is not None:
            name = known.details.display_name
            return Decision(Reason.DUPLICATE, person=best, name=name, similarity=decision.similarity)
    return Decision(
        Reason.EMPTY_GALLERY if decision.reason is Reason.EMPTY_GALLERY else Reason.NO_MATCH,
        similarity=decision.similarity,
    )
