"""Logins, validations and onboardings over the client against the sandbox: real faces, real sessions, real codes, real clocks."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from support.camera_sources import RealClock
from support.online import LONG_S, connected, jpeg
from support.sandbox import Sandbox

from kiosk.api.conversation.deadline import Deadline
from kiosk.api.conversation.onboarding import Applicant, Onboarding
from kiosk.api.conversation.second_factor import confirm_login
from kiosk.api.conversation.steps import Channel, CodeTried, PictureJudged, SessionOpened, Step, StepReached
from kiosk.api.conversation.validating import Validating
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.face import Pixels
from kiosk.domain.link import Link, link_after
from kiosk.domain.person import Details
from kiosk.domain.record import ValidationType
from kiosk.domain.remote import Answer


def test_who_is_enrolled_is_let_in_by_name_and_by_the_id_of_the_persons_pages(
    sandbox: Sandbox, ana: str, face_a2: bytes
) -> None:
    with connected(sandbox) as connection:
        verdict = connection.gateway.login(face_a2, mark="visit-1", within_s=LONG_S)
    assert (verdict.answer, verdict.remote_id, verdict.name) == (Answer.ACCEPTED, ana, "Ana Prueba")
    assert verdict.session is not None
    assert (verdict.session.identifier, verdict.session.status, verdict.status) == ("visit-1", "completed", "validated")


def test_who_is_not_enrolled_is_unknown(sandbox: Sandbox, ana: str, face_b: bytes) -> None:
    with connected(sandbox) as connection:
        verdict = connection.gateway.login(face_b, mark="visit-2", within_s=LONG_S)
    assert (verdict.answer, verdict.remote_id, verdict.token) == (Answer.UNKNOWN, "", "person_not_found")


def test_a_picture_without_a_face_is_unfit(sandbox: Sandbox) -> None:
    with connected(sandbox) as connection:
        verdict = connection.gateway.login(jpeg(np.full((480, 640, 3), 90, np.uint8)), mark="x", within_s=LONG_S)
    assert verdict.answer is Answer.PICTURE_UNFIT
    assert verdict.token


def test_a_face_far_away_is_unfit(sandbox: Sandbox, portrait: Callable[[str], Pixels]) -> None:
    small = cv2.resize(portrait("portrait_a"), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    with connected(sandbox) as connection:
        verdict = connection.gateway.login(jpeg(small), mark="x", within_s=LONG_S)
    assert verdict.answer is Answer.PICTURE_UNFIT


@pytest.mark.parametrize(
    ("fault", "code", "link"),
    [
        ("lost_reply=1", Code.API_REPLY_LOST, Link.NO_LINK),
        ("reset=1", Code.API_REPLY_LOST, Link.NO_LINK),
        ("truncated=1", Code.API_REPLY_LOST, Link.NO_LINK),
        ("not_json=1", Code.API_UNREADABLE, Link.SERVER_ERROR),
        ("http401=1", Code.API_UNAUTHORIZED, Link.UNAUTHORIZED),
        ("http402=1", Code.API_NO_CREDITS, Link.NO_CREDITS),
        ("http429=1", Code.API_THROTTLED, Link.THROTTLED),
        ("http500=1", Code.API_SERVER_ERROR, Link.SERVER_ERROR),
        ("latency=5000", Code.API_TIMEOUT, Link.NO_LINK),
        ("slow_drip=400", Code.API_TIMEOUT, Link.NO_LINK),
    ],
)
def test_every_fault_has_its_name(
    sandbox: Sandbox, ana: str, face_a2: bytes, fault: str, code: Code, link: Link
) -> None:
    with connected(sandbox) as connection:
        connection.gateway.prepare(within_s=LONG_S)
        sandbox.set_faults(fault)
        with pytest.raises(ApiError) as caught:
            connection.gateway.login(face_a2, mark="visit-3", within_s=1.0)
    assert (caught.value.code, link_after(caught.value)) == (code, link)


# the four types, sessions that end


@pytest.mark.parametrize("kind", [ValidationType.VALIDATION, ValidationType.ONE_TIME_LINK, ValidationType.ONBOARDING])
def test_the_other_types_are_judged_too(sandbox: Sandbox, ana: str, face_a: bytes, kind: ValidationType) -> None:
    steps: list[Step] = []
    clock = RealClock()
    with connected(sandbox) as connection:
        talk = Validating(connection.client, connection.places, clock=clock, kind=kind, mark="m", tell=steps.append)
        ended = talk.judge(face_a, Deadline(clock, LONG_S))
    assert (ended.answer, ended.status) == (Answer.ACCEPTED, "validated")
    assert ended.login_token is not None
    assert [type(step) for step in steps] == [SessionOpened, PictureJudged]


def test_a_session_that_ended_meanwhile_is_opened_again_once(sandbox: Sandbox, ana: str, face_a2: bytes) -> None:
    steps: list[Step] = []
    clock = RealClock()
    with connected(sandbox) as connection:
        talk = Validating(
            connection.client,
            connection.places,
            clock=clock,
            kind=ValidationType.LOGIN,
            mark="m",
            tell=steps.append,
        )
        talk.open(Deadline(clock, LONG_S))
        sandbox.set_clock(600)  # ten minutes later; only the server knows
        ended = talk.judge(face_a2, Deadline(clock, LONG_S))
    assert ended.answer is Answer.ACCEPTED
    assert [step.again for step in steps if isinstance(step, SessionOpened)] == [False, True]


def test_a_session_that_ended_by_the_servers_clock_is_not_even_tried(
    sandbox: Sandbox, ana: str, face_a2: bytes
) -> None:
    steps: list[Step] = []
    clock = RealClock()
    with connected(sandbox) as connection:
        kinds = {"clock": clock, "kind": ValidationType.LOGIN, "mark": "m", "tell": steps.append}
        talk = Validating(connection.client, connection.places, offset_s=600.0, **kinds)  # type: ignore[arg-type]
        talk.open(Deadline(clock, LONG_S))
        assert talk.judge(face_a2, Deadline(clock, LONG_S)).answer is Answer.ACCEPTED
    assert [type(step) for step in steps] == [SessionOpened, SessionOpened, PictureJudged]


# the second factor


def test_a_second_factor_wants_the_right_code(sandbox: Sandbox, ana: str, face_a2: bytes) -> None:
    steps: list[Step] = []
    asked: list[tuple[Channel, int]] = []
    clock = RealClock()

    def ask(channel: Channel, attempt: int) -> str:
        asked.append((channel, attempt))
        right = sandbox.code("ana@example.com")
        return right if attempt == 2 else f"{(int(right) + 1) % 10**6:06d}"

    with connected(sandbox) as connection:
        deadline = Deadline(clock, LONG_S)
        talk = Validating(
            connection.client,
            connection.places,
            clock=clock,
            kind=ValidationType.LOGIN,
            mark="m",
            requires_2fa=True,
        )
        face = talk.judge(face_a2, deadline)
        assert (face.answer, face.login_token) == (Answer.SECOND_FACTOR, None)
        known = connection.people.read(face.person_id, deadline)
        assert known is not None
        place = connection.places.find(ValidationType.LOGIN, deadline)
        ended = confirm_login(
            connection.client, place, face, known.details, ask_code=ask, deadline=deadline, tell=steps.append
        )
    assert (ended.answer, asked) == (Answer.ACCEPTED, [(Channel.EMAIL, 1), (Channel.EMAIL, 2)])
    assert ended.login_token is not None
    assert [step.right for step in steps if isinstance(step, CodeTried)] == [False, True]


@pytest.mark.parametrize(("answer", "tries"), [(None, 1), ("000000", 3)])
def test_without_the_right_code_nobody_is_let_in(
    sandbox: Sandbox, ana: str, face_a2: bytes, answer: str | None, tries: int
) -> None:
    asked: list[int] = []
    clock = RealClock()

    def ask(channel: Channel, attempt: int) -> str | None:
        asked.append(attempt)
        return answer if answer is None or sandbox.code("ana@example.com") != answer else "000001"

    with connected(sandbox) as connection:
        deadline = Deadline(clock, LONG_S)
        talk = Validating(
            connection.client, connection.places, clock=clock, kind=ValidationType.LOGIN, mark="m", requires_2fa=True
        )
        face = talk.judge(face_a2, deadline)
        known = connection.people.read(face.person_id, deadline)
        assert known is not None
        place = connection.places.find(ValidationType.LOGIN, deadline)
        ended = confirm_login(connection.client, place, face, known.details, ask_code=ask, deadline=deadline)
    assert (ended.answer, ended.person_id, ended.login_token, len(asked)) == (Answer.REFUSED, "", None, tries)


# onboarding


def test_an_onboarding_walks_through_its_steps(sandbox: Sandbox, face_b: bytes) -> None:
    steps: list[Step] = []
    details = Details(first_name="Bea", last_name="Nueva", email="bea@example.com", phone="+573001234567")
    with connected(sandbox) as connection:
        onboarding = Onboarding(
            connection.client,
            connection.places,
            ask_code=lambda channel, attempt: sandbox.code("bea@example.com"),
            tell=steps.append,
        )
        applicant = Applicant(details=details, selfie=face_b, document=face_b)
        ended = onboarding.run(applicant, Deadline(RealClock(), LONG_S))
        assert connection.gateway.login(face_b, mark="v", within_s=LONG_S).answer is Answer.ACCEPTED
        sandbox.client.delete(f"/v2/face-recognition/persons/{ended.person_id}").raise_for_status()
    assert (ended.answer, ended.status) == (Answer.ACCEPTED, "COMPLETED")
    assert ended.person_id
    assert ended.login_token is not None
    reached = [step.step for step in steps if isinstance(step, StepReached)]
    assert reached == ["signUpForm", "instructions", "document", "liveness", "end"]


def test_an_onboarding_without_the_code_ends(sandbox: Sandbox, face_b: bytes) -> None:
    details = Details(first_name="Cleo", email="cleo@example.com")
    with connected(sandbox) as connection:
        onboarding = Onboarding(connection.client, connection.places, ask_code=lambda channel, attempt: None)
        ended = onboarding.run(Applicant(details=details, selfie=face_b), Deadline(RealClock(), LONG_S))
    assert (ended.answer, ended.token, ended.login_token) == (Answer.REFUSED, "no_code_given", None)
    assert ended.registration_id
