"""The whole program, as people meet it: at the desk an operator signs in, somebody says no, somebody enrols and is found again,
one record is edited and one deleted; at the door who is on record comes in, a stranger is refused until the station pauses, and
who has no face to show comes in by PIN.

Real window, real weights, replayed and drawn cameras, an encrypted database, the account where there is one. Each run photographs
every screen it shows, and speaks three languages.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.journeys import MIXED, a_day_at_the_desk, an_account, an_evening_at_the_door, everywhere
from support.patience import PROGRAM_S
from support.whole_program import Site

from kiosk.vision.models import ModelFiles


@pytest.fixture
def site(models: ModelFiles, tmp_path: Path) -> Site:
    return Site(tmp_path, models)


@pytest.mark.timeout(2 * PROGRAM_S)
def test_a_desk_with_an_account_then_its_door_without_a_network(site: Site) -> None:
    with an_account(site):
        site.employ()
        ana = a_day_at_the_desk(site, MIXED)
        assert site.sandbox is not None
        held = site.sandbox.client.get("/v2/persons").json()["data"]
        assert [(each["firstName"], each["phone"]) for each in held] == [("Ana", "+573107654321")]
        an_evening_at_the_door(site, MIXED, ana, network=False)


# The long form: one language throughout, another size of the window each, what the short one has the other way round, and the
# ways in by a code.


def spoken(site: Site, language: str, size: str) -> None:
    site.env["KIOSK_UI__LANGUAGE"] = language
    site.size = size
    site.employ()


@pytest.mark.slow
@pytest.mark.timeout(4 * PROGRAM_S)
def test_all_of_it_with_an_account(site: Site) -> None:
    with an_account(site):
        spoken(site, "es", "1920x1080")
        ana = a_day_at_the_desk(site, everywhere("es"), drawn_camera=True)
        an_evening_at_the_door(site, everywhere("es"), ana, network=True, longer=True)


@pytest.mark.slow
@pytest.mark.timeout(4 * PROGRAM_S)
def test_all_of_it_without_an_account(site: Site) -> None:
    spoken(site, "pt", "1080x1920")
    ana = a_day_at_the_desk(site, everywhere("pt"))
    an_evening_at_the_door(site, everywhere("pt"), ana, network=True, longer=True)


@pytest.mark.slow
@pytest.mark.timeout(4 * PROGRAM_S)
def test_a_desk_without_a_network_then_its_door_with_the_account(site: Site) -> None:
    with an_account(site):
        spoken(site, "en", "1280x800")
        ana = a_day_at_the_desk(site, everywhere("en"), network=False, drawn_camera=True)
        an_evening_at_the_door(site, everywhere("en"), ana, network=True)
