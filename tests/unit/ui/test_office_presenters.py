"""What the pages of the operator's room say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.details import check_details
from kiosk.domain.cues import Cue
from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.explain import Explanation, Veto
from kiosk.domain.operators import Action, Operator, OperatorId, PinAnswer, PinChecked, Role, may
from kiosk.domain.person import Details, Person, PersonId, Truth
from kiosk.domain.record import Consent, DeletionCertificate, Erasure, Touched, Validation
from kiosk.domain.results import ResultLine, ResultsWanted
from kiosk.station.office.operators import OperatorsShown
from kiosk.station.office.people import PeopleFound, PersonShown
from kiosk.station.office.refusals import RefusalsShown
from kiosk.station.office.requests import OfficeReply
from kiosk.station.office.results import ResultsPage
from kiosk.station.office.signing import ListNames, NameShown
from kiosk.station.refusals import Refusal
from kiosk.station.snapshot import Mode, Screen, Snapshot
from kiosk.ui.office.catalog import PAGES
from kiosk.ui.presenters import office, operators, people, refusals, results
from kiosk.ui.presenters.common import Tone
from kiosk.ui.text import LANGUAGES, Text, texts_of

EN = Text("en")
NOW = "2026-03-01T12:00:00.000Z"
BASE = Snapshot(screen=Screen.OPERATOR, mode=Mode.ENROLL, manned=True, account=True)
ANA = Person(
    id=PersonId("p1"),
    details=Details(first_name="Ana", last_name="Gómez", document_number="AB1"),
    created_at="2026-02-27T12:00:00.000Z",
    updated_at="2026-03-01T11:57:00.000Z",
    truth=Truth.PROVISIONAL,
)


def test_pages_follow_the_rights() -> None:
    boss = office.present(replace(BASE, operator_name="Ana", operator_role=Role.SUPERVISOR), EN, PAGES)
    clerk = office.present(replace(BASE, operator_name="Luis", operator_role=Role.OPERATOR), EN, PAGES)
    assert boss.signed_in
    assert boss.who == "Ana (Supervisor)"
    assert {page.name for page in clerk.pages} < {page.name for page in boss.pages}
    for page in PAGES:
        assert (page.name in {each.name for each in clerk.pages}) == (page.needs in may(Role.OPERATOR)), page.name
    assert boss.close == "Back to the desk"
    assert (
        office.present(replace(BASE, mode=Mode.ACCESS, operator_role=Role.OPERATOR), EN, PAGES).close
        == "Back to the door"
    )


def test_what_is_withheld_is_named_with_who_may() -> None:
    clerk = replace(BASE, operator_name="Luis", operator_role=Role.OPERATOR)
    view = office.present(clerk, EN, PAGES, supervisors=("Ana", "Eva"))
    assert view.withheld.startswith("Only for a supervisor: Operators, Exports,")
    assert view.withheld.endswith("Ask: Ana, Eva.")
    assert office.present(clerk, EN, PAGES).withheld.endswith("Ask one.")
    boss = replace(BASE, operator_name="Ana", operator_role=Role.SUPERVISOR)
    assert office.present(boss, EN, PAGES).withheld == ""
    assert office.present(BASE, EN, PAGES).withheld == "", "nobody is signed in"


def test_only_who_may_is_offered_to_leave_kiosk_mode() -> None:
    for role in Role:
        who = replace(BASE, operator_name="Ana", operator_role=role)
        assert bool(office.present(who, EN, PAGES, kiosk=True).leave) == (Action.LEAVE_KIOSK in may(role))
        assert office.present(who, EN, PAGES).leave == "", "the window is not held"


def test_nobody_signed_in_sees_no_page_where_there_are_operators() -> None:
    view = office.present(BASE, EN, PAGES)
    assert (view.signed_in, view.pages, view.who, view.sign_out) == (False, (), "", "")
    alone = office.present(replace(BASE, manned=False), EN, PAGES)
    assert [page.name for page in alone.pages] == ["queue"], "as it was before there were operators"
    assert not office.present(replace(BASE, manned=False, account=False), EN, PAGES).signed_in


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_name_in_every_language(language: str) -> None:
    assert [page.name for page in PAGES if f"office.page.{page.name}" not in texts_of(language)] == []


def test_the_sign_in_page() -> None:
    names = (
        NameShown(id=OperatorId("a"), name="Ana", role=Role.SUPERVISOR),
        NameShown(id=OperatorId("b"), name="Luis", role=Role.OPERATOR, locked_s=30.0),
    )
    at = datetime(2026, 3, 1, 14, 4, 0, tzinfo=UTC)
    assert office.sign_in(names, EN, at).names[1].words == "Luis · Operator · paused until 14:05"
    view = office.sign_in(names, EN)
    assert [name.words for name in view.names] == ["Ana · Supervisor", "Luis · Operator · paused"]
    assert view.nobody == ""
    assert office.sign_in((), EN).nobody
    assert office.sign_in(None, EN).nobody == "", "not read yet is not nobody"


@pytest.mark.parametrize(
    ("checked", "words"),
    [
        (PinChecked(answer=PinAnswer.WRONG, tries_left=1), "This is not the PIN. One try left before a pause."),
        (PinChecked(answer=PinAnswer.WRONG, tries_left=3), "This is not the PIN. 3 tries left before a pause."),
        (
            PinChecked(answer=PinAnswer.LOCKED, locked_s=1.0),
            "Too many wrong PINs. Locked until 13:56. Try again then, or ask a supervisor for a new PIN.",
        ),
        (
            PinChecked(answer=PinAnswer.LOCKED, locked_s=600.0),
            "Too many wrong PINs. Locked until 14:06. Try again then, or ask a supervisor for a new PIN.",
        ),
    ],
)
def test_what_is_said_about_a_pin(checked: PinChecked, words: str) -> None:
    assert office.verdict(checked, EN, datetime(2026, 3, 1, 13, 55, 10, tzinfo=UTC)) == office.Verdict(words, Tone.BAD)


def test_people_with_truth_and_age() -> None:
    view = people.listed(PeopleFound(people=(ANA,), total=201, now=NOW), EN)
    (row,) = view.rows
    assert row == people.PersonRow("p1", "Ana Gómez", "AB1", "Provisional", Tone.WARN, "3 minutes ago")
    assert view.count == "201 people · The first 1 are listed: type more of the name."
    assert people.listed(None, EN).rows == ()
    assert people.listed(PeopleFound(people=(), total=0, now=NOW), EN).count == "Nobody is on record here."


def test_one_person_and_what_this_operator_may_do() -> None:
    shown = PersonShown(person=ANA, consents=(Consent(text_version="2026-01", given_at=NOW),), now=NOW)
    boss = people.person(shown, may(Role.SUPERVISOR), EN)
    clerk = people.person(shown, may(Role.OPERATOR), EN)
    assert boss.delete
    assert (clerk.delete, bool(clerk.save)) == ("", True)
    assert people.person(shown, frozenset({Action.SEE_PEOPLE}), EN).save == ""
    assert dict(boss.fields)["Consent"] == "given, text 2026-01"
    assert dict(boss.fields)["Liveness"] == "not known"


def test_saving_needs_a_change_and_no_mistake() -> None:
    before = people.typed_of(ANA.details)
    assert not people.edited(before, before, check_details, EN).can_save
    wrong = people.edited({**before, "email": "nobody"}, before, check_details, EN)
    assert (wrong.can_save, list(wrong.form.problems)) == (False, ["email"])
    assert people.edited({**before, "email": "a@example.org"}, before, check_details, EN).can_save


def test_a_certificate_says_what_is_left() -> None:
    made = DeletionCertificate(
        person=PersonId("p1"),
        at=NOW,
        why=Erasure.ASKED,
        touched=(
            Touched(kind="table", name="persons", outcome="deleted", count=1),
            Touched(kind="table", name="outbox", outcome="deleted", count=0),
            Touched(kind="remote", name="r1", outcome="pending"),
        ),
        audit_id=7,
        audit_hash="ab" * 32,
    )
    view = people.certificate(made, EN)
    assert view.tone is Tone.WARN
    assert view.lines == (
        "Number of the person: p1",
        "Line 7 of the audit, abababababab",
        "Table persons: deleted (1)",
        "At the account r1: waits to be done",
    )
    assert people.certificate(replace(made, touched=made.touched[:1]), EN).tone is Tone.GOOD


def test_results_with_reason_truth_and_age() -> None:
    found = Validation(
        id="v",
        identifier="i",
        type="login",
        status="failed",
        created_at="2026-03-01T10:00:00.000Z",
        updated_at="2026-03-01T11:00:00.000Z",
        outcome=Outcome.DENIED,
        reason=Reason.ATTACK,
        truth=Truth.LOCAL,
        similarity=0.4,
    )
    page = ResultsPage(lines=(ResultLine(validation=found),), total=101, page=1, pages=3, now=NOW)
    view = results.present(page, EN)
    (row,) = view.rows
    assert row.cells == ("2 hours ago", "Refused", "Presentation attack", "", "On this device only")
    assert "On this device only, 1 hour ago" in row.detail
    assert "Likeness 0.40" in row.detail
    assert (view.place, view.newer, view.older) == ("101 results · page 2 of 3", True, True)
    assert results.present(None, EN).rows == ()


def test_chosen_filters_as_a_question() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert results.wanted({}, now) == ResultsWanted()
    asked = results.wanted({"outcome": "denied", "truth": "local", "reason": "attack", "since": "week"}, now)
    assert (asked.outcome, asked.truth, asked.reason) == (Outcome.DENIED, Truth.LOCAL, Reason.ATTACK)
    begun = datetime.fromisoformat(asked.since).astimezone()
    assert (begun.hour, begun.minute) == (0, 0)
    assert 6 <= (now - begun).total_seconds() / 86_400 <= 7.1


def test_a_refusal_cue_by_cue() -> None:
    told = Explanation(
        reason=Reason.ATTACK,
        cues=(
            Cue(name="passive", value=0.012, limit=0.048),
            Cue(name="continuity", value=0.4, limit=1.0, best=0.0, worst=5.0),
            Cue(name="active.2.residual", value=None, limit=0.022),
            Cue(name="unheard.of", value=1.0, limit=0.5),
        ),
        vetoes=(Veto("bezel", 7), Veto("stream_looped", 1), Veto("unheard_of", 2)),
    )
    view = refusals.present(told, EN)
    assert view.decided_by == "Decided by: Edge of a screen or paper"
    assert [cue.cells for cue in view.cues] == [
        (
            "Edge of a screen or paper",
            "says attack, in 7 frames",
            "no straight edges that move along with the face",
            "no",
        ),
        (
            "Video that repeats itself",
            "says attack, in 1 frame",
            "fewer than 10 pictures in a row that were there before",
            "no",
        ),
        ("unheard_of", "says attack, in 2 frames", "in no frame", "no"),
        ("Passive check of life", "0.012", "at least 0.048", "no"),
        ("The same face throughout", "0.4", "at most 1", "yes"),
        ("Depth of the head (2)", "not measured", "at least 0.022", "no"),
        ("unheard.of", "1", "at least 0.5", "yes"),
    ]
    assert view.no_replay
    listed = refusals.listed(RefusalsShown(refusals=(Refusal("s", 1000.0, told),), now_ms=61_000.0), EN)
    assert [item.words for item in listed.items] == ["Presentation attack · 1 minute ago"]
    assert refusals.listed(RefusalsShown(refusals=(), now_ms=0.0), EN).nothing
    assert refusals.listed(None, EN).nothing == ""


def test_operators_and_why_something_cannot_be_saved() -> None:
    somebody = Operator(id=OperatorId("a"), name="Ana", role=Role.SUPERVISOR, created_at=NOW)
    locked = replace(
        somebody, id=OperatorId("b"), name="Luis", locked_until=datetime(2026, 3, 1, 13, tzinfo=UTC), role=Role.OPERATOR
    )
    gone = replace(somebody, id=OperatorId("c"), name="Eva", disabled=True)
    view = operators.present(OperatorsShown(operators=(somebody, locked, gone), me="a", now=NOW), EN)
    assert [row.cells[:3] for row in view.rows] == [
        ("Ana (you)", "Supervisor", "active"),
        ("Luis", "Operator", "paused after wrong PINs"),
        ("Eva", "Supervisor", "disabled"),
    ]
    assert operators.problem(name=" ", pin="493817", again="493817", text=EN) == "A name is needed."
    assert operators.problem(name=None, pin="493817", again="493818", text=EN) == "The two are not the same yet."
    assert "123456" in operators.problem(name="Eva", pin="123456", again="123456", text=EN)
    assert operators.problem(name="Eva", pin="493817", again="493817", text=EN) == ""
    reply = OfficeReply(request=ListNames(), error=Code.PIN_UNFIT, detail="too_short")
    assert operators.failed(reply, EN) == EN.get("operator_pin.too_short")
