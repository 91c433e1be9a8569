"""Getting and keeping an account token: e-mail and phone codes, renewal, revocation; a login's access token."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request

from kiosk.sandbox import ids, kinds
from kiosk.sandbox.codes import Check
from kiosk.sandbox.context import Sandbox
from kiosk.sandbox.errors import Fault, invalid
from kiosk.sandbox.fields import check, may, need, one_of, text
from kiosk.sandbox.query import whole_of
from kiosk.sandbox.replies import Doc
from kiosk.sandbox.routing import Refusal, bearer_of, body, caller, query, route
from kiosk.sandbox.shapes import COUNTRY_CODE, DIGITS, is_address
from kiosk.sandbox.tokens import Kind

PURPOSE = "account"
_LONGEST_MONTHS = 120
_MONTH = timedelta(days=30)


@route("POST", "/v2/projects/email-login", operation="authEmailSend", answers=(200, 404, 409), bearer=None)
async def send_email(request: Request, sandbox: Sandbox) -> Doc:
    """A code to an address, which stands in the query."""
    email = query(request, "email")
    if not is_address(email):
        raise Fault(404, "NotFound", "invalid_email")
    sent = sandbox.outbox.send(email, purpose=PURPOSE)
    return sandbox.sealed({"status": "sent", "email": email, "expiresAt": sent["expiresAt"]})


@route("POST", "/v2/projects/email-login/confirm", operation="authEmailConfirm", answers=(200, 400, 409), bearer=None)
async def confirm_email(request: Request, sandbox: Sandbox) -> Doc:
    """The code for a token."""
    sent = check(await body(request), need("email", text()), need("otp", text()))
    return _confirmed(sandbox, sent["email"], sent["otp"])


@route("POST", "/v2/projects/phone-login", operation="authPhoneSend", answers=(200, 400, 409), bearer=None)
async def send_phone(request: Request, sandbox: Sandbox) -> Doc:
    """A code to a phone."""
    sent = check(
        await body(request), need("countryCode", COUNTRY_CODE), need("phone", DIGITS), may("type", one_of("login"))
    )
    phone = str(sent["phone"])
    if not phone.isascii() or not phone.isdigit():
        raise Fault(400, "BadRequest", "phone must be digits")
    code = sandbox.outbox.send(sent["countryCode"] + phone, purpose=PURPOSE)
    validation = sandbox.new(
        client=ids.CLIENT,
        project=ids.PROJECT,
        projectFlow=ids.LOGIN_FLOW,
        status="sent",
        countryCode=sent["countryCode"],
        phone=phone,
        phoneGateway="sms",
        type="login",
        requires2FA=False,
        language="en",
        new=True,
        **code,
    )
    return sandbox.sealed(validation)


@route("POST", "/v2/projects/phone-login/confirm", operation="authPhoneConfirm", answers=(200, 400, 409), bearer=None)
async def confirm_phone(request: Request, sandbox: Sandbox) -> Doc:
    """The code for a token."""
    sent = check(await body(request), need("countryCode", text()), need("phone", DIGITS), need("otp", DIGITS))
    return _confirmed(sandbox, f"{sent['countryCode']}{sent['phone']}", sent["otp"])


@route("GET", "/v2/auth/session", operation="authSession", answers=(200, 401, 409), refusal=Refusal.RENEWAL)
async def session(request: Request, sandbox: Sandbox) -> Doc:
    """Renew (``origin=refresh``), or read who one is (``origin=app``). A flat answer."""
    origin = query(request, "origin")
    if origin not in {"refresh", "app"} or len(request.query_params.getlist("origin")) > 1:
        raise invalid("origin must be one of: [refresh,app]")
    months = whole_of(request, "expiresIn", default=1, lowest=1, highest=None)
    if origin == "app":
        return _seen(request, sandbox)
    lifetime = _MONTH * min(months, _LONGEST_MONTHS)
    return _token(sandbox.tokens.issue(Kind.ACCOUNT, caller(request).subject, lifetime=lifetime))


@route("POST", "/v2/auth/session", operation="authSessionPost", answers=(200, 401), refusal=Refusal.RENEWAL)
async def session_by_post(request: Request, sandbox: Sandbox) -> Doc:
    """Read who one is."""
    check(await body(request), need("origin", text()))
    return _seen(request, sandbox)


@route(
    "POST",
    "/v2/auth/renew-and-revoke",
    operation="authRenewAndRevoke",
    answers=(200, 401),
    refusal=Refusal.RENEWAL,
)
async def renew_and_revoke(request: Request, sandbox: Sandbox) -> Doc:
    """A new token; every earlier one is void."""
    await body(request)
    sandbox.tokens.void_all()
    token = sandbox.tokens.issue(Kind.ACCOUNT, caller(request).subject)
    return {"token": token, "accessToken": token}


@route("POST", "/v2/auth/project-login", operation="authProjectLogin", answers=(200, 401, 403), bearer=Kind.LOGIN)
async def project_login(request: Request, sandbox: Sandbox) -> Doc:
    """A fresh token for a login that was validated. It opens what a login opens, never the account."""
    await body(request)
    login = sandbox.store.get(kinds.APP_LOGIN, caller(request).subject)
    if login is None:
        raise Fault(403, "FORBIDDEN", "token_expired")
    return sandbox.bare(_token(sandbox.tokens.issue(Kind.LOGIN, str(login["_id"]))))


def _confirmed(sandbox: Sandbox, to: str, code: object) -> Doc:
    if sandbox.outbox.check(to, purpose=PURPOSE, code=code) is not Check.RIGHT:
        raise Fault(400, "ERROR", "invalid_otp")
    return sandbox.bare(_token(sandbox.tokens.issue(Kind.ACCOUNT, ids.CLIENT)))


def _token(token: str) -> Doc:
    return {"accessToken": token, "tokenType": "bearer"}


def _seen(request: Request, sandbox: Sandbox) -> Doc:
    account = sandbox.store.get(kinds.CLIENT, caller(request).subject) or {}
    user = {name: account[name] for name in ("_id", "email", "name", "phone", "credits") if name in account}
    return {**_token(bearer_of(request)), "user": user, "settings": {}}


ROUTES = (
    send_email,
    confirm_email,
    send_phone,
    confirm_phone,
    session,
    session_by_post,
    renew_and_revoke,
    project_login,
)
