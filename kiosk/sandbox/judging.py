"""What a picture of an open session comes to: liveness, then who it is, then a login, an enrolment or just a verdict.

One function a type of validation; each writes everything down before it returns. HTTP stays in the routes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiosk.sandbox import ids, kinds, sessions, vision
from kiosk.sandbox import persons as people
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.lookup import keep_picture
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.tokens import Kind

SECOND_FACTOR = "2FA"
"""``message`` of an answer that needs an e-mail or phone code before the login counts."""

_LOGIN = (0.55, 0.85)
_ONBOARDING = (0.65, 0.85)
_ALONE = (0.6, 0.85)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one flow: liveness must be above, similarity at least."""

    liveness: float
    search: float


def limits_of(flow: Doc, kind: str) -> Limits:
    """The flow's own, else the documented defaults."""
    settings: Doc = {}
    defaults = _ALONE
    if kind == "login":
        settings, defaults = flow.get("loginSettings") or {}, _LOGIN
    elif kind == "onboarding":
        settings, defaults = (flow.get("onboardingSettings") or {}).get("liveness") or {}, _ONBOARDING
    return Limits(
        liveness=settings.get("livenessMinScore", defaults[0]), search=settings.get("searchMinScore", defaults[1])
    )


async def judge(sandbox: Sandbox, session: Doc, validation: Doc, jpeg: bytes) -> Doc:
    """The answer's ``data`` for one picture.

    A picture that breaks a rule of the pictures ends nothing: the next one may come. Everything else ends the session.

    Raises:
        Fault: 409 for an unfit picture or ``liveness_failed@score``, 404 ``person_not_found``, 402, 403, 500.
    """
    flow = sandbox.store.get(kinds.PROJECT_FLOW, str(validation["projectFlow"])) or {}
    limits = limits_of(flow, validation["type"])
    seen, score = await sandbox.in_thread(vision.live_portrait, sandbox, jpeg)
    session, validation = sessions.current(sandbox, session, validation)
    if score <= limits.liveness:
        _, failed = sessions.end(
            sandbox, session, validation, failed=f"409:liveness_failed@{score:g}", livenessScore=score
        )
        _tell(sandbox, failed, "biometric_validation_liveness_failed")
        raise vision.not_live(score)
    verdict = _Verdict(session=session, validation=validation, seen=seen, score=score, flow=flow)
    match validation["type"]:
        case "login":
            return _login(sandbox, verdict, limits)
        case "onboarding":
            return _onboarding(sandbox, verdict, limits)
        case _:
            return _alone(sandbox, verdict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Verdict:
    """A picture that is live, and what it is about."""

    session: Doc
    validation: Doc
    seen: vision.Portrait
    score: float
    flow: Doc


def _alone(sandbox: Sandbox, verdict: _Verdict) -> Doc:
    """``validation`` and ``oneTimeLink``: living, and that is all."""
    with sandbox.store.transaction():
        session, validation = _ended(sandbox, verdict)
    _tell(sandbox, validation, "biometric_validation_validated")
    token = sandbox.tokens.issue(Kind.LOGIN, validation["_id"])
    return {
        "status": "validated",
        "biometricValidation": validation,
        "livenessSession": session,
        "token": token,
    }


def _login(sandbox: Sandbox, verdict: _Verdict, limits: Limits) -> Doc:
    """Who is it? Nobody is 404 ``person_not_found``: the word is the hosted app's, the status our reading."""
    validation = verdict.validation
    hits = people.search(
        sandbox,
        [verdict.seen.template],
        min_score=limits.search,
        limit=1,
        collection=validation["assignedCollection"],
        where=lambda doc: bool(doc["status"] == "active"),
    )
    if not hits:
        raise _refused(sandbox, verdict, Fault(404, "NotFound", "person_not_found"))
    person, _ = hits[0]
    login = sandbox.store.get(kinds.APP_LOGIN, str(validation.get("appLogin", "")))
    person = _joined(sandbox, verdict, person, login)
    waits = bool(validation["requires2FA"]) and login is None
    with sandbox.store.transaction():
        sandbox.charge("biometric login")
        session, validation = _ended(sandbox, verdict, person=person["_id"])
        found = {"biometricValidation": validation["_id"], "face": validation["face"], "name": person["name"]}
        if login is None:
            login = sandbox.new(
                client=ids.CLIENT,
                project=verdict.flow["project"],
                projectFlow=verdict.flow["_id"],
                status="pending" if waits else "validated",
                type="faceLiveness",
                person=person["_id"],
                **found,
            )
        else:
            login = sandbox.changed(login, person=person["_id"], **found)
            people.keep(sandbox, person)
        sandbox.store.put(kinds.APP_LOGIN, login)
    _tell(sandbox, validation, "biometric_validation_validated")
    answer = {
        "appLogin": login,
        "livenessSession": session,
        "person": person["_id"],
        "token": sandbox.tokens.issue(Kind.LOGIN, login["_id"]),
    }
    return {**answer, "message": SECOND_FACTOR} if waits else answer


def _onboarding(sandbox: Sandbox, verdict: _Verdict, limits: Limits) -> Doc:
    """Somebody who is known is linked, somebody new is enrolled.

    The conversation without a registration asks for no name, so a new person has the one part of it that is known: the
    session's identifier without digits, or none.
    """
    validation = verdict.validation
    person, is_new = enrolled(
        sandbox,
        verdict.seen,
        limits,
        collection=validation["assignedCollection"],
        name=str(verdict.session["identifier"]),
        livenessScore=verdict.score,
        emails=[validation["email"]] if validation.get("email") else [],
    )
    with sandbox.store.transaction():
        if is_new:
            people.keep(sandbox, person, [verdict.seen])
        session, validation = _ended(sandbox, verdict, person=person["_id"])
    if is_new:
        _tell(sandbox, validation, "biometric_validation_created_person")
    _tell(sandbox, validation, "biometric_validation_validated")
    return {
        "status": "validated",
        "biometricValidation": validation,
        "livenessSession": session,
        "person": person["_id"],
        "token": sandbox.tokens.issue(Kind.LOGIN, validation["_id"]),
    }


def enrolled(
    sandbox: Sandbox, seen: vision.Portrait, limits: Limits, *, collection: str, name: str, **fields: Any
) -> tuple[Doc, bool]:
    """The person of this face in a collection, or a new one that is not kept yet; and whether it is new."""
    hits = people.search(sandbox, [seen.template], min_score=limits.search, limit=1, collection=collection)
    if hits:
        return hits[0][0], False
    person = people.new_person(sandbox, name=name, collections=[collection], verificationStatus="verified", **fields)
    return person, True


def _joined(sandbox: Sandbox, verdict: _Verdict, person: Doc, login: Doc | None) -> Doc:
    """The person with the address or number that the earlier login confirmed.

    Raises:
        Fault: 409, the person has another one.
    """
    if login is None:
        return person
    for name, plural, kind, field in (
        ("email", "emails", kinds.EMAIL_VALIDATION, "emailValidation"),
        ("phone", "phones", kinds.PHONE_VALIDATION, "phoneValidation"),
    ):
        confirmed = sandbox.store.get(kind, str(login.get(field, ""))) or {}
        value = confirmed.get(name)
        if not value:
            continue
        if person[plural] and not any(_same(value, confirmed, known) for known in person[plural]):
            raise _refused(sandbox, verdict, Fault(409, "Conflict", f"person_linked_to_another_{name}"))
        if not person[plural]:
            person = sandbox.changed(person, **{plural: [f"{confirmed.get('countryCode', '')}{value}"]})
    return person


def _same(value: str, confirmed: Doc, known: str) -> bool:
    """An address in any case; a number with or without its country."""
    return known.casefold() in {value.casefold(), f"{confirmed.get('countryCode', '')}{value}".casefold()}


def _ended(sandbox: Sandbox, verdict: _Verdict, **fields: Any) -> tuple[Doc, Doc]:
    """A success, with its picture. Inside the transaction of the rest."""
    face = keep_picture(sandbox, verdict.seen.jpeg, category="face", registration="")
    return sessions.end(sandbox, verdict.session, verdict.validation, livenessScore=verdict.score, face=face, **fields)


def _refused(sandbox: Sandbox, verdict: _Verdict, fault: Fault) -> Fault:
    """Write a refusal down; gives the fault to raise."""
    reason = f"{fault.status}:{fault.body['message']}"
    _, validation = sessions.end(
        sandbox, verdict.session, verdict.validation, failed=reason, livenessScore=verdict.score
    )
    _tell(sandbox, validation, "biometric_validation_failed")
    return fault


def _tell(sandbox: Sandbox, validation: Doc, event: str) -> None:
    sandbox.emit(event, validation, flow=str(validation["projectFlow"]))
