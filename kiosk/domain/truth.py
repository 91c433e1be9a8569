"""Two opinions about one visitor, and what is true of them together: the station's own search, and the account's answer.

    account says     the station recognised P       the station has no opinion        the station is torn
                                                    (nobody like this, or nobody      (two people alike)
                                                    enrolled)
    ---------------  -----------------------------  --------------------------------  ---------------------------
    accepted, X      X is P: P, confirmed           X, confirmed                      opens nothing, ambiguous
                     X is not P: opens nothing,
                     ambiguous
                     P not sent yet, X not here:
                     P, provisional
    unknown          P sent: refused                refused                           refused
                     P not sent yet: P, provisional
    not live         refused, whoever it is
    refused          refused, whoever it is
    second factor    opens nothing: the person is told that one more proof is needed
    picture unfit    the station's own decision, provisional
    nothing (error,  the station's own decision: provisional, or sent_no_reply where the question may have arrived
    or not asked)

Without an account the station's own decision stands as it is, local. A decision that is not a search's (an attack, life unsure)
is never changed by anybody. Where policy lets nobody in without the account, an accepting decision that the account has not
confirmed becomes ``not_confirmed`` and opens nothing. Pure; must not ask anybody.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.decision import Decision, Reason
from kiosk.domain.errors import ApiError, Code
from kiosk.domain.person import PersonId, Truth
from kiosk.domain.policy import OfflineLogins
from kiosk.domain.remote import Answer, Verdict

SEARCHED = frozenset({Reason.RECOGNISED, Reason.NO_MATCH, Reason.EMPTY_GALLERY, Reason.AMBIGUOUS})
"""What a search of the gallery can end with; anything else was decided by something that outranks it."""

_NO_OPINION = frozenset({Reason.NO_MATCH, Reason.EMPTY_GALLERY})


def combine(
    local: Decision,
    local_remote_id: str,
    verdict: Verdict | None,
    error: ApiError | None,
    *,
    known: PersonId | None,
    account: bool,
    logins: OfflineLogins = OfflineLogins.ALLOW,
) -> Decision:
    """The one decision; see the table above.

    Args:
        local: the station's own, truth ``local``.
        local_remote_id: of the person it recognised; empty where the account has not acknowledged them.
        verdict: the account's answer, or None.
        error: why there is none; None as well where the account was not asked.
        known: who has the verdict's remote id here, if anybody.
        account: whether the station has one.
        logins: whether an unconfirmed decision may let anybody in.
    """
    if not account or local.reason not in SEARCHED:
        return local
    if verdict is None:
        return _alone(
            local, logins, error.code if error is not None else None, lost=error is not None and error.maybe_done
        )
    match verdict.answer:
        case Answer.ACCEPTED:
            return _accepted(local, local_remote_id, verdict, known, logins)
        case Answer.UNKNOWN if local.accepts and not local_remote_id:
            return _alone(local, logins, Code.API_NOT_FOUND)
        case Answer.UNKNOWN:
            return _no(local, Reason.NO_MATCH, Truth.REFUSED, Code.API_NOT_FOUND)
        case Answer.NOT_LIVE:
            return _no(local, Reason.LIVENESS_UNSURE, Truth.REFUSED, Code.API_REFUSED)
        case Answer.PICTURE_UNFIT:
            return _alone(local, logins, Code.API_PICTURE_UNFIT)
        case Answer.SECOND_FACTOR:
            owing = _no(local, Reason.SECOND_FACTOR, Truth.PROVISIONAL, None)
            torn = known is not None and local.person is not None and known != local.person
            return replace(owing, awaits=None if torn else known or local.person)
        case _:  # refused, and whatever an account may say one day: nothing opens on a word that is not understood
            return _no(local, Reason.ACCOUNT_REFUSED, Truth.REFUSED, Code.API_REFUSED)


def _accepted(
    local: Decision, local_remote_id: str, verdict: Verdict, known: PersonId | None, logins: OfflineLogins
) -> Decision:
    if not verdict.remote_id:  # a yes about nobody in particular confirms nothing
        return _alone(local, logins, Code.API_UNREADABLE)
    if local.accepts:
        if known == local.person or (known is None and local_remote_id == verdict.remote_id):
            return replace(local, truth=Truth.CONFIRMED, because=None)
        if known is None and not local_remote_id:
            return _alone(local, logins, Code.API_NOT_FOUND)
        return _no(local, Reason.AMBIGUOUS, Truth.PROVISIONAL, Code.API_CONFLICT)
    if local.reason not in _NO_OPINION:
        return replace(local, truth=Truth.PROVISIONAL, because=None)
    return Decision(
        Reason.RECOGNISED,
        Truth.CONFIRMED,
        person=known if known is not None else PersonId(verdict.remote_id),
        name=verdict.name,
        similarity=local.similarity,
    )


def _alone(local: Decision, logins: OfflineLogins, because: Code | None, *, lost: bool = False) -> Decision:
    """The station's own decision, as far as policy lets it count."""
    truth = Truth.SENT_NO_REPLY if lost else Truth.PROVISIONAL
    if local.accepts and logins is not OfflineLogins.ALLOW:
        return _no(local, Reason.NOT_CONFIRMED, truth, because)
    return replace(local, truth=truth, because=because)


def _no(local: Decision, reason: Reason, truth: Truth, because: Code | None) -> Decision:
    return Decision(reason, truth, similarity=local.similarity, because=because)
