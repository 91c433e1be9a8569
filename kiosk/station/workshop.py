"""Where a supervisor tries and keeps the station: walk through attacks, site, camera, settings, doctor, support bundle.

Brings the desks that do the work together with the questions of the office. Handlers run on office threads; as a watcher of the
flow it hands the steps to the two desks that look through the camera.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.attack_wizard import Plan, Walks
from kiosk.domain.checkup import Checkup, Line, State
from kiosk.domain.errors import Code, ConfigError, InputError, InvariantBroken, StoreError
from kiosk.domain.face import Frame
from kiosk.domain.policy import Policy
from kiosk.domain.ports import CameraFactory, Clock, Store
from kiosk.domain.session import effects as fx
from kiosk.domain.session import events as ev
from kiosk.domain.session import states as st
from kiosk.profile import Profile
from kiosk.settings import Settings
from kiosk.station.camera_desk import CameraDesk, CameraFound, Taken
from kiosk.station.clock import rfc3339
from kiosk.station.office import trying as ask
from kiosk.station.office import upkeep
from kiosk.station.office.registry import Caller, Registry
from kiosk.station.office.tools import Tools
from kiosk.station.rehearsal import Rehearsal
from kiosk.station.site_desk import SiteDesk, SiteNow
from kiosk.station.vision_worker import Command
from kiosk.station.walk_desk import WalkDesk, WalkNow

if TYPE_CHECKING:
    from kiosk.evaluate.words import Words

logger = logging.getLogger(__name__)


def _no_lines() -> Iterable[Line]:
    return ()


def _no_devices() -> list[tuple[int, str]]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopParts:
    """What the workshop needs of whoever wires the station; without a profile nothing is written.

    Attributes:
        checks: the doctor's round beside a running station; called on an office thread.
        devices: the cameras of this machine, as (number, name).
        secrets: tokens and keys that must not be in a support bundle.
        words: the texts of a language, for reports.
        judged_by: digest of the limits and networks that the running station judges by; without one no walk carries anything.
        judges_by: the same of a station that would be started with these settings; called on an office thread.
    """

    profile: Profile | None = None
    settings: Settings = field(default_factory=Settings)
    checks: Callable[[], Iterable[Line]] = _no_lines
    devices: Callable[[], list[tuple[int, str]]] = _no_devices
    secrets: Callable[[], Iterable[str]] = tuple
    words: Callable[[str], Words] | None = None
    judged_by: str = ""
    judges_by: Callable[[Settings], str] = lambda settings: ""


class Workshop:
    """Any thread may call.

    Args:
        do: hands a command to whoever has the pixels.
        fps: of the camera in use.
        use_camera: lets the station work with another camera.
        later: does a piece of work on the io pool.
        store: the open database, or None.
    """

    def __init__(
        self,
        parts: WorkshopParts,
        *,
        clock: Clock,
        policy: Policy,
        do: Callable[[Command], None],
        fps: Callable[[], float],
        use_camera: Callable[[CameraFactory], None],
        later: Callable[[Callable[[], None]], None],
        store: Callable[[], Store | None],
    ) -> None:
        """Nothing is tried yet."""
        self._parts = parts
        self._clock = clock
        self._later = later
        self._store = store
        self._waiting: frozenset[str] = frozenset()
        self._in_office = False
        self.camera = CameraDesk(
            clock=clock,
            current=parts.settings.camera.uri,
            devices=parts.devices,
            save=self._save_camera,
            use=use_camera,
        )
        self.walk = WalkDesk(
            clock=clock,
            camera=lambda: self.camera.current,
            judged_by=parts.judged_by,
            rehearse=lambda answered: Rehearsal(policy, clock.mono_ms, do, answered),
            later=later,
            walks=self._walks,
        )
        self.site = SiteDesk(policy, clock.mono_ms, do, fps)

    def __call__(
        self, before: st.Kiosk, event: ev.Event, after: st.Kiosk, effects: tuple[fx.Effect, ...], public: str | None
    ) -> None:
        """One step of the flow."""
        self.walk.rehearsal(before, event, after, effects, public)
        self.site(before, event, after, effects, public)
        in_office = isinstance(after.phase, st.Operator)
        if self._in_office and not in_office:
            self.site.leave()
            self.walk.leave()
            self._later(self.camera.leave)
        self._in_office = in_office

    def preview(self) -> Frame | None:
        """Newest frame of the camera on trial; None while none is on trial. Never waits."""
        return self.camera.latest_frame()

    def check(self) -> None:
        """A few times a second, on the supervisor's thread."""
        self.camera.check()

    def stop(self) -> None:
        """Let the camera on trial go."""
        self.walk.leave()
        self.site.leave()
        self.camera.leave()

    # ---------------------------------------------------------------------------------------------------- questions

    def extension(self, registry: Registry, tools: Tools) -> None:
        """All questions of these pages."""
        del tools
        registry.add(ask.LookAtWalk, lambda request, caller: self.walk.now)
        registry.add(ask.DoWalk, self._do_walk)
        registry.add(ask.WalkFigures, self._figures)
        registry.add(ask.SaveWalk, self._save_walk)
        registry.add(ask.LookAtSite, lambda request, caller: self.site.now)
        registry.add(ask.EnterSite, lambda request, caller: self._site(self.site.enter))
        registry.add(ask.LeaveSite, lambda request, caller: self._site(self.site.leave))
        registry.add(ask.MeasureStep, lambda request, caller: self._site(lambda: self.site.measure(request.step)))
        registry.add(ask.StandsAt, lambda request, caller: self._site(lambda: self.site.stands_at(request.eyes_cm)))
        registry.add(ask.SaveSite, self._save_site)
        registry.add(ask.ListCameras, self._list_cameras)
        registry.add(ask.LookAtCamera, lambda request, caller: self._camera_now())
        registry.add(ask.TryCamera, self._try_camera)
        registry.add(ask.TakeCamera, self._take_camera)
        registry.add(ask.LeaveCamera, self._leave_camera)
        registry.add(upkeep.ListSettings, self._list_settings)
        registry.add(upkeep.ChangeSetting, self._change_setting)
        registry.add(upkeep.ExamineStation, lambda request, caller: self._examine())
        registry.add(upkeep.MakeBundle, self._make_bundle)

    # --- attacks

    def _do_walk(self, request: ask.DoWalk, caller: Caller) -> WalkNow:
        del caller
        match request.act:
            case ask.WalkAct.ENTER:
                self.walk.resume()
            case ask.WalkAct.BEGIN:
                self.walk.begin(Plan.of(request.attacks) if request.attacks is not None else None)
            case ask.WalkAct.START:
                self.walk.start(request.species)
            case ask.WalkAct.STOP:
                self.walk.stop()
            case ask.WalkAct.UNDO:
                self.walk.undo()
            case ask.WalkAct.LEAVE:
                self.walk.leave()
        return self.walk.now

    def _figures(self, request: ask.WalkFigures, caller: Caller) -> object:
        del request, caller
        from kiosk.evaluate.walk_report import report

        now = self.walk.now
        return report(now.walk, now.claim) if now.walk is not None else None

    def _save_walk(self, request: ask.SaveWalk, caller: Caller) -> ask.Saved:
        del caller
        from kiosk.evaluate.walk_report import as_html, report

        now = self.walk.now
        walk = now.walk
        if walk is None:
            raise InputError(Code.FILE_MISSING, "no walk")
        words = self._parts.words
        if words is None:
            raise InvariantBroken("a station without texts writes no report")
        return self._write(
            f"attacks-{walk.id}.html", as_html(report(walk, now.claim), words(request.language)).encode()
        )

    # --- site

    def _site(self, act: Callable[[], None]) -> SiteNow:
        act()
        return self.site.now

    def _save_site(self, request: ask.SaveSite, caller: Caller) -> tuple[str, ...]:
        from kiosk.station.settings_desk import measured_site

        found = self.site.now.findings
        if found is None:
            raise InputError(Code.FILE_MISSING, "nothing measured")
        values = {
            "site.distance_cm": f"{found.distance_cm:.0f}",
            "site.camera_height_cm": f"{max(0.0, found.camera_height_cm or 0.0):.0f}",
            "site.seated_height_cm": f"{max(0.0, found.seated_height_cm or 0.0):.0f}",
            "site.measured_at": rfc3339(self._clock.now()),
        }
        if request.with_limits:
            values["policy.placement.nearest_cm"] = f"{found.suggested.nearest_cm:g}"
            values["policy.placement.farthest_cm"] = f"{found.suggested.farthest_cm:g}"
        measured_site(self._profile().root, values)
        self._waiting |= values.keys()
        self._note("site_measured", caller)
        return tuple(values)

    # --- camera

    def _list_cameras(self, request: ask.ListCameras, caller: Caller) -> tuple[CameraFound, ...]:
        del request, caller
        return self.camera.found()

    def _camera_now(self) -> ask.CameraNow:
        return ask.CameraNow(current=self.camera.current, trial=self.camera.now)

    def _try_camera(self, request: ask.TryCamera, caller: Caller) -> ask.CameraNow:
        del caller
        self.camera.attempt(request.uri)
        return self._camera_now()

    def _take_camera(self, request: ask.TakeCamera, caller: Caller) -> Taken:
        del request
        taken = self.camera.take()
        if not taken.at_once:
            self._waiting |= {"camera.uri"}
        self._note("setting_changed", caller, "camera.uri")
        return taken

    def _leave_camera(self, request: ask.LeaveCamera, caller: Caller) -> ask.CameraNow:
        del request, caller
        self.camera.leave()
        return self._camera_now()

    def _save_camera(self, uri: str) -> None:
        from kiosk.station.settings_desk import CAMERA, change

        change(self._profile().root, CAMERA, uri, allow_claim=self._allow_claim)

    # --- settings

    def _list_settings(self, request: upkeep.ListSettings, caller: Caller) -> upkeep.SettingsShown:
        del request, caller
        return self._settings_shown()

    def _change_setting(self, request: upkeep.ChangeSetting, caller: Caller) -> upkeep.SettingsShown:
        from kiosk.station.settings_desk import change

        change(self._profile().root, request.key, request.text, allow_claim=self._allow_claim)
        self._waiting |= {request.key}
        self._note("setting_changed", caller, request.key)
        return self._settings_shown(request.key)

    def _settings_shown(self, changed: str = "") -> upkeep.SettingsShown:
        from kiosk.settings import load
        from kiosk.station.settings_desk import entries

        profile = self._parts.profile
        found = load(profile.root) if profile is not None else self._parts.settings
        return upkeep.SettingsShown(entries=entries(found), changed=changed, waiting=self._waiting)

    def _allow_claim(self, settings: Settings) -> None:
        del settings
        found = self._examine()
        if not found.claim.carries:
            raise ConfigError(Code.UNATTENDED_NOT_FIT, f"walk: {found.claim.ground}")
        if found.checkup.below:
            raise ConfigError(Code.UNATTENDED_NOT_FIT, ", ".join(found.checkup.below))

    # --- doctor, support

    def _examine(self) -> upkeep.DoctorReport:
        from kiosk.settings import load

        profile = self._parts.profile
        settings = load(profile.root) if profile is not None else self._parts.settings
        lines = (*self._parts.checks(), _database(opened=self._walks() is not None))
        return upkeep.DoctorReport(
            checkup=Checkup(lines),
            claim=self.walk.claim(self._parts.judges_by(settings)),
            claimed=settings.station.unattended,
        )

    def _make_bundle(self, request: upkeep.MakeBundle, caller: Caller) -> ask.Saved:
        del request
        from kiosk.settings import load
        from kiosk.station.support import facts_of, make
        from kiosk.store.sqlite import SqliteStore

        profile, store = self._profile(), self._store()
        if not isinstance(store, SqliteStore):
            raise StoreError(Code.STORE_FAILED, "not open yet")
        folder = _folder(profile)
        made = make(
            folder / f"support-{self._clock.now():%Y%m%d-%H%M%S}.zip",
            profile=profile,
            settings=load(profile.root),
            checks=self._examine().checkup.lines,
            facts=facts_of(store, secrets=self._parts.secrets()),
        )
        self._note("support_bundle", caller)
        return ask.Saved(path=str(made.path), size=made.size)

    # --- parts

    def _walks(self) -> Walks | None:
        store = self._store()
        return store.walks if store is not None else None

    def _profile(self) -> Profile:
        if self._parts.profile is None:
            raise ConfigError(Code.FILE_NOT_WRITABLE, "this station has no profile")
        return self._parts.profile

    def _note(self, action: str, caller: Caller, detail: str = "") -> None:
        store = self._store()
        if store is not None:
            store.note(action=action, subject=caller.id, detail=detail)

    def _write(self, name: str, data: bytes) -> ask.Saved:
        path = _folder(self._profile()) / name
        try:
            path.write_bytes(data)
            path.chmod(0o600)
        except OSError as error:
            raise InputError(Code.FILE_NOT_WRITABLE, f"{path}: {error.strerror}") from error
        return ask.Saved(path=str(path), size=len(data))


def _folder(profile: Profile) -> Path:
    """Where reports go: in the profile, readable by its owner alone."""
    folder = profile.root / "reports"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise InputError(Code.FILE_NOT_WRITABLE, f"{folder}: {error.strerror}") from error
    return folder


def _database(*, opened: bool) -> Line:
    """The station's own: it was checked when it was opened."""
    limit = "opens, whole, of a known version"
    if opened:
        return Line(name="database", state=State.OK, value="open", limit=limit)
    return Line(name="database", state=State.FAIL, value="not open", limit=limit, remedy="kiosk doctor")
