"""Which pages the operator's room has. A line each; the module is imported when the page is first opened.

``load`` is a function of its own instead of a string, so that a packager that follows imports finds the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.domain.operators import Action

if TYPE_CHECKING:
    from kiosk.ui.office.page import OfficePage, PageParts


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page.

    Attributes:
        name: of the text ``office.page.<name>`` and of the widget ``<name>Page``.
        icon: in ``assets/icons``.
        needs: the right without which it is not offered.
        load: imports the module and makes the page.
        account: only at a station with an account.
        desk: only at an enrolment desk.
    """

    name: str
    icon: str
    needs: Action
    load: Callable[[PageParts], OfficePage]
    account: bool = False
    desk: bool = False


def _people(parts: PageParts) -> OfficePage:
    from kiosk.ui.office.pages.people import PeoplePage

    return PeoplePage(parts)


def _results(parts: PageParts) -> OfficePage:
    from kiosk.ui.office.pages.results import ResultsPage

    return ResultsPage(parts)


def _queue(parts: PageParts) -> OfficePage:
    from kiosk.ui.office.pages.queue import QueuePage

    return QueuePage(parts)


def _refusals(parts: PageParts) -> OfficePage:
    from kiosk.ui.office.pages.refusals import RefusalsPage

    return RefusalsPage(parts)


def _operators(parts: PageParts) -> OfficePage:
    from kiosk.ui.office.pages.operators import OperatorsPage

    return OperatorsPage(parts)


def _exports(parts: PageParts) -> OfficePage:
    from kiosk.ui.office.pages.exports import ExportsPage

    return ExportsPage(parts)


def _bulk(parts: PageParts) -> OfficePage:
    from kiosk.ui.office.pages.bulk import BulkPage

    return BulkPage(parts)


def _attacks(parts: PageParts) -> OfficePage:
    from kiosk.ui.office.pages.attacks import AttacksPage

    return AttacksPage(parts)


def _site(parts: PageParts) -> OfficePage:
    from kiosk.ui.office.pages.site import SitePage

    return SitePage(parts)


def _camera(parts: PageParts) -> OfficePage:
    from kiosk.ui.office.pages.camera import CameraPage

    return CameraPage(parts)


def _settings(parts: PageParts) -> OfficePage:
    from kiosk.ui.office.pages.settings import SettingsPage

    return SettingsPage(parts)


def _doctor(parts: PageParts) -> OfficePage:
    from kiosk.ui.office.pages.doctor import DoctorPage

    return DoctorPage(parts)


PAGES: tuple[PageEntry, ...] = (
    PageEntry("people", "person", Action.SEE_PEOPLE, _people),
    PageEntry("results", "ok", Action.SEE_RESULTS, _results),
    PageEntry("queue", "queue", Action.DECIDE_QUEUE, _queue, account=True),
    PageEntry("refusals", "shield", Action.SEE_REFUSALS, _refusals),
    PageEntry("operators", "lock", Action.OPERATORS, _operators),
    PageEntry("exports", "pictures", Action.EXPORT, _exports),
    PageEntry("bulk", "table", Action.BULK_ENROL, _bulk),
    PageEntry("attacks", "print", Action.WIZARD, _attacks),
    PageEntry("site", "place", Action.SITE, _site),
    PageEntry("camera", "camera", Action.CAMERA, _camera),
    PageEntry("settings", "sliders", Action.SETTINGS, _settings),
    PageEntry("doctor", "pulse", Action.SEE_DOCTOR, _doctor),
)
"""In the order of the navigation."""
