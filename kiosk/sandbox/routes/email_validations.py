"""E-mail validations: a code to an address, and what it confirms."""

from __future__ import annotations

from starlette.requests import Request

from kiosk.sandbox import kinds
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault, invalid
from kiosk.sandbox.fields import check, may, need, object_id, one_of, text, thing
from kiosk.sandbox.lookup import found, own_registration
from kiosk.sandbox.one_time import (
    EMAIL,
    MORE,
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
from kiosk.sandbox.routing import body, path_id, route
from kiosk.sandbox.shapes import DIGITS, is_address
from kiosk.sandbox.tokens import Kind


@route("POST", "/v2/email-validations", operation="createEmailValidation", answers=(200, 404, 409), bearer=None)
async def create(request: Request, sandbox: Sandbox) -> Doc:
    """Send a code. Anybody may."""
    sent = check(
        await body(request),
        need("project", object_id),
        need("validationMethod", one_of("verificationCode", "oneTimeLink", "manual")),
        need("email", text()),
        need("type", TYPE),
        *MORE,
    )
    _demand_address(sent["email"])
    return sandbox.sealed(created(sandbox, EMAIL, sent))


@route("GET", "/v2/email-validations", operation="listEmailValidations", answers=(200, 401))
async def all_of_them(request: Request, sandbox: Sandbox) -> Doc:
    """All of them."""
    docs = sandbox.store.find(kinds.EMAIL_VALIDATION)
    return listed(request, sandbox.store, docs, equal=("project", "status", "type", "email")).nested()


@route(
    "POST",
    "/v2/email-validations/validate",
    operation="validateEmailByAddress",
    answers=(200, 403, 404, 409, 412),
    bearer=None,
)
async def validate(request: Request, sandbox: Sandbox) -> Doc:
    """The code, by address, as every client sends it."""
    sent = check(
        await body(request),
        need("email", text()),
        need("otp", DIGITS),
        need("projectFlow", object_id),
        may("project", object_id),
        may("type", text()),
        may("authenticatorOTP", text()),
        may("location", thing),
    )
    validation = newest(sandbox, EMAIL, sent)
    second = sent.get("authenticatorOTP")
    if not waits_for_second(validation, second):
        outcome, validation = attempt(sandbox, EMAIL, validation, sent["otp"])
        demand_right(EMAIL, outcome)
        second = None
    return sandbox.sealed(result(sandbox, EMAIL, validation, second=second))


@route(
    "POST",
    "/v2/email-validations/{id}/validate",
    operation="validateEmailById",
    answers=(200, 400, 409, 410),
)
async def validate_by_id(request: Request, sandbox: Sandbox) -> Doc:
    """The code, by id, as the generated page has it."""
    sent = check(await body(request), need("verificationCode", text()))
    validation = found(request, sandbox, kinds.EMAIL_VALIDATION)
    outcome, validation = attempt(sandbox, EMAIL, validation, sent["verificationCode"])
    demand_right_flagged(outcome)
    return {"success": True, "data": result(sandbox, EMAIL, validation)}


@route(
    "POST",
    "/v2/email-validations/app-registration",
    operation="createAppRegistrationEmailValidation",
    answers=(200, 404, 409),
    bearer=Kind.REGISTRATION,
)
async def create_for_registration(request: Request, sandbox: Sandbox) -> Doc:
    """Send a code for the onboarding of the token."""
    sent = check(
        await body(request),
        need("email", text()),
        need("validationMethod", one_of("manual", "verificationCode")),
        may("project", object_id),
        may("projectFlow", object_id),
        may("type", TYPE),
        may("language", text()),
    )
    _demand_address(sent["email"])
    registration = own_registration(request, sandbox)
    sent = {
        **sent,
        "project": registration["project"],
        "projectFlow": registration["projectFlow"],
        "type": sent.get("type", "onboarding"),
        "appRegistration": registration["_id"],
    }
    with sandbox.store.transaction():
        validation = created(sandbox, EMAIL, sent, appRegistration=registration["_id"])
        attach(sandbox, EMAIL, registration, validation)
    return sandbox.sealed(validation)


@route(
    "PUT",
    "/v2/email-validations/{id}",
    operation="validateAppRegistrationEmail",
    answers=(200, 403, 404, 409, 412),
    bearer=Kind.REGISTRATION,
)
async def confirm_for_registration(request: Request, sandbox: Sandbox) -> Doc:
    """The code of the onboarding of the token."""
    sent = await body(request)
    if "email" not in sent or "otp" not in sent:
        raise invalid("missing_email_and_otp")
    check(sent, need("email", text()), need("otp", DIGITS))
    registration = own_registration(request, sandbox)
    validation = sandbox.store.get(kinds.EMAIL_VALIDATION, path_id(request))
    if (
        validation is None
        or validation.get("appRegistration") != registration["_id"]
        or validation["email"] != sent["email"]
    ):
        raise Fault(404, "NotFound", "email_validation_not_found")
    outcome, validation = attempt(sandbox, EMAIL, validation, sent["otp"])
    demand_right(EMAIL, outcome)
    return sandbox.sealed(validation)


@route("GET", "/v2/email-validations/{id}", operation="retrieveEmailValidation", answers=(200, 401, 404))
async def retrieve(request: Request, sandbox: Sandbox) -> Doc:
    """One of them."""
    return sandbox.bare(shaped(request, sandbox.store, found(request, sandbox, kinds.EMAIL_VALIDATION)))


def _demand_address(value: str) -> None:
    if not is_address(value):
        raise invalid("email must be an e-mail address\n")


ROUTES = (
    create,
    all_of_them,
    validate,
    validate_by_id,
    create_for_registration,
    confirm_for_registration,
    retrieve,
)
