"""The site page: one step at a time, what is measured at this moment, what was found and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.site import OPTIONAL, Advice, Findings, Measured, Sample, Step, Tip
from kiosk.station.site_desk import SiteNow
from kiosk.ui.presenters.camera_page import PictureView
from kiosk.ui.presenters.common import Tone
from kiosk.ui.text import Text

_SHARES = frozenset({Advice.BURNT_OUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step. ``found`` are its numbers once it was measured, else what is asked."""

    step: Step
    name: str
    found: str
    done: bool
    measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """The page.

    Attributes:
        now: what is asked of whoever stands there, or what to do next.
        live: numbers of this moment; empty while nobody is seen.
        progress: of the step under way, 0..1; None between steps.
        numbers: of the whole walk-through.
        tips: what to do, worst first; one sentence that all is well where there is nothing.
        limits: what is suggested, and what it rests on.
        may_save: whether there is anything to write down.
    """

    picture: PictureView
    body: str
    now: str
    live: str
    progress: float | None
    steps: tuple[StepRow, ...]
    eyes: str
    eyes_example: str
    numbers: str
    tips: tuple[str, ...]
    tone: Tone
    limits: str
    save: str
    save_limits: str
    may_save: bool


def present(site: SiteNow, text: Text) -> SiteView:
    """This moment."""
    findings = site.findings
    tips = () if findings is None else tuple(tip_words(tip, text) for tip in findings.tips)
    return SiteView(
        picture=PictureView(
            live=True,
            no_picture=text.get("capture.no_picture"),
            late_picture=text.get("capture.late_picture"),
            picture_name=text.get("capture.view"),
            progress=site.share if site.step is not None else 0.0,
            met=site.sample is not None,
        ),
        body=text.get("site.body") if findings is None else "",
        now=_now(site, text),
        live=_live(site.sample, text),
        progress=site.share if site.step is not None else None,
        steps=tuple(_row(step, site, text) for step in Step),
        eyes=text.get("site.eyes"),
        eyes_example=text.get("site.eyes_example"),
        numbers="" if findings is None else _numbers(findings, text),
        tips=tips or ((text.get("site.all_well"),) if findings is not None else ()),
        tone=Tone.NEUTRAL if findings is None else Tone.WARN if tips else Tone.GOOD,
        limits="" if findings is None else _limits(findings, text),
        save=text.get("site.save"),
        save_limits=text.get("site.save_limits"),
        may_save=findings is not None,
    )


def _now(site: SiteNow, text: Text) -> str:
    if site.step is not None:
        return text.get(f"site_step.{site.step}_ask")
    if site.gave_up is not None:
        return text.get("site.gave_up", step=text.get(f"site_step.{site.gave_up}"))
    done = {each.step for each in site.steps}
    following = next((step for step in Step if step not in done), None)
    if following is None:
        return text.get("site.done")
    key = "site.next_optional" if following in OPTIONAL else "site.next"
    return text.get(key, step=text.get(f"site_step.{following}"))


def _live(sample: Sample | None, text: Text) -> str:
    if sample is None:
        return text.get("site.nobody")
    said = [
        text.get("site.distance", cm=f"{sample.distance_cm:.0f}"),
        text.get("site.above" if sample.offset_cm >= 0 else "site.below", cm=f"{abs(sample.offset_cm):.0f}"),
    ]
    if sample.light is not None:
        said.append(
            text.get("site.light", luma=f"{sample.light.brightness:.0f}", behind=f"{sample.light.backlight:+.0f}")
        )
    return " · ".join(said)


def _row(step: Step, site: SiteNow, text: Text) -> StepRow:
    done = next((each for each in site.steps if each.step is step), None)
    return StepRow(
        step=step,
        name=text.get(f"site_step.{step}"),
        found=text.get(f"site_step.{step}_ask") if done is None else _found(done, text),
        done=done is not None,
        measure=text.get("site.measure" if done is None else "site.measure_again"),
    )


def _found(done: Measured, text: Text) -> str:
    side = text.get("site.above" if done.offset_cm >= 0 else "site.below", cm=f"{abs(done.offset_cm):.0f}")
    said = [text.get("site.distance", cm=f"{done.distance_cm:.0f}"), side]
    if done.brightness is not None and done.backlight is not None:
        said.append(text.get("site.light", luma=f"{done.brightness:.0f}", behind=f"{done.backlight:+.0f}"))
    return " · ".join(said)


def _numbers(found: Findings, text: Text) -> str:
    said = [text.get("site.distance", cm=f"{found.distance_cm:.0f}")]
    if found.camera_height_cm is not None:
        said.append(text.get("site.camera_height", cm=f"{found.camera_height_cm:.0f}"))
    if found.seated_height_cm is not None:
        said.append(text.get("site.seated_height", cm=f"{found.seated_height_cm:.0f}"))
    if found.fps > 0:
        said.append(text.get("site.fps", fps=f"{found.fps:.0f}"))
    return " · ".join(said)


def _limits(found: Findings, text: Text) -> str:
    limits = found.suggested
    return text.get(
        "site.limits",
        nearest=f"{limits.nearest_cm:.0f}",
        farthest=f"{limits.farthest_cm:.0f}",
        seen_nearest=f"{limits.seen_nearest_cm:.0f}",
        seen_farthest=f"{limits.seen_farthest_cm:.0f}",
        frames=limits.frames,
    )


def tip_words(tip: Tip, text: Text) -> str:
    """One sentence with its number."""
    by = f"{tip.by:.0%}" if tip.advice in _SHARES else f"{tip.by:.0f}"
    return text.get(f"site_advice.{tip.advice}", by=by)
