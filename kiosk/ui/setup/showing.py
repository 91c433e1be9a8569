"""Shows the questions of the first start and waits for the answers. Main thread only; Qt comes in when it is called."""

from __future__ import annotations

from kiosk.ui.environment import prepare_environment
from kiosk.ui.look import Look
from kiosk.ui.setup.answers import Answers, Helpers
from kiosk.ui.setup.here import country_here, language_here


def somebody_can_look() -> bool:
    """Whether there is a display; calling it settles Qt's platform."""
    return not prepare_environment()


def ask(helpers: Helpers, *, language: str, country: str, look: Look) -> Answers | None:
    """The answers, once they are kept; None where the window was closed before.

    ``language`` and ``country`` are chosen first; where they are empty, what this machine seems to be set to.

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
    wizard = SetupWizard(
        helpers, text=Text(language or language_here()), country=country or country_here(), theme=look.made()
    )

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


_keep: list[object] = []
"""The application object lives as long as the process: the station's own window uses it next."""
