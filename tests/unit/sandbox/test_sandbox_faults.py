"""``--fault``: what can be said, what cannot, and that the same seed throws the same dice."""

from __future__ import annotations

import pytest

from kiosk.domain.errors import Code, ConfigError
from kiosk.sandbox.faults import SHARES, Faults, values_of


def test_a_specification_is_read() -> None:
    assert values_of("lost_reply=0.25, latency=300 ,http500,slow_drip=0,") == {
        "lost_reply": 0.25,
        "latency": 300,
        "http500": 1,
        "slow_drip": 0,
    }
    assert values_of("") == {}


@pytest.mark.parametrize(
    ("spec", "names"),
    [
        ("nonsense=1", "nonsense"),
        ("http500=1.5", "a share, 0 to 1"),
        ("http500=-0.1", "http500=-0.1"),
        ("http500=x", "http500=x"),
        ("http500=nan", "http500=nan"),
        ("latency", "milliseconds"),
        ("latency=-1", "milliseconds"),
        ("latency=1e9", "milliseconds"),
        ("=1", "there are lost_reply"),
    ],
)
def test_what_cannot_be_read_is_named(spec: str, names: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        Faults.read(spec)
    assert wrong.value.code is Code.CONFIG_BAD_VALUE
    assert names in wrong.value.detail


def test_the_same_seed_gives_the_same_faults() -> None:
    one, two, other = (Faults.read("http500=0.3,reset=0.2", seed=seed) for seed in (7, 7, 8))
    drawn = [[faults.draw("/v2/x").kind for _ in range(200)] for faults in (one, two, other)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert 40 < drawn[0].count("http500") < 80
    assert one.struck == {"http500": drawn[0].count("http500"), "reset": drawn[0].count("reset")}


@pytest.mark.parametrize("name", SHARES)
def test_share_one_strikes_always_and_share_nought_never(name: str) -> None:
    always, never = Faults.read(f"{name}=1"), Faults.read(f"{name}=0")
    assert {always.draw("/v2/x").kind for _ in range(20)} == {name}
    assert {never.draw("/v2/x").kind for _ in range(20)} == {""}


def test_times_and_path_bound_where_a_fault_strikes() -> None:
    faults = Faults()
    faults.set("http500=1,latency=40", times=2, path="/v2/persons")
    kinds = [faults.draw(path).kind for path in ("/v2/webhooks", "/v2/persons", "/v2/persons/1", "/v2/persons")]
    assert kinds == ["", "http500", "http500", ""]
    assert faults.draw("/v2/persons").latency_s == 0.04
    assert faults.draw("/v2/webhooks").latency_s == 0
    with pytest.raises(ConfigError):
        faults.set("wrong=1")
    assert faults.values == {"http500": 1, "latency": 40}
