"""The site page: a walk-through in steps, measured by the station's own camera."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout

from kiosk.domain.site import Step
from kiosk.station.office.trying import EnterSite, LeaveSite, LookAtSite, MeasureStep, SaveSite, StandsAt
from kiosk.station.site_desk import SiteNow
from kiosk.ui.office.page import OfficePage, PageParts
from kiosk.ui.office.pages.parts import Beside
from kiosk.ui.office.watching import Watching
from kiosk.ui.presenters.site import StepRow, present
from kiosk.ui.text import Text
from kiosk.ui.theme import Theme
from kiosk.ui.widgets.camera_view import CameraView
from kiosk.ui.widgets.flow import Flow
from kiosk.ui.widgets.styling import button, label, restyle, say

LOOK_MS = 200


class SitePage(OfficePage):
    """Asks what is measured a few times a second while the page is up."""

    def __init__(self, parts: PageParts) -> None:
        """Nothing was measured yet."""
        super().__init__(parts, "site")
        self._now = SiteNow()
        self._picture = CameraView("sitePicture", parts.latest_frame)
        self._beside = Beside("site", self._picture)
        self._body = label("siteBody", "muted")
        self._say_now = label("siteNow", "lead")
        self._live = label("siteLive", "small")
        self._bar = QProgressBar()
        self._bar.setObjectName("siteProgress")
        self._bar.setRange(0, 100)
        self._bar.setTextVisible(False)
        self._steps = {step: _StepCard(step) for step in Step}
        self._eyes_label = label("siteEyesLabel", "fieldLabel")
        self._eyes = QLineEdit()
        self._eyes.setObjectName("siteEyes")
        self._eyes.setMaxLength(5)
        self._eyes.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self._eyes.editingFinished.connect(self._on_eyes)
        self._numbers = label("siteNumbers", "strong")
        self._tips = label("siteTips", "notice")
        self._limits = label("siteLimits")
        self._save = button("siteSave", "small")
        self._save.clicked.connect(lambda: self._write(with_limits=False))
        self._save_limits = button("siteSaveLimits", "small")
        self._save_limits.clicked.connect(lambda: self._write(with_limits=True))
        self._ways = Flow()
        column = self._beside.column
        for shown in (self._body, self._say_now, self._bar, self._live):
            column.addWidget(shown)
        for found in (self._numbers, self._tips, self._limits):
            column.addWidget(found)
        for each in (self._save, self._save_limits):
            self._ways.addWidget(each)
        column.addLayout(self._ways)
        for card in self._steps.values():
            card.measure.clicked.connect(lambda _=False, step=card.step: self.ask(MeasureStep(step), self._came))
            column.addWidget(card)
        for asked in (self._eyes_label, self._eyes):
            column.addWidget(asked)
        column.addStretch(1)
        self.body.addWidget(self._beside, 1)
        self._watching = Watching(self, LOOK_MS, LookAtSite(), self._came)

    def show_text(self, text: Text) -> None:
        """In this language."""
        super().show_text(text)
        self._show()

    def arrange(self, theme: Theme, *, portrait: bool) -> None:
        """Sizes."""
        super().arrange(theme, portrait=portrait)
        self._beside.arrange(theme, portrait=portrait)
        self._picture.set_theme(theme)
        self._ways.setSpacing(theme.px(12))
        for card in self._steps.values():
            card.arrange(theme)

    def entered(self) -> None:
        """Begin to look."""
        self._steps[Step.MARK].measure.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ask(EnterSite(), self._came)
        self._watching.start()

    def left(self) -> None:
        """Look no more; no picture and no number stays."""
        self._watching.stop()
        self.parts.bridge.ask(None, LeaveSite(), lambda reply: None)
        super().left()
        self._now = SiteNow()
        self._eyes.clear()
        self._picture.forget()
        self._show()

    def _came(self, now: SiteNow) -> None:
        self._now = now
        self._show()

    def _on_eyes(self) -> None:
        typed = self._eyes.text().strip().replace(",", ".")
        try:
            height = float(typed) if typed else None
        except ValueError:
            height = None
        wrong = typed and (height is None or not 60 <= height <= 220)
        restyle(self._eyes, wrong="true" if wrong else "false")
        if not wrong:
            self.ask(StandsAt(height), self._came)

    def _write(self, *, with_limits: bool) -> None:
        self.ask(SaveSite(with_limits), lambda keys: self._saved(len(keys)))

    def _saved(self, count: int) -> None:
        self.notice(self.text.count("site.saved", count))

    def _show(self) -> None:
        view = present(self._now, self.text)
        self._picture.show_view(view.picture)
        for widget, words in (
            (self._body, view.body),
            (self._say_now, view.now),
            (self._live, view.live),
            (self._eyes_label, view.eyes),
            (self._numbers, view.numbers),
            (self._tips, "\n".join(view.tips)),
            (self._limits, view.limits),
            (self._save, view.save),
            (self._save_limits, view.save_limits),
        ):
            say(widget, words)
            widget.setVisible(bool(words))
        self._bar.setVisible(view.progress is not None)
        self._bar.setValue(round(100 * (view.progress or 0.0)))
        self._bar.setAccessibleName(view.now)
        self._eyes.setPlaceholderText(view.eyes_example)
        self._eyes.setAccessibleName(view.eyes)
        restyle(self._tips, role="notice", tone="good" if view.tone.value == "good" else "neutral")
        for each in (self._save, self._save_limits):
            each.setVisible(view.may_save)
        for row in view.steps:
            self._steps[row.step].show_row(row, waits=view.progress is not None)


class _StepCard(QFrame):
    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step
        self.setObjectName(f"siteStep_{step}")
        self.setProperty("role", "card")
        self._name = label(f"siteStepName_{step}", "strong")
        self._found = label(f"siteStepFound_{step}", "small")
        self.measure = button(f"siteMeasure_{step}", "small")
        self._words = QVBoxLayout()
        self._words.addWidget(self._name)
        self._words.addWidget(self._found)
        self._row = QHBoxLayout(self)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(self.measure, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_row(self, row: StepRow, *, waits: bool) -> None:
        say(self._name, f"✓ {row.name}" if row.done else row.name)
        self._name.setAccessibleName(row.name)
        say(self._found, row.found)
        say(self.measure, row.measure)
        self.measure.setAccessibleName(f"{row.measure}: {row.name}")
        self.measure.setEnabled(not waits)

    def arrange(self, theme: Theme) -> None:
        margin = theme.px(8)
        self._row.setContentsMargins(theme.px(12), margin, margin, margin)
        self._row.setSpacing(theme.px(10))
        self._words.setSpacing(theme.px(2))
