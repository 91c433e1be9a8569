"""How attempts become rates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.guidance import Hint
from kiosk.domain.policy import Policy
from kiosk.evaluate.attempt import Attempt, Response
from kiosk.evaluate.files import Kind, Sample
from kiosk.evaluate.liveness import summarise
from kiosk.evaluate.liveness_report import as_object, as_text

NETWORKS = ("a",)


def attempt(
    response: Response,
    *,
    species: str | None = None,
    score: float | None = None,
    kind: Kind = Kind.PICTURE,
    site: str = "s",
    luma: float | None = 120.0,
    hint: Hint | None = None,
) -> Attempt:
    sample = Sample(path=Path("x.jpg"), kind=kind, species=species, site=site)
    return Attempt(
        sample=sample,
        response=response,
        score=score,
        brightness=luma,
        hint=hint,
        frames=1,
        answer_ms=200.0,
        spent_ms=5.0,
    )


def of(*attempts: Attempt) -> dict[str, object]:
    told = as_object(summarise(attempts), Policy(), NETWORKS, 0)
    return json.loads(json.dumps(told, allow_nan=False))  # type: ignore[no-any-return]


def test_only_live_lets_an_attack_in_and_only_live_serves_a_person() -> None:
    told = of(
        *(attempt(response) for response in (Response.LIVE, Response.LIVE, Response.ATTACK, Response.INCONCLUSIVE)),
        *(attempt(response, species="print") for response in (Response.LIVE, Response.ATTACK, Response.INCONCLUSIVE)),
    )
    assert told["bpcer"] == 0.5
    assert told["apcer"] == {"print": pytest.approx(1 / 3)}


def test_attempts_that_never_met_the_gates_are_counted_apart_and_never_let_in() -> None:
    told = of(
        attempt(Response.LIVE),
        attempt(Response.NOT_GUIDED, hint=Hint.TOO_DARK),
        attempt(Response.LIVE, species="print"),
        attempt(Response.NOT_GUIDED, species="print", hint=Hint.COME_CLOSER),
    )
    assert (told["bpcer"], told["bpcer_with_not_guided"]) == (0.0, 0.5)
    assert (told["apcer"], told["apcer_with_not_guided"]) == ({"print": 1.0}, {"print": 0.5})
    assert told["not_guided"] == {"bona_fide": 1, "attacks": {"print": 1}}
    assert {"label": "bona_fide", "hint": "too_dark", "count": 1} in told["not_guided_hints"]  # type: ignore[operator]


def test_the_worst_species_comes_first_and_an_unknown_one_last() -> None:
    told = of(
        attempt(Response.ATTACK, species="a_print"),
        attempt(Response.LIVE, species="z_mask"),
        attempt(Response.NOT_GUIDED, species="b_far"),
    )
    assert list(told["apcer"]) == ["z_mask", "a_print", "b_far"]  # type: ignore[call-overload]
    assert told["apcer"]["b_far"] is None  # type: ignore[index]
    assert told["worst_species"] == "z_mask"


def test_nothing_shown_is_unknown_and_not_perfect() -> None:
    told = of(attempt(Response.ATTACK, species="print"))
    assert told["bpcer"] is None
    assert told["intervals"]["bpcer"] is None  # type: ignore[index]
    assert told["score_auc"] is None
    assert "-" in as_text(summarise([attempt(Response.ATTACK, species="print")]), Policy(), NETWORKS, 0)


def test_pictures_and_clips_are_reported_apart_and_together() -> None:
    told = of(attempt(Response.LIVE, score=0.9), attempt(Response.ATTACK, kind=Kind.CLIP, score=0.01))
    assert told["bpcer"] == 0.5
    assert told["pictures"]["bpcer"] == 0.0  # type: ignore[index]
    assert told["clips"]["bpcer"] == 1.0  # type: ignore[index]
    assert of(attempt(Response.LIVE))["clips"] is None


def test_sites_and_exposure_have_their_own_rates() -> None:
    told = of(
        attempt(Response.ATTACK, site="cellar", luma=40.0),
        attempt(Response.LIVE, site="office", luma=130.0),
        attempt(Response.LIVE, species="print", site="office", luma=40.0),
    )
    rates = {(line["species"], line["site"]): line.get("bpcer", line.get("apcer")) for line in told["sites"]}  # type: ignore[attr-defined]
    assert rates == {(None, "cellar"): 1.0, (None, "office"): 0.0, ("print", "office"): 1.0}
    bands = {line["band"]: line["bpcer"] for line in told["exposure"]}  # type: ignore[attr-defined]
    assert bands == {"dark": 1.0, "dim": None, "even": 0.0, "bright": None}


def test_a_file_that_cannot_be_read_changes_no_rate() -> None:
    told = of(attempt(Response.LIVE), attempt(Response.UNREADABLE, luma=None))
    assert told["bpcer"] == told["bpcer_with_not_guided"] == 0.0
    assert told["unreadable"] == 1


def test_the_area_is_over_scores_of_those_that_met_the_gates() -> None:
    told = of(
        attempt(Response.LIVE, score=0.9),
        attempt(Response.NOT_GUIDED),
        attempt(Response.ATTACK, species="print", score=0.1),
    )
    assert told["score_auc"] == 1.0


@given(some.lists(some.tuples(some.sampled_from(Response), some.sampled_from([None, "print", "display"])), max_size=40))
def test_rates_stay_rates_and_attempts_add_up(drawn: list[tuple[Response, str | None]]) -> None:
    report = summarise([attempt(response, species=species) for response, species in drawn])
    tallies = [report.whole.bona_fide, *(tally for _, tally in report.whole.attacks)]
    assert sum(tally.attempts + tally.unreadable for tally in tallies) == len(drawn)
    for tally in tallies:
        assert tally.let_in.of == tally.refused.of == tally.responses
        strict, wide = tally.let_in.value, tally.let_in_of_all.value
        if strict is not None and wide is not None:
            assert 0.0 <= wide <= strict <= 1.0
    assert as_text(report, Policy(), NETWORKS, 3)
