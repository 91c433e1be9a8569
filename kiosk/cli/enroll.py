"""``kiosk enroll``: enrol people from pictures, one by one or from a table, without the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.desk import Counter, as_object, counter, in_words
from kiosk.cli.output import NO, emit, json_option, say
from kiosk.cli.output import as_object as error_as_object
from kiosk.cli.people import hint_running
from kiosk.cli.station import open_station, profile_option, region_of
from kiosk.domain.errors import Code, InputError, KioskError
from kiosk.domain.person import Person, Truth
from kiosk.log import mask
from kiosk.station.desk import Answer, Waived, enrol
from kiosk.station.picture import look_at
from kiosk.station.still_eyes import StillEyes

if TYPE_CHECKING:
    from kiosk.details import TableRow
    from kiosk.domain.face import Pixels
    from kiosk.domain.person import Details
    from kiosk.profile import Profile
    from kiosk.settings import Settings

MAX_IMAGES = 3
MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class _Work:
    """What every enrolment of one call is done with."""

    opened: Counter
    eyes: StillEyes
    consent: str
    waived: Waived
    language: str


@click.command("enroll")
@click.option(
    "--image", "images", multiple=True, type=click.Path(path_type=Path), metavar="FILE", help="1 to 3 pictures."
)
@click.option("--details", "details_path", type=click.Path(path_type=Path), metavar="FILE.json", help="Who it is.")
@click.option("--csv", "table", type=click.Path(path_type=Path), metavar="FILE", help="Many people, one a line.")
@click.option(
    "--images", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Where the table's pictures are."
)
@click.option("--consent", default="operator-import", metavar="VERSION", help="The text that was agreed to.")
@click.option(
    "--accept-low-liveness", default="", metavar="REASON", help="Enrol although a picture does not look live."
)
@click.option("--allow-duplicate", default="", metavar="REASON", help="Enrol although the person seems to be known.")
@click.option("--offline", is_flag=True, help="Never touch the network; what was enrolled is sent later.")
@profile_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Enrol people from pictures. All pictures of one person must be of one face, good, live, and of somebody new.

    FILE.json and the table's header use the names firstName, lastName, email, phone, dateOfBirth, documentType,
    documentNumber; the table has a column image as well. A phone number without + is one of the station's country
    (station.country), where that is set. A reason that sets a rule aside is written into the audit. Exit status 1
    if somebody was refused.

    With an account, one person is sent at once and the answer says whether the account has taken them; a table is sent by the
    next kiosk sync run, or by the station.

    \b
    Examples:
      kiosk enroll --image front.jpg --image left.jpg --details ana.json
      kiosk enroll --csv people.csv --images pictures --json
    """
    waived = Waived(_reason(given["accept_low_liveness"]), _reason(given["allow_duplicate"]))
    if not given["consent"].strip():
        raise click.UsageError("--consent needs the version of the text that was agreed to.")
    single = bool(given["images"]) and given["details_path"] is not None and not given["table"] and not given["folder"]
    bulk = (
        given["table"] is not None and given["folder"] is not None and not given["images"] and not given["details_path"]
    )
    if not single and not bulk:
        raise click.UsageError("Give --image FILE (1 to 3) with --details FILE.json, or --csv FILE with --images DIR.")
    if len(given["images"]) > MAX_IMAGES:
        raise click.UsageError(f"At most {MAX_IMAGES} pictures of one person.")
    if single:
        _one(ctx, given, waived)
    else:
        _many(ctx, given, waived)


def _reason(text: str) -> str:
    return mask(" ".join(text.split()))[:MAX_REASON]


def _one(ctx: click.Context, given: dict[str, Any], waived: Waived) -> None:
    from kiosk.camera.stills import read_picture
    from kiosk.details import read_details

    as_json = given["as_json"]
    details = read_details(given["details_path"], region=region_of(ctx, given["profile_path"]))
    pictures = [read_picture(path) for path in given["images"]]
    names = [path.name for path in given["images"]]
    profile, settings = open_station(ctx, given["profile_path"])
    with counter(profile, settings, silent=as_json) as opened:
        _check_allowed(ctx, opened, settings, profile, as_json=as_json)
        eyes = StillEyes(opened.models)
        try:
            work = _Work(opened, eyes, given["consent"], waived, settings.ui.language)
            answer = _enrol(pictures, details, work)
        finally:
            eyes.close()
        because: Code | None = None
        if answer.is_yes and answer.person is not None and not given["offline"]:
            answer, because = _sent(answer, answer.person, opened, settings, profile)
    if as_json:
        emit({"enrolled": answer.is_yes, **as_object(answer, names), "truth_reason": because})
    elif answer.is_yes and answer.person is not None:
        say(f"Enrolled: {answer.person.id}")
        _say_truth(answer.person, because, settings.ui.language)
        hint_running(ctx, given["profile_path"])
    else:
        known = f" ({answer.person.id})" if answer.person is not None else ""
        say(f"Not enrolled: {in_words(answer, settings.ui.language, names)}{known}.")
    if not answer.is_yes:
        ctx.exit(NO)


def _check_allowed(ctx: click.Context, opened: Counter, settings: Settings, profile: Profile, *, as_json: bool) -> None:
    """A station that has gone on alone for too long enrols nobody, here neither."""
    from kiosk.cli.limits import refused
    from kiosk.store.sqlite import SqliteStore
    from kiosk.ui.text import Text

    store = opened.desk.store
    reason = refused(store, settings, profile) if isinstance(store, SqliteStore) else None
    if reason is None:
        return
    text = Text(settings.ui.language)
    if as_json:
        emit({"enrolled": False, "reason": reason.value, "says": text.get(f"reason.{reason}")})
    else:
        say(f"Not enrolled: {text.get(f'reason.{reason}')} {text.get(f'next.{reason}')}")
    ctx.exit(NO)


def _sent(
    answer: Answer, person: Person, opened: Counter, settings: Settings, profile: Profile
) -> tuple[Answer, Code | None]:
    """With an account: as true as it is after a moment."""
    from kiosk.cli.remote import has_account
    from kiosk.cli.settling import settle
    from kiosk.store.sqlite import SqliteStore

    store = opened.desk.store
    if not has_account(settings, profile.root) or not isinstance(store, SqliteStore):
        return answer, None
    person, because = settle(store, settings, profile, person)
    return replace(answer, person=person), because


def _say_truth(person: Person, because: Code | None, language: str) -> None:
    from kiosk.ui.text import Text

    if person.truth is Truth.LOCAL:
        return
    text = Text(language)
    why = f" {text.get(f'error.{because}')}" if because is not None else ""
    say(f"{text.get(f'truth.{person.truth}')}: {text.get(f'truth_more.{person.truth}')}{why}")


def _enrol(pictures: Sequence[Pixels], details: Details, work: _Work) -> Answer:
    seen = [look_at(pixels, work.eyes, work.opened.policy) for pixels in pictures]
    return enrol(seen, details, consent=work.consent, desk=work.opened.desk, waived=work.waived)


def _many(ctx: click.Context, given: dict[str, Any], waived: Waived) -> None:
    from kiosk.cli.progress import Progress
    from kiosk.details import read_people_csv

    as_json = given["as_json"]
    rows = read_people_csv(given["table"], region=region_of(ctx, given["profile_path"]))
    if not given["folder"].is_dir():
        raise InputError(Code.FILE_MISSING, str(given["folder"]))
    profile, settings = open_station(ctx, given["profile_path"])
    report: list[dict[str, Any]] = []
    stopped: KioskError | None = None
    with counter(profile, settings, silent=as_json) as opened:
        _check_allowed(ctx, opened, settings, profile, as_json=as_json)
        eyes = StillEyes(opened.models)
        try:
            work = _Work(opened, eyes, given["consent"], waived, settings.ui.language)
            with Progress(silent=as_json) as progress:
                for done, row in enumerate(rows, start=1):
                    report.append(_row(row, given["folder"], work))
                    progress.step(done / len(rows), f"line {row.line}: {report[-1]['says']}")
        except KioskError as error:  # a part failed: what was written stays written, and is reported
            stopped = error
        finally:
            eyes.close()
    _report(rows, report, stopped, settings.ui.language, as_json=as_json)
    if stopped is not None:
        ctx.exit(stopped.exit_status)
    if not all(line["enrolled"] for line in report):
        ctx.exit(NO)


def _row(row: TableRow, folder: Path, work: _Work) -> dict[str, Any]:
    """One line: one transaction or nothing. A picture that cannot be read is the line's failure, not the table's."""
    from kiosk.camera.stills import read_picture

    line: dict[str, Any] = {"line": row.line, "image": row.image}
    try:
        pixels = read_picture(folder / row.image)
    except InputError as error:
        text = error_as_object(error, work.language)["text"]
        return {**line, "enrolled": False, "reason": error.code.value, "id": None, "says": text}
    answer = _enrol([pixels], row.details, work)
    return {
        **line,
        "enrolled": answer.is_yes,
        "reason": answer.why.value,
        "id": answer.person.id if answer.person is not None else None,
        "says": in_words(answer, work.language),
    }


def _report(
    rows: Sequence[TableRow],
    report: list[dict[str, Any]],
    stopped: KioskError | None,
    language: str,
    *,
    as_json: bool,
) -> None:
    enrolled = sum(line["enrolled"] for line in report)
    counts = {"enrolled": enrolled, "refused": len(report) - enrolled, "not_tried": len(rows) - len(report)}
    if as_json:
        answer: dict[str, Any] = {**counts, "people": report}
        if stopped is not None:
            answer["error"] = error_as_object(stopped, language)
        emit(answer)
        return
    for line in report:
        if not line["enrolled"]:
            known = f" ({line['id']})" if line["id"] else ""
            say(f"line {line['line']}, {line['image']}: not enrolled, {line['says']}{known}")
    say(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))
    if stopped is not None:
        described = error_as_object(stopped, language)
        click.echo(f"Stopped: {described['text']} {described['remedy']} ({stopped.code}: {stopped.detail})", err=True)
