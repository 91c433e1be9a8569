"""The form: what is asked, what is wrong with what was typed, and why Continue cannot be pressed yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kiosk.details.numbers import COUNTRIES
from kiosk.domain.person import WIRE, Details, DocumentType
from kiosk.domain.scan import Scan, Scanned, ScanState
from kiosk.station.snapshot import Snapshot
from kiosk.ui.dates import shown, to_iso
from kiosk.ui.presenters.common import CountdownView, StepsView, countdown, steps
from kiosk.ui.text import Text

CheckDetails = Callable[[Mapping[str, str]], tuple[Details | None, Mapping[str, str]]]
"""Typed texts by field name -> the details, or None and a problem code for each wrong field."""

FIELDS = tuple(WIRE)
COUNTRY = "document_country"
FORM = (*FIELDS[:-1], COUNTRY, FIELDS[-1])
"""What the form asks, in this order: the fields, and the country whose rule the document's number follows."""

_OTHER_COUNTRY = "other"
_WITH_EXAMPLE = frozenset({"email", "phone", "date_of_birth"})


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field; ``example`` stands in it while it is empty."""

    name: str
    label: str
    example: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One document type; ``value`` is empty for none."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsView:
    """``session`` tells whose form it is: another one starts with empty fields, or with ``details`` that were typed before."""

    session: str | None
    steps: StepsView | None
    title: str
    intro: str
    fields: tuple[FieldView, ...]
    documents: tuple[Choice, ...]
    countries: tuple[Choice, ...]
    details: Details | None
    scan: str
    proceed: str
    cancel: str
    help: str
    countdown: CountdownView


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """What is shown beside the fields.

    Attributes:
        problems: words by field, only of fields the person has been in.
        ready: whether Continue can be pressed.
        status: why not, or that it can.
        details: what is handed over; None until ready.
    """

    problems: Mapping[str, str]
    ready: bool
    status: str
    details: Details | None


def present(snapshot: Snapshot, text: Text, required: frozenset[str]) -> DetailsView:
    """The empty form. ``required`` fields carry a star."""
    return DetailsView(
        session=snapshot.session,
        steps=steps(snapshot, text),
        title=text.get("details.title"),
        intro=text.get("details.intro"),
        fields=tuple(
            FieldView(
                name,
                text.get(f"details.{name}") + (" *" if name in required else ""),
                text.get(f"details.{name}_example") if name in _WITH_EXAMPLE else "",
            )
            for name in FORM
        ),
        countries=(
            Choice("", text.get("details.none_chosen")),
            *sorted((Choice(code, text.get(f"country.{code}")) for code in COUNTRIES), key=lambda each: each.label),
            Choice(_OTHER_COUNTRY, text.get("details.country_other")),
        ),
        details=_as_typed(snapshot.details, text),
        scan=text.get("button.scan"),
        documents=(
            Choice("", text.get("details.none_chosen")),
            *(Choice(kind.value, text.get(f"document.{kind}")) for kind in DocumentType),
        ),
        proceed=text.get("button.continue"),
        cancel=text.get("button.cancel"),
        help=text.get("button.help"),
        countdown=countdown(snapshot, text, key="capture.time_left", below_s=60),
    )


def judge(typed: Mapping[str, str], touched: frozenset[str], check: CheckDetails, text: Text) -> FormState:
    """Check what stands in the form. Fields nobody has been in yet are not called wrong, only still needed."""
    typed = {**typed, "date_of_birth": to_iso(typed.get("date_of_birth", ""), text)}
    details, wrong = check(typed)
    empty = [name for name in FIELDS if name in wrong and not typed.get(name, "").strip()]
    bad = [name for name in FIELDS if name in wrong and name not in empty]
    if bad:
        status = text.get("details.blocked_wrong", fields=_names(bad, text))
    elif empty:
        status = text.get("details.blocked_missing", fields=_names(empty, text))
    else:
        status = text.get("details.ready")
    return FormState(
        problems={name: _problem(wrong[name], text) for name in FIELDS if name in wrong and name in touched},
        ready=details is not None,
        status=status,
        details=details,
    )


def _names(fields: list[str], text: Text) -> str:
    return ", ".join(text.get(f"details.{name}") for name in fields)


def _problem(code: str, text: Text) -> str:
    return text.pick(f"problem.{code}", "problem.wrong")


def first_wrong(typed: Mapping[str, str], check: CheckDetails, text: Text) -> str:
    """The first field that keeps the form from being complete; empty where none does."""
    _, wrong = check({**typed, "date_of_birth": to_iso(typed.get("date_of_birth", ""), text)})
    return next((name for name in FORM if name in wrong), "")


def _as_typed(details: Details | None, text: Text) -> Details | None:
    """Details as the person would type them in this language."""
    return replace(details, date_of_birth=shown(details.date_of_birth, text)) if details is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanView:
    """The panel in which a document is held before the camera.

    Attributes:
        filled: field -> what the document says, once it was read; in the form's own way of writing.
        notice: what to look at again then, for beside the form.
        lines: label of the field into which a reader types.
    """

    title: str
    words: str
    nothing_kept: str
    picture_name: str
    no_picture: str
    lines: str
    back: str
    seen: bool
    filled: Mapping[str, str]
    notice: str


def present_scan(scan: Scan, text: Text) -> ScanView:
    """How far the scan is."""
    document = scan.document if scan.state is ScanState.READ else None
    return ScanView(
        title=text.get("scan.title"),
        words=text.get(f"scan.{scan.state}"),
        nothing_kept=text.get("scan.nothing_kept"),
        picture_name=text.get("scan.view"),
        no_picture=text.get("capture.no_picture"),
        lines=text.get("scan.lines"),
        back=text.get("button.type_instead"),
        seen=scan.state is ScanState.SEEN,
        filled=filled(document, text) if document is not None else {},
        notice=notice(document, text) if document is not None else "",
    )


def typed_again(details: Details, text: Text) -> Mapping[str, str]:
    """What was typed before, as this language types it."""
    found = {name: str(getattr(details, name)) for name in FIELDS}
    found["date_of_birth"] = shown(details.date_of_birth, text)
    return found


def filled(document: Scanned, text: Text) -> Mapping[str, str]:
    """What the document says, as somebody would have typed it."""
    found = {name: value for name, value in document.fields.items() if name in FIELDS}
    if "date_of_birth" in found:
        found["date_of_birth"] = shown(found["date_of_birth"], text)
    found[COUNTRY] = document.country if document.country in COUNTRIES else _OTHER_COUNTRY
    return found


def notice(document: Scanned, text: Text) -> str:
    """That it was read, which fields nothing vouches for, and whether the document is still good."""
    unproved = [name for name in FIELDS if name in document.fields and name not in document.proved]
    said = [text.get("scan.read")]
    if unproved:
        said.append(text.get("scan.unproved", fields=_names(unproved, text)))
    if document.expired:
        said.append(text.get("scan.expired"))
    return " ".join(said)
