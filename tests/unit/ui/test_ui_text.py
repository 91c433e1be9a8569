"""Every word the kiosk can say exists in every language, and a missing one never breaks the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from kiosk.details import PROBLEMS
from kiosk.domain.challenge.motion import Motion
from kiosk.domain.decision import Outcome, Reason
from kiosk.domain.errors import Code
from kiosk.domain.guidance import Hint
from kiosk.domain.person import WIRE, DocumentType, Truth
from kiosk.domain.session.states import Part
from kiosk.paths import resource
from kiosk.station.snapshot import CameraState, Link, Screen
from kiosk.ui import text as text_module
from kiosk.ui.text import LANGUAGES, Text, texts_of

_PARAMETER = re.compile(r"{\w+}")
_SAME_EVERYWHERE = {
    "app.name",
    "button.start",
    "truth.provisional",
    "details.phone_example",
    "doctor_said.both",
    "doctor_said.claim",
    "doctor_said.error",
}


@pytest.fixture
def _no_cache() -> Iterator[None]:
    texts_of.cache_clear()
    yield
    texts_of.cache_clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_keys(language: str) -> None:
    assert set(texts_of(language)) == set(texts_of("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert [key for key, words in texts_of(language).items() if not words.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_fill_in_the_same_parameters(language: str) -> None:
    english = texts_of("en")
    differing = [
        key
        for key, words in texts_of(language).items()
        if set(_PARAMETER.findall(words)) != set(_PARAMETER.findall(english[key]))
    ]
    assert differing == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_sentences_are_translated(language: str) -> None:
    english = texts_of("en")
    untouched = [
        key
        for key, words in texts_of(language).items()
        if " " in words and words == english[key] and key not in _SAME_EVERYWHERE and not key.startswith("country.")
    ]
    assert untouched == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("prefix", "closed_list"),
    [
        ("hint", Hint),
        ("hint_more", Hint),
        ("reason", Reason),
        ("next", Reason),
        ("error", Code),
        ("remedy", Code),
        ("truth", Truth),
        ("truth_more", Truth),
        ("screen", Screen),
        ("outcome", Outcome),
        ("camera", CameraState),
        ("link", Link),
        ("document", DocumentType),
        ("part", Part),
        ("challenge", Motion),
    ],
)
def test_every_member_of_a_closed_list_has_its_text(language: str, prefix: str, closed_list: type[StrEnum]) -> None:
    assert [member for member in closed_list if f"{prefix}.{member}" not in texts_of(language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_of_the_form_has_its_text(language: str) -> None:
    assert [code for code in PROBLEMS if f"problem.{code}" not in texts_of(language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_detail_has_its_label(language: str) -> None:
    assert [name for name in WIRE if f"details.{name}" not in texts_of(language)] == []


def test_consent_text_has_one_version_in_all_languages() -> None:
    assert len({texts_of(language)["consent.version"] for language in LANGUAGES}) == 1


@pytest.mark.usefixtures("_no_cache")
def test_missing_key_falls_back_to_english_then_to_the_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for language, body in {"en": '[a]\nx = "here"\ny = "only English"\n', "es": '[a]\nx = "aquí"\n'}.items():
        path = tmp_path / f"assets/text/{language}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, "utf-8")
    monkeypatch.setattr(text_module, "resource", lambda name: tmp_path / name)
    text = Text("es")
    assert (text.get("a.x"), text.get("a.y"), text.get("a.z")) == ("aquí", "only English", "a.z")
    assert text.has("a.y")
    assert not text.has("a.z")
    assert text.pick("a.nothing", "a.y") == "only English"


def test_unknown_language_speaks_english() -> None:
    assert Text("xx").get("hint.come_closer") == Text("en").get("hint.come_closer")
    assert Text("../../etc").language == "en"


def test_what_a_person_typed_is_never_filled_in_again() -> None:
    assert Text("en").get("outcome.granted_name", name="{seconds} {0}") == "Welcome, {seconds} {0}"


def test_forgotten_parameter_stays_visible() -> None:
    assert Text("en").get("step.place", number=1) == "Step 1 of {total}: {name}"


def test_one_and_many() -> None:
    text = Text("es")
    assert text.count("queue.pending", 1) == "1 por enviar"
    assert text.count("queue.pending", 12) == "12 por enviar"


def test_every_hint_has_a_sign() -> None:
    assert [hint for hint in Hint if not resource(f"assets/icons/{hint}.svg").exists()] == []
