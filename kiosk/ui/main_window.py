"""The window: header, the screen that is up, status bar. Shows snapshots and passes intents on; decides nothing.

Screens are built when they are first needed, the rest one by one once the first has been painted, so that the first window is up
before anything else.
"""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from kiosk.domain.guidance import Hint
from kiosk.station.snapshot import Intents, Mode, Screen, Snapshot
from kiosk.ui.gesture import OperatorGesture
from kiosk.ui.presenters import status
from kiosk.ui.presenters.attract import NOWHERE, Stand
from kiosk.ui.presenters.details import CheckDetails
from kiosk.ui.screens.attract import AttractScreen
from kiosk.ui.screens.capture import CaptureScreen
from kiosk.ui.screens.consent import ConsentScreen
from kiosk.ui.screens.details import DetailsScreen
from kiosk.ui.screens.fault import FaultScreen
from kiosk.ui.screens.locked import LockedScreen
from kiosk.ui.screens.page import Page
from kiosk.ui.screens.result import ResultScreen
from kiosk.ui.screens.review import ReviewScreen
from kiosk.ui.screens.starting import StartingScreen
from kiosk.ui.screens.working import WorkingScreen
from kiosk.ui.screenshots import Screenshots
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme, is_portrait, style_sheet
from kiosk.ui.widgets.camera_view import LatestFrame
from kiosk.ui.widgets.dimmer import Dimmer
from kiosk.ui.widgets.header import Header
from kiosk.ui.widgets.page_stack import PageStack
from kiosk.ui.widgets.status_bar import StatusBar

LANGUAGE_IDLE_MS = 60_000
"""A language chosen by somebody who then walked on is given up after this."""

COMFORT_LETTERS, COMFORT_TIME = 1.4, 2.0
"""For who asks for it on the attract screen: letters so much larger, and so much longer to do what is asked."""

_SHARED_PAGE = {Screen.CHALLENGE: Screen.CAPTURE}
_BETWEEN_VISITS = frozenset({Screen.STARTING, Screen.ATTRACT, Screen.LOCKED, Screen.FAULT, Screen.OPERATOR})


class KioskWindow(QMainWindow):
    """GUI thread only. ``first_painted`` and ``closed`` fire once; ``form_ahead`` when the form comes next."""

    first_painted = Signal()
    form_ahead = Signal()
    closed = Signal()
    let_out = Signal()
    shown = Signal(object, object)
    comfort_changed = Signal(bool)

    def __init__(
        self,
        *,
        text: Text,
        theme: Theme,
        intents: Intents,
        latest_frame: LatestFrame,
        check_details: CheckDetails,
        screenshots: Screenshots | None = None,
        size: tuple[int, int] = (1280, 800),
        stand: Stand = NOWHERE,
        dim_after_s: float = 0.0,
    ) -> None:
        """Shows the starting screen until the first snapshot.

        Args:
            text: the station's own language; a visitor's choice lasts for the visit.
            theme: its palette counts; the scale follows the window.
            intents: called on the GUI thread; must not block.
            latest_frame: pulled 30 times a second while a picture is on screen.
            check_details: called at every key in the form; must only compute.
            screenshots: photographs every screen, if given.
            size: width and height in pixels, until the window is made full screen.
            stand: where people should, as measured at this site.
            dim_after_s: nobody is there so long: the screen dims; 0 for never.
        """
        super().__init__()
        self.setObjectName("kioskWindow")
        self.resize(*size)
        self._text = self._own_text = text
        self._theme = self._own_theme = theme
        self._comfort = False
        self._styled: Theme | None = None
        self._intents = intents
        self._latest_frame = latest_frame
        self._check_details = check_details
        self._screenshots = screenshots
        self._snapshot = Snapshot(screen=Screen.STARTING, mode=Mode.ACCESS)
        self._stand = stand
        self.held = False
        self._pages: dict[Screen, Page] = {}
        self._painted = self._closed = False
        self._header = Header()
        self._header.language_chosen.connect(self.use_language)
        self._gesture = OperatorGesture(self._header, self)
        self._gesture.made.connect(intents.open_office)
        self._stack = PageStack("pages")
        self._status = StatusBar()
        self._status.setMinimumWidth(1)
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._status)
        self.setCentralWidget(middle)
        self._dimmer = Dimmer(self)
        self._dimmer.dim_after(dim_after_s)
        self._language_idle = QTimer(self)
        self._language_idle.setSingleShot(True)
        self._language_idle.setInterval(LANGUAGE_IDLE_MS)
        self._language_idle.timeout.connect(self._forget_language)
        self._stack.installEventFilter(self)
        if screenshots is not None:
            screenshots.attach(self)
        self._arrange()
        self._speak(text)
        self.setWindowTitle(text.get("app.name"))
        self.show_snapshot(self._snapshot)

    @property
    def screen_shown(self) -> Screen:
        """Which screen is up."""
        return self._snapshot.screen

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the station as it is at this moment."""
        before = self._snapshot
        if self._screenshots is not None and before.screen is not snapshot.screen:
            self._screenshots.screen_leaves()
        self._snapshot = snapshot
        visit_over = snapshot.screen is Screen.ATTRACT and before.screen not in _BETWEEN_VISITS
        if visit_over:
            self._forget_language()
        if snapshot.screen is Screen.ATTRACT and snapshot.mode is Mode.ACCESS:
            self._dimmer.show_nobody()
        else:
            self._dimmer.show_somebody()
        self._status.show_view(status.present(snapshot, self._text))
        page = self._page_of(snapshot.screen)
        page.update_from(snapshot, self._text)
        if isinstance(page, AttractScreen):
            page.show_comfort(self._text.get("button.usual" if self._comfort else "button.comfort"))
        leaving = self._stack.current
        if leaving is not page:
            self._stack.show_page(page)
            if isinstance(leaving, Page):
                leaving.left()
            page.entered()
            if snapshot.screen is Screen.CONSENT:
                self.form_ahead.emit()
        if self._screenshots is not None:
            way = snapshot.entry and (snapshot.entry.way, snapshot.entry.code and snapshot.entry.code.asked)
            met = snapshot.hint in {Hint.OK, Hint.HOLD_STILL}
            self._screenshots.screen_shows(snapshot.screen, met=met, part=(self._text.language, way))
        self.shown.emit(snapshot, self._text)

    def use_language(self, language: str) -> None:
        """Speak another language until the visit is over, or until nobody begins one."""
        self._speak(Text(language))
        self._language_idle.start()
        self._dimmer.stir()
        self.show_snapshot(self._snapshot)

    def _forget_language(self) -> None:
        self._language_idle.stop()
        if self._text.language == self._own_text.language and not self._comfort:
            return
        if self._snapshot.screen not in _BETWEEN_VISITS:
            self._language_idle.start()
            return
        self._speak(self._own_text)
        self._use_comfort(on=False)
        self.show_snapshot(self._snapshot)

    def toggle_comfort(self) -> None:
        """Larger letters, more time and the voice, until the visit is over or nobody begins one; or back."""
        self._use_comfort(on=not self._comfort)
        self._language_idle.start()
        self.show_snapshot(self._snapshot)

    def _use_comfort(self, *, on: bool) -> None:
        if on == self._comfort:
            return
        self._comfort = on
        self._theme = self._own_theme.larger(COMFORT_LETTERS) if on else self._own_theme
        self._arrange()
        self._intents.slow_down(COMFORT_TIME if on else 1.0)
        self.comfort_changed.emit(on)

    def _speak(self, text: Text) -> None:
        self._text = text
        right_to_left = Qt.LayoutDirection.RightToLeft if text.right_to_left else Qt.LayoutDirection.LeftToRight
        if self.layoutDirection() is not right_to_left:
            self.setLayoutDirection(right_to_left)
        self._header.show_text(text)

    def show_logo(self, path: Path) -> None:
        """The site's own sign in the header; one that cannot be read leaves ours."""
        self._header.show_logo(path)

    def build_all(self) -> None:
        """Build the screens that have not been needed yet, one a turn of the event loop."""
        missing = [screen for screen in Screen if _SHARED_PAGE.get(screen, screen) not in self._pages]
        if missing and not self._closed:
            self._page_of(missing[0])
            QTimer.singleShot(0, self, self.build_all)

    def _page_of(self, screen: Screen) -> Page:
        screen = _SHARED_PAGE.get(screen, screen)
        page = self._pages.get(screen)
        if page is None:
            page = self._build(screen)
            page.cancel_asked.connect(self._intents.cancel)
            page.help_asked.connect(self._intents.ask_help)
            page.other_asked.connect(self._intents.ask_another_way)
            page.arrange(self._theme, portrait=self._is_portrait)
            self._pages[screen] = page
            self._stack.add(page)
        return page

    def _on_let_out(self) -> None:
        self.held = False
        self.let_out.emit()

    def _build(self, screen: Screen) -> Page:
        match screen:
            case Screen.STARTING:
                return StartingScreen()
            case Screen.OPERATOR:
                from kiosk.ui.office.screen import OfficeScreen

                office = OfficeScreen(
                    self._intents.ask_office, latest_frame=self._latest_frame, check_details=self._check_details
                )
                office.kiosk = self.held
                office.let_out.connect(self._on_let_out)
                office.closed.connect(self._intents.close_office)
                office.signed_out.connect(self._intents.sign_out)
                office.acted.connect(self._intents.operator_acts)
                if self._screenshots is not None:
                    office.part_shown.connect(self._screenshots.part_shows)
                return office
            case Screen.ATTRACT:
                attract = AttractScreen(self._stand)
                attract.start_asked.connect(self._intents.begin_enrolment)
                attract.comfort_asked.connect(self.toggle_comfort)
                attract.office_asked.connect(self._intents.open_office)
                attract.sign_out_asked.connect(self._intents.sign_out)
                return attract
            case Screen.CONSENT:
                consent = ConsentScreen()
                consent.agreed.connect(self._intents.give_consent)
                consent.refused.connect(self._intents.refuse_consent)
                return consent
            case Screen.DETAILS:
                details = DetailsScreen(self._check_details, self._latest_frame)
                details.scan_asked.connect(self._intents.begin_scan)
                details.scan_ended.connect(self._intents.end_scan)
                details.submitted.connect(self._intents.submit_details)
                return details
            case Screen.CAPTURE | Screen.CHALLENGE:
                capture = CaptureScreen(self._latest_frame)
                capture.skip_asked.connect(self._intents.skip_sides)
                capture.light_refused.connect(self._intents.refuse_light)
                return capture
            case Screen.DUPLICATE:
                from kiosk.ui.screens.duplicate import DuplicateScreen

                duplicate = DuplicateScreen(own=self._intents.own_picture, candidate=self._intents.candidate_picture)
                duplicate.same_chosen.connect(self._intents.same_person)
                duplicate.another_chosen.connect(self._intents.another_person)
                duplicate.retake_asked.connect(self._intents.retake)
                return duplicate
            case Screen.WORKING:
                return WorkingScreen()
            case Screen.REVIEW:
                review = ReviewScreen()
                review.accepted.connect(self._intents.accept_review)
                review.retake_asked.connect(self._intents.retake)
                review.edit_asked.connect(self._intents.reopen_form)
                return review
            case Screen.RESULT:
                result = ResultScreen()
                result.again_asked.connect(self._intents.try_again)
                result.receipt.save_asked.connect(self._intents.save_receipt)
                return result
            case Screen.ALTERNATIVE:
                from kiosk.ui.screens.alternative import AlternativeScreen

                other = AlternativeScreen(self._latest_frame)
                other.way_chosen.connect(self._intents.choose_way)
                other.pin_given.connect(self._intents.give_pin)
                other.code_asked.connect(self._intents.ask_code)
                other.code_given.connect(self._intents.give_code)
                return other
            case Screen.LOCKED:
                return LockedScreen()
            case Screen.FAULT:
                return FaultScreen()
            case _:
                assert_never(screen)

    @property
    def _is_portrait(self) -> bool:
        return is_portrait(width=self.width(), height=self.height())

    def _arrange(self) -> None:
        self._theme = self._theme.scaled(width=self.width(), height=self.height())
        if self._styled != self._theme:
            self._styled = self._theme
            self.setStyleSheet(style_sheet(self._theme))
            self._header.set_theme(self._theme)
            self._status.set_theme(self._theme)
        for page in self._pages.values():
            page.arrange(self._theme, portrait=self._is_portrait)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """The page that is up has the keyboard, not the first button of the header."""
        super().showEvent(event)
        self._page_of(self._snapshot.screen).entered()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Scale and direction follow the window."""
        super().resizeEvent(event)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Notices the first paint."""
        if not self._painted and event.type() == QEvent.Type.Paint:
            self._painted = True
            self._stack.removeEventFilter(self)
            QTimer.singleShot(0, self, self.first_painted.emit)
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Tell once."""
        super().closeEvent(event)
        if not self._closed:
            self._closed = True
            if self._screenshots is not None:
                self._screenshots.screen_leaves()
            self.closed.emit()
