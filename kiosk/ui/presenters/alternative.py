"""The ways in without a face: the choice, number and PIN, the QR code, the code that is sent. Never says whose proof it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.codes import CODE_DIGITS
from kiosk.domain.passes import PIN_LONGEST, PIN_SHORTEST, Way, read_number
from kiosk.station.snapshot import CameraState, CodeStep, Entry, Snapshot
from kiosk.ui.presenters.common import CountdownView, countdown
from kiosk.ui.presenters.tries import tries_words
from kiosk.ui.text import Text

_SEEING = frozenset({CameraState.STREAMING, CameraState.BACK})
SENT_TO = "alternative.code_sent_to"
_ICONS = {Way.PIN: "keypad", Way.QR: "qr", Way.CODE: "message", Way.ATTENDANT: "person"}


@dataclass(frozen=True, slots=True)
class WayCard:
    """One way to choose."""

    way: Way
    icon: str
    title: str
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeypadView:
    """Names of the keys that are no digits, and of the whole."""

    name: str
    clear: str
    delete: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinderView:
    """The picture in which a code is looked for; what :class:`~kiosk.ui.widgets.camera_view.CameraView` shows."""

    live: bool
    no_picture: str
    late_picture: str
    picture_name: str
    progress: float = 0.0
    met: bool = False
    arrow: str = ""
    light: None = None


class Typing(StrEnum):
    """What is typed."""

    NOTHING = "nothing"
    PIN = "pin"
    NUMBER = "number"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeView:
    """The code that is sent. ``resend`` is empty where no more are sent; ``again`` counts until one may be."""

    label: str
    resend: str
    can_resend: bool
    again: CountdownView


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeView:
    """``way`` is what was chosen, None for the choice itself; ``problem`` why the last proof was not taken, or empty.

    ``typing`` says which fields are there.
    """

    title: str
    body: str
    way: Way | None
    cards: tuple[WayCard, ...]
    number: str
    pin: str
    code: CodeView
    typing: Typing
    keypad: KeypadView
    finder: FinderView
    waiting: str
    problem: str
    tries: str
    busy: bool
    go_on: str
    back: str
    cancel: str
    help: str
    countdown: CountdownView


def present(snapshot: Snapshot, text: Text) -> AlternativeView:
    """What is offered, or what the chosen way asks for."""
    entry = snapshot.entry or Entry(ways=())
    title, body = _words(entry)
    to = entry.code.to if entry.code is not None and body == SENT_TO else ""
    typing = _typing(entry)
    refused = entry.refused is not None
    return AlternativeView(
        title=text.get(title),
        body=text.get(body, to=to) if to else text.get(body),
        way=entry.way,
        cards=tuple(
            WayCard(way, _ICONS[way], text.get(f"alternative.{way}"), text.get(f"alternative.{way}_more"))
            for way in entry.ways
        ),
        number=text.get("alternative.number"),
        pin=text.get("alternative.pin_label"),
        code=_code(entry.code or CodeStep(), snapshot, text),
        typing=typing,
        keypad=KeypadView(
            name=text.get("alternative.show_keypad"),
            clear=text.get("button.digit_clear"),
            delete=text.get("button.digit_delete"),
        ),
        finder=_finder(snapshot, text),
        waiting=text.get("alternative.checking" if entry.busy else "alternative.qr_waiting"),
        problem=_problem(entry, text),
        tries=tries_words(snapshot.tries_left, text) if refused else "",
        busy=entry.busy,
        go_on=text.get(_go_on(entry, typing)),
        back=text.get("button.back") if entry.way is not None else "",
        cancel=text.get("button.cancel"),
        help=text.get("button.help"),
        countdown=countdown(snapshot, text, key="alternative.time_left", below_s=20),
    )


def typing_problem(number: str, pin: str, text: Text) -> str:
    """What is wrong with what was typed, before anybody is asked; empty where nothing is. Tells nothing about anybody."""
    if read_number(number) is None:
        return text.get("alternative.number_mistyped")
    if not (pin.isascii() and pin.isdigit() and PIN_SHORTEST <= len(pin) <= PIN_LONGEST):
        return text.get("alternative.pin_missing")
    return ""


def number_problem(number: str, text: Text) -> str:
    """As :func:`typing_problem`, of a number alone."""
    return "" if read_number(number) is not None else text.get("alternative.number_mistyped")


def code_problem(code: str, text: Text) -> str:
    """What is wrong with a code as typed; empty where nothing is."""
    whole = code.isascii() and code.isdigit() and len(code) == CODE_DIGITS
    return "" if whole else text.get("alternative.code_missing")


def _typing(entry: Entry) -> Typing:
    match entry.way:
        case Way.PIN:
            return Typing.PIN
        case Way.CODE:
            return Typing.CODE if entry.code is not None and entry.code.asked else Typing.NUMBER
        case _:
            return Typing.NOTHING


def _go_on(entry: Entry, typing: Typing) -> str:
    if entry.busy:
        return "alternative.checking"
    return "alternative.code_send" if typing is Typing.NUMBER else "button.continue"


def _problem(entry: Entry, text: Text) -> str:
    if entry.code is not None and entry.code.trouble is not None and not entry.busy:
        return text.get(f"code_trouble.{entry.code.trouble}")
    if entry.refused is None:
        return ""
    more = "alternative.code_wrong" if entry.way is Way.CODE else "alternative.paused"
    return text.get("alternative.refused") + " " + text.get(more)


def _code(step: CodeStep, snapshot: Snapshot, text: Text) -> CodeView:
    more = step.can_resend or step.again_ms is not None
    waits = more and not step.can_resend and not step.sending
    return CodeView(
        label=text.get("alternative.code_label"),
        resend=text.get("alternative.code_resend") if more else "",
        can_resend=step.can_resend,
        again=CountdownView(
            words=text.get("alternative.code_again"),
            until_ms=step.again_ms if waits else None,
            now_ms=snapshot.now_ms if waits else 0.0,
        ),
    )


def _words(entry: Entry) -> tuple[str, str]:
    match entry.way:
        case Way.PIN:
            return "alternative.pin_title", "alternative.pin_body"
        case Way.QR:
            return "alternative.qr_title", "alternative.qr_body"
        case Way.CODE:
            return _code_words(entry.code or CodeStep())
        case _:
            which = "owed_" if entry.owes else ""
            return f"alternative.{which}title", f"alternative.{which}body"


def _code_words(step: CodeStep) -> tuple[str, str]:
    if not step.asked:
        return "alternative.code_number_title", "alternative.code_number_body"
    if step.sending:
        return "alternative.code_title", "alternative.code_sending"
    return "alternative.code_title", SENT_TO if step.to else "alternative.code_body"


def _finder(snapshot: Snapshot, text: Text) -> FinderView:
    live = snapshot.camera in _SEEING
    return FinderView(
        live=live,
        no_picture=text.get("capture.no_picture") if live else text.get(f"camera.{snapshot.camera}"),
        late_picture=text.get("capture.late_picture"),
        picture_name=text.get("alternative.finder"),
    )
