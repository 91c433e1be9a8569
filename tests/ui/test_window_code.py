"""The code that is sent, as people use it: number, code, another one, a keyboard, and what stays on the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot
from support.desk import Desk

from kiosk.domain.codes import CodeTrouble
from kiosk.domain.decision import Reason
from kiosk.domain.passes import Way, new_number
from kiosk.station.snapshot import CodeStep, Entry, Screen
from kiosk.ui.text import Text

LEFT = Qt.MouseButton.LeftButton
WAYS = (Way.PIN, Way.CODE, Way.ATTENDANT)
EN = Text("en")
ASKED = CodeStep(asked=True, again_ms=31_000.0)


def show(desk: Desk, step: CodeStep | None, **changes: object) -> None:
    entry = {"ways": WAYS, "way": Way.CODE, "code": step} | changes
    desk.show(Screen.ALTERNATIVE, entry=Entry(**entry))  # type: ignore[arg-type]


def line(desk: Desk, name: str) -> QLineEdit:
    found = desk.find(name, QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def tap(desk: Desk, qtbot: QtBot, digits: str) -> None:
    for figure in digits:
        qtbot.mouseClick(desk.find(f"key{figure}"), LEFT)


def words(desk: Desk) -> str:
    return "\n".join(each.text() for each in desk.window.findChildren(QLabel) if each.isVisible())


def visible(desk: Desk) -> set[str]:
    return {name for name in ("number", "pin", "code") if desk.window.findChild(QLineEdit, name).isVisible()}  # type: ignore[union-attr]


def test_number_then_code_by_taps(desk: Desk, qtbot: QtBot) -> None:
    number = new_number()
    desk.show(Screen.ALTERNATIVE)
    qtbot.mouseClick(desk.find("way_code"), LEFT)
    show(desk, CodeStep())
    assert visible(desk) == {"number"}
    tap(desk, qtbot, number)
    qtbot.mouseClick(desk.find("goOn"), LEFT)
    show(desk, ASKED)
    assert visible(desk) == {"code"}
    tap(desk, qtbot, "123456")
    qtbot.mouseClick(desk.find("goOn"), LEFT)
    assert line(desk, "code").text() == "", "a code that was given is not kept"
    assert desk.intents.calls == [("choose_way", Way.CODE), ("ask_code", number), ("give_code", "123456")]


def test_number_then_code_by_keyboard(desk: Desk, qtbot: QtBot) -> None:
    number = new_number()
    show(desk, None, way=None)
    show(desk, CodeStep())
    assert line(desk, "number").hasFocus()
    qtbot.keyClicks(line(desk, "number"), number)
    assert line(desk, "number").hasFocus()
    qtbot.keyClick(line(desk, "number"), Qt.Key.Key_Return)
    show(desk, ASKED)
    assert line(desk, "code").hasFocus()
    qtbot.keyClicks(line(desk, "code"), "12x3456")
    qtbot.keyClick(line(desk, "code"), Qt.Key.Key_Return)
    assert desk.intents.calls == [("ask_code", number), ("give_code", "123456")]


def test_slips_are_told_before_anybody_is_asked(desk: Desk, qtbot: QtBot) -> None:
    show(desk, CodeStep())
    tap(desk, qtbot, "1234")
    qtbot.mouseClick(desk.find("goOn"), LEFT)
    assert EN.get("alternative.number_mistyped") in words(desk)
    show(desk, ASKED)
    assert EN.get("alternative.number_mistyped") not in words(desk)
    tap(desk, qtbot, "123")
    qtbot.mouseClick(desk.find("goOn"), LEFT)
    assert EN.get("alternative.code_missing") in words(desk)
    assert desk.intents.calls == []


def test_what_is_typed_stays_while_it_becomes_known_how_sending_went(desk: Desk, qtbot: QtBot) -> None:
    show(desk, CodeStep(asked=True, sending=True, again_ms=31_000.0))
    tap(desk, qtbot, "123")
    show(desk, ASKED)
    show(desk, CodeStep(asked=True, can_resend=True))
    assert line(desk, "code").text() == "123"


def test_another_one_when_it_is_time(desk: Desk, qtbot: QtBot) -> None:
    show(desk, ASKED)
    resend = desk.find("resendCode")
    assert not resend.isEnabled()
    assert EN.get("alternative.code_again").split("{")[0] in words(desk)
    show(desk, CodeStep(asked=True, again_ms=31_000.0, can_resend=True))
    qtbot.mouseClick(resend, LEFT)
    assert desk.intents.calls == [("ask_code", "")]
    show(desk, CodeStep(asked=True))
    assert not resend.isVisible()


def test_a_wrong_code_and_a_link_that_goes(desk: Desk, qtbot: QtBot) -> None:
    show(desk, ASKED)
    tap(desk, qtbot, "123456")
    qtbot.mouseClick(desk.find("goOn"), LEFT)
    show(desk, ASKED, busy=True)
    show(desk, ASKED, refused=Reason.PASS_REFUSED)
    assert EN.get("alternative.code_wrong") in words(desk)
    assert line(desk, "code").hasFocus()
    show(desk, CodeStep(trouble=CodeTrouble.UNREACHABLE), way=None, ways=(Way.PIN, Way.ATTENDANT))
    assert EN.get("code_trouble.unreachable") in words(desk)
    assert visible(desk) == set()
    qtbot.mouseClick(desk.find("way_pin"), LEFT)
    assert desk.intents.calls[-1] == ("choose_way", Way.PIN)


def test_nothing_typed_stays_behind(desk: Desk, qtbot: QtBot) -> None:
    show(desk, ASKED)
    tap(desk, qtbot, "123")
    code = line(desk, "code")
    desk.show(Screen.ATTRACT)
    assert code.text() == ""
