"""The window of the first start: one question at a time, back and forth, by keyboard alone if one likes.

Slow answers (cameras, the account, saving) come from a thread of their own and arrive as a queued signal.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.errors import Code
from kiosk.ui.setup.answers import Answers, Helpers, Step
from kiosk.ui.setup.country import CountryPage
from kiosk.ui.setup.pages import AccountPage, CameraPage, PinPage, SummaryPage
from kiosk.ui.setup.steps import ChoicePage, StepPage
from kiosk.ui.text import LANGUAGES, Text
from kiosk.ui.theme import Theme, is_portrait, style_sheet
from kiosk.ui.widgets.action_row import ActionRow
from kiosk.ui.widgets.header import Header
from kiosk.ui.widgets.page_stack import PageStack
from kiosk.ui.widgets.room import Room
from kiosk.ui.widgets.styling import button, label, say

logger = logging.getLogger(__name__)

MODES = ("access", "enroll")


class SetupWizard(QWidget):
    """``finished`` carries the answers once they are kept; ``left`` tells that the window was closed before."""

    finished = Signal(object)
    left = Signal()

    def __init__(
        self,
        helpers: Helpers,
        *,
        text: Text | None = None,
        country: str = "",
        theme: Theme | None = None,
        size: tuple[int, int] = (1280, 800),
    ) -> None:
        """Begins with the first question.

        Args:
            helpers: does what the questions need; the slow parts on a thread.
            text: the language to begin in.
            country: that is chosen until somebody chooses another one; two letters, or empty.
            theme: its palette counts; the scale follows the window.
            size: of the window in pixels.
        """
        super().__init__()
        self.setObjectName("setupWizard")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(*size)
        self._helpers = helpers
        self._text = text or Text()
        self._theme = theme or Theme()
        self._styled: Theme | None = None
        self._worker = _Worker(self)
        self._saving = self._done = False
        self._problem: Code | None = None
        self._header = Header()
        self._header.language_chosen.connect(self._use_language)
        self._place = label("setupPlace", "step", wrap=False)
        self._language = ChoicePage("language", _languages, self._text.language)
        self._country = CountryPage(country)
        self._mode = ChoicePage("mode", _modes, MODES[0])
        self._camera = CameraPage(helpers.latest_frame)
        self._account = AccountPage()
        self._pin = PinPage(helpers.pin_problem)
        self._summary = SummaryPage()
        self._steps: dict[Step, StepPage] = {
            Step.LANGUAGE: self._language,
            Step.COUNTRY: self._country,
            Step.MODE: self._mode,
            Step.CAMERA: self._camera,
            Step.ACCOUNT: self._account,
            Step.PIN: self._pin,
            Step.SUMMARY: self._summary,
        }
        self._order = list(Step)
        self._step = self._order[0]
        self._stack = PageStack("setupPages")
        self._rooms: dict[Step, Room] = {}
        for step, page in self._steps.items():
            room = Room()
            inside = QVBoxLayout(room.inside)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.addWidget(page)
            self._rooms[step] = room
            self._stack.add(room)
            page.changed.connect(self._refresh)
        self._language.changed.connect(self._on_language)
        self._camera.again.clicked.connect(self._look_for_cameras)
        self._camera.choices.chosen.connect(self._watch)
        self._back = button("back")
        self._back.clicked.connect(self._go_back)
        self._next = button("next", "primary")
        self._next.clicked.connect(self._go_on)
        self._row = ActionRow((self._back,), (self._next,))
        middle = QWidget()
        self._middle = QVBoxLayout(middle)
        self._middle.addWidget(self._place)
        self._middle.addWidget(self._stack, 1)
        self._middle.addWidget(self._row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(middle, 1)
        self._face_the_reader()
        self._arrange()
        self._show(self._step)
        self._look_for_cameras()

    @property
    def step(self) -> Step:
        """Which question is up."""
        return self._step

    @property
    def answers(self) -> Answers:
        """As they stand now."""
        camera = self._camera.chosen
        found = Answers(
            language=self._text.language,
            country=self._country.value,
            mode=self._mode.choices.value,
            token=self._account.wanted,
            supervisor=self._pin.supervisor.typed,
            pin=self._pin.pin.typed,
        )
        return found if camera is None else replace(found, camera=camera.uri, camera_name=camera.name)

    # ------------------------------------------------------------------ back and forth

    def _go_on(self) -> None:
        if self._step is Step.ACCOUNT and self._account.to_check:
            self._check_token()
        elif self._step is Step.SUMMARY:
            self._save()
        else:
            self._show(self._order[self._order.index(self._step) + 1])

    def _go_back(self) -> None:
        self._show(self._order[max(0, self._order.index(self._step) - 1)])

    def _show(self, step: Step) -> None:
        self._step = step
        self._stack.show_page(self._rooms[step])
        self._rooms[step].to_top()
        self._watch(self._camera.choices.value if step is Step.CAMERA else "")
        self._refresh()
        (self._steps[step].begins_at or self._first_of(step) or self._next).setFocus(Qt.FocusReason.OtherFocusReason)

    def _first_of(self, step: Step) -> QWidget | None:
        first: QWidget | None = self._steps[step].nextInFocusChain()
        while first is not None and self._steps[step].isAncestorOf(first):
            if first.focusPolicy() & Qt.FocusPolicy.TabFocus and first.isVisibleTo(self):
                return first
            first = first.nextInFocusChain()
        return None

    def _refresh(self) -> None:
        text, page = self._text, self._steps[self._step]
        self.setWindowTitle(text.get("setup.title"))
        self.setAccessibleName(text.get("setup.title"))
        number = self._order.index(self._step) + 1
        say(self._place, text.get("setup.step", number=number, total=len(self._order)))
        page.show_text(text)
        if page is self._summary:
            self._summary.show_answers(self.answers, text, self._problem)
        say(self._back, text.get("setup.back"))
        self._back.setVisible(number > 1)
        last = self._step is Step.SUMMARY
        say(self._next, text.get("setup.saving" if self._saving else "setup.finish" if last else "setup.next"))
        self._next.setEnabled(page.ready and not self._saving)
        self._back.setEnabled(not self._saving)

    def _use_language(self, language: str) -> None:
        self._text = Text(language)
        self._face_the_reader()
        self._header.show_text(self._text)
        self._language.choices.choose(language)
        self._refresh()

    def _face_the_reader(self) -> None:
        right_to_left = Qt.LayoutDirection.RightToLeft if self._text.right_to_left else Qt.LayoutDirection.LeftToRight
        self.setLayoutDirection(right_to_left)

    def _on_language(self) -> None:
        self._use_language(self._language.choices.value)

    # ------------------------------------------------------------------ what takes time

    def _look_for_cameras(self) -> None:
        self._camera.look()
        self._worker.ask(self._helpers.cameras, self._on_cameras)

    def _on_cameras(self, found: object) -> None:
        self._camera.show_found(found if isinstance(found, tuple | list) else ())
        if self._step is Step.CAMERA:
            self._watch(self._camera.choices.value)

    def _watch(self, uri: str) -> None:
        self._worker.ask(lambda: self._helpers.watch(uri), lambda _nothing: None)

    def _check_token(self) -> None:
        token = self._account.wanted
        self._account.show_checking()

        def checked(problem: object) -> None:
            self._account.show_checked(token, problem if isinstance(problem, Code) else None)
            if problem is None and self._step is Step.ACCOUNT:
                self._go_on()

        self._worker.ask(lambda: self._helpers.check_token(token), checked)

    def _save(self) -> None:
        answers = self.answers
        self._saving, self._problem = True, None
        self._refresh()

        def saved(problem: object) -> None:
            self._saving = False
            self._problem = problem if isinstance(problem, Code) else None
            self._refresh()
            if self._problem is None:
                self._done = True
                self.finished.emit(answers)

        self._worker.ask(lambda: self._helpers.save(answers), saved)

    # ------------------------------------------------------------------ Qt

    def _arrange(self) -> None:
        self._theme = self._theme.scaled(width=self.width(), height=self.height())
        if self._styled == self._theme:
            return
        self._styled = self._theme
        theme, portrait = self._theme, is_portrait(width=self.width(), height=self.height())
        self.setStyleSheet(style_sheet(theme) + f"#setupWizard {{ background: {theme.palette.page}; }}")
        self._header.set_theme(theme)
        self._header.show_text(self._text)
        side = theme.px(36)
        self._middle.setContentsMargins(side, theme.px(22), side, theme.px(26))
        self._middle.setSpacing(theme.px(18))
        self._row.set_theme(theme, portrait=portrait)
        for page in self._steps.values():
            page.set_theme(theme, portrait=portrait)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Scale and direction follow the window."""
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """The first question has the keyboard."""
        super().showEvent(event)
        self._show(self._step)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter goes on, Escape back."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._next.isEnabled():
            self._next.click()
        elif event.key() == Qt.Key.Key_Escape and self._back.isVisible() and self._back.isEnabled():
            self._back.click()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """No camera and no thread stays behind."""
        super().closeEvent(event)
        self._worker.close(lambda: self._helpers.watch(""))
        if not self._done:
            self._done = True
            self.left.emit()


class _Worker(QObject):
    """One thread, one thing after another; answers arrive on the GUI thread, none after :meth:`close`."""

    _answered = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: list[tuple[Callable[[], object], Callable[[object], None] | None]] = []
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None
        self._open = True
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def ask(self, work: Callable[[], object], then: Callable[[object], None]) -> None:
        with self._news:
            if not self._open:
                return
            self._waiting.append((work, then))
            self._news.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="setup", daemon=True)
            self._thread.start()

    def close(self, last: Callable[[], object]) -> None:
        with self._news:
            if not self._open:
                return
            self._open = False
            self._waiting = [(last, None)]
            self._news.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._news:
                while not self._waiting:
                    self._news.wait()
                work, then = self._waiting.pop(0)
            answer = work()
            if then is None:
                return
            self._answered.emit(then, answer)

    def _deliver(self, then: Callable[[object], None], answer: object) -> None:
        if self._open:
            then(answer)


def _languages(text: Text) -> list[tuple[str, str]]:
    return [(language, Text(language).get("language.name")) for language in LANGUAGES]


def _modes(text: Text) -> list[tuple[str, str]]:
    return [(mode, text.get(f"setup.mode_{mode}")) for mode in MODES]
