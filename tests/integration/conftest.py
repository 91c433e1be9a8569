"""Fixtures of the tests that talk to an account: one sandbox process a module, nothing wrong with it after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from support.online import LONG_S, connected, jpeg, near, person
from support.sandbox import Sandbox, sandbox_process

from kiosk.domain.face import Pixels
from kiosk.vision.models import ModelFiles


@pytest.fixture(scope="module")
def running_account(tmp_path_factory: pytest.TempPathFactory, models: ModelFiles) -> Iterator[Sandbox]:
    with sandbox_process(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def sandbox(running_account: Sandbox) -> Iterator[Sandbox]:
    """Nothing is wrong with it after the test."""
    yield running_account
    running_account.set_faults("")
    running_account.set_clock(0)


@pytest.fixture(scope="module")
def face_a(portrait: Callable[[str], Pixels]) -> bytes:
    return jpeg(near(portrait("portrait_a")))


@pytest.fixture(scope="module")
def face_a2(portrait: Callable[[str], Pixels]) -> bytes:
    return jpeg(near(portrait("portrait_a2")))


@pytest.fixture(scope="module")
def face_b(portrait: Callable[[str], Pixels]) -> bytes:
    return jpeg(near(portrait("portrait_b"), 3.0))


@pytest.fixture(scope="module")
def ana(running_account: Sandbox, face_a: bytes) -> str:
    """Somebody who is enrolled; their id at the account."""
    with connected(running_account) as connection:
        ana = person(face_a, document_type="passport", document_number="AP-1")
        return connection.account.create_person(ana, mark=ana.id, within_s=LONG_S).remote_id
