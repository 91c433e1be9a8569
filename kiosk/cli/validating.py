"""One validation at the account, for ``kiosk validate``: picture, conversation, what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.domain.errors import ApiError, Code
from kiosk.domain.person import Details
from kiosk.domain.record import ValidationType
from kiosk.domain.remote import Answer

if TYPE_CHECKING:
    from kiosk.api.connect import Connection
    from kiosk.api.conversation.deadline import Deadline
    from kiosk.api.conversation.steps import AskCode, Channel, Ended, Step
    from kiosk.cli.account_picture import Picture
    from kiosk.cli.told import Outcome
    from kiosk.domain.guidance import Hint
    from kiosk.domain.ports import Clock
    from kiosk.domain.record import LivenessSession
    from kiosk.domain.remote import RemotePerson
    from kiosk.settings import Settings


_REFUSALS = {
    Code.API_REFUSED: Answer.REFUSED,
    Code.API_CONFLICT: Answer.REFUSED,
    Code.API_PICTURE_UNFIT: Answer.PICTURE_UNFIT,
}
"""Errors that are the account's no to what was asked (an address that is registered already), not a part that failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one call of the command is about."""

    kind: ValidationType
    image: Path | None
    has_camera: bool
    details: Details = field(repr=False)
    document: Path | None
    document_back: Path | None
    second_factor: bool
    codes: tuple[str, ...] = field(repr=False)
    within_s: float

    @property
    def has_picture(self) -> bool:
        """Whether there is one to be judged."""
        return self.image is not None or self.has_camera


class Validate:
    """One validation. Main thread.

    Args:
        asked: what it is about.
        settings: of the profile.
        folder: of the profile.
        silent: say nothing on the way.
    """

    def __init__(self, asked: Asked, settings: Settings, folder: Path, *, silent: bool) -> None:
        from kiosk.station.clock import SystemClock

        self._asked = asked
        self._settings = settings
        self._folder = folder
        self._silent = silent
        self._clock: Clock = SystemClock()

    def run(self) -> Outcome:
        """All of it.

        Raises:
            ApiError: no account, or no answer of it.
            KioskError: a part is missing or broken.
        """
        from kiosk.cli.remote import account
        from kiosk.cli.told import Outcome

        with account(self._settings, self._folder, self._clock) as connection:
            picture = self._picture() if self._asked.has_picture else None
            if picture is not None and not picture.jpeg:
                return Outcome(
                    kind=self._asked.kind.value,
                    why=picture.why,
                    broken=picture.broken,
                    reason="" if picture.broken is None else picture.broken.rule.value,
                )
            from kiosk.api.conversation.deadline import Deadline

            deadline = Deadline(self._clock, self._asked.within_s)
            if picture is None:
                return self._link(connection, deadline)
            try:
                ended = self._talk(connection, picture.jpeg, deadline)
            except ApiError as error:
                answer = _REFUSALS.get(error.code)
                if answer is None:
                    raise
                return Outcome(kind=self._asked.kind.value, answer=answer, reason=error.token)
            return self._told(connection, ended, deadline)

    # ---------------------------------------------------------------- picture

    def _picture(self) -> Picture:
        from kiosk.cli.account_picture import from_camera, from_file
        from kiosk.cli.desk import networks_of, ready_models
        from kiosk.cli.wiring import camera
        from kiosk.settings import to_policy

        models = ready_models(self._settings, silent=self._silent)
        if self._asked.image is not None:
            return from_file(self._asked.image, models)
        make_camera = camera(self._settings, self._clock)[0]
        policy = to_policy(self._settings, networks_of(models))
        return from_camera(make_camera, models, self._clock, policy, tell=self._hint)

    def _hint(self, hint: Hint) -> None:
        from kiosk.ui.text import Text

        self._line(Text(self._settings.ui.language).get(f"hint.{hint}"))

    # ----------------------------------------------------------- conversation

    def _talk(self, connection: Connection, jpeg: bytes, deadline: Deadline) -> Ended:
        if self._asked.kind is ValidationType.ONBOARDING:
            return self._onboard(connection, jpeg, deadline)
        return self._validate(connection, jpeg, deadline)

    def _validate(self, connection: Connection, jpeg: bytes, deadline: Deadline) -> Ended:
        from kiosk.api.conversation.second_factor import confirm_login
        from kiosk.api.conversation.validating import Validating
        from kiosk.domain.ids import new_id

        talk = Validating(
            connection.client,
            connection.places,
            clock=self._clock,
            kind=self._asked.kind,
            mark=new_id(self._clock.now()),
            offset_s=connection.transport.offset_s,
            requires_2fa=True if self._asked.second_factor else None,
            tell=self._step,
        )
        ended = talk.judge(jpeg, deadline)
        if ended.answer is not Answer.SECOND_FACTOR:
            return ended
        person = connection.people.read(ended.person_id, deadline) if ended.person_id else None
        return confirm_login(
            connection.client,
            connection.places.find(self._asked.kind, deadline),
            ended,
            self._address(person.details if person is not None else Details(first_name="")),
            ask_code=self._ask_code(),
            deadline=deadline,
            tell=self._step,
        )

    def _address(self, known: Details) -> Details:
        """Where a code goes: only to an address that the account knows; the options choose between two of them."""
        asked = self._asked.details
        if not asked.email and not asked.phone:
            return known
        email = known.email if asked.email and asked.email.casefold() == known.email.casefold() else ""
        phone = known.phone if asked.phone and asked.phone == known.phone else ""
        return replace(known, email=email, phone=phone)

    def _onboard(self, connection: Connection, jpeg: bytes, deadline: Deadline) -> Ended:
        from kiosk.api.conversation.onboarding import Applicant, Onboarding

        applicant = Applicant(
            details=self._asked.details,
            selfie=jpeg,
            document=_jpeg_of(self._asked.document),
            document_back=_jpeg_of(self._asked.document_back),
            language=self._settings.ui.language.value,
        )
        talk = Onboarding(connection.client, connection.places, ask_code=self._ask_code(), tell=self._step)
        return talk.run(applicant, deadline)

    def _link(self, connection: Connection, deadline: Deadline) -> Outcome:
        """A link that the person opens on their own device."""
        from kiosk.api.models.biometric_validations import BiometricValidationCreate
        from kiosk.cli.told import Outcome, plain
        from kiosk.domain.ids import new_id

        place = connection.places.find(self._asked.kind, deadline)
        email = self._asked.details.email
        request = BiometricValidationCreate(
            project=place.project,
            project_flow=place.project_flow,
            identifier=new_id(self._clock.now()),
            type=self._asked.kind,
            send_via_email=True if email else None,
            email=email or None,
        )
        created = connection.client.biometric_validations.create(request, within_s=deadline.left("link"))
        return Outcome(
            kind=self._asked.kind.value,
            validation=plain(created.biometric_validation.wire()),
            session=created.liveness_session.to_record(),
            link=created.biometric_validation.url or "",
        )

    # ---------------------------------------------------------------- telling

    def _told(self, connection: Connection, ended: Ended, deadline: Deadline) -> Outcome:
        from kiosk.cli.told import Outcome

        validation, session, score = self._looked_up(connection, ended, deadline)
        person = self._person(connection, ended, deadline)
        one_time = self._asked.kind is ValidationType.ONE_TIME_LINK
        return Outcome(
            kind=self._asked.kind.value,
            answer=ended.answer,
            reason=ended.token,
            person=person.remote_id if person is not None else ended.person_id,
            name=ended.name or (person.details.display_name if person is not None else ""),
            liveness_score=score if ended.liveness_score is None else ended.liveness_score,
            validation=validation,
            session=session,
            registration=ended.registration_id,
            link=str(validation.get("url") or "") if one_time else "",
        )

    def _looked_up(
        self, connection: Connection, ended: Ended, deadline: Deadline
    ) -> tuple[dict[str, Any], LivenessSession | None, float | None]:
        """The account's record as it is now: object, session, score; what the conversation heard where it cannot be read."""
        from kiosk.cli.told import plain

        if not ended.validation_id:
            return {}, ended.session, None
        try:
            found = connection.client.biometric_validations.retrieve(
                ended.validation_id, populates=("livenessSession",), within_s=deadline.left("validation")
            )
        except ApiError:
            heard = {"_id": ended.validation_id, "type": self._asked.kind.value, "status": ended.status}
            return heard, ended.session, None
        whole = plain(found.wire()) | {"livenessSession": found.session_id or None}
        populated = found.liveness_session
        session = ended.session if isinstance(populated, str | None) else populated.to_record()
        return whole, session, found.score if ended.answer is Answer.ACCEPTED else None

    def _person(self, connection: Connection, ended: Ended, deadline: Deadline) -> RemotePerson | None:
        """Who was recognised, under the id of the people's own pages, where the account tells it; not worth an error."""
        if ended.answer is not Answer.ACCEPTED or not ended.person_id:
            return None
        try:
            return connection.people.read(ended.person_id, deadline)
        except ApiError:
            return None

    def _ask_code(self) -> AskCode:
        left: Iterator[str] = iter(self._asked.codes)

        def ask(channel: Channel, attempt: int) -> str | None:
            if self._asked.codes:
                return next(left, None)
            try:
                prompt = f"Code sent by {'e-mail' if channel == 'email' else 'phone'}"
                return str(click.prompt(prompt, err=True)).strip() or None
            except click.Abort:
                return None

        return ask

    def _step(self, step: Step) -> None:
        from kiosk.cli.told import step_in_words

        self._line(step_in_words(step))

    def _line(self, text: str) -> None:
        if not self._silent:
            click.echo(text, err=True)


def _jpeg_of(path: Path | None) -> bytes | None:
    if path is None:
        return None
    from kiosk.camera.stills import encode_jpeg, read_picture

    return encode_jpeg(read_picture(path))
