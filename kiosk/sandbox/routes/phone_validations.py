"""Phone validations: a code to a number, and what it confirms."""

from __future__ import annotations

from starlette.requests import Request

from kiosk.sandbox import kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault
from kiosk.sandbox.fields import check, may, need, object_id, one_of, text, thing
from kiosk.sandbox.lookup import found, own_registration
from kiosk.sandbox.one_time import (
    MORE,
    PHONE,
    TYPE,
    attach,
    attempt,
    demand_right,
    demand_right_flagged,
    newest,
    result,
    waits_for_second,
)
from kiosk.sandbox.one_time import create as created
from kiosk.sandbox.query import listed, shaped
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import body, route
from kiosk.sandbox.shapes import COUNTRY_CODE, DIGITS
from kiosk.sandbox.tokens import Kind

_GATEWAY = one_of("sms", "whatsapp", "none")


@route("POST", "/v2/phone-validations", operation="createPhoneValidation", answers=(200, 404, 409), bearer=None)
async def create(request: Request, sandbox: Sandbox) -> Doc:
    """Send a code. Anybody may."""
    sent = check(
        await body(request),
        need("project", object_id),
        need("validationMethod", one_of("verificationCode", "manual")),
        need("phone", text()),
        need("countryCode", COUNTRY_CODE),
        may("phoneGateway", _GATEWAY),
        need("type", TYPE),
        *MORE,
    )
    return sandbox.sealed(created(sandbox, PHONE, sent, phoneGateway=sent.get("phoneGateway", "sms")))


@route("GET", "/v2/phone-validations", operation="listPhoneValidations", answers=(200, 401))
async def all_of_them(request: Request, sandbox: Sandbox) -> Doc:
    """All of them."""
    docs = sandbox.store.find(kinds.PHONE_VALIDATION)
    return listed(request, sandbox.store, docs, equal=("project", "status", "type", "phone")).nested()


@route(
    "POST",
    "/v2/phone-validations/validate",
    operation="validatePhoneByNumber",
    answers=(200, 403, 404, 409, 412),
    bearer=None,
)
async def validate(request: Request, sandbox: Sandbox) -> Doc:
    """The code, by number, as every client sends it."""
    sent = check(
        await body(request),
        need("phone", text()),
        need("countryCode", text()),
        need("otp", DIGITS),
        need("projectFlow", object_id),
        may("project", object_id),
        may("type", text()),
        may("authenticatorOTP", text()),
        may("location", thing),
    )
    validation = newest(sandbox, PHONE, sent)
    second = sent.get("authenticatorOTP")
    if not waits_for_second(validation, second):
        outcome, validation = attempt(sandbox, PHONE, validation, sent["otp"])
        demand_right(PHONE, outcome)
        second = None
    return sandbox.sealed(result(sandbox, PHONE, validation, second=second))


@route(
    "POST",
    "/v2/phone-validations/{id}/validate",
    operation="validatePhoneById",
    answers=(200, 400, 409, 410),
)
async def validate_by_id(request: Request, sandbox: Sandbox) -> Doc:
    """The code, by id, as the generated page has it."""
    sent = check(await body(request), need("verificationCode", text()))
    validation = found(request, sandbox, kinds.PHONE_VALIDATION)
    outcome, validation = attempt(sandbox, PHONE, validation, sent["verificationCode"])
    demand_right_flagged(outcome)
    return {"success": True, "data": result(sandbox, PHONE, validation)}


@route(
    "POST",
    "/v2/phone-validations/app-registration",
    operation="createAppRegistrationPhoneValidation",
    answers=(200, 404, 409),
    bearer=Kind.REGISTRATION,
)
async def create_for_registration(request: Request, sandbox: Sandbox) -> Doc:
    """Send a code for the onboarding of the token."""
    sent = check(
        await body(request),
        need("phone", text()),
        need("countryCode", COUNTRY_CODE),
        need("validationMethod", one_of("verificationCode", "manual")),
        may("project", object_id),
        may("projectFlow", object_id),
        may("phoneGateway", _GATEWAY),
        may("language", text()),
    )
    registration = own_registration(request, sandbox)
    sent = {
        **sent,
        "project": registration["project"],
        "projectFlow": registration["projectFlow"],
        "type": "onboarding",
        "appRegistration": registration["_id"],
    }
    with sandbox.store.transaction():
        validation = created(
            sandbox, PHONE, sent, appRegistration=registration["_id"], phoneGateway=sent.get("phoneGateway", "sms")
        )
        attach(sandbox, PHONE, registration, validation)
    return sandbox.sealed(validation)


@route(
    "PUT",
    "/v2/phone-validations",
    operation="validateAppRegistrationPhone",
    answers=(200, 403, 404, 409, 412),
    bearer=Kind.REGISTRATION,
)
async def confirm_for_registration(request: Request, sandbox: Sandbox) -> Doc:
    """The code of the onboarding of the token. Unlike with e-mail, no id is in the path."""
    sent = check(
        await body(request),
        need("countryCode", text()),
        need("phone", text()),
        need("otp", DIGITS),
        may("project", object_id),
        may("projectFlow", object_id),
        may("phoneGateway", text()),
    )
    registration = own_registration(request, sandbox)
    validation = sandbox.store.get(kinds.PHONE_VALIDATION, str(registration.get("phoneValidation", "")))
    if validation is None or PHONE.to(validation) != PHONE.to(sent):
        raise Fault(404, "NotFound", "phone_validation_not_found")
    outcome, validation = attempt(sandbox, PHONE, validation, sent["otp"])
    demand_right(PHONE, outcome)
    return sandbox.sealed(validation)


@route("GET", "/v2/phone-validations/{id}", operation="retrievePhoneValidation", answers=(200, 401, 404))
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One of them."""
    return sandbox.bare(shaped(request, sandbox.store, found(request, sandbox, kinds.PHONE_VALIDATION)))


ROUTES = (
    create,
    all_of_them,
    validate,
    validate_by_id,
    create_for_registration,
    confirm_for_registration,
    retrieve,
)
