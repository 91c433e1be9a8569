"""The part of the table that is a code sent by the account: asked for, sent, typed; see :mod:`kiosk.domain.session.alternative`.

    Alternative ─way chosen─▶ number typed ─CodeWanted─▶ SendCode ··CodeSent··▶ code typed ─▶ Proving
                └─ one proof is owed: no number, the code goes to whom it is owed by ─┘

Opens nothing. A code that counts no more is told apart without asking the account, the same for everybody's number.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.codes import NO_WAY, CodeForm, CodeTrouble
from kiosk.domain.passes import Proof, Way
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.domain.session.effects import SendCode
from kiosk.domain.session.results import Step


def chosen(kiosk: st.Kiosk, form: st.Alternative) -> Step:
    """This way: whoever owes a proof is sent a code at once; of everybody else the number is asked."""
    code = replace(form.code or CodeForm(), trouble=None)
    form = replace(form, since_ms=kiosk.now_ms, way=Way.CODE, refused=None, code=code)
    if form.owed is not None and code.asked_ms is None:
        return wanted(kiosk, form, "")
    return replace(kiosk, phase=form), ()


def given_back(form: st.Alternative) -> st.Alternative:
    """Back to the choice: another number may be typed then. How many codes were sent is not forgotten."""
    return form if form.code is None else replace(form, code=replace(form.code, number="", trouble=None))


def wanted(kiosk: st.Kiosk, form: st.Alternative, number: str) -> Step:
    """A code, or another one, please."""
    code = form.code or CodeForm()
    number = "" if form.owed is not None else number or code.number
    if form.way is not Way.CODE or code.sending or not (number or form.owed is not None):
        return kiosk, ()
    form = replace(form, since_ms=kiosk.now_ms, refused=None)
    refusal = code.refusal(kiosk.now_ms)
    if refusal is not None:
        return replace(kiosk, phase=replace(form, code=replace(code, number=number, trouble=refusal))), ()
    form = replace(form, code=code.asked(number, kiosk.now_ms))
    person = form.owed.awaits if form.owed is not None else None
    return replace(kiosk, phase=form), (SendCode(form.visit.session, number, person),)


def typed(kiosk: st.Kiosk, form: st.Alternative, proof: Proof) -> tuple[Proof | None, st.Kiosk]:
    """A code was typed: as a proof for the number that it was sent for, or None where it cannot be one."""
    code = form.code
    if form.way is not Way.CODE or code is None or not code.sent or not (code.number or form.owed is not None):
        return None, kiosk
    spent = code.spent(kiosk.now_ms)
    if spent is not None:
        form = replace(form, since_ms=kiosk.now_ms, refused=None, code=replace(code, trouble=spent))
        return None, replace(kiosk, phase=form)
    return replace(proof, number=code.number), kiosk


def on_sent(kiosk: st.Kiosk, event: ev.CodeSent) -> Step:
    """How sending went; it may be told while an older code is being looked at."""
    match kiosk.phase:
        case st.Alternative() as form if form.code is not None and form.code.sending:
            return replace(kiosk, phase=_told(form, form.code, event.trouble, event.to)), ()
        case st.Proving(form=form) as proving if form.code is not None and form.code.sending:
            form = replace(form, code=form.code.told(event.trouble, event.to))
            return replace(kiosk, phase=replace(proving, form=form)), ()
        case _:
            return kiosk, ()


def on_unchecked(kiosk: st.Kiosk, proving: st.Proving, trouble: CodeTrouble) -> Step:
    """Nobody could say whether the code is right: no attempt, and no way in either."""
    if proving.way is not Way.CODE or proving.form.code is None:
        return kiosk, ()
    form = replace(proving.form, since_ms=kiosk.now_ms, refused=None)
    code = replace(proving.form.code, trouble=trouble)
    return replace(kiosk, phase=replace(form, way=None if trouble in NO_WAY else form.way, code=code)), ()


def link_looked_at(kiosk: st.Kiosk, *, open_now: bool) -> st.Kiosk:
    """The link or the ways have changed: who waits for a code that cannot come is told, and chooses again."""
    form = kiosk.phase
    if open_now or not isinstance(form, st.Alternative) or form.way is not Way.CODE:
        return kiosk
    code = replace(form.code or CodeForm(), trouble=CodeTrouble.UNREACHABLE)
    return replace(kiosk, phase=replace(form, since_ms=kiosk.now_ms, way=None, refused=None, code=code))


def _told(form: st.Alternative, code: CodeForm, trouble: CodeTrouble | None, to: str) -> st.Alternative:
    way = None if trouble in NO_WAY and form.way is Way.CODE else form.way
    return replace(form, way=way, code=code.told(trouble, to))
