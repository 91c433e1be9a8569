"""The port of :class:`kiosk.domain.remote.Codes` over the service: a login's code, to the address on record.

Sending and trying are never repeated after a lost reply: a second message would void the first, and each try counts. What surely
did not arrive goes out again by the one rule of :mod:`kiosk.api.retry`.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.api.client import VerifikClient
from kiosk.api.conversation.deadline import Deadline
from kiosk.api.conversation.places import Places
from kiosk.api.conversation.second_factor import Phone, is_wrong_code, send_code, split_phone, try_code
from kiosk.api.errors import NotFoundError, RefusedError
from kiosk.api.models.app_logins import OtpResult
from kiosk.api.models.email_validations import CodeStatus
from kiosk.domain.codes import Address
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.ports import Clock
from kiosk.domain.record import ValidationType
from kiosk.domain.remote import CodeAnswer

_OVER = frozenset(
    {"code_expired", "max_attempts_exceeded", "emailvalidation_has_expired", "phonevalidation_has_expired"}
)


class VerifikCodes:
    """Any thread.

    Args:
        client: of the account.
        places: where the project and its login flow are from.
        clock: of the station.
        probe: the cheapest call there is.
    """

    def __init__(self, client: VerifikClient, *, places: Places, clock: Clock, probe: Callable[[float], None]) -> None:
        """Nothing is sent yet."""
        self._client = client
        self._places = places
        self._clock = clock
        self._probe = probe

    def send(self, to: Address, *, within_s: float) -> None:
        """See the port."""
        deadline = Deadline(self._clock, within_s)
        place = self._places.find(ValidationType.LOGIN, deadline)
        send_code(self._client, place, to.email, _phone(to), deadline)

    def check(self, to: Address, code: str, *, within_s: float) -> CodeAnswer:
        """See the port."""
        deadline = Deadline(self._clock, within_s)
        place = self._places.find(ValidationType.LOGIN, deadline)
        try:
            result = try_code(self._client, place, (to.email, _phone(to)), code, deadline)
        except NotFoundError:
            return CodeAnswer.OVER
        except RefusedError as error:
            token = error.token.lower()
            if is_wrong_code(token):
                return CodeAnswer.WRONG
            if token in _OVER:
                return CodeAnswer.OVER
            raise
        return CodeAnswer.RIGHT if _is_right(result, to) else CodeAnswer.WRONG

    def pretend(self, *, within_s: float) -> None:
        """See the port."""
        deadline = Deadline(self._clock, within_s)
        self._places.find(ValidationType.LOGIN, deadline)
        self._probe(deadline.left("code"))


def _phone(to: Address) -> Phone | None:
    """Where a code goes if it cannot go by e-mail.

    Raises:
        ApiError: ``api_bad_request``: it can go nowhere; nothing was sent.
    """
    phone = split_phone(to.phone) if to.phone and not to.email else None
    if phone is None and not to.email:
        raise ApiError(Code.API_BAD_REQUEST, "no address that a code could go to")
    return phone


def _is_right(result: OtpResult, to: Address) -> bool:
    """Confirmed, nothing more is wanted, and it is about the address that was asked about."""
    if result.message == "2FA" or (result.login_token is None and result.status != CodeStatus.VALIDATED):
        return False
    return not (to.email and result.email) or result.email.casefold() == to.email.casefold()
