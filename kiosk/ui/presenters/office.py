"""The operator's room: which pages are offered to whom, who is signed in, and the sign-in page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.errors import Code
from kiosk.domain.operators import Action, OperatorId, PinAnswer, PinChecked, rights
from kiosk.station.office.signing import NameShown
from kiosk.station.snapshot import Mode, Snapshot
from kiosk.ui.office.catalog import PageEntry
from kiosk.ui.presenters.common import CountdownView, Tone, countdown
from kiosk.ui.text import Text


@dataclass(frozen=True, slots=True)
class NavItem:
    """One page in the navigation."""

    name: str
    icon: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomView:
    """The room. ``signed_in`` false means that the sign-in page is up; ``who`` is empty where nobody needs to sign in."""

    signed_in: bool
    pages: tuple[NavItem, ...]
    who: str
    close: str
    sign_out: str
    navigation: str
    countdown: CountdownView


def allowed(snapshot: Snapshot) -> frozenset[Action]:
    """What may be done right now, as the station will judge it."""
    return rights(snapshot.operator_role, manned=snapshot.manned, desk=snapshot.mode is Mode.ENROLL)


def present(snapshot: Snapshot, text: Text, catalog: Sequence[PageEntry]) -> RoomView:
    """Pages that are not allowed are not offered."""
    may = allowed(snapshot)
    desk = snapshot.mode is Mode.ENROLL
    role = snapshot.operator_role
    pages = tuple(
        NavItem(entry.name, entry.icon, text.get(f"office.page.{entry.name}"))
        for entry in catalog
        if entry.needs in may and (snapshot.account or not entry.account) and (desk or not entry.desk)
    )
    return RoomView(
        signed_in=bool(pages),
        pages=pages,
        who=f"{snapshot.operator_name} ({text.get(f'role.{role}')})" if role else "",
        close=text.get("office.back_desk" if desk else "office.back_door"),
        sign_out=text.get("office.sign_out") if role else "",
        navigation=text.get("office.navigation"),
        countdown=countdown(snapshot, text, key="office.time_left", below_s=60),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NameView:
    """One name to choose; ``locked`` says so beside it."""

    id: OperatorId
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInView:
    """The sign-in page. ``nobody`` stands in place of the list where there is nobody to choose."""

    title: str
    body: str
    choose: str
    names: tuple[NameView, ...]
    nobody: str
    pin: str
    enter: str
    back: str
    erase: str


def sign_in(names: Sequence[NameShown] | None, text: Text) -> SignInView:
    """``names`` is None until they were read."""
    return SignInView(
        title=text.get("sign_in.title"),
        body=text.get("sign_in.body"),
        choose=text.get("sign_in.choose"),
        names=tuple(
            NameView(id=each.id, words=f"{each.name} · {text.get(f'role.{each.role}')}" + _locked(each, text))
            for each in names or ()
        ),
        nobody=text.get("sign_in.nobody") if names is not None and not names else "",
        pin=text.get("sign_in.pin"),
        enter=text.get("sign_in.enter"),
        back=text.get("button.cancel"),
        erase=text.get("sign_in.erase"),
    )


def _locked(name: NameShown, text: Text) -> str:
    return f" · {text.get('sign_in.locked_name')}" if name.locked_s > 0.0 else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said about a PIN."""

    words: str
    tone: Tone


def verdict(checked: PinChecked, text: Text) -> Verdict:
    """Wrong, with the tries that are left, or locked, with the minutes."""
    match checked.answer:
        case PinAnswer.RIGHT:
            return Verdict(text.get("sign_in.right"), Tone.GOOD)
        case PinAnswer.WRONG:
            left = text.count("sign_in.tries", checked.tries_left) if checked.tries_left else ""
            return Verdict(f"{text.get('sign_in.wrong')} {left}".strip(), Tone.BAD)
        case _:
            return Verdict(text.count("sign_in.locked", max(1, -(-int(checked.locked_s) // 60))), Tone.BAD)


def failed(code: Code, text: Text) -> Verdict:
    """A part failed while a PIN was looked at."""
    return Verdict(f"{text.get(f'error.{code}')} {text.get(f'remedy.{code}')}", Tone.BAD)
