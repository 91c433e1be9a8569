"""The code that a login may want besides the face: sent to the person's own e-mail or phone, three tries.

Where the account knows neither address there is no second factor, and without it nobody is let in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.api.client import VerifikClient
from kiosk.api.conversation.deadline import Deadline
from kiosk.api.conversation.places import Place
from kiosk.api.conversation.steps import AskCode, Channel, CodeSent, CodeTried, Ended, Tell, nobody
from kiosk.api.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from kiosk.api.models.app_logins import OtpResult
from kiosk.api.models.email_validations import (
    CodeMethod,
    CodeStatus,
    CodeType,
    EmailValidateRequest,
    EmailValidationCreate,
)
from kiosk.api.models.phone_validations import PhoneValidateRequest, PhoneValidationCreate
from kiosk.domain.person import Details
from kiosk.domain.remote import Answer

ATTEMPTS = 3
NO_ADDRESS = "no_address_for_a_code"
GIVEN_UP = "no_code_given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A number as the service wants it: ``+57`` and the rest."""

    country_code: str
    number: str


def split_phone(phone: str) -> Phone | None:
    """An E.164 number in two parts; None where it is none."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return None
    return Phone(country_code=f"+{parsed.country_code}", number=phonenumbers.national_significant_number(parsed))


def confirm_login(
    client: VerifikClient,
    place: Place,
    ended: Ended,
    details: Details,
    *,
    ask_code: AskCode,
    deadline: Deadline,
    tell: Tell = nobody,
) -> Ended:
    """Send a code, ask for it, and let the person in where it is right.

    Args:
        client: of the account.
        place: of the login.
        ended: the face's part; its answer is ``second_factor``.
        details: of the person who was recognised, as the account has them.
        ask_code: asks the person.
        deadline: of the whole conversation.
        tell: hears each step.

    Raises:
        ApiError: there was no answer.
    """
    phone = split_phone(details.phone) if details.phone else None
    channel = Channel.EMAIL if details.email else Channel.PHONE
    if not details.email and phone is None:
        return _refused(ended, NO_ADDRESS)
    send_code(client, place, details.email, phone, deadline)
    tell(CodeSent(channel=channel))
    for attempt in range(1, ATTEMPTS + 1):
        code = ask_code(channel, attempt)
        if code is None:
            return _refused(ended, GIVEN_UP)
        try:
            result = try_code(client, place, (details.email, phone), code, deadline)
        except (RefusedError, ForbiddenError, ConflictError, NotFoundError) as error:
            tell(CodeTried(channel=channel, attempt=attempt, right=False))
            if not is_wrong_code(error.token) or attempt == ATTEMPTS:
                return _refused(ended, error.token)
            continue
        right = result.login_token is not None or result.status == CodeStatus.VALIDATED
        tell(CodeTried(channel=channel, attempt=attempt, right=right))
        if right:
            return replace(ended, answer=Answer.ACCEPTED, token="", login_token=result.login_token)
        return _refused(ended, "")
    return _refused(ended, "")


def is_wrong_code(token: str) -> bool:
    """Whether another code may still be right."""
    return token.lower() in {"otp_does_not_match", "invalid_otp", "invalid_code"}


def send_code(client: VerifikClient, place: Place, email: str, phone: Phone | None, deadline: Deadline) -> None:
    """Send the code of a login, by e-mail where there is an address.

    Raises:
        ApiError: there was no answer, or not this one.
    """
    left = deadline.left("code")
    if email:
        client.email_validations.create(
            EmailValidationCreate(
                project=place.project,
                project_flow=place.project_flow,
                validation_method=CodeMethod.VERIFICATION_CODE,
                type=CodeType.LOGIN,
                email=email,
            ),
            within_s=left,
        )
    elif phone is not None:
        client.phone_validations.create(
            PhoneValidationCreate(
                project=place.project,
                project_flow=place.project_flow,
                validation_method=CodeMethod.VERIFICATION_CODE,
                type=CodeType.LOGIN,
                phone=phone.number,
                country_code=phone.country_code,
            ),
            within_s=left,
        )


def try_code(
    client: VerifikClient, place: Place, to: tuple[str, Phone | None], code: str, deadline: Deadline
) -> OtpResult:
    """Try the code of a login, at the e-mail address where there is one.

    Raises:
        ApiError: it is not right, or there was no answer.
    """
    email, phone = to
    left = deadline.left("code")
    if phone is None or email:
        request = EmailValidateRequest(
            email=email, otp=code, project=place.project, project_flow=place.project_flow, type=CodeType.LOGIN
        )
        return client.email_validations.confirm(request, within_s=left)
    by_phone = PhoneValidateRequest(
        phone=phone.number,
        country_code=phone.country_code,
        otp=code,
        project=place.project,
        project_flow=place.project_flow,
        type=CodeType.LOGIN,
    )
    return client.phone_validations.confirm(by_phone, within_s=left)


def _refused(ended: Ended, token: str) -> Ended:
    return replace(ended, answer=Answer.REFUSED, token=token, person_id="", name="", login_token=None)
