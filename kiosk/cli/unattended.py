"""``station.unattended``: may this station claim that nobody need watch it? Asked before it is set, and at every start.

The claim rests on the newest walk through attacks on the camera of the settings. When it is set, nothing that the doctor looks at
may fail either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kiosk.cli.checks.line import Line, State, said
from kiosk.domain.attack_wizard import Standing
from kiosk.domain.checkup import Said, failing
from kiosk.domain.errors import Code, ConfigError, KioskError

if TYPE_CHECKING:
    from kiosk.domain.attack_wizard import Walk
    from kiosk.profile import Profile
    from kiosk.settings import Settings

KEY = "station.unattended"


def newest_walk(profile: Profile, settings: Settings) -> Walk | None:
    """On the camera of the settings; None where there is none, or no database yet.

    Raises:
        StoreError: the database cannot be used.
    """
    from kiosk.camera.uri import redacted
    from kiosk.cli.station import open_store

    if not profile.database.exists():
        return None
    with open_store(profile, settings) as store:
        return next(iter(store.walks.newest(redacted(settings.camera.uri), limit=1)), None)


def in_words(walk: Walk | None) -> Said:
    """Why the walk does or does not carry the claim, for an error's detail."""
    if walk is None:
        return said("walk_none")
    wizard = walk.wizard
    match wizard.standing():
        case Standing.FIT:
            return said("walk_fit", at=walk.updated_at)
        case Standing.BLOCKED if wizard.accepted_attacks:
            worst = max(wizard.counts()[1:], key=lambda count: count.accepted)
            return said("walk_let_in", count=wizard.accepted_attacks, species=worst.species)
        case Standing.BLOCKED:
            return said("walk_refused")
        case _:
            return said("walk_unfinished", share=f"{wizard.share_done:.0%}")


def require_fit(profile: Profile, settings: Settings) -> None:
    """Nothing where the walk carries the claim.

    Raises:
        ConfigError: ``unattended_not_fit``.
        StoreError: the database cannot be used.
    """
    walk = newest_walk(profile, settings)
    if walk is None or walk.wizard.standing() is not Standing.FIT:
        raise ConfigError(Code.UNATTENDED_NOT_FIT, in_words(walk))


def require_passing(lines: Iterable[Line]) -> None:
    """Nothing where no check of the doctor fails.

    Raises:
        ConfigError: ``unattended_not_fit``.
    """
    wrong = failing(lines)
    if wrong:
        raise ConfigError(Code.UNATTENDED_NOT_FIT, f"kiosk doctor: {', '.join(wrong)}")


def line(profile: Profile, settings: Settings) -> Iterator[Line]:
    """For the doctor. A station that claims nothing is fine without a walk."""
    from kiosk.cli.station import is_running

    claimed = settings.station.unattended
    limit = said("unattended_limit")
    if is_running(profile.root):
        value = said("claim", claim=_claim(claimed), walk=said("claim_at_start"))
        yield Line(name="unattended", state=State.OK, value=value, limit=limit)
        return
    try:
        walk = newest_walk(profile, settings)
    except KioskError as error:
        yield Line(name="unattended", state=State.WARN, value=said("unreadable", code=error.code), limit=limit)
        return
    fit = walk is not None and walk.wizard.standing() is Standing.FIT
    state = State.OK if fit or not claimed else State.FAIL
    yield Line(
        name="unattended",
        state=state,
        value=said("claim", claim=_claim(claimed), walk=in_words(walk)),
        limit=limit,
        remedy="" if state is State.OK else said("unattended_remedy"),
    )


def _claim(claimed: bool) -> Said:
    return said("claimed" if claimed else "not_claimed")


def is_claimed(text: str) -> bool:
    """Whether a value of the setting, as typed, makes the claim."""
    from kiosk.settings.load import parse_text

    return bool(parse_text(KEY, text))
