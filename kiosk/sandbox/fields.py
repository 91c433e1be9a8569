"""What a body must look like, said once a field; faults in the words of the service (``missing project\\n``).

Knows no resource.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.sandbox import ids
from kiosk.sandbox.errors import invalid, not_an_image
from kiosk.sandbox.replies import Doc, moment

Rule = Callable[[str, Any], "str | None"]
"""Given a field's name and value, what is wrong with it, or None."""

SHORTEST_IMAGE = 100
"""Base64 characters; the service takes nothing shorter for a picture."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body."""

    name: str
    rule: Rule
    needed: bool


def need(name: str, rule: Rule) -> Field:
    """A field that must be there."""
    return Field(name, rule, True)


def may(name: str, rule: Rule) -> Field:
    """A field that may be left out."""
    return Field(name, rule, False)


def check(body: Doc, *fields: Field) -> Doc:
    """The body, if all fields are as they must be; others pass.

    Raises:
        Fault: 409 with everything that is wrong.
    """
    wrong = faults(body, *fields)
    if wrong:
        raise invalid(*wrong)
    return body


def faults(body: Doc, *fields: Field) -> list[str]:
    """Everything that is wrong with a body."""
    wrong: list[str] = []
    for field in fields:
        if field.name not in body:
            if field.needed:
                wrong.append(f"missing {field.name}\n")
            continue
        fault = field.rule(field.name, body[field.name])
        if fault:
            wrong.append(fault)
    return wrong


def known(body: Doc, *names: str) -> Doc:
    """Only these fields of a body."""
    return {name: body[name] for name in names if name in body}


def text(*, shortest: int = 0, longest: int | None = None, pattern: str = "") -> Rule:
    """A string."""
    compiled = re.compile(pattern) if pattern else None

    def rule(name: str, value: Any) -> str | None:
        if not isinstance(value, str):
            return f"{name} must be a string\n"
        if len(value) < shortest or (longest is not None and len(value) > longest):
            return f"{name} has a wrong length\n"
        if compiled and not compiled.search(value):
            return f"{name} has a wrong form\n"
        return None

    return rule


def one_of(*values: str) -> Rule:
    """One of these words, in the words of the seed's error."""

    def rule(name: str, value: Any) -> str | None:
        return None if isinstance(value, str) and value in values else f"{name} must be one of: [{','.join(values)}]"

    return rule


def whole(*, lowest: int | None = None, highest: int | None = None) -> Rule:
    """An integer; ``3.0`` is one."""

    def rule(name: str, value: Any) -> str | None:
        if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, float) and value.is_integer())):
            return f"{name} must be an integer\n"
        return _in_range(name, value, lowest, highest)

    return rule


def number(*, lowest: float | None = None, highest: float | None = None) -> Rule:
    """A number."""

    def rule(name: str, value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"{name} must be a number\n"
        return _in_range(name, value, lowest, highest)

    return rule


def flag(name: str, value: Any) -> str | None:
    """True or false."""
    return None if isinstance(value, bool) else f"{name} must be a boolean\n"


def object_id(name: str, value: Any) -> str | None:
    """24 hex digits."""
    return None if ids.is_object_id(value) else f"{name} must be an id\n"


def thing(name: str, value: Any) -> str | None:
    """A JSON object, whatever is in it."""
    return None if isinstance(value, dict) else f"{name} must be an object\n"


def when(name: str, value: Any) -> str | None:
    """A date and time."""
    if isinstance(value, str):
        try:
            if "T" in value.upper():
                moment(value)
                return None
        except ValueError:
            pass
    return f"{name} must be a date and time\n"


def anything(_: str, __: Any) -> str | None:
    """No rule."""
    return None


def nullable(rule: Rule) -> Rule:
    """Null, or what the rule says."""
    return lambda name, value: None if value is None else rule(name, value)


def either(*rules: Rule) -> Rule:
    """What at least one of the rules takes; else the first one's fault."""

    def judged(name: str, value: Any) -> str | None:
        said = [rule(name, value) for rule in rules]
        return None if None in said else said[0]

    return judged


def several(rule: Rule, *, fewest: int = 0, most: int | None = None) -> Rule:
    """A list whose items the rule takes."""

    def judged(name: str, value: Any) -> str | None:
        if not isinstance(value, list):
            return f"{name} must be a list\n"
        if len(value) < fewest or (most is not None and len(value) > most):
            return f"{name} must have {fewest} to {most or 'any number of'} items\n"
        return next((fault for fault in (rule(f"{name}[{at}]", each) for at, each in enumerate(value)) if fault), None)

    return judged


def shape(*fields: Field) -> Rule:
    """A JSON object with these fields."""

    def rule(name: str, value: Any) -> str | None:
        if not isinstance(value, dict):
            return f"{name} must be an object\n"
        wrong = faults(value, *fields)
        return f"{name}.{wrong[0]}" if wrong else None

    return rule


def picture(value: str, *, data_uri: bool = False) -> bytes:
    """The bytes of a base64 picture.

    Args:
        value: what was sent, already known to be a string.
        data_uri: whether the operation also takes ``data:image/…;base64,``.

    Raises:
        Fault: 412 ``only_images_in_base64``.
    """
    if data_uri and value.startswith("data:"):
        value = value.partition(",")[2]
    if len(value) < SHORTEST_IMAGE:
        raise not_an_image()
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise not_an_image() from None


def pictures(values: Sequence[str], *, data_uri: bool = False) -> list[bytes]:
    """:func:`picture` of each."""
    return [picture(value, data_uri=data_uri) for value in values]


def _in_range(name: str, value: float, lowest: float | None, highest: float | None) -> str | None:
    if (lowest is not None and value < lowest) or (highest is not None and value > highest):
        if lowest is None or highest is None:
            return (
                f"{name} must be at {'most' if lowest is None else 'least'} {highest if lowest is None else lowest}\n"
            )
        return f"{name} must be between {lowest} and {highest}\n"
    return None
