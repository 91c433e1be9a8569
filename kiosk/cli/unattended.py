"""``station.unattended``: may this station claim that nobody need watch it? Asked before it is set, and at every start.

The claim rests on the walks through attacks on the camera of the settings, judged by the limits and networks that the station
would work by. When it is set, nothing that the doctor looks at may fail either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli.checks.line import Line, State, said
from kiosk.domain.attack_wizard import CLEAN_WALKS, HISTORY, Claim, Ground, claim_of
from kiosk.domain.checkup import Said, failing
from kiosk.domain.errors import Code, ConfigError, KioskError

if TYPE_CHECKING:
    from kiosk.domain.policy import Policy
    from kiosk.profile import Profile
    from kiosk.settings import Settings
    from kiosk.store.sqlite import SqliteStore
    from kiosk.vision.models import ModelFiles

KEY = "station.unattended"


def judged_by(policy: Policy, files: ModelFiles, networks: Iterable[str]) -> str:
    """Digest of what decides whether a face is alive and the same.

    Args:
        policy: the limits to work by.
        files: the weights.
        networks: labels of the liveness networks that are in use.
    """
    from kiosk.domain.judged_by import judged_by as digest
    from kiosk.vision.manifest import Pack

    used = set(networks)
    return digest(
        policy,
        {
            entry.name: entry.sha256
            for entry in files.manifest.entries
            if (entry.pack is Pack.CORE if entry.liveness is None else entry.liveness.label in used)
        },
    )


def judges_by(settings: Settings) -> str:
    """The same of a station that would be started now with these settings; hashes the weights."""
    from kiosk.cli.desk import networks_of
    from kiosk.settings import models_dir, to_policy
    from kiosk.vision.models import ModelFiles

    files = ModelFiles(models_dir(settings))
    networks = networks_of(files)
    return judged_by(to_policy(settings, networks), files, networks)


def claim_now(profile: Profile, settings: Settings) -> Claim:
    """On the camera of the settings; no walk where there is no database yet.

    Raises:
        StoreError: the database cannot be used.
    """
    from kiosk.cli.station import open_store

    if not profile.database.exists():
        return Claim(ground=Ground.NO_WALK)
    with open_store(profile, settings) as store:
        return _claim_in(store, settings)


def _seen_in_a_copy(profile: Profile, settings: Settings, copy: Path | None) -> Claim:
    """The same without touching the station's own database."""
    from kiosk.cli.checks.parts import opened_copy

    if copy is None and not profile.database.exists():
        return Claim(ground=Ground.NO_WALK)
    with opened_copy(profile, copy) as store:
        return _claim_in(store, settings)


def _claim_in(store: SqliteStore, settings: Settings) -> Claim:
    from kiosk.camera.uri import redacted

    camera = redacted(settings.camera.uri)
    walks = store.walks.newest(camera, limit=HISTORY)
    return claim_of(walks, camera=camera, judged_by=judges_by(settings))


def in_words(claim: Claim) -> Said:
    """Why the walks do or do not carry the claim, for an error's detail."""
    walk = claim.walk
    if walk is None:
        return said("walk_none")
    wizard = walk.wizard
    match claim.ground:
        case Ground.FIT:
            return said("walk_fit", at=walk.updated_at)
        case Ground.LET_IN:
            worst = max(wizard.counts()[1:], key=lambda count: count.accepted)
            return said("walk_let_in", count=wizard.accepted_attacks, species=worst.species)
        case Ground.LET_IN_BEFORE:
            return said("walk_let_in_before", clean=claim.clean, needed=CLEAN_WALKS)
        case Ground.REFUSED:
            return said("walk_refused")
        case Ground.CHANGED:
            return said("walk_changed")
        case _:
            return said("walk_unfinished", share=f"{wizard.share_done:.0%}")


def require_fit(profile: Profile, settings: Settings) -> None:
    """Nothing where the walks carry the claim.

    Raises:
        ConfigError: ``unattended_not_fit``.
        StoreError: the database cannot be used.
    """
    claim = claim_now(profile, settings)
    if not claim.carries:
        raise ConfigError(Code.UNATTENDED_NOT_FIT, in_words(claim))


def require_passing(lines: Iterable[Line]) -> None:
    """Nothing where no check of the doctor fails.

    Raises:
        ConfigError: ``unattended_not_fit``.
    """
    wrong = failing(lines)
    if wrong:
        raise ConfigError(Code.UNATTENDED_NOT_FIT, f"kiosk doctor: {', '.join(wrong)}")


def line(profile: Profile, settings: Settings, copy: Path | None = None) -> Iterator[Line]:
    """For the doctor. A station that claims nothing is fine without a walk. ``copy``: as in ``checks.parts.database``."""
    from kiosk.cli.station import is_running

    claimed = settings.station.unattended
    limit = said("unattended_limit")
    if copy is None and is_running(profile.root):
        value = said("claim", claim=_claim(claimed), walk=said("claim_at_start"))
        yield Line(name="unattended", state=State.OK, value=value, limit=limit)
        return
    try:
        found = _seen_in_a_copy(profile, settings, copy)
    except KioskError as error:
        yield Line(name="unattended", state=State.WARN, value=said("unreadable", code=error.code), limit=limit)
        return
    state = State.OK if found.carries or not claimed else State.FAIL
    yield Line(
        name="unattended",
        state=state,
        value=said("claim", claim=_claim(claimed), walk=in_words(found)),
        limit=limit,
        remedy="" if state is State.OK else said("unattended_remedy"),
    )


def _claim(claimed: bool) -> Said:
    return said("claimed" if claimed else "not_claimed")


def is_claimed(text: str) -> bool:
    """Whether a value of the setting, as typed, makes the claim."""
    from kiosk.settings.load import parse_text

    return bool(parse_text(KEY, text))
