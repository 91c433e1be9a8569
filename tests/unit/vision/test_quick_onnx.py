"""Networks are loaded with tiny weights set to zero and a quick PRelu, and a broken file is a broken model."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kiosk.domain.errors import Code, ModelError
from kiosk.vision.models import ModelFiles
from kiosk.vision.onnx import Network
from kiosk.vision.quick_onnx import prepared, with_plain_prelu, without_tiny_weights


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field."""
    length, encoded = len(content), b""
    while True:
        encoded += bytes([(length & 0x7F) | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return bytes([number << 3 | 2]) + encoded + content


def _model(values: bytes, *, kind: int = 1) -> bytes:
    """A ModelProto with one tensor of raw data."""
    return _field(7, _field(5, bytes([2 << 3, kind]) + _field(9, values)))


def test_only_tiny_weights_become_zero() -> None:
    weights = (1.0, -0.5, 1e-10, 1e-25, -1e-30, 1e-42, 0.0)  # what the limit is, and why, stands beside TINY
    cleaned = without_tiny_weights(_model(struct.pack("<7f", *weights)))
    assert len(cleaned) == len(_model(struct.pack("<7f", *weights)))
    kept = struct.unpack("<7f", cleaned[-28:])
    assert kept[:3] == struct.unpack("<3f", struct.pack("<3f", *weights[:3]))
    assert kept[3:] == (0.0, 0.0, 0.0, 0.0)


def test_tensors_of_other_kinds_are_left_alone() -> None:
    model = _model(struct.pack("<4i", 1, 2, 3, 4), kind=6)  # int32: as floats these would be tiny
    assert without_tiny_weights(model) == model


@pytest.mark.parametrize("model", [b"\xff" * 30, _model(b"\0" * 8)[:-3], b"<html>no model</html>", b"\x3a"])
@pytest.mark.parametrize("change", [without_tiny_weights, with_plain_prelu, prepared])
def test_what_is_no_onnx_file_is_refused(change: Callable[[bytes], bytes], model: bytes) -> None:
    with pytest.raises(ValueError):
        change(model)


@pytest.mark.parametrize("name", ["face_embedding", "liveness_a", "liveness_b", "liveness_c"])
def test_a_quick_prelu_changes_not_a_bit(models: ModelFiles, name: str) -> None:
    import onnxruntime

    if not (path := models.path(name)).exists():
        pytest.skip(f"{name} is not fetched")
    shipped = without_tiny_weights(path.read_bytes())
    quick = with_plain_prelu(shipped)
    assert b"PRelu" in shipped
    assert b"PRelu" not in quick
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    theirs, ours = (
        onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"]) for model in (shipped, quick)
    )
    (given,) = theirs.get_inputs()
    noise = np.random.default_rng(7)
    for spread in (1.0, 60.0):
        batch = noise.normal(0, spread, (1, *given.shape[1:])).astype(np.float32)
        np.testing.assert_array_equal(ours.run(None, {given.name: batch})[0], theirs.run(None, {given.name: batch})[0])


def _node(operation: bytes, *inputs: bytes, output: bytes) -> bytes:
    return _field(1, b"".join(_field(1, name) for name in inputs) + _field(2, output) + _field(4, operation))


@pytest.mark.parametrize(
    "node",
    [
        _node(b"PRelu", b"x", b"computed", output=b"y"),  # no slope in the file
        _node(b"PRelu", b"x", output=b"y"),
        _node(b"PRelu", output=b"y"),
        _node(b"Relu", b"x", output=b"y"),
    ],
)
def test_a_node_that_is_not_understood_stays_as_it_is(node: bytes) -> None:
    slope = _field(5, bytes([2 << 3, 1]) + _field(8, b"slope") + _field(9, struct.pack("<f", 0.25)))
    model = _field(7, node + slope)
    assert with_plain_prelu(model) == model


def test_a_slope_of_another_kind_is_left_alone() -> None:
    doubles = _field(5, bytes([2 << 3, 11]) + _field(8, b"slope") + _field(9, struct.pack("<d", 0.25)))
    model = _field(7, _node(b"PRelu", b"x", b"slope", output=b"y") + doubles)
    assert with_plain_prelu(model) == model


@pytest.mark.parametrize("content", [b"", b"no model at all", b"\x3a\x05abc"])
def test_a_broken_file_is_a_broken_model(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "network.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        Network(path, name="network")
    assert caught.value.code is Code.MODEL_BROKEN
    assert "network" in caught.value.detail


def test_a_wrong_input_is_a_broken_model_and_not_a_crash(models: ModelFiles) -> None:
    network = Network(models.path("liveness_a"), name="liveness_a")
    with pytest.raises(ModelError) as caught:
        network.run(np.zeros((1, 3, 7, 7), dtype=np.float32))
    assert caught.value.code is Code.MODEL_BROKEN


def test_tiny_weights_change_no_template(models: ModelFiles) -> None:
    import onnxruntime

    path = models.path("face_embedding")
    batch = np.random.default_rng(3).normal(0, 0.4, (1, 3, 112, 112)).astype(np.float32)
    shipped = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    theirs = shipped.run(None, {shipped.get_inputs()[0].name: batch})[0]
    ours = Network(path, name="face_embedding").run(batch)
    cosine = float((ours * theirs).sum() / np.linalg.norm(ours) / np.linalg.norm(theirs))
    assert cosine == pytest.approx(1.0, abs=1e-6)
