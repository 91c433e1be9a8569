"""The people page: the list, one person, deleting them, and what a deletion touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.operators import Action
from kiosk.domain.person import WIRE, Details, Person, Truth
from kiosk.domain.record import DeletionCertificate, Touched
from kiosk.station.office.people import DeleteReason, PeopleFound, PersonShown
from kiosk.ui.presenters.common import Tone, age_words
from kiosk.ui.presenters.details import CheckDetails, FormState, judge
from kiosk.ui.presenters.office import who_may
from kiosk.ui.text import Text

TRUTH_TONES = {
    Truth.LOCAL: Tone.NEUTRAL,
    Truth.PROVISIONAL: Tone.WARN,
    Truth.SENT_NO_REPLY: Tone.WARN,
    Truth.CONFIRMED: Tone.GOOD,
    Truth.REFUSED: Tone.BAD,
}
_SHORT = 12


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the list."""

    id: str
    name: str
    document: str
    truth: str
    tone: Tone
    age: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleView:
    """The list. ``count`` says how many there are, and that not all are listed where that is so; ``nothing`` stands in the place
    of a list without anybody.
    """

    search: str
    columns: tuple[str, ...]
    rows: tuple[PersonRow, ...]
    count: str
    open: str
    nothing: str = ""


def age(since: str, now: str, text: Text) -> str:
    """``3 minutes ago``; empty for what is no time."""
    try:
        seconds = (datetime.fromisoformat(now) - datetime.fromisoformat(since)).total_seconds()
    except ValueError:
        return ""
    return age_words(max(0.0, seconds), text)


def listed(found: PeopleFound | None, text: Text, *, wanted: str = "") -> PeopleView:
    """Nothing is listed before it was read. ``wanted``: what was searched for."""
    people = found.people if found is not None else ()
    now = found.now if found is not None else ""
    count = nothing = ""
    if found is not None and not found.total:
        nothing = text.get("people.nothing_found" if wanted.strip() else "people.nothing")
    if found is not None:
        count = text.count("people.count", found.total) if found.total else text.get("people.count_none")
        if len(people) < found.total:
            count += f" · {text.get('people.more', count=len(people))}"
    return PeopleView(
        search=text.get("people.search"),
        columns=tuple(text.get(f"people.column_{name}") for name in ("name", "document", "truth", "age")),
        rows=tuple(_row(person, now, text) for person in people),
        count=count,
        open=text.get("people.open"),
        nothing=nothing,
    )


def _row(person: Person, now: str, text: Text) -> PersonRow:
    return PersonRow(
        id=person.id,
        name=person.details.display_name,
        document=person.details.document_number,
        truth=text.get(f"truth.{person.truth}"),
        tone=TRUTH_TONES[person.truth],
        age=age(person.updated_at, now, text),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """One person.

    Attributes:
        fields: label and value of what is known about them beside their details.
        reasons: why somebody may be deleted, by their value.
        delete: empty where this operator may not.
        renew: of the button for new pictures; empty where none can be taken.
        may_not: why there is no button that deletes, and who has it; empty where there is one.
    """

    name: str
    truth: str
    tone: Tone
    truth_more: str
    typed: Mapping[str, str]
    fields: tuple[tuple[str, str], ...]
    no_picture: str
    save: str
    delete: str
    back: str
    why_delete: str
    keep: str
    reasons: tuple[tuple[DeleteReason, str], ...]
    renew: str
    may_not: str = ""


def person(
    shown: PersonShown,
    rights: frozenset[Action],
    text: Text,
    *,
    desk: bool = False,
    supervisors: Sequence[str] = (),
) -> PersonView:
    """Details, truth with its age, consent. ``desk``: people are enrolled here, so new pictures can be taken."""
    who = shown.person
    consent = shown.consents[-1] if shown.consents else None
    score = "" if who.liveness_score is None else f"{who.liveness_score:.2f}"
    fields = (
        ("people.since", age(who.created_at, shown.now, text)),
        ("people.changed", age(who.updated_at, shown.now, text)),
        (
            "people.consent",
            _consent(consent.text_version if consent else "", bool(consent and consent.withdrawn_at), text),
        ),
        ("people.liveness", score),
        *((("people.kept", text.count("people.days_left", shown.days_left)),) if shown.days_left is not None else ()),
        ("people.number", who.id),
    )
    return PersonView(
        name=who.details.display_name,
        truth=text.get(f"truth.{who.truth}"),
        tone=TRUTH_TONES[who.truth],
        truth_more=text.get(f"truth_more.{who.truth}"),
        typed=typed_of(who.details),
        fields=tuple((text.get(key), value or text.get("people.unknown")) for key, value in fields),
        no_picture=text.get("people.no_picture"),
        save=text.get("people.save") if Action.EDIT_PEOPLE in rights else "",
        delete=text.get("people.delete") if Action.DELETE_PEOPLE in rights else "",
        back=text.get("people.back"),
        why_delete=text.get("people.why_delete", name=who.details.display_name),
        keep=text.get("people.keep"),
        reasons=tuple((reason, text.get(f"delete_reason.{reason}")) for reason in DeleteReason),
        may_not=""
        if Action.DELETE_PEOPLE in rights
        else text.get("people.only_supervisor", who=who_may(supervisors, text)),
        renew=text.get("people.renew") if desk and {Action.EDIT_PEOPLE, Action.ENROL} <= rights else "",
    )


def _consent(version: str, withdrawn: bool, text: Text) -> str:
    if not version:
        return ""
    return text.get("people.consent_withdrawn" if withdrawn else "people.consent_given", version=version)


def typed_of(details: Details) -> dict[str, str]:
    """Details as they stand in the form."""
    return {name: str(getattr(details, name)) for name in WIRE}


@dataclass(frozen=True, slots=True)
class EditState:
    """What is shown beside the form; ``can_save`` only where something has changed and all of it is right."""

    form: FormState
    can_save: bool


def edited(typed: Mapping[str, str], before: Mapping[str, str], check: CheckDetails, text: Text) -> EditState:
    """Check what stands in the form. Only fields that were changed are called wrong."""
    touched = frozenset(name for name in typed if typed[name] != before.get(name, ""))
    state = judge(typed, touched, check, text)
    return EditState(state, can_save=bool(touched) and state.ready)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """What a deletion touched, in lines; ``complete`` says whether anything is left; ``exports`` is of the button that deletes
    tables which may still hold the person, empty where there are none.
    """

    title: str
    complete: str
    tone: Tone
    lines: tuple[str, ...]
    save: str
    back: str
    exports: str = ""


def _outcome(touched: Touched, text: Text) -> str:
    if touched.kind == "export" and touched.outcome == "kept":
        return text.get("touched_outcome.may_hold")
    return text.get(f"touched_outcome.{touched.outcome}")


def certificate(made: DeletionCertificate, text: Text) -> CertificateView:
    """Nothing personal is in it."""
    lines = [
        f"{text.get(f'touched.{each.kind}')} {each.name}: {_outcome(each, text)}"
        + (f" ({each.count})" if each.kind == "table" else "")
        for each in made.touched
        if each.kind != "table" or each.count
    ]
    return CertificateView(
        title=text.get("certificate.title"),
        complete=text.get("certificate.complete" if made.complete else "certificate.incomplete"),
        tone=Tone.GOOD if made.complete else Tone.WARN,
        lines=(
            text.get("certificate.person", person=made.person),
            text.get("certificate.audit", number=made.audit_id, hash=made.audit_hash[:_SHORT]),
            *lines,
        ),
        save=text.get("certificate.save"),
        exports=text.get("certificate.exports")
        if any(each.kind == "export" and each.outcome == "kept" for each in made.touched)
        else "",
        back=text.get("people.back"),
    )
