"""Where this machine seems to stand and what is spoken to it, so that the first start asks in the right language. Only guesses.

Qt is imported when asked; no window is needed.
"""

from __future__ import annotations

from kiosk.ui.text import FALLBACK, LANGUAGES


def country_here() -> str:
    """ISO 3166-1 alpha-2, or empty. The time zone goes before the system's language: many speak English to a machine anywhere."""
    from PySide6.QtCore import QLocale, QTimeZone

    for place in (QTimeZone.systemTimeZone().territory(), QLocale.system().territory()):
        code = QLocale.territoryToCode(place)
        if len(code) == 2:
            return code
    return ""


def language_here() -> str:
    """The first of the system's languages that the kiosk speaks; English where it speaks none of them."""
    from PySide6.QtCore import QLocale

    spoken = [name[:2].lower() for name in QLocale.system().uiLanguages()]
    return next((language for language in spoken if language in LANGUAGES), FALLBACK)
