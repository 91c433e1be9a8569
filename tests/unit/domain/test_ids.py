from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.ids import new_id

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_id_is_a_version_7_uuid_of_that_moment():
    made = uuid.UUID(new_id(NOON))
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == int(NOON.timestamp() * 1000)


def test_ids_of_one_moment_differ():
    assert len({new_id(NOON) for _ in range(2000)}) == 2000


def test_later_ids_sort_later():
    made = [new_id(NOON + timedelta(milliseconds=n)) for n in range(200)]
    assert made == sorted(made)


@pytest.mark.parametrize("at", [datetime(2026, 1, 2, 12), datetime(1969, 1, 1, tzinfo=UTC)])
def test_naive_or_impossible_time_is_refused(at: datetime):
    with pytest.raises(ValueError, match=r"time"):
        new_id(at)
