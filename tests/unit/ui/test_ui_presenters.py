"""From a snapshot to words: nothing unsafe looks like a yes, no key leaks onto a screen, nothing is green too early."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace

import pytest

from kiosk.details import check_details
from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.guidance import Hint
from kiosk.domain.outbox import Action, Backlog
from kiosk.domain.person import Details, Truth
from kiosk.paths import resource
from kiosk.station.office.queue import QueueShown
from kiosk.station.snapshot import CameraState, Link, Mode, Queue, QueueRow, Screen, Snapshot
from kiosk.ui.presenters import (
    attract,
    capture,
    consent,
    details,
    fault,
    locked,
    queue,
    result,
    review,
    starting,
    status,
    working,
)
from kiosk.ui.presenters.common import CountdownView, Tone
from kiosk.ui.text import LANGUAGES, Text, texts_of

EN = Text("en")
BASE = Snapshot(screen=Screen.ATTRACT, mode=Mode.ACCESS, camera=CameraState.STREAMING, fps=30.0)
PERSON = Details(first_name="Ana", last_name="Gómez", document_type="passport", document_number="AB12345")


def shown(view: object) -> Iterator[str]:
    """Every text in a view, however deep; the words of a countdown with their seconds filled in."""
    if isinstance(view, CountdownView):
        yield view.words.replace("{seconds}", "5")
        yield view.soon
    elif isinstance(view, str):
        yield view
    elif isinstance(view, tuple):
        for each in view:
            yield from shown(each)
    elif is_dataclass(view):
        for field in fields(view):
            yield from shown(getattr(view, field.name))


def signs(view: object) -> Iterator[str]:
    """The name of every sign in a view, however deep."""
    if isinstance(view, tuple):
        for each in view:
            yield from signs(each)
    elif is_dataclass(view):
        for field in fields(view):
            value = getattr(view, field.name)
            if field.name == "icon":
                yield value
            else:
                yield from signs(value)


def everything(text: Text) -> Iterator[object]:
    """One view for every state a screen can be in."""
    enrol = replace(BASE, mode=Mode.ENROLL, enrolling=True, session="s", until_ms=5000.0)
    for people in (0, 1, 7):
        yield attract.present(replace(BASE, people=people), text)
        yield attract.present(replace(enrol, people=people), text)
    for key in ("loading.station", "loading.models", "loading.vision", "unheard_of", ""):
        yield starting.present(replace(BASE, screen=Screen.STARTING, loading=key, loading_share=0.5), text)
    yield queue.present(None, text)
    yield queue.present(QueueShown(queue=None, link=Link.OFFLINE), text)
    yield queue.present(QueueShown(queue=Queue(backlog=Backlog()), link=Link.ONLINE), text)
    for action in (*Action, "unheard_of"):
        for code in (*Code, "", "unheard_of"):
            row = QueueRow(id="r", action=action, code=code, word="missing email", age_s=7000.0)
            waits = Queue(
                backlog=Backlog(pending=2, doubt=1, buried=3, oldest_s=90.0),
                sent=4,
                rows=(row,),
                conflicts=2,
                gone=30,
                drift_s=-61.0,
            )
            yield queue.present(QueueShown(queue=waits, link=Link.ONLINE), text)
    yield consent.present(replace(enrol, screen=Screen.CONSENT), text)
    yield details.present(replace(enrol, screen=Screen.DETAILS), text, frozenset({"first_name"}))
    for hint in (*Hint, None):
        for camera in CameraState:
            yield capture.present(replace(enrol, screen=Screen.CAPTURE, hint=hint, camera=camera), text)
    for ask in ("left", "right", "up", "down", "centre", "", "sideways"):
        yield capture.present(replace(BASE, screen=Screen.CHALLENGE, ask=ask), text)
    yield working.present(replace(enrol, screen=Screen.WORKING), text)
    for stills in (1, 5):
        yield review.present(replace(enrol, screen=Screen.REVIEW, stills=stills, details=PERSON), text)
    for outcome in Outcome:
        for reason in Reason:
            for truth in (*Truth, None):
                ended = replace(
                    enrol,
                    screen=Screen.RESULT,
                    outcome=outcome,
                    reason=reason,
                    truth=truth,
                    tries_left=1,
                    because=Code.API_NO_LINK,
                    truth_since_ms=-4000.0,
                )
                yield result.present(ended, text)
                yield result.present(replace(ended, enrolling=False, name="Ana", tries_left=0), text)
    yield locked.present(replace(BASE, screen=Screen.LOCKED, until_ms=5000.0), text)
    for code in (*Code, None):
        yield fault.present(replace(BASE, screen=Screen.FAULT, fault=code, fault_part="camera"), text)
    for camera in CameraState:
        for link in Link:
            yield status.present(replace(BASE, camera=camera, link=link, pending=1, buried=2, fps=3.0), text)
    for limit in (Reason.TOO_LONG_OFFLINE, Reason.TOO_MANY_UNSENT, Reason.DISK_NEARLY_FULL):
        for reached in (False, True):
            yield status.present(replace(BASE, limit=limit, limit_reached=reached), text)
    for notice in (Code.STORE_DAMAGED, Code.AUDIT_CUT):
        yield status.present(replace(BASE, notice=notice), text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_and_no_empty_parameter_reaches_a_screen(language: str) -> None:
    keys = set(texts_of("en"))
    leaked = {words for view in everything(Text(language)) for words in shown(view) if words in keys or "{" in words}
    assert leaked == set()


def test_every_sign_of_a_view_is_shipped() -> None:
    names = {name for view in everything(EN) for name in signs(view)}
    assert len(names) > 20
    assert [name for name in names if not resource(f"assets/icons/{name}.svg").exists()] == []


def test_result_without_outcome_never_looks_like_a_yes() -> None:
    view = result.present(replace(BASE, screen=Screen.RESULT), EN)
    assert (view.icon, view.tone) == ("help", Tone.ACCENT)
    assert view.headline == EN.get("outcome.help")


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.GRANTED])
@pytest.mark.parametrize("reason", Reason)
def test_only_granted_is_green_and_ticked(outcome: Outcome, reason: Reason) -> None:
    view = result.present(replace(BASE, screen=Screen.RESULT, outcome=outcome, reason=reason, name="Ana"), EN)
    assert view.icon != "ok"
    assert view.tone is not Tone.GOOD
    assert "Ana" not in view.headline


@pytest.mark.parametrize("truth", Truth)
def test_truth_is_green_only_when_the_server_confirmed(truth: Truth) -> None:
    granted = replace(BASE, screen=Screen.RESULT, outcome=Outcome.GRANTED, reason=Reason.RECOGNISED, truth=truth)
    label = result.present(granted, EN).truth
    assert label is not None
    assert (label.tone is Tone.GOOD) is (truth is Truth.CONFIRMED)


@pytest.mark.parametrize("truth", Truth)
def test_a_yes_is_green_only_when_the_server_confirmed(truth: Truth) -> None:
    granted = replace(BASE, screen=Screen.RESULT, outcome=Outcome.GRANTED, reason=Reason.RECOGNISED, truth=truth)
    view = result.present(granted, EN)
    assert (view.tone is Tone.GOOD) is (truth is Truth.CONFIRMED)


@pytest.mark.parametrize(
    ("since_ms", "words"),
    [
        (None, ""),
        (9500.0, "just now"),
        (5000.0, "5 seconds ago"),
        (-110_000.0, "2 minutes ago"),
        (-7.2e6, "2 hours ago"),
    ],
)
def test_truth_says_since_when_and_why(since_ms: float | None, words: str) -> None:
    ended = replace(
        BASE,
        screen=Screen.RESULT,
        outcome=Outcome.GRANTED,
        reason=Reason.RECOGNISED,
        truth=Truth.PROVISIONAL,
        because=Code.API_DNS,
        now_ms=10_000.0,
        truth_since_ms=since_ms,
    )
    label = result.present(ended, EN).truth
    assert label is not None
    assert label.age == words
    assert label.why == EN.get("error.api_dns")


def test_an_operator_sees_counts_age_and_each_refused_record() -> None:
    row = QueueRow(id="r1", action="create_person", code="api_bad_request", word="missing email", age_s=3 * 86_400.0)
    waits = Queue(backlog=Backlog(pending=12, doubt=1, buried=3, oldest_s=7200.0), sent=5, rows=(row,))
    view = queue.present(QueueShown(queue=waits, link=Link.ONLINE), EN)
    assert view.counts == (
        "Account: connected",
        "12 waiting to be sent",
        "1 sent without an answer",
        "3 for the operator",
        "5 sent since the start",
        "The oldest is from 2 hours ago",
    )
    (shown_row,) = view.rows
    assert shown_row.what == "New person · 3 days ago"
    assert shown_row.why == f"{EN.get('error.api_bad_request')} (missing email)"
    assert view.more == "and 2 more: kiosk sync review"


def test_the_operators_room_is_offered_at_a_desk_that_has_something_in_it() -> None:
    desk = replace(BASE, mode=Mode.ENROLL, account=True)
    assert attract.present(desk, EN).office
    assert attract.present(replace(desk, account=False, manned=True), EN).office
    assert not attract.present(replace(desk, account=False), EN).office
    assert not attract.present(replace(desk, mode=Mode.ACCESS), EN).office


def test_a_limit_that_is_reached_is_told_from_one_that_comes_near() -> None:
    near = status.present(replace(BASE, limit=Reason.TOO_MANY_UNSENT), EN).limit
    reached = status.present(replace(BASE, limit=Reason.TOO_MANY_UNSENT, limit_reached=True), EN).limit
    assert near is not None
    assert reached is not None
    assert (near.tone, reached.tone) == (Tone.WARN, Tone.BAD)
    assert near.words != reached.words
    assert status.present(BASE, EN).limit is None


def test_refused_consent_does_not_speak_of_a_kept_result() -> None:
    refused = replace(
        BASE, screen=Screen.RESULT, outcome=Outcome.DENIED, reason=Reason.CONSENT_REFUSED, truth=Truth.LOCAL
    )
    view = result.present(refused, EN)
    assert view.truth is None
    assert view.tone is Tone.NEUTRAL


def test_attack_tells_how_many_tries_are_left() -> None:
    denied = replace(BASE, screen=Screen.RESULT, outcome=Outcome.DENIED, reason=Reason.ATTACK, tries_left=2)
    assert result.present(denied, EN).tries == "2 tries are left before this station pauses."
    assert result.present(replace(denied, tries_left=1), EN).tries == "One try is left before this station pauses."
    assert result.present(replace(denied, tries_left=0), EN).tries == "This station now pauses for a short time."
    assert result.present(replace(denied, tries_left=None), EN).tries == ""


def test_enrolment_greets_by_name() -> None:
    done = replace(BASE, screen=Screen.RESULT, outcome=Outcome.GRANTED, reason=Reason.ENROLLED, name="Ana Gómez")
    assert result.present(done, EN).headline == "You are enrolled, Ana Gómez"
    assert result.present(replace(done, name=""), EN).headline == "You are enrolled"


@pytest.mark.parametrize(
    ("camera", "live"),
    [
        (CameraState.STREAMING, True),
        (CameraState.BACK, True),
        (CameraState.OPENING, False),
        (CameraState.STALLED, False),
        (CameraState.LOST, False),
    ],
)
def test_picture_is_live_only_while_the_camera_streams(camera: CameraState, live: bool) -> None:
    assert capture.present(replace(BASE, screen=Screen.CAPTURE, camera=camera), EN).live is live


def test_arrow_belongs_to_the_challenge_alone() -> None:
    assert capture.present(replace(BASE, screen=Screen.CHALLENGE, ask="left"), EN).arrow == "left"
    assert capture.present(replace(BASE, screen=Screen.CHALLENGE, ask="down"), EN).arrow == "down"
    assert capture.present(replace(BASE, screen=Screen.CAPTURE, ask="left"), EN).arrow == ""
    assert capture.present(replace(BASE, screen=Screen.CHALLENGE, ask="sideways"), EN).arrow == ""


@pytest.mark.parametrize(("given", "drawn"), [(-1.0, 0.0), (0.4, 0.4), (7.0, 1.0)])
def test_progress_stays_between_none_and_all(given: float, drawn: float) -> None:
    assert capture.present(replace(BASE, screen=Screen.CAPTURE, progress=given), EN).progress == drawn


def test_nobody_is_hurried_while_nothing_is_asked() -> None:
    holding = replace(BASE, screen=Screen.CAPTURE, hint=Hint.HOLD_STILL, until_ms=4000.0)
    assert capture.present(holding, EN).countdown.until_ms is None
    assert capture.present(replace(holding, hint=Hint.COME_CLOSER), EN).countdown.until_ms == 4000.0


def test_consent_version_names_the_language_it_was_read_in() -> None:
    view = consent.present(replace(BASE, screen=Screen.CONSENT, enrolling=True), Text("es"))
    assert view.version == f"{texts_of('es')['consent.version']}-es"
    assert view.version in view.footer


def test_equal_views_although_time_went_on() -> None:
    first = replace(BASE, screen=Screen.CAPTURE, until_ms=9000.0, now_ms=100.0)
    assert capture.present(first, EN) == capture.present(replace(first, now_ms=200.0), EN)
    assert capture.present(first, EN) != capture.present(replace(first, until_ms=9500.0), EN)


def test_start_cannot_be_pressed_in_the_pause_after_a_visit() -> None:
    desk = replace(BASE, mode=Mode.ENROLL)
    assert attract.present(desk, EN).can_start
    assert not attract.present(replace(desk, until_ms=1500.0), EN).can_start
    assert attract.present(BASE, EN).start == ""


def test_review_shows_every_detail_in_words() -> None:
    lines = {line.name: line for line in review.present(replace(BASE, details=PERSON, stills=3), EN).lines}
    assert lines["document_type"].value == "Passport"
    assert lines["last_name"].value == "Gómez"
    assert (lines["email"].value, lines["email"].given) == ("not given", False)


def test_review_keeps_a_document_type_of_another_system() -> None:
    other = replace(PERSON, document_type="cedula_militar")
    lines = {line.name: line.value for line in review.present(replace(BASE, details=other), EN).lines}
    assert lines["document_type"] == "cedula_militar"


def test_fault_without_a_code_still_says_what_to_do() -> None:
    view = fault.present(replace(BASE, screen=Screen.FAULT), EN)
    assert view.what
    assert view.remedy
    assert view.code == ""


def test_slow_camera_is_said_to_be_slow() -> None:
    assert "5" in status.present(replace(BASE, fps=5.2), EN).camera.words
    assert status.present(replace(BASE, fps=0.0), EN).camera.words == EN.get("camera.streaming")


def test_buried_records_are_named_only_where_there_are_some() -> None:
    assert status.present(BASE, EN).buried is None
    buried = status.present(replace(BASE, buried=1), EN).buried
    assert buried is not None
    assert buried.tone is Tone.BAD


def judge(typed: Mapping[str, str], *touched: str) -> details.FormState:
    return details.judge(typed, frozenset(touched), check_details, EN)


def test_empty_form_says_what_is_still_needed_and_calls_nothing_wrong() -> None:
    state = judge({})
    assert not state.ready
    assert state.problems == {}
    assert state.status == "Still needed: First name"


def test_wrong_field_is_named_beside_it_once_it_was_left() -> None:
    typed = {"first_name": "Ana", "email": "ana@"}
    assert judge(typed).problems == {}
    assert judge(typed, "email").problems == {"email": "This is not an e-mail address."}
    assert judge(typed).status == "Please correct: E-mail"


def test_complete_form_hands_over_normalised_details() -> None:
    state = judge({"first_name": " Ana ", "phone": "+57 300 123 4567"})
    assert state.ready
    assert state.details == Details(first_name="Ana", phone="+573001234567")


def test_unheard_of_problem_code_has_words() -> None:
    state = details.judge({"email": "x"}, frozenset({"email"}), lambda typed: (None, {"email": "new_code"}), EN)
    assert state.problems == {"email": "This cannot be used."}
