"""The first start of a profile: asks its seven questions in a window of their own, keeps the answers, and lets the station begin.

Only where nothing was said otherwise: no settings file, neither mode nor camera on the command line or in the environment, no
demo, and a display that somebody can look at.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Code, KioskError
from kiosk.ui.setup.answers import Answers, Found

if TYPE_CHECKING:
    from kiosk.domain.face import Frame
    from kiosk.profile import Profile
    from kiosk.settings import Settings
    from kiosk.station.camera_worker import CameraWorker

logger = logging.getLogger(__name__)

ASK_S = 8.0
"""For the account to answer whether it knows the token."""

BY = "setup"


def may_ask(folder: Path, settings: Settings, *, demo: bool, offline: bool) -> bool:
    """Whether nobody has said yet what this station is, and somebody is there to be asked."""
    said = demo or offline or any(settings.is_set(key) for key in ("station.mode", "camera.uri"))
    if said or (folder.expanduser() / "settings.toml").exists():
        return False
    from kiosk.ui.setup.showing import somebody_can_look

    return somebody_can_look()


def first_start(folder: Path, settings: Settings) -> bool:
    """Ask, and keep what was answered. On the main thread; blocks until the window has gone.

    Returns:
        Whether the questions were answered to the end.

    Raises:
        ConfigError: the profile cannot be written.
        ModelError: ``library_missing``: Qt cannot start.
    """
    from kiosk.cli.looks import look_of
    from kiosk.profile import hold, open_profile
    from kiosk.ui.setup.showing import ask

    profile = open_profile(folder)
    with hold(profile):
        helpers = StationHelpers(profile, settings)
        try:
            spoken = settings.ui.language if settings.is_set("ui.language") else ""
            answers = ask(helpers, language=spoken, country=settings.station.country, look=look_of(settings.ui))
        finally:
            helpers.watch("")
    return answers is not None


class StationHelpers:
    """Implements :class:`~kiosk.ui.setup.answers.Helpers` with the parts of the station. The slow ones on any one thread."""

    def __init__(self, profile: Profile, settings: Settings) -> None:
        """Nothing is open yet."""
        from kiosk.station.clock import SystemClock
        from kiosk.station.mailbox import LatestSlot

        self._profile = profile
        self._settings = settings
        self._clock = SystemClock()
        self._picture: LatestSlot[Frame] = LatestSlot()
        self._camera: CameraWorker | None = None
        self._watched = ""
        self._lock = threading.Lock()

    def cameras(self) -> Sequence[Found]:
        """See Helpers."""
        from kiosk.camera.devices import list_devices

        return [Found(f"usb:{number}", name) for number, name in list_devices()]

    def watch(self, uri: str) -> None:
        """See Helpers."""
        from kiosk.camera import uri as uris
        from kiosk.station.camera_worker import CameraWorker
        from kiosk.station.mailbox import LatestSlot

        with self._lock:
            if uri == self._watched:
                return
            self._watched = uri
            if self._camera is not None:
                self._camera.stop()
                self._camera = None
            self._picture = LatestSlot()
            if not uri:
                return
            spec = uris.parse(uri)
            if isinstance(spec, uris.Synthetic):
                return  # no camera that could be found
            make = uris.build(spec, self._clock)
            self._camera = CameraWorker(make, self._picture, self._clock, lambda report: None)
            self._camera.start()

    def latest_frame(self) -> Frame | None:
        """See Helpers."""
        return self._picture.peek()

    def check_token(self, token: str) -> Code | None:
        """See Helpers."""
        from kiosk.api.connect import connect

        api = self._settings.api
        try:
            connection = connect(
                api.base_url,
                token,
                dialect=api.dialect.value,
                clock=self._clock,
                project=api.project,
                project_flow=api.project_flow,
                collection=api.collection,
                proxy=api.proxy.reveal(),
            )
        except KioskError as error:
            return error.code
        with contextlib.closing(connection):
            try:
                connection.account.probe(within_s=ASK_S)
            except KioskError as error:
                return error.code
        return None

    def pin_problem(self, pin: str) -> str:
        """See Helpers."""
        from kiosk.domain.operators import pin_problem

        problem = pin_problem(pin)
        return f"operator_pin.{problem}" if problem else ""

    def save(self, answers: Answers) -> Code | None:
        """See Helpers. The settings file comes last: without it the questions are asked again."""
        try:
            self._save(answers)
        except KioskError as error:
            logger.info("the first settings could not be kept: %s", error.code)
            return error.code
        return None

    def _save(self, answers: Answers) -> None:
        from kiosk.cli.remote import keep_token
        from kiosk.cli.station import store_of
        from kiosk.domain.operators import Role
        from kiosk.settings import save_value

        if answers.token:
            keep_token(self._profile.root, answers.token)
        store = store_of(self._profile, self._settings, self._clock)
        try:
            if not any(each.role is Role.SUPERVISOR for each in store.operators.all()):
                store.operators.add(name=answers.supervisor, role=Role.SUPERVISOR, pin=answers.pin, by=BY)
        finally:
            store.close()
        for key, value in (
            ("ui.language", answers.language),
            ("station.country", answers.country),
            ("camera.uri", answers.camera),
            ("station.mode", answers.mode),
        ):
            save_value(self._profile.root, key, value)
