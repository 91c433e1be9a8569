"""The ways in without a face: the choice, number and PIN, the QR code. Says nothing about whose proof is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.passes import PIN_LONGEST, PIN_SHORTEST, Way, read_number
from kiosk.station.snapshot import CameraState, Entry, Snapshot
from kiosk.ui.presenters.common import CountdownView, countdown
from kiosk.ui.presenters.tries import tries_words
from kiosk.ui.text import Text

_SEEING = frozenset({CameraState.STREAMING, CameraState.BACK})
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


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeView:
    """``way`` is what was chosen, None for the choice itself; ``problem`` why the last proof was not taken, or empty."""

    title: str
    body: str
    way: Way | None
    cards: tuple[WayCard, ...]
    number: str
    pin: str
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
    refused = entry.refused is not None
    return AlternativeView(
        title=text.get(title),
        body=text.get(body),
        way=entry.way,
        cards=tuple(
            WayCard(way, _ICONS[way], text.get(f"alternative.{way}"), text.get(f"alternative.{way}_more"))
            for way in entry.ways
        ),
        number=text.get("alternative.number"),
        pin=text.get("alternative.pin_label"),
        keypad=KeypadView(
            name=text.get("alternative.show_keypad"),
            clear=text.get("button.digit_clear"),
            delete=text.get("button.digit_delete"),
        ),
        finder=_finder(snapshot, text),
        waiting=text.get("alternative.checking" if entry.busy else "alternative.qr_waiting"),
        problem=text.get("alternative.refused") + " " + text.get("alternative.paused") if refused else "",
        tries=tries_words(snapshot.tries_left, text) if refused else "",
        busy=entry.busy,
        go_on=text.get("alternative.checking" if entry.busy else "button.continue"),
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


def _words(entry: Entry) -> tuple[str, str]:
    match entry.way:
        case Way.PIN:
            return "alternative.pin_title", "alternative.pin_body"
        case Way.QR:
            return "alternative.qr_title", "alternative.qr_body"
        case _:
            which = "owed_" if entry.owes else ""
            return f"alternative.{which}title", f"alternative.{which}body"


def _finder(snapshot: Snapshot, text: Text) -> FinderView:
    live = snapshot.camera in _SEEING
    return FinderView(
        live=live,
        no_picture=text.get("capture.no_picture") if live else text.get(f"camera.{snapshot.camera}"),
        late_picture=text.get("capture.late_picture"),
        picture_name=text.get("alternative.finder"),
    )
