"""E-mail and phone validations, which differ in little more than a name: what is alike for both.

A validation is ``sent`` with a code for ten minutes and three attempts, then ``validated``, ``failed`` or ``expired``. One of
type login makes an app login and gives its token; with ``requires2FA`` only after a second code, which is sent when the first
was right.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.sandbox import ids, kinds
from kiosk.sandbox.codes import ATTEMPTS, Check
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.fields import Field, flag, known, may, nullable, object_id, one_of, text, thing, when
from kiosk.sandbox.lookup import flow, new_login, project
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.tokens import Kind

TYPES = ("validation", "login", "onboarding", "oneTimeLink", "register")
_KEPT = ("redirectUrl", "webhookUrl", "identityUrl", "ipAddress")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """E-mail or phone.

    Attributes:
        name: ``email`` or ``phone``, the type of a login made by it.
        kind: of its documents; also the reference to one in a registration.
        address: fields that together say where a code goes.
    """

    name: str
    kind: str
    address: tuple[str, ...]

    def to(self, doc: Doc) -> str:
        """Where a code goes."""
        return "".join(str(doc.get(name, "")) for name in self.address)


EMAIL = Channel(name="email", kind=kinds.EMAIL_VALIDATION, address=("email",))
PHONE = Channel(name="phone", kind=kinds.PHONE_VALIDATION, address=("countryCode", "phone"))

MORE: tuple[Field, ...] = (
    may("language", text()),
    may("expiresAt", when),
    may("redirectUrl", nullable(text())),
    may("webhookUrl", nullable(text())),
    may("identityUrl", nullable(text())),
    may("requires2FA", flag),
    may("ipAddress", text()),
    may("location", thing),
    may("projectFlow", object_id),
)
"""Fields that may stand in the creation of either."""
TYPE = one_of(*TYPES)


def create(sandbox: Sandbox, channel: Channel, sent: Doc, **more: str) -> Doc:
    """Keep a validation and send its code. One that still waits for the same address, flow and type is sent again.

    Raises:
        Fault: 404, no such project or flow, or the flow has no security settings.
    """
    of_project = project(sandbox, sent["project"])
    of_flow = flow(sandbox, sent["projectFlow"], of=of_project["_id"]) if "projectFlow" in sent else None
    if of_flow is not None and not of_flow.get("security"):
        raise Fault(404, "NotFound", "security_not_set")
    waiting = sandbox.store.first(channel.kind, lambda doc: doc["status"] == "sent" and _same(channel, doc, sent))
    validation = waiting or sandbox.new(
        **known(sent, *channel.address),
        client=ids.CLIENT,
        project=of_project["_id"],
        **({"projectFlow": of_flow["_id"]} if of_flow else {}),
        status="new",
        type=sent.get("type", "onboarding"),
        validationMethod=sent["validationMethod"],
        requires2FA=sent.get("requires2FA", False),
        language=sent.get("language", "en"),
        maxAttempts=ATTEMPTS,
        **known(sent, *_KEPT),
        **more,
    )
    with sandbox.store.transaction():
        if validation["validationMethod"] != "manual":
            fixed = of_project.get("demoOTP", "") if of_project.get("demoMode") else ""
            code = sandbox.outbox.send(channel.to(validation), purpose=validation["_id"], code=fixed)
            validation = sandbox.changed(validation, status="sent", **code)
        sandbox.store.put(channel.kind, validation)
    if of_flow is not None:
        event = "resend" if waiting else "created"
        sandbox.emit(f"{channel.name}_validation_{event}", validation, flow=of_flow["_id"])
    return {**validation, "existing": waiting is not None, "sent": validation["status"] == "sent"}


def newest(sandbox: Sandbox, channel: Channel, sent: Doc) -> Doc:
    """The validation of this address that waits, or the last one that there was.

    Raises:
        Fault: 404.
    """
    wanted = sent.get("projectFlow")
    docs = sandbox.store.find(
        channel.kind,
        lambda doc: (
            channel.to(doc) == channel.to(sent) and (wanted is None or doc.get("projectFlow") in {None, wanted})
        ),
    )
    if not docs:
        raise Fault(404, "NotFound", f"{channel.name}_validation_not_found")
    return next((doc for doc in reversed(docs) if doc["status"] == "sent"), docs[-1])


def attempt(sandbox: Sandbox, channel: Channel, validation: Doc, code: object) -> tuple[Check, Doc]:
    """Try a code: what became of it, and the validation as it is now."""
    to, flow_id = channel.to(validation), validation.get("projectFlow", "")
    with sandbox.store.transaction():
        check = sandbox.outbox.check(to, purpose=validation["_id"], code=code)
        status = {Check.RIGHT: "validated", Check.EXPIRED: "expired", Check.USED_UP: "failed"}.get(check)
        if status:
            validation = sandbox.store.put(channel.kind, sandbox.changed(validation, status=status))
    events = {Check.RIGHT: "validated", Check.EXPIRED: "expired"}
    sandbox.emit(f"{channel.name}_validation_{events.get(check, 'otp_incorect')}", validation, flow=flow_id)
    return check, validation


def demand_right(channel: Channel, check: Check) -> None:
    """Raise what the onboarding and address pages say of a code that is not right: 403 or 412."""
    if check is Check.EXPIRED:
        raise Fault(412, "PreconditionFailed", f"{channel.kind}_has_expired")
    if check is not Check.RIGHT:
        raise Fault(403, "Forbidden", "otp_does_not_match")


def demand_right_flagged(check: Check) -> None:
    """The same in the words of the generated pages: 400, 409 or 410."""
    match check:
        case Check.WRONG:
            raise Fault.flagged(400, "INVALID_CODE", "Invalid code")
        case Check.EXPIRED:
            raise Fault.flagged(409, "CODE_EXPIRED", "Code expired")
        case Check.USED_UP:
            raise Fault.flagged(410, "MAX_ATTEMPTS_EXCEEDED", "No attempts left")
        case Check.RIGHT:
            return


def result(sandbox: Sandbox, channel: Channel, validation: Doc, *, second: object = None) -> Doc:
    """What a right code is answered with: the login and its token, or the wish for a second code.

    Raises:
        Fault: 403, 412, the second code is not right.
    """
    answer = known(validation, "_id", "status", "type", *channel.address)
    answer.pop("countryCode", None)
    if validation["type"] != "login" or "projectFlow" not in validation:
        return answer
    if validation.get("requires2FA") and second is None:
        sandbox.outbox.send(channel.to(validation), purpose=_second(validation))
        return {**answer, "message": "2FA"}
    if validation.get("requires2FA"):
        demand_right(channel, sandbox.outbox.check(channel.to(validation), purpose=_second(validation), code=second))
    of_flow = flow(sandbox, validation["projectFlow"])
    login = new_login(sandbox, kind=channel.name, flow=of_flow, **{channel.kind: validation["_id"]})
    recommended = bool(of_flow.get("loginSettings", {}).get("showFaceLivenessRecommendation"))
    return {
        **answer,
        "token": sandbox.tokens.issue(Kind.LOGIN, str(login["_id"])),
        "appLogin": login,
        "showFaceLivenessRecommendation": recommended,
    }


def waits_for_second(validation: Doc, second: object) -> bool:
    """Whether the first code was right already and this is the second."""
    return second is not None and validation["status"] == "validated" and bool(validation.get("requires2FA"))


def attach(sandbox: Sandbox, channel: Channel, registration: Doc, validation: Doc) -> None:
    """Write the validation and its address into the onboarding that it is for."""
    changes = {**known(validation, *channel.address), channel.kind: validation["_id"]}
    sandbox.store.put(kinds.APP_REGISTRATION, sandbox.changed(registration, **changes))


def _second(validation: Doc) -> str:
    return f"2fa:{validation['_id']}"


def _same(channel: Channel, doc: Doc, sent: Doc) -> bool:
    return channel.to(doc) == channel.to(sent) and all(
        doc.get(name) == sent.get(name) for name in ("projectFlow", "type", "validationMethod", "appRegistration")
    )
