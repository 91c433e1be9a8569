"""The operator's room: which pages are offered to whom, who is signed in, and the sign-in page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.domain.errors import Code
from kiosk.domain.operators import Action, OperatorId, PinAnswer, PinChecked, Role, rights
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
    """The room.

    Attributes:
        signed_in: false means that the sign-in page is up.
        who: empty where nobody needs to sign in.
        withheld: which pages are for others, and who they are; empty where all are offered.
        leave: of the button that ends kiosk mode; empty where it is not on, or not for who is here.
    """

    signed_in: bool
    pages: tuple[NavItem, ...]
    who: str
    close: str
    sign_out: str
    navigation: str
    countdown: CountdownView
    withheld: str = ""
    leave: str = ""


def allowed(snapshot: Snapshot) -> frozenset[Action]:
    """What may be done right now, as the station will judge it."""
    return rights(snapshot.operator_role, manned=snapshot.manned, desk=snapshot.mode is Mode.ENROLL)


def present(
    snapshot: Snapshot,
    text: Text,
    catalog: Sequence[PageEntry],
    *,
    kiosk: bool = False,
    supervisors: Sequence[str] = (),
) -> RoomView:
    """Pages that are not allowed are not offered; it is said which, and who may.

    Args:
        kiosk: the window is held.
        supervisors: their names, once they are known.
    """
    may = allowed(snapshot)
    desk = snapshot.mode is Mode.ENROLL
    role = snapshot.operator_role
    there = [entry for entry in catalog if (snapshot.account or not entry.account) and (desk or not entry.desk)]
    pages = tuple(
        NavItem(entry.name, entry.icon, text.get(f"office.page.{entry.name}")) for entry in there if entry.needs in may
    )
    others = ", ".join(text.get(f"office.page.{entry.name}") for entry in there if entry.needs not in may)
    return RoomView(
        signed_in=bool(pages),
        pages=pages,
        who=f"{snapshot.operator_name} ({text.get(f'role.{role}')})" if role else "",
        close=text.get("office.back_desk" if desk else "office.back_door"),
        sign_out=text.get("office.sign_out") if role else "",
        navigation=text.get("office.navigation"),
        countdown=countdown(snapshot, text, key="office.time_left", below_s=60),
        withheld=text.get("office.withheld", pages=others, who=who_may(supervisors, text)) if others and role else "",
        leave=text.get("office.leave") if kiosk and Action.LEAVE_KIOSK in may else "",
    )


def who_may(supervisors: Sequence[str], text: Text) -> str:
    """Whom to ask for what only a supervisor may do."""
    return text.get("office.ask_them", names=", ".join(supervisors)) if supervisors else text.get("office.ask_one")


def supervisors_of(names: Sequence[NameShown]) -> tuple[str, ...]:
    """Those who may do everything."""
    return tuple(each.name for each in names if each.role is Role.SUPERVISOR)


def clock_time(at: datetime, seconds: float) -> str:
    """``14:05``: so many seconds after ``at``, to the next whole minute, on the clock of ``at``."""
    until = at + timedelta(seconds=seconds)
    if until.second or until.microsecond:
        until += timedelta(minutes=1)
    return until.strftime("%H:%M")


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


def sign_in(names: Sequence[NameShown] | None, text: Text, at: datetime | None = None) -> SignInView:
    """``names`` is None until they were read; ``at`` is when that was, on this machine's clock."""
    return SignInView(
        title=text.get("sign_in.title"),
        body=text.get("sign_in.body"),
        choose=text.get("sign_in.choose"),
        names=tuple(
            NameView(id=each.id, words=f"{each.name} · {text.get(f'role.{each.role}')}" + _locked(each, text, at))
            for each in names or ()
        ),
        nobody=text.get("sign_in.nobody") if names is not None and not names else "",
        pin=text.get("sign_in.pin"),
        enter=text.get("sign_in.enter"),
        back=text.get("button.cancel"),
        erase=text.get("sign_in.erase"),
    )


def _locked(name: NameShown, text: Text, at: datetime | None) -> str:
    if name.locked_s <= 0.0:
        return ""
    words = text.get("sign_in.locked_name")
    return f" · {words}" if at is None else f" · {text.get('sign_in.locked_until', at=clock_time(at, name.locked_s))}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said about a PIN."""

    words: str
    tone: Tone


def verdict(checked: PinChecked, text: Text, at: datetime) -> Verdict:
    """Wrong, with the tries that are left, or locked, with the time at which it ends. ``at``: now, on this machine's clock."""
    match checked.answer:
        case PinAnswer.RIGHT:
            return Verdict(text.get("sign_in.right"), Tone.GOOD)
        case PinAnswer.WRONG:
            left = text.count("sign_in.tries", checked.tries_left) if checked.tries_left else ""
            return Verdict(f"{text.get('sign_in.wrong')} {left}".strip(), Tone.BAD)
        case _:
            until = clock_time(at, checked.locked_s)
            return Verdict(text.get("sign_in.locked", at=until), Tone.BAD)


def failed(code: Code, text: Text) -> Verdict:
    """A part failed while a PIN was looked at."""
    return Verdict(f"{text.get(f'error.{code}')} {text.get(f'remedy.{code}')}", Tone.BAD)
