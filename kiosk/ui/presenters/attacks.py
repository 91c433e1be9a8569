"""The page of the walk through attacks: what to show now, the answer, the counts with their intervals, and what they allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.domain.attack_wizard import BONA_FIDE, Response, Standing, Trial
from kiosk.domain.guidance import Hint
from kiosk.domain.light.colours import Colour
from kiosk.evaluate.standing import most_after_none, standing_words, whole_per_cent
from kiosk.station.rehearsal import Live, Stage
from kiosk.station.walk_desk import WalkNow
from kiosk.ui.presenters.camera_page import PictureView
from kiosk.ui.presenters.common import Tone
from kiosk.ui.text import Text

if TYPE_CHECKING:  # a value that is handed over; importing it brings the whole evaluation
    from kiosk.evaluate.walk_report import WalkReport

ICONS = {BONA_FIDE: "person"}
SIZES = (5, 10, 20, 30, 60)
"""Attacks of each species that a walk may try; the first is asked for where nobody chooses."""

_TONES = {Standing.FIT: Tone.GOOD, Standing.BLOCKED: Tone.BAD, Standing.UNFINISHED: Tone.NEUTRAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeciesRow:
    """One line of the table: who, how many of how many, answers; ``rate`` with its interval. ``bad``: one was let in."""

    species: str
    name: str
    cells: tuple[str, ...]
    rate: str
    bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttacksView:
    """The page.

    Attributes:
        icon: drawing of what is to be shown.
        show: what is to be shown, ``how`` how it is done well.
        running: a trial is under way; ``hint`` is what the station asks of it.
        answer: of the last trial; ``answer_tone`` says whether it was the right one.
        share: of the plan that is done, 0..1; None without a walk.
        standing: what the station may be called.
        sizes: how long a new walk may be: attacks of each species, and what that would be worth.
    """

    picture: PictureView
    icon: str
    show: str
    how: str
    running: bool
    hint: str
    answer: str
    answer_tone: Tone
    share: float | None
    progress: str
    columns: tuple[str, ...]
    rows: tuple[SpeciesRow, ...]
    standing: str
    standing_tone: Tone
    size_label: str
    sizes: tuple[tuple[int, str], ...]
    start: str
    stop: str
    undo: str
    begin: str
    save: str
    may_start: bool
    may_undo: bool
    may_save: bool


def present(now: WalkNow, report: WalkReport | None, text: Text) -> AttacksView:
    """This moment."""
    walk, live = now.walk, now.live
    running = live.stage is not Stage.IDLE
    coming = walk.wizard.next if walk is not None and not now.outdated else None
    species = live.species if running else coming
    trials = walk.wizard.trials if walk is not None else ()
    last = trials[-1] if trials else None
    claim = now.claim if walk is not None else None
    most = report.most_let_in if report is not None else None
    return AttacksView(
        picture=PictureView(
            live=True,
            no_picture=text.get("capture.no_picture"),
            late_picture=text.get("capture.late_picture"),
            picture_name=text.get("capture.view"),
            progress=live.progress,
            met=live.hint in {Hint.OK, Hint.HOLD_STILL},
            light=Colour(live.light) if live.light else None,
            arrow=live.ask if live.ask in {"left", "right", "up", "down"} else "",
        ),
        icon="" if species is None else ICONS.get(species, species),
        show=_show(now, species, text),
        how="" if species is None else text.get(f"species_how.{species or 'bona_fide'}"),
        running=running,
        hint=_hint(live, text),
        answer=_answer(now, last, text),
        answer_tone=_answer_tone(now, last),
        share=None if walk is None else walk.wizard.share_done,
        progress="" if walk is None else text.get("attacks.progress", share=f"{walk.wizard.share_done:.0%}"),
        columns=tuple(text.get(f"attacks.column_{name}") for name in ("who", "done", "in", "refused", "none")),
        rows=() if report is None else _rows(report, text),
        standing="" if claim is None else standing_words(claim, text, most),
        standing_tone=Tone.NEUTRAL if claim is None else _TONES[claim.standing],
        size_label=text.get("attacks.size_label"),
        sizes=tuple(
            (size, text.get("attacks.size", count=size, most=whole_per_cent(most_after_none(size)))) for size in SIZES
        ),
        start=text.get("attacks.start"),
        stop=text.get("attacks.stop"),
        undo=text.get("attacks.undo"),
        begin=text.get("attacks.begin"),
        save=text.get("attacks.save"),
        may_start=now.may_start and species is not None,
        may_undo=walk is not None and walk.wizard.can_undo and not running and not now.saving and not now.outdated,
        may_save=bool(trials) and not running,
    )


def _show(now: WalkNow, species: str | None, text: Text) -> str:
    if now.walk is None or (now.outdated and species is None):
        return text.get("attacks.intro")
    if species is None:
        return text.get("attacks.plan_done")
    return text.get(f"species.{species or 'bona_fide'}")


def _hint(live: Live, text: Text) -> str:
    match live.stage:
        case Stage.READY:
            return text.get("attacks.get_ready")
        case Stage.RUNNING:
            if live.ask:
                return text.pick(f"challenge.{live.ask}", f"hint.{Hint.HOLD_STILL}")
            return text.get(f"hint.{live.hint or Hint.NO_FACE}")
        case _:
            return ""


def _answer(now: WalkNow, last: Trial | None, text: Text) -> str:
    if now.error is not None:
        kept = now.walk is not None and now.walk.wizard.accepted_attacks and not now.walk.wizard.can_undo
        said = text.get("attacks.not_written_yet" if kept else "attacks.not_written")
        return f"{said} {text.get(f'error.{now.error}')}"
    if now.live.stage is not Stage.IDLE or now.saving:
        return ""
    if now.live.broken:
        return text.get("attacks.broken")
    if last is None or now.outdated:
        return ""
    who = text.get(f"species_name.{last.species or 'bona_fide'}")
    kind = "attack" if last.species else "person"
    return text.get(f"attacks.{kind}_{last.response}", who=who)


def _answer_tone(now: WalkNow, last: Trial | None) -> Tone:
    if now.error is not None or now.live.broken or last is None:
        return Tone.NEUTRAL if now.error is None else Tone.BAD
    if last.response is Response.NO_ANSWER:
        return Tone.WARN
    right = (last.response is Response.ACCEPTED) is (last.species == BONA_FIDE)
    return Tone.GOOD if right else Tone.BAD


def _rows(report: WalkReport, text: Text) -> tuple[SpeciesRow, ...]:
    counts = {count.species: count for count in report.walk.wizard.counts()}
    found = []
    for species, tally in ((BONA_FIDE, report.figures.bona_fide), *report.figures.attacks):
        count = counts[species]
        rate = tally.let_in if species else tally.refused
        interval = rate.interval
        said = text.get("attacks.apcer" if species else "attacks.bpcer")
        value = (
            text.get("attacks.no_rate")
            if rate.value is None or interval is None
            else text.get(
                "attacks.rate",
                what=said,
                rate=f"{rate.value:.0%}",
                low=f"{interval.low:.0%}",
                high=f"{interval.high:.0%}",
            )
        )
        found.append(
            SpeciesRow(
                species=species,
                name=text.get(f"species_name.{species or 'bona_fide'}"),
                cells=(
                    f"{count.done}/{count.wanted}",
                    str(count.accepted),
                    str(count.refused),
                    str(count.no_answer),
                ),
                rate=value,
                bad=bool(species) and count.accepted > 0,
            )
        )
    return tuple(found)
