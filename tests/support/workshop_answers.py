"""What a station would answer to the pages of the workshop: one walk, one site, two cameras, one round of the doctor."""

from __future__ import annotations

from kiosk.domain.attack_wizard import BONA_FIDE, Claim, Ground, Plan, Response, Trial, Walk, Wizard
from kiosk.domain.checkup import Checkup, Line, State
from kiosk.domain.cues import Cue
from kiosk.domain.face import Measures
from kiosk.domain.policy import Policy
from kiosk.domain.ports import CameraInfo
from kiosk.domain.site import Measured, Sample, Step, conclude
from kiosk.evaluate.walk_report import report
from kiosk.settings import Settings
from kiosk.station.camera_desk import CameraFound, Taken, TrialNow
from kiosk.station.office import trying, upkeep
from kiosk.station.office.requests import OfficeRequest
from kiosk.station.settings_desk import entries
from kiosk.station.site_desk import SiteNow
from kiosk.station.snapshot import CameraState
from kiosk.station.walk_desk import WalkNow

CUE = (Cue(name="passive", value=0.3, limit=0.05),)
TRIALS = (
    *[Trial(BONA_FIDE, Response.ACCEPTED, CUE)] * 10,
    *[Trial("print", Response.REFUSED, CUE)] * 5,
    Trial("phone", Response.ACCEPTED, CUE),
)
WALK = Walk(
    id="w",
    camera="usb:0",
    wizard=Wizard(Plan(), TRIALS),
    began_at="2026-01-01T00:00:00Z",
    updated_at="2026-01-01T00:10:00Z",
)
LET_IN = Claim(ground=Ground.LET_IN, walk=WALK)


def measured(step: Step, offset: float) -> Measured:
    return Measured(
        step=step, distance_cm=55.0, offset_cm=offset, reach_cm=20.0, share=0.3, pitch_deg=0.0,
        brightness=40.0, backlight=120.0, clipped=0.02, frames=45, spread=0.05, fps=29.0,
    )  # fmt: skip


STEPS = (measured(Step.MARK, 14.0), measured(Step.TALL, 20.0))
SITE = SiteNow(
    sample=Sample(
        distance_cm=56.0,
        offset_cm=-13.0,
        reach_cm=20.0,
        share=0.3,
        pitch_deg=1.0,
        light=Measures(0.8, 50.0, 40.0, 0.02, 120.0, 0.05),
    ),
    steps=STEPS,
    findings=conclude(STEPS, Policy()),
)
FOUND = (CameraFound(uri="usb:0", name="Front", current=True), CameraFound(uri="usb:2", name="Other"))
TRIAL = TrialNow(
    uri="usb:2",
    state=CameraState.STREAMING,
    info=CameraInfo("usb:2", "Other", 1280, 720, 30.0),
    fps=29.6,
    frames=True,
)
CAMERA = trying.CameraNow(current="usb:0", trial=TRIAL)
LINES = (
    Line(name="python", state=State.OK, value="3.12.1, 64 bit", limit="3.11 or newer"),
    Line(name="cpu", state=State.WARN, value="without avx2", limit="AVX2", remedy="Another processor."),
    Line(name="disk", state=State.FAIL, value="120 MB free", limit="at least 200 MB", remedy="Free some space."),
)
DOCTOR = upkeep.DoctorReport(checkup=Checkup(LINES), claim=Claim(ground=Ground.UNFINISHED, walk=WALK), claimed=False)


def answers() -> dict[type[OfficeRequest], object]:
    return {
        trying.DoWalk: WalkNow(walk=WALK, claim=LET_IN),
        trying.LookAtWalk: WalkNow(walk=WALK, claim=LET_IN),
        trying.WalkFigures: report(WALK),
        trying.SaveWalk: trying.Saved(path="report.html", size=1200),
        trying.EnterSite: SITE,
        trying.LookAtSite: SITE,
        trying.LeaveSite: SiteNow(),
        trying.MeasureStep: SITE,
        trying.StandsAt: SITE,
        trying.SaveSite: ("site.distance_cm",),
        trying.ListCameras: FOUND,
        trying.LookAtCamera: CAMERA,
        trying.LeaveCamera: CAMERA,
        trying.TryCamera: CAMERA,
        trying.TakeCamera: Taken(uri="usb:2", at_once=True),
        upkeep.ListSettings: upkeep.SettingsShown(entries=entries(Settings())),
        upkeep.ExamineStation: DOCTOR,
        upkeep.MakeBundle: trying.Saved(path="support.zip", size=9000),
    }
