"""Sign-in of an account: codes by e-mail and phone, renewal. Not the sign-in of people at the kiosk (``conversation/``)."""

from __future__ import annotations

from kiosk.api.envelopes import one, unreadable
from kiosk.api.models.auth import AccessToken, LoginCodeSent, Session
from kiosk.api.operation import Bearer, Call, Operation, Repeat, Reply, Transport
from kiosk.api.resources.query import given
from kiosk.api.tokens import AccountToken, LoginToken

EMAIL_SEND = Operation(id="authEmailSend", method="POST", path="/v2/projects/email-login", bearer=Bearer.NONE)
EMAIL_CONFIRM = Operation(
    id="authEmailConfirm", method="POST", path="/v2/projects/email-login/confirm", bearer=Bearer.NONE
)
PHONE_SEND = Operation(id="authPhoneSend", method="POST", path="/v2/projects/phone-login", bearer=Bearer.NONE)
PHONE_CONFIRM = Operation(
    id="authPhoneConfirm", method="POST", path="/v2/projects/phone-login/confirm", bearer=Bearer.NONE
)
SESSION = Operation(id="authSession", method="GET", path="/v2/auth/session", repeat=Repeat.SAFE)
SESSION_POST = Operation(id="authSessionPost", method="POST", path="/v2/auth/session", repeat=Repeat.SAFE)
RENEW_AND_REVOKE = Operation(id="authRenewAndRevoke", method="POST", path="/v2/auth/renew-and-revoke")
PROJECT_LOGIN = Operation(id="authProjectLogin", method="POST", path="/v2/auth/project-login", bearer=Bearer.GIVEN)

OPERATIONS = (
    EMAIL_SEND, EMAIL_CONFIRM, PHONE_SEND, PHONE_CONFIRM, SESSION, SESSION_POST, RENEW_AND_REVOKE, PROJECT_LOGIN,
)  # fmt: skip

RENEWED_MONTHS = 1


def renewal() -> Call:
    """The call that trades a valid account token for one that lives longer."""
    return Call(operation=SESSION, query={"origin": "refresh", "expiresIn": RENEWED_MONTHS})


def renewed(reply: Reply) -> AccountToken:
    """The token in the answer to :func:`renewal`, flat or in an envelope."""
    return _token(reply, Session)


class Auth:
    """Sign-in and renewal. Any thread."""

    def __init__(self, transport: Transport) -> None:
        """Over this transport."""
        self._transport = transport

    def send_email_code(self, email: str, *, within_s: float | None = None) -> LoginCodeSent:
        """Have a one-time code sent by e-mail. The address travels in the query and the body is empty, as documented."""
        call = Call(operation=EMAIL_SEND, query={"email": email}, within_s=within_s)
        return one(self._transport.send(call), LoginCodeSent)

    def confirm_email_code(self, email: str, otp: str, *, within_s: float | None = None) -> AccountToken:
        """Trade the code for an account token of 30 days."""
        call = Call(operation=EMAIL_CONFIRM, body={"email": email, "otp": otp}, within_s=within_s)
        return _token(self._transport.send(call), AccessToken)

    def send_phone_code(self, country_code: str, phone: str, *, within_s: float | None = None) -> LoginCodeSent:
        """Have a one-time code sent by SMS or WhatsApp.

        Args:
            country_code: with its plus, ``+57``.
            phone: the number without it.
            within_s: the whole time.
        """
        body = {"countryCode": country_code, "phone": phone, "type": "login"}
        return one(self._transport.send(Call(operation=PHONE_SEND, body=body, within_s=within_s)), LoginCodeSent)

    def confirm_phone_code(
        self, country_code: str, phone: str, otp: str, *, within_s: float | None = None
    ) -> AccountToken:
        """Trade the code for an account token of 30 days."""
        body = {"countryCode": country_code, "phone": phone, "otp": otp}
        return _token(self._transport.send(Call(operation=PHONE_CONFIRM, body=body, within_s=within_s)), AccessToken)

    def renew(self, *, months: int = RENEWED_MONTHS, within_s: float | None = None) -> AccountToken:
        """A token that lives longer; works only while the current one does. The current one stays valid."""
        call = Call(operation=SESSION, query={"origin": "refresh", "expiresIn": months}, within_s=within_s)
        return renewed(self._transport.send(call))

    def session(self, *, within_s: float | None = None) -> Session:
        """Whose token this is."""
        call = Call(operation=SESSION, query={"origin": "app"}, within_s=within_s)
        return one(self._transport.send(call), Session)

    def read_session(self, *, origin: str = "app", within_s: float | None = None) -> Session:
        """The same by POST, as a client of the vendor's does it."""
        call = Call(operation=SESSION_POST, body=given(origin=origin), within_s=within_s)
        return one(self._transport.send(call), Session)

    def renew_and_revoke(self, *, within_s: float | None = None) -> AccountToken:
        """A new token; every earlier one stops working at once."""
        return _token(self._transport.send(Call(operation=RENEW_AND_REVOKE, body={}, within_s=within_s)), AccessToken)

    def project_login(self, token: LoginToken, *, within_s: float | None = None) -> AccountToken:
        """Trade the token of a validated e-mail or phone login for an access token."""
        call = Call(operation=PROJECT_LOGIN, body={}, token=token, within_s=within_s)
        return _token(self._transport.send(call), AccessToken)


def _token(reply: Reply, model: type[AccessToken]) -> AccountToken:
    text = one(reply, model).text
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise unreadable(reply, "no token")
    return AccountToken(text)
