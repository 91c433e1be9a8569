"""A biometric validation: open a session of some minutes, have one picture judged in it, open another where it ran out.

    open ──▶ judge ──┬─ found, live ──▶ accepted, or the second factor
                     ├─ liveness_failed, person_not_found, unfit picture, refused ──▶ that
                     ├─ session ended ──▶ open again, once ──▶ judge
                     └─ no answer, no rights, no credits ──▶ ApiError

A judgement whose reply was lost is not asked for again here: it may stand, and a second one would be a second record.
"""

from __future__ import annotations

from datetime import datetime

from kiosk.api.client import VerifikClient
from kiosk.api.conversation.deadline import Deadline
from kiosk.api.conversation.places import Places
from kiosk.api.conversation.steps import Ended, PictureJudged, SessionOpened, Tell, nobody
from kiosk.api.errors import (
    AnsweredError,
    NotConfiguredError,
    NotFoundError,
    PictureUnfitError,
    RefusedError,
    SessionEndedError,
    UnreadableError,
)
from kiosk.api.models.biometric_validations import (
    BiometricValidateResult,
    BiometricValidationCreate,
    BiometricValidationCreated,
    ValidationStatus,
)
from kiosk.api.models.common import id_of
from kiosk.domain.errors import ApiError, Code, InvariantBroken
from kiosk.domain.ports import Clock
from kiosk.domain.record import ValidationType
from kiosk.domain.remote import Answer

SECOND_FACTOR_WORD = "2fa"
_UNKNOWN = "person_not_found"
_TRY_AGAIN = "liveness_error"
_NOT_LIVE = frozenset(
    {"liveness_failed", "err_liveness_failed", "liveness_check_failed", "liveness_detection_failed",
     "liveness_score_not_acceptable"}
)  # fmt: skip
_ENDED = frozenset({"biometric_validation_not_found", "liveness_session_token_missing"})
_BAD_ENDS = frozenset({"failed", "expired", "cancelled"})
_SPARE_S = 2.0
"""A session that ends sooner than this is not worth a picture."""


class Validating:
    """One validation, from its opening to its end. One thread."""

    def __init__(
        self,
        client: VerifikClient,
        places: Places,
        *,
        clock: Clock,
        kind: ValidationType,
        mark: str,
        offset_s: float = 0.0,
        requires_2fa: bool | None = None,
        tell: Tell = nobody,
    ) -> None:
        """Nothing is sent yet.

        Args:
            client: of the account.
            places: where the project and its flow are from.
            clock: for the end of the session.
            kind: of the validation.
            mark: our identifier; rides on every session of this validation.
            offset_s: the server's clock is ahead of ours by so much.
            requires_2fa: ask for a second factor; None leaves it to the flow.
            tell: hears each step.
        """
        self._client = client
        self._places = places
        self._clock = clock
        self._kind = kind
        self._mark = mark
        self._offset_s = offset_s
        self._requires_2fa = requires_2fa
        self._tell = tell
        self._opened: BiometricValidationCreated | None = None

    def open(self, deadline: Deadline) -> SessionOpened:
        """A new session. About four minutes from now on.

        Raises:
            ApiError: there is none.
        """
        again = self._opened is not None
        place = self._places.find(self._kind, deadline)
        request = BiometricValidationCreate(
            project=place.project,
            project_flow=place.project_flow,
            identifier=self._mark,
            type=self._kind,
            requires_2fa=self._requires_2fa,
        )
        try:
            opened = self._client.biometric_validations.create(request, within_s=deadline.left("session"))
        except NotConfiguredError:
            self._places.forget()
            raise
        said = opened.liveness_session.identifier
        if said and said != self._mark:
            raise UnreadableError(Code.API_UNREADABLE, "the session answered is another one's")
        self._opened = opened
        step = SessionOpened(
            validation_id=opened.biometric_validation.id,
            expires_at=opened.liveness_session.expires_at or "",
            again=again,
        )
        self._tell(step)
        return step

    def judge(self, image: bytes, deadline: Deadline) -> Ended:
        """Have a JPEG judged, in the open session or a new one.

        ``second_factor`` is the answer where the face is right and a code is still wanted.

        Raises:
            ApiError: there was no answer, or one that says nothing about the picture.
        """
        opened_now = self._opened is None or self._ran_out(self._opened)
        if opened_now:
            self.open(deadline)
        try:
            ended = self._judged(image, deadline)
        except AnsweredError as error:
            if not _session_is_over(error):
                raise
            self.open(deadline)
            ended = self._judged(image, deadline)
        if ended.token.lower() == _TRY_AGAIN:  # the engine stumbled; hosted pages try once more, too
            self.open(deadline)
            ended = self._judged(image, deadline)
        self._tell(PictureJudged(answer=ended.answer, liveness_score=ended.liveness_score))
        return ended

    def _judged(self, image: bytes, deadline: Deadline) -> Ended:
        opened = self._opened
        if opened is None:
            raise InvariantBroken("a picture was judged without a session")
        try:
            result = self._client.biometric_validations.validate(
                opened.session_token, image, within_s=deadline.left("judgement")
            )
        except (RefusedError, PictureUnfitError, NotFoundError) as error:
            answer = _answer_of(error)
            if answer is None:
                raise
            return self._ended(
                answer, opened, status=ValidationStatus.FAILED, token=error.token, liveness_score=error.score
            )
        return self._read(opened, result)

    def _read(self, opened: BiometricValidationCreated, result: BiometricValidateResult) -> Ended:
        """A 2xx answer. Nobody is let in by one that leaves a doubt."""
        self._same(opened, result)
        answer = self._answer(opened, result)
        admitted = answer in {Answer.ACCEPTED, Answer.SECOND_FACTOR}
        login = result.app_login
        status = ValidationStatus.VALIDATED if admitted else ValidationStatus.FAILED
        session = result.liveness_session or opened.liveness_session
        return Ended(
            answer=answer,
            person_id=result.person_id if admitted else "",
            name=(login.name or "") if admitted and login is not None else "",
            liveness_score=result.score,
            login_token=result.login_token if answer is Answer.ACCEPTED else None,
            validation_id=opened.biometric_validation.id,
            status=status,
            session=session.to_record(),
        )

    def _answer(self, opened: BiometricValidationCreated, result: BiometricValidateResult) -> Answer:
        checks, login = result.verification_results, result.app_login
        if checks is not None and checks.contradicts:
            not_live = False in (checks.liveness_detection, checks.anti_spoofing)
            return Answer.NOT_LIVE if not_live else Answer.REFUSED
        if not _BAD_ENDS.isdisjoint({str(result.status), str(login.status) if login is not None else ""}):
            return Answer.REFUSED
        is_login = self._kind is ValidationType.LOGIN
        if is_login and not result.person_id:
            return Answer.UNKNOWN
        if _says_second_factor(result) or (is_login and opened.biometric_validation.requires_2fa is True):
            return Answer.SECOND_FACTOR
        return Answer.ACCEPTED if result.succeeded else Answer.REFUSED

    def _same(self, opened: BiometricValidationCreated, result: BiometricValidateResult) -> None:
        """The answer is about this session and not, by a cache or a mix-up, about somebody else's.

        Raises:
            ApiError: ``api_unreadable``, and it may be done.
        """
        login = result.app_login
        pairs = (
            (opened.liveness_session.id, result.liveness_session.id if result.liveness_session is not None else ""),
            (opened.biometric_validation.id, id_of(login.biometric_validation) if login is not None else ""),
        )
        if any(theirs and theirs != ours for ours, theirs in pairs):
            raise UnreadableError(Code.API_UNREADABLE, "the judgement answered is another one's", maybe_done=True)

    def _ended(
        self,
        answer: Answer,
        opened: BiometricValidationCreated,
        *,
        status: str,
        token: str,
        liveness_score: float | None,
    ) -> Ended:
        return Ended(
            answer=answer,
            token=token,
            liveness_score=liveness_score,
            validation_id=opened.biometric_validation.id,
            status=status,
            session=opened.liveness_session.to_record(),
        )

    def _ran_out(self, opened: BiometricValidationCreated) -> bool:
        try:
            ends = datetime.fromisoformat(opened.liveness_session.expires_at or "")
        except ValueError:
            return False  # the server will say so
        if ends.tzinfo is None:
            return False
        left = (ends - self._clock.now()).total_seconds() - self._offset_s
        return left < _SPARE_S


def _session_is_over(error: ApiError) -> bool:
    return isinstance(error, SessionEndedError) or error.token.lower() in _ENDED


def _answer_of(error: AnsweredError) -> Answer | None:
    """What a refusal says about the picture; None where it says nothing about it."""
    token = error.token.lower()
    if isinstance(error, PictureUnfitError):
        return Answer.PICTURE_UNFIT
    if token == _UNKNOWN:
        return Answer.UNKNOWN
    if isinstance(error, NotFoundError):
        return None
    return Answer.NOT_LIVE if token in _NOT_LIVE else Answer.REFUSED


def _says_second_factor(result: BiometricValidateResult) -> bool:
    message = (result.model_extra or {}).get("message")
    return isinstance(message, str) and SECOND_FACTOR_WORD in message.lower()
