"""Each cell of the table in ``kiosk.domain.truth``."""

from __future__ import annotations

import pytest

from kiosk.domain.decision import Decision, Reason
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.policy import OfflineLogins
from kiosk.domain.remote import Answer, Verdict
from kiosk.domain.truth import combine

P, Q = PersonId("p"), PersonId("q")
YES = Decision(Reason.RECOGNISED, person=P, name="Ana", similarity=0.8)
NO = Decision(Reason.NO_MATCH, similarity=0.1)
EMPTY = Decision(Reason.EMPTY_GALLERY)
TORN = Decision(Reason.AMBIGUOUS, similarity=0.7)
ACCEPTED = Verdict(answer=Answer.ACCEPTED, remote_id="r-p", name="Ana María")


def verdict(answer: Answer) -> Verdict:
    return Verdict(answer=answer)


@pytest.mark.parametrize(
    ("local", "remote", "answer", "known", "reason", "truth", "person"),
    [
        # accepted: the same person
        (YES, "r-p", ACCEPTED, P, Reason.RECOGNISED, Truth.CONFIRMED, P),
        (YES, "r-p", ACCEPTED, None, Reason.RECOGNISED, Truth.CONFIRMED, P),
        (YES, "", ACCEPTED, P, Reason.RECOGNISED, Truth.CONFIRMED, P),
        # accepted: somebody else
        (YES, "r-p", ACCEPTED, Q, Reason.AMBIGUOUS, Truth.PROVISIONAL, None),
        (YES, "", ACCEPTED, Q, Reason.AMBIGUOUS, Truth.PROVISIONAL, None),
        (YES, "r-else", ACCEPTED, None, Reason.AMBIGUOUS, Truth.PROVISIONAL, None),
        # accepted: nobody here knows the other, and ours was never sent
        (YES, "", ACCEPTED, None, Reason.RECOGNISED, Truth.PROVISIONAL, P),
        # accepted: no opinion here
        (NO, "", ACCEPTED, None, Reason.RECOGNISED, Truth.CONFIRMED, PersonId("r-p")),
        (NO, "", ACCEPTED, Q, Reason.RECOGNISED, Truth.CONFIRMED, Q),
        (EMPTY, "", ACCEPTED, None, Reason.RECOGNISED, Truth.CONFIRMED, PersonId("r-p")),
        # accepted: torn here
        (TORN, "", ACCEPTED, P, Reason.AMBIGUOUS, Truth.PROVISIONAL, None),
        # accepted: nobody in particular
        (NO, "", verdict(Answer.ACCEPTED), None, Reason.NO_MATCH, Truth.PROVISIONAL, None),
        # unknown
        (YES, "r-p", verdict(Answer.UNKNOWN), None, Reason.NO_MATCH, Truth.REFUSED, None),
        (YES, "", verdict(Answer.UNKNOWN), None, Reason.RECOGNISED, Truth.PROVISIONAL, P),
        (NO, "", verdict(Answer.UNKNOWN), None, Reason.NO_MATCH, Truth.REFUSED, None),
        (EMPTY, "", verdict(Answer.UNKNOWN), None, Reason.NO_MATCH, Truth.REFUSED, None),
        # the rest
        (YES, "r-p", verdict(Answer.NOT_LIVE), None, Reason.LIVENESS_UNSURE, Truth.REFUSED, None),
        (YES, "r-p", verdict(Answer.REFUSED), None, Reason.ACCOUNT_REFUSED, Truth.REFUSED, None),
        (YES, "r-p", verdict(Answer.SECOND_FACTOR), None, Reason.SECOND_FACTOR, Truth.PROVISIONAL, None),
        (YES, "r-p", verdict(Answer.PICTURE_UNFIT), None, Reason.RECOGNISED, Truth.PROVISIONAL, P),
        (YES, "r-p", None, None, Reason.RECOGNISED, Truth.PROVISIONAL, P),
    ],
)  # fmt: skip
def test_cell(
    local: Decision,
    remote: str,
    answer: Verdict | None,
    known: PersonId | None,
    reason: Reason,
    truth: Truth,
    person: PersonId | None,
) -> None:
    decision = combine(local, remote, answer, None, known=known, account=True)
    assert (decision.reason, decision.truth, decision.person) == (reason, truth, person)
    assert decision.accepts == (person is not None)


def test_the_account_names_whom_only_it_knows() -> None:
    assert combine(NO, "", ACCEPTED, None, known=None, account=True).name == "Ana María"
    assert combine(YES, "r-p", ACCEPTED, None, known=P, account=True).name == "Ana"


def test_a_lost_reply_is_told_apart_from_no_link() -> None:
    lost = ApiError(Code.API_REPLY_LOST, maybe_done=True)
    assert combine(YES, "r-p", None, lost, known=None, account=True).truth is Truth.SENT_NO_REPLY
    down = combine(YES, "r-p", None, ApiError(Code.API_NO_LINK), known=None, account=True)
    assert (down.truth, down.because) == (Truth.PROVISIONAL, Code.API_NO_LINK)


def test_a_station_may_let_nobody_in_without_its_account() -> None:
    error = ApiError(Code.API_NO_LINK)
    decision = combine(YES, "r-p", None, error, known=None, account=True, logins=OfflineLogins.DENY)
    assert (decision.reason, decision.person) == (Reason.NOT_CONFIRMED, None)
    assert not decision.accepts
    confirmed = combine(YES, "r-p", ACCEPTED, None, known=P, account=True, logins=OfflineLogins.DENY)
    assert confirmed.accepts
