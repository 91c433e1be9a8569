"""The ways in without a face: the choice, number and PIN with digits to tap, a code that is sent, a QR code
held to the camera.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QVBoxLayout, QWidget

from kiosk.domain.codes import CODE_DIGITS
from kiosk.domain.passes import NUMBER_DIGITS, PIN_LONGEST, Way
from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.alternative import (
    AlternativeView,
    Typing,
    code_problem,
    number_problem,
    present,
    typing_problem,
)
from kiosk.ui.screens.page import Page
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.camera_view import LatestFrame
from kiosk.ui.widgets.code_finder import CodeFinder
from kiosk.ui.widgets.countdown import Countdown
from kiosk.ui.widgets.digits import Digits
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.styling import button, label, say
from kiosk.ui.widgets.way_button import WayButton


class AlternativeScreen(Page):
    """Forgets what was typed as soon as it goes, and a PIN or a code as soon as it was sent."""

    way_chosen = Signal(object)
    pin_given = Signal(str, str)
    code_asked = Signal(str)
    code_given = Signal(str)

    def __init__(self, latest_frame: LatestFrame) -> None:
        """``latest_frame`` is pulled on the GUI thread, and only while a code is asked for."""
        super().__init__("alternativeScreen")
        self._text = Text()
        self._view: AlternativeView | None = None
        self._title = label("alternativeTitle", "title")
        self._body = label("alternativeBody", "lead")
        self._problem = label("alternativeProblem", "problemLead")
        self._tries = label("alternativeTries", "lead")
        self._cards = {way: WayButton(f"way_{way}") for way in Way}
        for way, card in self._cards.items():
            card.clicked.connect(lambda _checked=False, way=way: self._choose(way))
        self._choice = self._make_choice()
        self.number = Digits("number", most=NUMBER_DIGITS, group=4)
        self.pin = Digits("pin", most=PIN_LONGEST, secret=True)
        self.code = Digits("code", most=CODE_DIGITS)
        self.resend = button("resendCode")
        self.resend.clicked.connect(lambda: self.code_asked.emit(""))
        self.again = Countdown("codeAgain")
        self.keypad = Keypad("keypad")
        self._typing = self._make_typing()
        self.finder = CodeFinder("finder", latest_frame)
        self._waiting = label("alternativeWaiting", "headline", centred=True)
        self._showing = QWidget()
        showing = QVBoxLayout(self._showing)
        showing.setContentsMargins(0, 0, 0, 0)
        showing.addWidget(self.finder, 1)
        showing.addWidget(self._waiting)
        self._countdown = Countdown("alternativeCountdown")
        self.body.addWidget(self._title)
        self.body.addWidget(self._body)
        self.body.addWidget(self._problem)
        self.body.addWidget(self._tries)
        for panel in (self._choice, self._typing, self._showing):
            self.body.addWidget(panel, 1)
        self.body.addWidget(self._countdown)
        self.back = button("back")
        self.back.clicked.connect(lambda: self.way_chosen.emit(None))
        self.go_on = button("goOn", "primary")
        self.go_on.clicked.connect(self._send)
        self.add_actions((self.cancel, self.back, self.help), (self.go_on,), primary=self.go_on)

    def _make_choice(self) -> QWidget:
        made = QWidget()
        self._grid = QGridLayout(made)
        self._grid.setContentsMargins(0, 0, 0, 0)
        return made

    def _make_typing(self) -> QWidget:
        made = QWidget()
        fields = QVBoxLayout()
        fields.addStretch(1)
        fields.addWidget(self.number)
        fields.addWidget(self.pin)
        fields.addWidget(self.code)
        fields.addWidget(self.resend)
        fields.addWidget(self.again)
        fields.addStretch(1)
        self._fields = fields
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, made)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.addLayout(fields, 1)
        self._halves.addWidget(self.keypad, 1)
        self.keypad.digit.connect(self._tap)
        self.keypad.deleted.connect(lambda: self._target().delete())
        self.keypad.cleared.connect(lambda: self._target().clear())
        self.number.line.textChanged.connect(self._on_number)
        self._last = self.number
        return made

    def update_from(self, snapshot: Snapshot, text: Text) -> None:
        """Present and show."""
        super().update_from(snapshot, text)
        self._text = text
        self.show_view(present(snapshot, text))

    def show_view(self, view: AlternativeView) -> None:
        """What is offered, or what the chosen way asks for."""
        self._countdown.show_view(view.countdown)
        self.again.show_view(view.code.again)
        if self.same(view):
            return
        before, self._view = self._view, view
        for widget, words in (
            (self._title, view.title),
            (self._body, view.body),
            (self._tries, view.tries),
            (self._waiting, view.waiting),
            (self.back, view.back),
            (self.resend, view.code.resend),
            (self.go_on, view.go_on),
            (self.cancel, view.cancel),
            (self.help, view.help),
        ):
            say(widget, words)
        if before is None or (before.problem, before.typing) != (view.problem, view.typing) or view.busy:
            self._say_problem(view.problem)
        self._tries.setVisible(bool(view.tries))
        self.back.setVisible(bool(view.back))
        self.back.setEnabled(not view.busy)
        self.number.show_label(view.number)
        self.pin.show_label(view.pin)
        self.code.show_label(view.code.label)
        self.keypad.show_view(view.keypad)
        self.finder.show_view(view.finder)
        self._show_cards(view)
        self._show_fields(view)
        self.go_on.setVisible(view.typing is not Typing.NOTHING)
        self.go_on.setEnabled(not view.busy)
        self._showing.setVisible(view.way is Way.QR)
        self._follow(before, view)

    def _show_fields(self, view: AlternativeView) -> None:
        typing, code = view.typing, view.typing is Typing.CODE
        self._typing.setVisible(typing is not Typing.NOTHING)
        self._typing.setEnabled(not view.busy)
        self.number.setVisible(typing in {Typing.PIN, Typing.NUMBER})
        self.pin.setVisible(typing is Typing.PIN)
        self.code.setVisible(code)
        self.resend.setVisible(code and bool(view.code.resend))
        self.resend.setEnabled(view.code.can_resend)
        self.again.setVisible(code)

    def _follow(self, before: AlternativeView | None, view: AlternativeView) -> None:
        """Where the keyboard goes: into the form when it comes up, back to the PIN or code when it was not taken."""
        if before is None or (before.way, before.typing) != (view.way, view.typing):
            self._clear()
            self._last = self.code if view.typing is Typing.CODE else self.number
            (self if view.typing is Typing.NOTHING else self._last.line).setFocus(Qt.FocusReason.OtherFocusReason)
        elif before.busy and not view.busy and view.typing in {Typing.PIN, Typing.CODE}:
            self._last = self.pin if view.typing is Typing.PIN else self.code
            self._last.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear(self) -> None:
        for each in (self.number, self.pin, self.code):
            each.clear()

    def _show_cards(self, view: AlternativeView) -> None:
        self._choice.setVisible(view.way is None)
        offered = [card.way for card in view.cards]
        for card in view.cards:
            self._cards[card.way].show_card(card)
        for way, made in self._cards.items():
            made.setVisible(way in offered)
        self._place([self._cards[way] for way in offered])

    def _place(self, cards: list[WayButton]) -> None:
        across = 1 if self.portrait else 2
        for card in self._cards.values():
            self._grid.removeWidget(card)
        for place, card in enumerate(cards):
            self._grid.addWidget(card, place // across, place % across)

    def _choose(self, way: Way) -> None:
        if way is Way.ATTENDANT:
            self.help_asked.emit()
        else:
            self.way_chosen.emit(way)

    def _target(self) -> Digits:
        if self.number.line.hasFocus():
            self._last = self.number
        elif self.pin.line.hasFocus():
            self._last = self.pin
        elif self.code.line.hasFocus():
            self._last = self.code
        return self._last

    def _tap(self, figure: str) -> None:
        self._target().add(figure)

    def _on_number(self) -> None:
        """The number is whole: on to the PIN."""
        pin = self._view is not None and self._view.typing is Typing.PIN
        if pin and self.number.full and self._target() is self.number and not self.pin.typed:
            self._last = self.pin
            self.pin.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send(self) -> None:
        view = self._view
        if view is None or view.busy:
            return
        number, pin, code = self.number.typed, self.pin.typed, self.code.typed
        match view.typing:
            case Typing.PIN:
                problem = typing_problem(number, pin, self._text)
                wrong = self.number if number_problem(number, self._text) else self.pin
            case Typing.NUMBER:
                problem, wrong = number_problem(number, self._text), self.number
            case Typing.CODE:
                problem, wrong = code_problem(code, self._text), self.code
            case _:
                return
        if not problem:
            self._give(view.typing, number, pin, code)
            return
        self._say_problem(problem)
        self._last = wrong
        wrong.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self, typing: Typing, number: str, pin: str, code: str) -> None:
        self.pin.clear()
        self.code.clear()
        match typing:
            case Typing.PIN:
                self.pin_given.emit(number, pin)
            case Typing.NUMBER:
                self.code_asked.emit(number)
            case _:
                self.code_given.emit(code)

    def _say_problem(self, words: str) -> None:
        say(self._problem, words)
        self._problem.setVisible(bool(words))
        for each in (self.number, self.pin, self.code):
            each.line.setAccessibleDescription(words)

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: one card under another, digits below the fields."""
        super().arrange(theme, portrait=portrait)
        self.body.setSpacing(theme.px(14))
        self._grid.setSpacing(theme.px(18))
        self._fields.setSpacing(theme.px(16))
        self._halves.setDirection(QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(theme.px(36))
        for card in self._cards.values():
            card.set_theme(theme)
        if self._view is not None:
            self._place([self._cards[card.way] for card in self._view.cards])
        self.keypad.set_theme(theme)
        self.number.set_theme(theme)
        self.pin.set_theme(theme)
        self.code.set_theme(theme)
        self.again.set_theme(theme)
        self.finder.set_theme(theme)
        self._countdown.set_theme(theme)

    def left(self) -> None:
        """Nothing of what was typed or seen stays."""
        super().left()
        self._view = None
        self._clear()
        self._say_problem("")
        self.finder.forget()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Digits that no field took go into the form, wherever the keyboard is."""
        figure = event.text()
        view = self._view
        typing = view is not None and view.typing is not Typing.NOTHING and not view.busy
        if typing and figure.isascii() and figure.isdigit():
            self._tap(figure)
            return
        super().keyPressEvent(event)
