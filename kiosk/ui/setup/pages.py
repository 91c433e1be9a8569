"""Camera, account, supervisor, summary: the questions of the first start that need more than a choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QWidget

from kiosk.domain.errors import Code
from kiosk.station.snapshot import CameraState, Mode, Screen, Snapshot
from kiosk.ui.presenters.capture import CaptureView, present
from kiosk.ui.setup.answers import Answers, Found
from kiosk.ui.setup.countries import name_of
from kiosk.ui.setup.steps import Choices, Line, StepPage
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.camera_view import CameraView, LatestFrame
from kiosk.ui.widgets.styling import button, label, say

OFFLINE, ONLINE = "offline", "online"


class CameraPage(StepPage):
    """The cameras that were found, and what the chosen one sees."""

    def __init__(self, latest_frame: LatestFrame) -> None:
        """``latest_frame`` is pulled on the GUI thread."""
        super().__init__("camera")
        self.choices = Choices("setup_cameraChoices")
        self.choices.chosen.connect(lambda _value: self.changed.emit())
        self.news = label("setup_cameraNews", "muted")
        self.again = button("setup_cameraAgain")
        self.picture = CameraView("setup_cameraPicture", latest_frame)
        self._found: Sequence[Found] = ()
        self._looking = True
        side = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        side.addWidget(self.choices)
        side.addWidget(self.news)
        side.addWidget(self.again)
        side.addStretch(1)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.addLayout(side, 1)
        self._halves.addWidget(self.picture, 1)
        self.rows.addLayout(self._halves, 1)

    @property
    def chosen(self) -> Found | None:
        """Which camera."""
        return next((each for each in self._found if each.uri == self.choices.value), None)

    @property
    def ready(self) -> bool:
        """One without a camera can be set up too: it says itself what is missing."""
        return not self._looking

    @property
    def begins_at(self) -> QWidget | None:
        """The chosen camera, where one was found."""
        return self.choices.marked

    def look(self) -> None:
        """Looking for cameras begins."""
        self._looking = True
        self.changed.emit()

    def show_found(self, found: Sequence[Found]) -> None:
        """What was found; the first is chosen."""
        self._looking, self._found = False, found
        known = self.choices.value
        value = known if any(each.uri == known for each in found) else (found[0].uri if found else "")
        self.choices.fill([(each.uri, each.name) for each in found], value)
        self.changed.emit()

    def show_text(self, text: Text) -> None:
        """News in the language in use."""
        super().show_text(text)
        key = "setup.camera_looking" if self._looking else "setup.camera_found" if self._found else "setup.camera_none"
        say(self.news, text.get(key))
        say(self.again, text.get("setup.camera_again"))
        self.again.setEnabled(not self._looking)
        self.picture.setVisible(bool(self.choices.value))
        self.picture.show_view(_preview(text))

    def set_theme(self, theme: Theme, *, portrait: bool) -> None:
        """Portrait: picture below."""
        super().set_theme(theme, portrait=portrait)
        self.choices.set_theme(theme)
        self.picture.set_theme(theme)
        self.picture.setMinimumHeight(theme.px(260))
        self._halves.setDirection(QBoxLayout.Direction.TopToBottom if portrait else QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(theme.px(28))


class AccountPage(StepPage):
    """Without an account, or with its token, which is checked before one goes on."""

    def __init__(self) -> None:
        """Without."""
        super().__init__("account")
        self.choices = Choices("setup_accountChoices")
        self.token = Line("setup_token", secret=True)
        self.news = label("setup_accountNews", "muted")
        self.checking = False
        self.accepted = ""
        self._problem: Code | None = None
        self.choices.chosen.connect(self._on_chosen)
        self.token.edited.connect(self._on_edited)
        self.rows.addWidget(self.choices)
        self.rows.addWidget(self.token)
        self.rows.addWidget(self.news)
        self.rows.addStretch(1)
        self._fill(Text(), OFFLINE)

    @property
    def wanted(self) -> str:
        """The token to use; empty for none."""
        return self.token.typed if self.choices.value == ONLINE else ""

    @property
    def ready(self) -> bool:
        """Nothing is being checked, and there is a token where one is needed."""
        return not self.checking and (self.choices.value == OFFLINE or bool(self.token.typed))

    @property
    def begins_at(self) -> QWidget | None:
        """What is chosen."""
        return self.choices.marked

    @property
    def to_check(self) -> bool:
        """Whether this token has not been checked yet."""
        return bool(self.wanted) and self.wanted != self.accepted

    def show_checking(self) -> None:
        """The account is being asked."""
        self.checking, self._problem = True, None
        self.changed.emit()

    def show_checked(self, token: str, problem: Code | None) -> None:
        """What it said. One that could not be asked may be used all the same, at a second press."""
        self.checking, self._problem = False, problem
        if problem is None or (token == self.wanted and problem is not Code.API_UNAUTHORIZED):
            self.accepted = token
        self.changed.emit()

    def show_text(self, text: Text) -> None:
        """Words and news in the language in use."""
        super().show_text(text)
        self._fill(text, self.choices.value)
        self.token.show_words(text.get("setup.token"))
        self.token.setVisible(self.choices.value == ONLINE)
        self.token.show_problem(text.get(f"error.{self._problem}") if self._problem else "")
        if self.checking:
            news = text.get("setup.token_checking")
        elif self._problem is Code.API_UNAUTHORIZED:
            news = text.get("setup.token_refused")
        elif self._problem is not None:
            news = text.get("setup.token_unchecked")
        else:
            news = text.get("setup.token_where") if self.choices.value == ONLINE else ""
        say(self.news, news)

    def set_theme(self, theme: Theme, *, portrait: bool) -> None:
        """Room."""
        super().set_theme(theme, portrait=portrait)
        self.choices.set_theme(theme)

    def _fill(self, text: Text, value: str) -> None:
        self.choices.fill([(name, text.get(f"setup.account_{name}")) for name in (OFFLINE, ONLINE)], value)

    def _on_chosen(self, value: str) -> None:
        self._problem = None
        self.changed.emit()
        if value == ONLINE:
            self.token.input.setFocus()

    def _on_edited(self) -> None:
        self._problem = None
        self.changed.emit()


class PinPage(StepPage):
    """The first supervisor: who may leave kiosk mode, change settings and see people."""

    def __init__(self, pin_problem: Callable[[str], str]) -> None:
        """``pin_problem`` is called at every key; it must only compute."""
        super().__init__("pin")
        self._pin_problem = pin_problem
        self.supervisor = Line("setup_supervisor")
        self.pin = Line("setup_pin", secret=True)
        self.again = Line("setup_pinAgain", secret=True)
        self.supervisor.input.setMaxLength(40)
        for line in (self.supervisor, self.pin, self.again):
            line.edited.connect(self.changed)
            self.rows.addWidget(line)
        self.rows.addStretch(1)

    @property
    def ready(self) -> bool:
        """A name, a good PIN, twice the same."""
        return bool(self.supervisor.typed) and not self._pin_problem(self.pin.typed) and self._same

    @property
    def _same(self) -> bool:
        return self.pin.typed == self.again.typed

    def show_text(self, text: Text) -> None:
        """Words, and what is wrong with what was typed so far."""
        super().show_text(text)
        self.supervisor.show_words(text.get("setup.supervisor"))
        self.pin.show_words(text.get("setup.pin"))
        self.again.show_words(text.get("setup.pin_again"))
        problem = self._pin_problem(self.pin.typed) if self.pin.typed else ""
        self.pin.show_problem(text.get(problem) if problem else "")
        differs = bool(self.again.typed) and not self._same
        self.again.show_problem(text.get("setup.pin_differs") if differs else "")


class SummaryPage(StepPage):
    """Everything that was answered, before it is kept."""

    def __init__(self) -> None:
        """Empty until shown."""
        super().__init__("summary")
        self._grid = QGridLayout()
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 3)
        self._lines: list[tuple[QLabel, QLabel]] = []
        for row, name in enumerate(("language", "country", "mode", "camera", "account", "supervisor")):
            pair = (label(f"setup_{name}Of", "muted"), label(f"setup_{name}Is", "strong"))
            self._lines.append(pair)
            self._grid.addWidget(pair[0], row, 0)
            self._grid.addWidget(pair[1], row, 1)
        self.news = label("setup_summaryNews", "problem")
        self.rows.addLayout(self._grid)
        self.rows.addWidget(self.news)
        self.rows.addStretch(1)

    def show_answers(self, answers: Answers, text: Text, problem: Code | None) -> None:
        """No secret stands here."""
        lines = (
            (text.get("setup.language_title"), text.get("language.name")),
            (text.get("setup.country_title"), name_of(answers.country, text)),
            (text.get("setup.mode_title"), text.get(f"setup.mode_{answers.mode}")),
            (text.get("setup.camera_title"), answers.camera_name or answers.camera),
            (text.get("setup.account_title"), text.get(f"setup.account_{ONLINE if answers.token else OFFLINE}")),
            (text.get("setup.pin_title"), answers.supervisor),
        )
        for (name, value), (asked, answered) in zip(self._lines, lines, strict=True):
            say(name, asked)
            say(value, answered)
        say(self.news, f"{text.get(f'error.{problem}')} {text.get(f'remedy.{problem}')}" if problem else "")

    def set_theme(self, theme: Theme, *, portrait: bool) -> None:
        """Room."""
        super().set_theme(theme, portrait=portrait)
        self._grid.setHorizontalSpacing(theme.px(24))
        self._grid.setVerticalSpacing(theme.px(12))


def _preview(text: Text) -> CaptureView:
    """A picture without any hint on it."""
    return present(Snapshot(screen=Screen.CAPTURE, mode=Mode.ENROLL, camera=CameraState.STREAMING), text)
