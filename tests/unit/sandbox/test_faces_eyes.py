from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.vision_parts import beside, flat

from kiosk.camera.stills import encode_jpeg
from kiosk.domain.errors import Code, InputError, ModelError
from kiosk.sandbox.faces import Faces, Flaw, main_flaw
from kiosk.vision.models import ModelFiles


@pytest.fixture
def faces(models: ModelFiles) -> Iterator[Faces]:
    eyes = Faces()
    yield eyes
    eyes.close()


def test_one_person_in_two_pictures_and_another(faces: Faces, models: ModelFiles):
    looks = [faces.look(models.path(name).read_bytes()) for name in ("portrait_a", "portrait_a2", "portrait_b")]
    assert [main_flaw(look) for look in looks] == [None, None, None]
    templates = []
    for look in looks:
        assert look.main is not None
        live = faces.live(look, look.main)
        assert live is not None
        assert live > 0.6
        template = faces.embed(look, look.main)
        assert template is not None
        templates.append(template)
    assert faces.compare(templates[0], templates[1]) > 0.85
    assert faces.compare(templates[0], templates[2]) < 0.5


def test_the_thumbnail_is_a_small_picture_of_the_same_face(faces: Faces, models: ModelFiles):
    look = faces.look(models.path("portrait_a").read_bytes())
    assert look.main is not None
    small = faces.look(faces.thumbnail(look, look.main))
    assert max(small.width, small.height) <= 160
    assert small.main is not None


def test_nobody_and_two_people(faces: Faces, models: ModelFiles, portrait):
    assert main_flaw(faces.look(encode_jpeg(flat(120)))) is Flaw.NO_FACE
    two = beside(portrait("portrait_a"), portrait("portrait_b"))
    assert main_flaw(faces.look(encode_jpeg(two))) is Flaw.SEVERAL


def test_bytes_that_are_no_picture(faces: Faces):
    with pytest.raises(InputError):
        faces.look(b"\xff\xd8\xff" + b"nothing" * 50)


@pytest.mark.expects_log
def test_missing_weights_say_what_to_do_and_are_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, models: ModelFiles
):
    monkeypatch.setenv("KIOSK_MODELS__DIR", str(tmp_path))
    monkeypatch.delenv("KIOSK_MODELS__MIRROR", raising=False)
    eyes = Faces()
    try:
        picture = models.path("portrait_a").read_bytes()
        with pytest.raises(ModelError) as caught:
            eyes.look(picture)
        assert caught.value.code is Code.MODEL_MISSING
        assert "kiosk models fetch" in caplog.text
        monkeypatch.setenv("KIOSK_MODELS__DIR", str(models.folder))
        assert eyes.look(picture).main is not None
    finally:
        eyes.close()


def test_closing_twice_is_harmless():
    eyes = Faces()
    eyes.close()
    eyes.close()
