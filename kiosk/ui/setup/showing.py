"""Shows the questions of the first start and waits for the answers. Main thread only; Qt comes in when it is called."""

from __future__ import annotations

from kiosk.ui.environment import prepare_environment
from kiosk.ui.look import Look
from kiosk.ui.setup.answers import Answers, Helpers


def somebody_can_look() -> bool:
    """Whether there is a display; calling it settles Qt's platform."""
    return not prepare_environment()


def ask(helpers: Helpers, *, language: str, country: str, look: Look) -> Answers | None:
    """The answers, once they are kept; None where the window was closed before.

    ``country`` is the one chosen first; where it is empty, that of the clock's time zone or of the system's language is.

    Raises:
        ModelError: ``library_missing``: Qt cannot start.
        ConfigError: the look cannot be made.
    """
    prepare_environment()
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    from kiosk.ui.fonts import load_fonts
    from kiosk.ui.setup.wizard import SetupWizard
    from kiosk.ui.text import Text

    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["kiosk"])
    load_fonts()
    kept: list[Answers] = []
    events = QEventLoop()
    wizard = SetupWizard(helpers, text=Text(language), country=country or _country_here(), theme=look.made())

    def done(answers: object) -> None:
        if isinstance(answers, Answers):
            kept.append(answers)
        events.quit()

    wizard.finished.connect(done)
    wizard.left.connect(events.quit)
    if look.kiosk:
        wizard.showFullScreen()
    else:
        wizard.show()
    events.exec()
    wizard.close()
    wizard.deleteLater()
    app.sendPostedEvents(wizard)
    _keep.append(app)
    return kept[0] if kept else None


def _country_here() -> str:
    """Where this machine seems to stand. The time zone goes first: many speak English to a machine anywhere."""
    from PySide6.QtCore import QLocale, QTimeZone

    for place in (QTimeZone.systemTimeZone().territory(), QLocale.system().territory()):
        code = QLocale.territoryToCode(place)
        if len(code) == 2:
            return code
    return ""


_keep: list[object] = []
"""The application object lives as long as the process: the station's own window uses it next."""
