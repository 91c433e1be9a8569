"""The first start: seven questions by keyboard or touch, nothing kept before the end, no secret on screen, no thread left."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot
from support.layout import PseudoText, clipped, nameless, out_of_reach, settle

from kiosk.domain.errors import Code
from kiosk.domain.face import Frame
from kiosk.domain.operators import pin_problem
from kiosk.ui.setup.answers import Answers, Found, Step
from kiosk.ui.setup.wizard import SetupWizard
from kiosk.ui.text import LANGUAGES, Text
from kiosk.ui.theme import Theme

PIN, TOKEN = "918273", "a-token"


class ToldHelpers:
    """Answers as told; remembers what was asked, and on which thread."""

    def __init__(self) -> None:
        self.found = [
            Found("usb:0", "Front camera"),
            Found("usb:2", "Desk camera with a rather long name of its maker"),
        ]
        self.token: Code | None = None
        self.saving: Code | None = None
        self.saved: list[Answers] = []
        self.watched: list[str] = []
        self.checked: list[str] = []
        self.threads: set[str] = set()

    def cameras(self) -> list[Found]:
        self.threads.add(threading.current_thread().name)
        return self.found

    def watch(self, uri: str) -> None:
        self.watched.append(uri)

    def latest_frame(self) -> Frame | None:
        return None

    def check_token(self, token: str) -> Code | None:
        self.threads.add(threading.current_thread().name)
        self.checked.append(token)
        return self.token

    def pin_problem(self, pin: str) -> str:
        problem = pin_problem(pin)
        return f"operator_pin.{problem}" if problem else ""

    def save(self, answers: Answers) -> Code | None:
        self.threads.add(threading.current_thread().name)
        if self.saving is None:
            self.saved.append(answers)
        return self.saving


@pytest.fixture
def helpers() -> ToldHelpers:
    return ToldHelpers()


@pytest.fixture
def open_wizard(qtbot: QtBot, helpers: ToldHelpers) -> Iterator[Callable[..., SetupWizard]]:
    made: list[SetupWizard] = []

    def make(**options: object) -> SetupWizard:
        wizard = SetupWizard(helpers, **options)  # type: ignore[arg-type]
        made.append(wizard)
        qtbot.addWidget(wizard)
        wizard.show()
        qtbot.waitExposed(wizard)
        settle()
        return wizard

    yield make
    for wizard in made:
        wizard.close()


def find(wizard: SetupWizard, name: str) -> QAbstractButton:
    found = [each for each in wizard.findChildren(QAbstractButton) if each.objectName() == name and each.isVisible()]
    assert found, name
    return found[0]


def shown_label(wizard: SetupWizard, name: str) -> str:
    found = wizard.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text()


def line(wizard: SetupWizard, name: str) -> QLineEdit:
    found = wizard.findChild(QLineEdit, name)
    assert isinstance(found, QLineEdit)
    return found


def go_on(wizard: SetupWizard, qtbot: QtBot, to: Step) -> None:
    button = find(wizard, "next")
    qtbot.waitUntil(button.isEnabled)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: wizard.step is to)


def type_pin(wizard: SetupWizard, qtbot: QtBot, pin: str = PIN, again: str = PIN) -> None:
    for name, words in (("setup_supervisor", "Ana"), ("setup_pin", pin), ("setup_pinAgain", again)):
        line(wizard, name).clear()
        qtbot.keyClicks(line(wizard, name), words)


def test_all_the_way_by_touch(open_wizard: Callable[..., SetupWizard], helpers: ToldHelpers, qtbot: QtBot) -> None:
    wizard = open_wizard()
    qtbot.mouseClick(find(wizard, "setup_languageChoices_es"), Qt.MouseButton.LeftButton)
    assert find(wizard, "next").text() == Text("es").get("setup.next")
    go_on(wizard, qtbot, Step.COUNTRY)
    qtbot.keyClicks(line(wizard, "setup_countrySearch"), "mexi")
    go_on(wizard, qtbot, Step.MODE)
    qtbot.mouseClick(find(wizard, "setup_modeChoices_enroll"), Qt.MouseButton.LeftButton)
    go_on(wizard, qtbot, Step.CAMERA)
    qtbot.mouseClick(find(wizard, "setup_cameraChoices_usb:2"), Qt.MouseButton.LeftButton)
    go_on(wizard, qtbot, Step.ACCOUNT)
    qtbot.mouseClick(find(wizard, "setup_accountChoices_online"), Qt.MouseButton.LeftButton)
    qtbot.keyClicks(line(wizard, "setup_token"), TOKEN)
    go_on(wizard, qtbot, Step.PIN)
    type_pin(wizard, qtbot)
    go_on(wizard, qtbot, Step.SUMMARY)
    shown = "\n".join(each.text() for each in wizard.findChildren(QLabel) if each.isVisible())
    assert "Ana" in shown
    assert PIN not in shown
    assert TOKEN not in shown
    assert helpers.saved == []
    with qtbot.waitSignal(wizard.finished) as got:
        qtbot.mouseClick(find(wizard, "next"), Qt.MouseButton.LeftButton)
    wanted = Answers(
        language="es",
        country="MX",
        mode="enroll",
        camera="usb:2",
        camera_name=helpers.found[1].name,
        token=TOKEN,
        supervisor="Ana",
        pin=PIN,
    )
    assert got.args == [wanted]
    assert helpers.saved == [wanted]
    assert helpers.checked == [TOKEN]
    assert helpers.threads == {"setup"}
    assert PIN not in repr(wanted)
    assert TOKEN not in repr(wanted)
    wizard.close()
    assert helpers.watched[-1] == ""


def test_all_the_way_by_keyboard(open_wizard: Callable[..., SetupWizard], helpers: ToldHelpers, qtbot: QtBot) -> None:
    wizard = open_wizard()
    for to in (Step.COUNTRY, Step.MODE, Step.CAMERA, Step.ACCOUNT, Step.PIN):
        qtbot.waitUntil(find(wizard, "next").isEnabled)
        qtbot.keyClick(wizard, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda to=to: wizard.step is to)
    focus = wizard.focusWidget()
    assert focus is line(wizard, "setup_supervisor")
    for words in ("Ana", PIN, PIN):
        qtbot.keyClicks(wizard.focusWidget(), words)
        qtbot.keyClick(wizard.focusWidget(), Qt.Key.Key_Tab)
    qtbot.keyClick(wizard, Qt.Key.Key_Return)
    assert wizard.step is Step.SUMMARY
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert wizard.step is Step.PIN
    qtbot.keyClick(wizard, Qt.Key.Key_Return)
    with qtbot.waitSignal(wizard.finished):
        qtbot.keyClick(wizard, Qt.Key.Key_Return)
    assert helpers.saved[0].token == ""


@pytest.mark.parametrize(("pin", "again"), [("123456", "123456"), ("12", "12"), (PIN, "918274"), (PIN, "")])
def test_a_pin_that_will_not_do_goes_no_further(
    open_wizard: Callable[..., SetupWizard], qtbot: QtBot, pin: str, again: str
) -> None:
    wizard = open_wizard()
    for to in (Step.COUNTRY, Step.MODE, Step.CAMERA, Step.ACCOUNT, Step.PIN):
        go_on(wizard, qtbot, to)
    type_pin(wizard, qtbot, pin, again)
    assert not find(wizard, "next").isEnabled()


def at_account(wizard: SetupWizard, qtbot: QtBot) -> None:
    for to in (Step.COUNTRY, Step.MODE, Step.CAMERA, Step.ACCOUNT):
        go_on(wizard, qtbot, to)
    qtbot.mouseClick(find(wizard, "setup_accountChoices_online"), Qt.MouseButton.LeftButton)
    qtbot.keyClicks(line(wizard, "setup_token"), TOKEN)


def test_a_refused_token_is_never_kept(
    open_wizard: Callable[..., SetupWizard], helpers: ToldHelpers, qtbot: QtBot
) -> None:
    helpers.token = Code.API_UNAUTHORIZED
    wizard = open_wizard()
    at_account(wizard, qtbot)
    for tries in (1, 2):
        qtbot.mouseClick(find(wizard, "next"), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda tries=tries: len(helpers.checked) == tries and find(wizard, "next").isEnabled())
        assert wizard.step is Step.ACCOUNT
    qtbot.mouseClick(find(wizard, "setup_accountChoices_offline"), Qt.MouseButton.LeftButton)
    go_on(wizard, qtbot, Step.PIN)
    assert wizard.answers.token == ""


def test_an_account_that_cannot_be_asked_holds_nobody_up(
    open_wizard: Callable[..., SetupWizard], helpers: ToldHelpers, qtbot: QtBot
) -> None:
    helpers.token = Code.API_NO_LINK
    wizard = open_wizard()
    at_account(wizard, qtbot)
    qtbot.mouseClick(find(wizard, "next"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: find(wizard, "next").isEnabled() and len(helpers.checked) == 1)
    assert wizard.step is Step.ACCOUNT
    go_on(wizard, qtbot, Step.PIN)
    assert wizard.answers.token == TOKEN
    assert len(helpers.checked) == 1


def test_without_a_camera_one_can_go_on(
    open_wizard: Callable[..., SetupWizard], helpers: ToldHelpers, qtbot: QtBot
) -> None:
    helpers.found = []
    wizard = open_wizard()
    for to in (Step.COUNTRY, Step.MODE, Step.CAMERA, Step.ACCOUNT):
        go_on(wizard, qtbot, to)
    assert wizard.answers.camera == "usb:0"


def test_what_could_not_be_kept_is_said_and_can_be_tried_again(
    open_wizard: Callable[..., SetupWizard], helpers: ToldHelpers, qtbot: QtBot
) -> None:
    helpers.saving = Code.STORE_FULL
    wizard = open_wizard()
    for to in (Step.COUNTRY, Step.MODE, Step.CAMERA, Step.ACCOUNT, Step.PIN):
        go_on(wizard, qtbot, to)
    type_pin(wizard, qtbot)
    go_on(wizard, qtbot, Step.SUMMARY)
    qtbot.mouseClick(find(wizard, "next"), Qt.MouseButton.LeftButton)
    news = wizard.findChild(QLabel, "setup_summaryNews")
    assert isinstance(news, QLabel)
    qtbot.waitUntil(lambda: Text("en").get("error.store_full") in news.text())
    helpers.saving = None
    with qtbot.waitSignal(wizard.finished):
        qtbot.mouseClick(find(wizard, "next"), Qt.MouseButton.LeftButton)


def at_country(wizard: SetupWizard, qtbot: QtBot) -> QListWidget:
    go_on(wizard, qtbot, Step.COUNTRY)
    assert wizard.focusWidget() is line(wizard, "setup_countrySearch")
    found = wizard.findChild(QListWidget, "setup_countryList")
    assert isinstance(found, QListWidget)
    return found


def test_the_country_of_the_place_is_chosen_already(open_wizard: Callable[..., SetupWizard], qtbot: QtBot) -> None:
    wizard = open_wizard(country="CO", text=Text("pt"))
    countries = at_country(wizard, qtbot)
    assert countries.currentItem().text() == "Colômbia"
    assert countries.visualItemRect(countries.currentItem()).intersects(countries.viewport().rect())
    go_on(wizard, qtbot, Step.MODE)
    assert wizard.answers.country == "CO"


@pytest.mark.parametrize("country", ["", "XX", "nowhere"])
def test_where_no_country_is_known_none_is_chosen(
    open_wizard: Callable[..., SetupWizard], qtbot: QtBot, country: str
) -> None:
    wizard = open_wizard(country=country)
    assert at_country(wizard, qtbot).currentRow() == 0
    go_on(wizard, qtbot, Step.MODE)
    assert wizard.answers.country == ""


def test_a_country_is_typed_and_picked_by_keyboard_alone(open_wizard: Callable[..., SetupWizard], qtbot: QtBot) -> None:
    wizard = open_wizard(country="CO")
    countries = at_country(wizard, qtbot)
    qtbot.keyClicks(wizard.focusWidget(), "guinea")
    assert [countries.item(row).text() for row in range(countries.count())] == [
        "Guinea",
        "Guinea-Bissau",
        "Equatorial Guinea",
        "Papua New Guinea",
    ]
    qtbot.keyClick(wizard.focusWidget(), Qt.Key.Key_Down)
    assert wizard.answers.country == "GW"
    qtbot.keyClick(wizard.focusWidget(), Qt.Key.Key_Return)
    assert wizard.step is Step.MODE
    qtbot.keyClick(wizard, Qt.Key.Key_Escape)
    assert wizard.step is Step.COUNTRY
    assert countries.currentItem().text() == "Guinea-Bissau"


def test_letters_that_mean_no_country_go_no_further(open_wizard: Callable[..., SetupWizard], qtbot: QtBot) -> None:
    wizard = open_wizard(country="CO")
    at_country(wizard, qtbot)
    typed = line(wizard, "setup_countrySearch")
    qtbot.keyClicks(typed, "qqq")
    assert not find(wizard, "next").isEnabled()
    assert shown_label(wizard, "setup_countrySearchProblem") == Text("en").get("setup.country_unknown")
    for _ in range(3):
        qtbot.keyClick(typed, Qt.Key.Key_Backspace)
    assert find(wizard, "next").isEnabled()
    assert wizard.answers.country == "CO"


def test_the_frame_of_the_keyboard_is_where_the_mark_is(open_wizard: Callable[..., SetupWizard], qtbot: QtBot) -> None:
    wizard = open_wizard(text=Text("pt"))
    assert wizard.focusWidget() is find(wizard, "setup_languageChoices_pt")
    qtbot.waitUntil(lambda: wizard.answers.camera_name != "")
    for to in (Step.COUNTRY, Step.MODE, Step.CAMERA):
        go_on(wizard, qtbot, to)
    assert wizard.focusWidget() is find(wizard, "setup_cameraChoices_usb:0")
    for to in (Step.ACCOUNT, Step.PIN):
        go_on(wizard, qtbot, to)
    type_pin(wizard, qtbot)
    go_on(wizard, qtbot, Step.SUMMARY)
    assert wizard.focusWidget() is find(wizard, "next")


def test_closing_the_window_keeps_nothing(
    open_wizard: Callable[..., SetupWizard], helpers: ToldHelpers, qtbot: QtBot
) -> None:
    wizard = open_wizard()
    with qtbot.waitSignal(wizard.left):
        wizard.close()
    assert helpers.saved == []


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080), (1080, 1920)], ids=str)
@pytest.mark.parametrize("language", [*LANGUAGES, "mirrored"])
def test_every_question_can_be_read_and_reached(
    open_wizard: Callable[..., SetupWizard], qtbot: QtBot, size: tuple[int, int], language: str
) -> None:
    text = PseudoText() if language == "mirrored" else Text(language)
    wizard = open_wizard(text=text, size=size)
    qtbot.waitUntil(lambda: wizard.answers.camera_name != "")
    found = []
    for to in (*list(Step)[1:], None):
        settle()
        found += [
            f"{wizard.step}: {problem}" for problem in (*clipped(wizard), *nameless(wizard), *out_of_reach(wizard))
        ]
        if wizard.step is Step.PIN:
            type_pin(wizard, qtbot)
        if to is not None:
            go_on(wizard, qtbot, to)
    assert found == []


def test_from_right_to_left_the_way_on_is_at_the_left(open_wizard: Callable[..., SetupWizard], qtbot: QtBot) -> None:
    wizard = open_wizard(text=PseudoText())
    go_on(wizard, qtbot, Step.COUNTRY)
    settle()
    assert find(wizard, "next").mapTo(wizard, QPoint(0, 0)).x() < find(wizard, "back").mapTo(wizard, QPoint(0, 0)).x()


def test_large_letters(open_wizard: Callable[..., SetupWizard], qtbot: QtBot) -> None:
    wizard = open_wizard(theme=Theme(text=1.8))
    found = []
    for to in list(Step)[1:]:
        settle()
        found += [f"{wizard.step}: {problem}" for problem in clipped(wizard)]
        if wizard.step is Step.PIN:
            type_pin(wizard, qtbot)
        go_on(wizard, qtbot, to)
    assert found == []
