"""The states of a screen that its first snapshot does not show: all of it can be read, is named, and is reached by Tab."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.desk import Desk
from support.layout import PseudoText, clipped, nameless, out_of_reach, settle
from support.readme_pictures import RECEIPT

from kiosk.domain.codes import CodeTrouble
from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.light.colours import Colour
from kiosk.domain.operators import Role
from kiosk.domain.passes import Way
from kiosk.domain.person import Truth
from kiosk.domain.quality import Check, Component
from kiosk.domain.scan import Scan
from kiosk.station.snapshot import CameraState, CodeStep, Entry, Link, Mode, Screen, Sending
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme

VISITOR = {"mode": Mode.ACCESS, "enrolling": False, "another_way": True}
WAYS = (Way.PIN, Way.QR, Way.CODE, Way.ATTENDANT)
BOSS = {"manned": True, "account": True, "operator_name": "Ana", "operator_role": Role.SUPERVISOR}
SENDING = Sending("api.example.org", (("firstName", None), ("documentNumber", None), ("images", 182_000)))
DENIED = {"outcome": Outcome.DENIED, "name": "", "truth": Truth.SENT_NO_REPLY, "truth_since_ms": 0.0, **VISITOR}

STATES: dict[str, tuple[Screen, dict[str, object]]] = {
    "door": (Screen.ATTRACT, VISITOR),
    "desk with somebody": (Screen.ATTRACT, {**BOSS, "pending": 120, "buried": 14, "link": Link.NO_LINK}),
    "document": (Screen.DETAILS, {"scan": Scan()}),
    "list": (Screen.CAPTURE, {"checks": tuple(Check(each, good=False) for each in Component)}),
    "light": (Screen.CAPTURE, {"lit": True, "light": Colour.SKY, "can_refuse_light": True, "until_ms": 5000.0}),
    "no camera": (Screen.CAPTURE, {"camera": CameraState.STALLED, **VISITOR}),
    "sides": (Screen.CHALLENGE, {"sides_left": 2}),
    "review": (Screen.REVIEW, {"replacing": True, "account": True, "sending": SENDING}),
    "receipt": (Screen.RESULT, {"receipt": RECEIPT, "until_ms": 30_000.0}),
    "refused": (Screen.RESULT, {"reason": Reason.ATTACK, "tries_left": 2, **DENIED}),
    "PIN": (Screen.ALTERNATIVE, {"tries_left": 1, "entry": Entry(ways=WAYS, way=Way.PIN, refused=Reason.PASS_REFUSED)}),
    "QR": (Screen.ALTERNATIVE, {"entry": Entry(ways=WAYS, way=Way.QR)}),
    "code": (
        Screen.ALTERNATIVE,
        {"entry": Entry(ways=WAYS, way=Way.CODE, code=CodeStep(asked=True, to="a•••@e•••.org", can_resend=True))},
    ),
    "code fails": (
        Screen.ALTERNATIVE,
        {"entry": Entry(ways=WAYS, way=Way.CODE, code=CodeStep(trouble=next(iter(CodeTrouble))))},
    ),
}


def problems(desk: Desk) -> list[str]:
    found = []
    for name, (screen, changes) in STATES.items():
        desk.source.show()
        desk.show(screen, **changes)
        settle()
        window = desk.window
        found += [f"{name}: {problem}" for problem in (*clipped(window), *nameless(window), *out_of_reach(window))]
    return found


@pytest.mark.parametrize("size", [(1280, 800), (1080, 1920), (800, 600)], ids=str)
@pytest.mark.parametrize(("language", "letters"), [("es", 1.0), ("pt", 1.4), ("mirrored", 1.0)])
def test_every_state_can_be_read_and_reached(
    open_desk: Callable[..., Desk], size: tuple[int, int], language: str, letters: float
) -> None:
    text = PseudoText() if language == "mirrored" else Text(language)
    desk = open_desk(width=size[0], height=size[1], text=text, theme=Theme(text=letters))
    assert problems(desk) == []
