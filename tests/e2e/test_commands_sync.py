"""``kiosk sync`` against a real sandbox: what waits is shown, sent once, named where it is refused; every link has its name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.api_parts import free_port
from support.online import jpeg, near
from support.patience import PATIENCE_S
from support.records import enrolment
from support.sandbox import Sandbox, sandbox_process

from kiosk.cli import root
from kiosk.domain.face import Pixels
from kiosk.domain.ids import new_id
from kiosk.domain.person import Details, Person, PersonId, Truth
from kiosk.keys import open_vault
from kiosk.profile import open_profile
from kiosk.station.clock import SystemClock
from kiosk.store.sqlite import SqliteStore
from kiosk.vision.models import ModelFiles

DETAILS = Details(
    first_name="Ana", last_name="Prueba", email="ana@example.com", document_type="passport", document_number="XK1"
)
ENTRY = {"id", "action", "subject", "fields", "image_bytes"}


@dataclass
class Desk:
    """A profile, and the sandbox whose account it has."""

    sandbox: Sandbox
    profile: Path
    models: ModelFiles
    portrait: Callable[[str], Pixels]

    def face(self, name: str = "portrait_a", larger: float = 3.0) -> bytes:
        """A portrait, large enough for the account unless said otherwise."""
        return jpeg(near(self.portrait(name), larger))

    def run(self, *arguments: str, env: dict[str, str] | None = None, input: str = "") -> tuple[int, str, str]:
        words = [*arguments, "--profile", str(self.profile)]
        account = {
            "KIOSK_API__BASE_URL": self.sandbox.base_url,
            "KIOSK_API__TOKEN": self.sandbox.token,
            "KIOSK_API__DEADLINE_S": "10",
        }
        result = CliRunner().invoke(root, words, input=input, env=account | (env or {}), prog_name="kiosk")
        for private in ("eyJ", "/9j/", "Prueba", "ana@example.com"):
            assert private not in result.stderr
        return result.exit_code, result.stdout, result.stderr

    def sync(self, *arguments: str, env: dict[str, str] | None = None) -> tuple[int, Any]:
        status, out, err = self.run("sync", *arguments, "--json", env=env)
        assert out, (status, err)
        return status, json.loads(out)

    def with_store(self, act: Callable[[SqliteStore], Any], *, outgoing: bool = True) -> Any:
        profile = open_profile(self.profile)
        store = SqliteStore.open(profile.database, clock=SystemClock(), key=open_vault(profile.root), outgoing=outgoing)
        try:
            return act(store)
        finally:
            store.close()

    def enrol(self, name: str, face: bytes, *, outgoing: bool = True) -> PersonId:
        """As the desk does, without looking at the picture again."""
        details = replace(DETAILS, first_name=name, document_number=f"XK{name}", email=f"{name}@example.com".lower())
        whole = replace(enrolment(new_id(SystemClock().now()), details=details), face_image=face)
        return PersonId(self.with_store(lambda store: store.enrol(whole), outgoing=outgoing).id)

    def edit(self, person: PersonId, **changes: str) -> Person:
        def act(store: SqliteStore) -> Person:
            known = store.person(person)
            return store.update(replace(known, details=replace(known.details, **changes)))

        return self.with_store(act)  # type: ignore[no-any-return]

    def person(self, person: PersonId) -> Person:
        return self.with_store(lambda store: store.person(person))  # type: ignore[no-any-return]

    def there(self) -> list[dict[str, Any]]:
        """Everybody at the account."""
        return list(self.sandbox.client.get("/v2/persons?limit=100").raise_for_status().json()["data"])


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One for all tests here, as a process: its eyes take seconds to open."""
    with sandbox_process(tmp_path_factory.mktemp("account")) as running:
        yield running


@pytest.fixture
def desk(sandbox: Sandbox, tmp_path: Path, models: ModelFiles, portrait: Callable[[str], Pixels]) -> Desk:
    """Nobody at the account, nobody here, no faults."""
    sandbox.set_faults("")
    for person in sandbox.client.get("/v2/persons?limit=100").raise_for_status().json()["data"]:
        sandbox.client.delete(f"/v2/persons/{person['id']}").raise_for_status()
    return Desk(sandbox, tmp_path / "desk", models, portrait)


def test_a_desk_whose_cable_was_pulled(desk: Desk, tmp_path: Path) -> None:
    """The whole way: enrolled without a link, seen waiting, previewed, sent when the link is back, and never again."""
    details = tmp_path / "ana.json"
    details.write_text(
        json.dumps({"firstName": "Ana", "lastName": "Prueba", "documentType": "passport", "documentNumber": "XK123456"})
    )
    pulled = {"KIOSK_API__BASE_URL": f"http://127.0.0.1:{free_port()}"}
    picture = str(desk.models.path("portrait_a"))
    status, out, _ = desk.run("enroll", "--image", picture, "--details", str(details), "--json", env=pulled)
    enrolled = json.loads(out)
    assert (status, enrolled["enrolled"], enrolled["truth"]) == (0, True, "provisional")

    status, seen = desk.sync("status", env=pulled)
    assert (status, seen["pending"], seen["buried"], seen["link"]) == (0, 1, 0, "no_link")
    assert seen["oldest_s"] > 0.0

    status, shown = desk.sync("preview", env=pulled)
    (entry,) = shown
    assert (status, set(entry), entry["action"]) == (0, ENTRY, "create_person")
    assert {"firstName", "lastName", "documentNumber"} <= set(entry["fields"])
    assert entry["image_bytes"] > 5000
    assert "Ana" not in json.dumps(shown)

    status, report = desk.sync("run", env=pulled)
    assert (status, report["sent"], report["pending"], report["link"]) == (3, 0, 1, "no_link")
    assert desk.there() == []

    status, seen = desk.sync("status")
    assert (seen["pending"], seen["link"]) == (1, "online")
    status, report = desk.sync("run")
    assert (status, report["sent"], report["pending"], report["buried"], report["link"]) == (0, 1, 0, 0, "online")
    assert [person["documentNumber"] for person in desk.there()] == ["XK123456"]

    status, again = desk.sync("run")
    assert (status, again["sent"], again["found"], again["refused"]) == (0, 0, 0, 0)
    assert len(desk.there()) == 1
    settled = desk.sync("status")[1]
    assert abs(settled["clock_offset_s"]) < 30.0, "as the sync measured it"
    assert settled | {"link": "", "clock_offset_s": 0.0} == {
        "pending": 0, "in_doubt": 0, "buried": 0, "conflicts": 0, "gone_kept": 0, "clock_offset_s": 0.0, "oldest_s": 0.0,
        "link": "",
    }  # fmt: skip


def test_whoever_was_enrolled_before_there_was_an_account_is_sent_by_the_first_sync(desk: Desk) -> None:
    ana = desk.enrol("Ana", desk.face(), outgoing=False)
    assert desk.person(ana).truth is Truth.LOCAL
    no_account = {"KIOSK_API__TOKEN": ""}
    assert desk.sync("status", env=no_account)[1]["link"] == "offline"
    assert desk.sync("preview", env=no_account)[1] == []
    assert desk.person(ana).truth is Truth.LOCAL
    assert [entry["subject"] for entry in desk.sync("preview")[1]] == [ana]
    assert desk.sync("run")[1]["sent"] == 1
    assert desk.person(ana).truth is Truth.CONFIRMED
    assert len(desk.there()) == 1


def test_without_an_account_nothing_can_be_sent(desk: Desk) -> None:
    status, answer = desk.sync("run", env={"KIOSK_API__TOKEN": ""})
    assert (status, answer["error"]["code"]) == (3, "api_not_configured")


@pytest.fixture
def refused(desk: Desk) -> tuple[Desk, PersonId, str]:
    """Ben's face is too small for the account; Ana is behind him and goes out all the same."""
    ben = desk.enrol("Ben", desk.face("portrait_b", 2.0))
    desk.enrol("Ana", desk.face())
    status, report = desk.sync("run")
    assert (status, report["sent"], report["refused"], report["buried"], report["pending"]) == (1, 1, 1, 1, 0)
    (row,) = desk.sync("review")[1]
    return desk, ben, row["id"]


def test_review_says_why_the_account_refused(refused: tuple[Desk, PersonId, str]) -> None:
    desk, ben, row = refused
    status, listed = desk.sync("review", "list")
    (entry,) = listed
    assert status == 0
    assert (entry["id"], entry["action"], entry["subject"], entry["tries"]) == (row, "create_person", ben, 1)
    assert entry["code"] == "api_picture_unfit"
    assert entry["reason"] == "ERR_LIVENESS_FACE_TOO_SMALL"
    status, out, err = desk.run("sync", "review")
    assert (status, err) == (0, "")
    assert row in out
    assert "api_picture_unfit" in out
    assert out.endswith("1 refused\n")
    assert "Ben" not in out
    assert desk.person(ben).truth is Truth.REFUSED
    status, again = desk.sync("run")
    assert (status, again["sent"], again["refused"], again["buried"]) == (0, 0, 0, 1)
    assert [person["firstName"] for person in desk.there()] == ["Ana"]


def test_a_refused_row_is_retried_only_with_a_reason_and_refused_again(refused: tuple[Desk, PersonId, str]) -> None:
    desk, _, row = refused
    for reason in ((), ("--reason", "  ")):
        assert desk.run("sync", "review", "retry", row, *reason)[0] == 2
    status, done = desk.sync("review", "retry", row, "--reason", "a second look")
    assert (status, done) == (0, {"id": row, "retried": True})
    assert desk.sync("status")[1]["pending"] == 1
    status, report = desk.sync("run")
    assert (status, report["sent"], report["refused"]) == (1, 0, 1)
    lines = desk.with_store(lambda store: [(line.action, line.detail) for line in store.audit()])
    assert ("outbox_retried", "create_person a second look") in lines


def test_a_dropped_row_stays_here_and_is_never_sent(refused: tuple[Desk, PersonId, str]) -> None:
    desk, ben, row = refused
    status, done = desk.sync("review", "drop", row, "--reason", "enrolled twice")
    assert (status, done) == (0, {"id": row, "dropped": True})
    assert desk.sync("review")[1] == []
    assert desk.person(ben).truth is Truth.LOCAL
    status, report = desk.sync("run")
    assert (status, report["sent"], report["buried"]) == (0, 0, 0)
    assert len(desk.there()) == 1
    lines = desk.with_store(lambda store: [(line.action, line.detail) for line in store.audit()])
    assert ("outbox_dropped", "create_person enrolled twice") in lines


@pytest.mark.parametrize("what", ["retry", "drop"])
def test_a_row_that_is_not_refused_cannot_be_reviewed(desk: Desk, what: str) -> None:
    ana = desk.enrol("Ana", desk.face())
    for row in (ana, "nobody"):
        status, answer = desk.sync("review", what, row, "--reason", "try")
        assert (status, answer["error"]["code"]) == (3, "store_failed")
    assert desk.sync("status")[1]["pending"] == 1


def test_an_edit_here_and_there_is_kept_for_review(desk: Desk) -> None:
    ana = desk.enrol("Ana", desk.face())
    assert desk.sync("run")[0] == 0
    (there,) = desk.there()
    desk.sandbox.client.put(f"/v2/persons/{there['id']}", json={"phone": "+573009999999"}).raise_for_status()
    desk.edit(ana, phone="+573001111111")
    assert desk.sync("run")[0] == 0
    (there,) = desk.there()
    assert there["phone"] == "+573009999999"
    (conflict,) = desk.sync("review", "conflicts")[1]
    assert (conflict["person"], conflict["kept"]) == (ana, {"phone": "+573001111111"})
    assert desk.sync("status")[1]["conflicts"] == 1
    assert desk.person(ana).details.phone == "+573009999999"
    assert desk.run("sync", "review", "conflicts", "--resolve", conflict["id"])[0] == 2
    status, done = desk.sync("review", "conflicts", "--resolve", conflict["id"], "--reason", "theirs is newer")
    assert (status, done) == (0, {"id": conflict["id"], "resolved": True})
    assert desk.sync("review", "conflicts")[1] == []


LINKS = [
    ("http401=1", "unauthorized", "api_unauthorized"),
    ("http402=1", "no_credits", "api_no_credits"),
    ("http429=1", "throttled", "api_throttled"),
    ("http500=1", "server_error", "api_server_error"),
    ("not_json=1", "server_error", "api_unreadable"),
    ("reset=1", "no_link", "api_reply_lost"),
]


@pytest.mark.parametrize(("fault", "link", "code"), LINKS)
def test_every_trouble_of_the_link_has_its_name(desk: Desk, fault: str, link: str, code: str) -> None:
    desk.enrol("Ana", desk.face())
    desk.sandbox.set_faults(fault)
    try:
        assert desk.sync("status")[1]["link"] == link
        status, report = desk.sync("run")
        _, _, err = desk.run("sync", "run")
    finally:
        desk.sandbox.set_faults("")
    assert (status, report["sent"], report["link"], report["code"]) == (3, 0, link, code)
    assert report["pending"] == 1
    assert err


def test_a_lost_reply_is_looked_up_by_the_same_run_and_nobody_is_there_twice(desk: Desk) -> None:
    ana = desk.enrol("Ana", desk.face())
    desk.sandbox.set_faults("lost_reply=1", times=1, path="/v2/persons/liveness")
    status, report = desk.sync("run")
    assert (status, report["sent"], report["found"], report["pending"]) == (0, 0, 1, 0)
    assert desk.person(ana).truth is Truth.CONFIRMED
    assert len(desk.there()) == 1


def test_a_sync_that_is_killed_is_finished_by_the_next_one(desk: Desk) -> None:
    """The account carries the request out some seconds after its sender is gone."""
    for name, face in (("Ana", "portrait_a"), ("Ben", "portrait_b")):
        desk.enrol(name, desk.face(face))
    desk.sandbox.set_faults("lost_reply=1,latency=3000", times=1, path="/v2/persons/liveness")
    before = desk.sandbox.state()["struck"].get("lost_reply", 0)
    env = {
        **os.environ,
        "KIOSK_API__BASE_URL": desk.sandbox.base_url,
        "KIOSK_API__TOKEN": desk.sandbox.token,
    }
    command = [sys.executable, "-m", "kiosk", "sync", "run", "--json", "--profile", str(desk.profile)]
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _until(lambda: desk.sandbox.state()["struck"].get("lost_reply", 0) > before)
        process.kill()
    assert desk.there() == []
    status, report = desk.sync("run")
    assert (status, report["sent"], report["found"]) == (0, 1, 1)
    assert sorted(person["firstName"] for person in desk.there()) == ["Ana", "Ben"]


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "no request came"
        time.sleep(0.05)


def test_words_for_people(desk: Desk) -> None:
    desk.enrol("Ana", desk.face())
    status, out, err = desk.run("sync", "status")
    assert (status, err) == (0, "")
    assert out.startswith("Waiting   1\n")
    assert out.endswith("Link      online\n")
    status, out, _ = desk.run("sync", "preview")
    assert "picture" in out
    assert "1 record to send" in out
    status, out, err = desk.run("sync", "run")
    assert status == 0
    assert "1 sent, 0 found there already, 0 refused; 0 still wait." in out
    assert "records" in err
