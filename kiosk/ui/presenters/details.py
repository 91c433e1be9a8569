"""The form: what is asked, what is wrong with what was typed, and why Continue cannot be pressed yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.domain.person import WIRE, Details, DocumentType
from kiosk.station.snapshot import Snapshot
from kiosk.ui.presenters.common import CountdownView, StepsView, countdown, steps
from kiosk.ui.text import Text

CheckDetails = Callable[[Mapping[str, str]], tuple[Details | None, Mapping[str, str]]]
"""Typed texts by field name -> the details, or None and a problem code for each wrong field."""

FIELDS = tuple(WIRE)
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
    """``session`` tells whose form it is: another session starts with empty fields."""

    session: str | None
    steps: StepsView | None
    title: str
    intro: str
    fields: tuple[FieldView, ...]
    documents: tuple[Choice, ...]
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
            for name in FIELDS
        ),
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
