"""An onboarding over a registration: codes, document, selfie, comparison, end. The service decides the final status.

    create ─▶ e-mail / phone code ─▶ signUpForm ─▶ [instructions, basicInformation] ─▶ [document] ─▶ selfie ─▶ [compare] ─▶ end

What the flow skips is skipped. A step that is refused ends the conversation with the service's own word for it; the registration
stays as it is there, for its owner to look at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.api.client import VerifikClient
from kiosk.api.conversation.deadline import Deadline
from kiosk.api.conversation.places import Place, Places
from kiosk.api.conversation.second_factor import ATTEMPTS, GIVEN_UP, Phone, is_wrong_code, split_phone
from kiosk.api.conversation.steps import (
    AskCode,
    Channel,
    CodeSent,
    CodeTried,
    Ended,
    PictureJudged,
    RegistrationStarted,
    StepReached,
    Tell,
    nobody,
)
from kiosk.api.errors import AnsweredError, ConflictError, ForbiddenError, PictureUnfitError, RefusedError
from kiosk.api.models.app_registrations import (
    AppRegistration,
    AppRegistrationCreate,
    AppRegistrationStatus,
    SyncStep,
)
from kiosk.api.models.biometric_validations import BiometricAppRegistrationRequest, BiometricValidation
from kiosk.api.models.common import Populated, id_of
from kiosk.api.models.email_validations import AppRegistrationEmailValidationCreate, CodeMethod, CodeStatus
from kiosk.api.models.phone_validations import AppRegistrationPhoneValidationCreate
from kiosk.api.models.project_flows import Necessity, OnboardingSettings, OnboardingSteps, SignUpForm
from kiosk.api.models.values import OperatingSystem, picture_text
from kiosk.api.tokens import RegistrationToken
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.person import Details
from kiosk.domain.record import ValidationType
from kiosk.domain.remote import Answer

DOCUMENT_WANTED = "document_wanted"
PHONE_WANTED = "phone_wanted"
EMAIL_WANTED = "email_wanted"
_NOT_LIVE = "liveness_failed"
_SET_ALREADY = "person_already_set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who is onboarded, with what. JPEGs."""

    details: Details = field(repr=False)
    selfie: bytes = field(repr=False)
    document: bytes | None = field(default=None, repr=False)
    document_back: bytes | None = field(default=None, repr=False)
    language: str = ""


Attempt = Callable[[str], bool]
"""Tries one code; whether it was right."""


class _Refused(Exception):
    """A step ended the conversation."""

    def __init__(self, answer: Answer, token: str, score: float | None = None) -> None:
        super().__init__()
        self.answer = answer
        self.token = token
        self.score = score


class Onboarding:
    """One onboarding from beginning to end. One thread."""

    def __init__(self, client: VerifikClient, places: Places, *, ask_code: AskCode, tell: Tell = nobody) -> None:
        """Nothing is sent yet.

        Args:
            client: of the account.
            places: where the project and its flow are from.
            ask_code: asks the person for a code that was sent.
            tell: hears each step.
        """
        self._client = client
        self._places = places
        self._ask_code = ask_code
        self._tell = tell

    def run(self, applicant: Applicant, deadline: Deadline) -> Ended:
        """All of it.

        Raises:
            ApiError: a step got no answer, or the account has no such flow, rights or credits.
        """
        place = self._places.find(ValidationType.ONBOARDING, deadline, whole=True)
        settings = (place.flow.onboarding_settings if place.flow is not None else None) or OnboardingSettings()
        details = applicant.details
        phone = split_phone(details.phone) if details.phone else None
        created = self._client.app_registrations.create(
            AppRegistrationCreate(**_registration(place, applicant, phone)), within_s=deadline.left("registration")
        )
        walk = _Walk(
            client=self._client,
            place=place,
            id=created.app_registration.id,
            token=created.registration_token,
            deadline=deadline,
            ask_code=self._ask_code,
            tell=self._tell,
        )
        self._tell(RegistrationStarted(registration_id=walk.id))
        try:
            return walk.through(applicant, phone, settings)
        except _Refused as refused:
            return Ended(
                answer=refused.answer,
                token=refused.token,
                liveness_score=refused.score,
                registration_id=walk.id,
                status=AppRegistrationStatus.ONGOING,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """One registration and its way through the steps."""

    client: VerifikClient
    place: Place
    id: str
    token: RegistrationToken
    deadline: Deadline
    ask_code: AskCode
    tell: Tell

    def through(self, applicant: Applicant, phone: Phone | None, settings: OnboardingSettings) -> Ended:
        steps = settings.steps or OnboardingSteps()
        form = settings.sign_up_form or SignUpForm(email=bool(applicant.details.email), phone=phone is not None)
        if _wanted(steps.sign_up_form):
            self._codes(applicant.details, phone, form)
            self._sync(SyncStep.SIGN_UP_FORM)
        self._sync(SyncStep.INSTRUCTIONS)
        if steps.basic_information is not None and _wanted(steps.basic_information):
            self._sync(SyncStep.BASIC_INFORMATION)
        document = self._document(applicant, steps.document)
        registration: AppRegistration | None = None
        score: float | None = None
        if _wanted(steps.liveness):
            registration, score = self._selfie(applicant.selfie)
            if document:
                self._compare()
        return self._end(registration, score)

    def _codes(self, details: Details, phone: Phone | None, form: SignUpForm) -> None:
        if form.email:
            if not details.email:
                raise _Refused(Answer.REFUSED, EMAIL_WANTED)
            self._by_email(details.email)
        if form.phone:
            if phone is None:
                raise _Refused(Answer.REFUSED, PHONE_WANTED)
            self._by_phone(phone)

    def _by_email(self, email: str) -> None:
        request = AppRegistrationEmailValidationCreate(
            email=email,
            validation_method=CodeMethod.VERIFICATION_CODE,
            project=self.place.project,
            project_flow=self.place.project_flow,
        )
        sent = self.client.email_validations.create_for_registration(
            request, self.token, within_s=self.deadline.left("code")
        )
        if sent.status == CodeStatus.VALIDATED:  # an address that was confirmed before
            return

        def attempt(code: str) -> bool:
            done = self.client.email_validations.confirm_for_registration(
                sent.id, self.token, email=email, code=code, within_s=self.deadline.left("code")
            )
            return done.status == CodeStatus.VALIDATED

        self._confirm(Channel.EMAIL, attempt)

    def _by_phone(self, phone: Phone) -> None:
        request = AppRegistrationPhoneValidationCreate(
            phone=phone.number,
            country_code=phone.country_code,
            validation_method=CodeMethod.VERIFICATION_CODE,
            project=self.place.project,
            project_flow=self.place.project_flow,
        )
        sent = self.client.phone_validations.create_for_registration(
            request, self.token, within_s=self.deadline.left("code")
        )
        if sent.status == CodeStatus.VALIDATED:
            return

        def attempt(code: str) -> bool:
            done = self.client.phone_validations.confirm_for_registration(
                self.token,
                phone=phone.number,
                country_code=phone.country_code,
                code=code,
                project=self.place.project,
                project_flow=self.place.project_flow,
                within_s=self.deadline.left("code"),
            )
            return done.status == CodeStatus.VALIDATED

        self._confirm(Channel.PHONE, attempt)

    def _confirm(self, channel: Channel, attempt: Attempt) -> None:
        self.tell(CodeSent(channel=channel))
        for number in range(1, ATTEMPTS + 1):
            code = self.ask_code(channel, number)
            if code is None:
                raise _Refused(Answer.REFUSED, GIVEN_UP)
            token = ""
            try:
                right = attempt(code)
            except (RefusedError, ForbiddenError) as error:
                right, token = False, error.token
            self.tell(CodeTried(channel=channel, attempt=number, right=right))
            if right:
                return
            if not is_wrong_code(token) or number == ATTEMPTS:
                raise _Refused(Answer.REFUSED, token)

    def _document(self, applicant: Applicant, necessity: str | None) -> bool:
        """Whether a document was sent."""
        if necessity is None or not _wanted(necessity):
            return False
        if applicant.document is None:
            if necessity == Necessity.MANDATORY:
                raise _Refused(Answer.REFUSED, DOCUMENT_WANTED)
            return False
        back = applicant.document_back
        try:
            self.client.document_validations.create_for_registration(
                self.token,
                image=picture_text(applicant.document),
                back_image=picture_text(back) if back is not None else None,
                within_s=self.deadline.left("document"),
            )
        except (RefusedError, PictureUnfitError, ConflictError) as error:
            raise _Refused(Answer.REFUSED, error.token) from None
        self._sync(SyncStep.DOCUMENT)
        return True

    def _selfie(self, selfie: bytes) -> tuple[AppRegistration, float | None]:
        try:
            registration = self._judged(selfie, force=False)
        except ConflictError as error:
            if error.token.lower() != _SET_ALREADY:
                raise _Refused(Answer.REFUSED, error.token) from None
            registration = self._judged(selfie, force=True)  # of an earlier try in the same registration
        score = _score(registration)
        self.tell(PictureJudged(answer=Answer.ACCEPTED, liveness_score=score))
        self._sync(SyncStep.LIVENESS)
        return registration, score

    def _judged(self, selfie: bytes, *, force: bool) -> AppRegistration:
        request = BiometricAppRegistrationRequest(image=picture_text(selfie), os=OperatingSystem.DESKTOP, force=force)
        try:
            return self.client.biometric_validations.create_for_registration(
                self.token, request, within_s=self.deadline.left("selfie")
            )
        except PictureUnfitError as error:
            raise self._judged_as(Answer.PICTURE_UNFIT, error) from None
        except RefusedError as error:
            not_live = error.token.lower() == _NOT_LIVE
            raise self._judged_as(Answer.NOT_LIVE if not_live else Answer.REFUSED, error) from None
        except ConflictError as error:
            if force:
                raise _Refused(Answer.REFUSED, error.token) from None
            raise

    def _judged_as(self, answer: Answer, error: AnsweredError) -> _Refused:
        self.tell(PictureJudged(answer=answer, liveness_score=error.score))
        return _Refused(answer, error.token, error.score)

    def _compare(self) -> None:
        """The document's face with the selfie: the service keeps what comes of it and decides at the end."""
        try:
            self.client.face.compare_registration(self.token, within_s=self.deadline.left("comparison"))
        except (RefusedError, PictureUnfitError, ConflictError) as error:
            raise _Refused(Answer.REFUSED, error.token) from None

    def _end(self, registration: AppRegistration | None, score: float | None) -> Ended:
        done = self.client.app_registrations.sync(
            self.id,
            self.token,
            step=SyncStep.END,
            status=AppRegistrationStatus.COMPLETED,
            within_s=self.deadline.left("end"),
        )
        self.tell(StepReached(step=SyncStep.END))
        status = str(done.status or "")
        completed = status.upper() == AppRegistrationStatus.COMPLETED and done.login_token is not None
        return Ended(
            answer=Answer.ACCEPTED if completed else Answer.REFUSED,
            token="" if completed else status.lower(),
            person_id=id_of(registration.person) if completed and registration is not None else "",
            name=(done.full_name or "") if completed else "",
            liveness_score=score,
            login_token=done.login_token if completed else None,
            validation_id=id_of(registration.biometric_validation) if registration is not None else "",
            status=status,
            registration_id=self.id,
        )

    def _sync(self, step: SyncStep) -> None:
        try:
            self.client.app_registrations.sync(
                self.id,
                self.token,
                step=step,
                status=AppRegistrationStatus.ONGOING,
                within_s=self.deadline.left("step"),
            )
        except RefusedError as error:
            raise _Refused(Answer.REFUSED, error.token) from None
        self.tell(StepReached(step=step))


def _registration(place: Place, applicant: Applicant, phone: Phone | None) -> dict[str, str]:
    details = applicant.details
    if not details.email and phone is None:
        raise ApiError(Code.API_BAD_REQUEST, "email or phone")
    given = {
        "project": place.project,
        "project_flow": place.project_flow,
        "email": details.email,
        "phone": phone.number if phone is not None else "",
        "country_code": phone.country_code if phone is not None else "",
        "full_name": details.display_name,
        "first_name": details.first_name,
        "last_name": details.last_name,
        "language": applicant.language,
    }
    return {name: value for name, value in given.items() if value}


def _wanted(necessity: str | None) -> bool:
    """Flows that say nothing of a step have it; the ones a kiosk cannot do by itself are asked for by name."""
    return necessity is None or necessity in {Necessity.MANDATORY, Necessity.OPTIONAL}


def _score(registration: AppRegistration) -> float | None:
    validation = registration.biometric_validation
    if not isinstance(validation, Populated):
        return None
    try:
        return validation.read(BiometricValidation).score
    except ValueError:
        return None
