"""What may be said of a station after walks through attacks, with how much could still get in. Light: the screens use it too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kiosk.domain.attack_wizard import CLEAN_WALKS, Claim, Ground

if TYPE_CHECKING:
    from kiosk.evaluate.words import Words


def standing_words(claim: Claim, words: Words, most_let_in: float | None) -> str:
    """The sentence.

    Args:
        claim: what the walks carry.
        words: texts of the language.
        most_let_in: upper limit (95 %) of the share let in of the species of which least is known, 0..1.
    """
    said = words.get(f"attacks.standing_{claim.ground}", clean=claim.clean, needed=CLEAN_WALKS)
    if claim.ground is not Ground.FIT or most_let_in is None:
        return said
    return f"{said} {words.get('attacks.still', most=whole_per_cent(most_let_in))}"


def most_after_none(of: int) -> float:
    """Upper limit (95 %, Clopper-Pearson) of a share of which none was seen in ``of``, 0..1: what more trials would be worth."""
    return 1.0 - math.pow(0.025, 1.0 / of)


def whole_per_cent(share: float) -> str:
    """``12 %``."""
    return f"{share:.0%}".replace("%", " %")
