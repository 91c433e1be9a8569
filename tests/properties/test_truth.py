"""What two opinions about one visitor make together: the table of ``kiosk.domain.truth``, over every combination."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as hst

from kiosk.domain.decision import Decision, Reason
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.policy import OfflineLogins
from kiosk.domain.remote import Answer, Verdict
from kiosk.domain.truth import SEARCHED, combine

P, Q = PersonId("p"), PersonId("q")
REMOTE_P, REMOTE_X = "remote-p", "remote-x"

recognised = hst.just(Decision(Reason.RECOGNISED, person=P, name="Ana", similarity=0.8))
undecided = hst.sampled_from([r for r in SEARCHED if r is not Reason.RECOGNISED]).map(
    lambda r: Decision(r, similarity=0.1)
)
others = hst.sampled_from([r for r in Reason if r not in SEARCHED]).map(Decision)
locals_ = hst.one_of(recognised, undecided)
local_ids = hst.sampled_from(["", REMOTE_P])
verdicts = hst.builds(
    lambda answer, remote_id: Verdict(answer=answer, remote_id=remote_id, name="Ana"),
    hst.sampled_from(list(Answer)),
    hst.sampled_from(["", REMOTE_P, REMOTE_X]),
)
errors = hst.builds(
    lambda code, maybe: ApiError(code, maybe_done=maybe),
    hst.sampled_from([code for code in Code if code.startswith("api_")]),
    hst.booleans(),
)
knowns = hst.sampled_from([None, P, Q])
logins = hst.sampled_from(list(OfflineLogins))


@given(hst.one_of(locals_, others), local_ids, hst.none() | verdicts, hst.none() | errors, knowns, logins)
def test_without_an_account_the_station_decides_alone(
    local: Decision, remote: str, verdict: Verdict | None, error: ApiError | None, known: PersonId | None, rule: OfflineLogins
) -> None:  # fmt: skip
    assert combine(local, remote, verdict, error, known=known, account=False, logins=rule) is local


@given(others, local_ids, hst.none() | verdicts, hst.none() | errors, knowns, logins)
def test_what_is_no_search_is_never_overturned(
    local: Decision, remote: str, verdict: Verdict | None, error: ApiError | None, known: PersonId | None, rule: OfflineLogins
) -> None:  # fmt: skip
    assert combine(local, remote, verdict, error, known=known, account=True, logins=rule) is local


@given(locals_, local_ids, hst.none() | verdicts, hst.none() | errors, knowns, logins)
def test_nobody_is_let_in_whom_neither_side_named(
    local: Decision, remote: str, verdict: Verdict | None, error: ApiError | None, known: PersonId | None, rule: OfflineLogins
) -> None:  # fmt: skip
    decision = combine(local, remote, verdict, error, known=known, account=True, logins=rule)
    assert decision.truth is not Truth.LOCAL
    assert (decision.person is not None) == decision.accepts
    if decision.truth is Truth.CONFIRMED:
        assert verdict is not None
        assert verdict.answer is Answer.ACCEPTED
        assert verdict.remote_id
        assert decision.accepts
    elif decision.accepts:
        assert decision.person == local.person
        assert rule is OfflineLogins.ALLOW
        assert decision.truth in {Truth.PROVISIONAL, Truth.SENT_NO_REPLY}
    if decision.truth is Truth.REFUSED:
        assert verdict is not None
        assert not decision.accepts


@given(locals_, local_ids, verdicts, knowns, logins)
def test_a_refusal_of_the_account_opens_nothing(
    local: Decision, remote: str, verdict: Verdict, known: PersonId | None, rule: OfflineLogins
) -> None:
    decision = combine(local, remote, verdict, None, known=known, account=True, logins=rule)
    if verdict.answer in {Answer.NOT_LIVE, Answer.REFUSED, Answer.SECOND_FACTOR}:
        assert not decision.accepts
    if verdict.answer is Answer.UNKNOWN and decision.accepts:
        assert not remote, "the account has acknowledged them and does not know them any more"


@given(locals_, verdicts, knowns)
def test_two_names_for_one_face_open_nothing(local: Decision, verdict: Verdict, known: PersonId | None) -> None:
    decision = combine(local, REMOTE_P, verdict, None, known=known, account=True)
    if local.accepts and verdict.answer is Answer.ACCEPTED and known is Q:
        expected = Reason.AMBIGUOUS if verdict.remote_id else Reason.RECOGNISED
        assert decision.reason is expected
        assert decision.truth is not Truth.CONFIRMED
    if decision.accepts and local.accepts:
        assert decision.person == local.person


@given(locals_, local_ids, errors, knowns)
def test_without_an_answer_the_own_decision_stands_and_says_why(
    local: Decision, remote: str, error: ApiError, known: PersonId | None
) -> None:
    decision = combine(local, remote, None, error, known=known, account=True)
    assert (decision.reason, decision.person, decision.name) == (local.reason, local.person, local.name)
    assert decision.truth is (Truth.SENT_NO_REPLY if error.maybe_done else Truth.PROVISIONAL)
    assert decision.because is error.code
