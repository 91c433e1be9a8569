"""The service's words: ``NNN:token@score`` taken apart, fields of a MissingParameter read. Only names come out, never values.

A message may be a sentence with a person's name in it. So a word counts as a token only where it is one of the words that the
pages print, or has the form of one (letters joined by underscores) and is nothing that we sent ourselves.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

_PREFIX = re.compile(r"(\d{3}):(.*)", re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z]{2,}(?:_[A-Za-z0-9]{1,20}){1,8}")
_LONGEST = 64
_FIELD = r"([A-Za-z_][A-Za-z0-9_]{0,39}(?:\.[A-Za-z_][A-Za-z0-9_]{0,39}){0,3})"
_MISSING = re.compile(rf"\bmissing {_FIELD}")
_MUST = re.compile(rf"(?:^|[.\n] ?){_FIELD} (?:must be|is required)\b")

SENTENCES = {
    "authentication required": "authentication_required",
    "invalid or expired token.": "token_expired",
    "access forbidden": "access_forbidden",
    "record not found.": "record_not_found",
    "person not found": "person_not_found",
    "name is required": "name_is_required",
    "image is invalid for checking liveness": "image_is_invalid_for_checking_liveness",
    "the image has more than one face": "multiple_faces_detected",
    "email domain not allowed": "email_domain_not_allowed",
    "needs an email or a phone at least": "needs_email_or_phone",
    "active project": "active_project",
    "active users": "active_users",
}
"""Printed sentences that mean one thing each."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, taken apart. ``status`` 0, ``token`` empty, ``score`` None where it has none."""

    status: int = 0
    token: str = ""
    score: float | None = None


def parse(text: str, sent: Collection[str] = ()) -> Message:
    """``409:liveness_failed@0.41`` -> 409, ``liveness_failed``, 0.41. Anything may come in; nothing is raised.

    Args:
        text: what the server sent.
        sent: words that went out with the request; none of them is a token.
    """
    text = text.strip()
    status = 0
    found = _PREFIX.fullmatch(text)
    if found:
        status, text = int(found[1]), found[2].strip()
    token, at, after = text.partition("@")
    score = _score(after) if at else None
    if at and score is None:  # an e-mail address, or something else that is none of ours
        return Message(status=status)
    token = SENTENCES.get(token.strip().lower(), token.strip())
    if len(token) > _LONGEST or token in sent or not _TOKEN.fullmatch(token):
        token = ""
    return Message(status=status, token=token, score=score)


def missing_fields(text: str, sent: Collection[str] = ()) -> tuple[str, ...]:
    """Names of the fields that a MissingParameter text complains about, in its order."""
    if len(text) > 4_000:  # a list of fields is short
        return ()
    found = [*_MISSING.findall(text), *_MUST.findall(text)]
    return tuple(name for name in dict.fromkeys(found) if name not in sent)


def _score(text: str) -> float | None:
    try:
        score = float(text)
    except ValueError:
        return None
    return score if math.isfinite(score) and 0.0 <= score <= 1.0 else None
