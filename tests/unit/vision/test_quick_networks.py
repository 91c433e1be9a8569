"""What is changed in a network while it is loaded changes how soon it answers and not what; a broken file is a broken model."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.domain.errors import Code, ModelError
from kiosk.vision import protobuf
from kiosk.vision.manifest import Pack
from kiosk.vision.minifas.onnx_file import Graph as Writer
from kiosk.vision.minifas.state_dict import Tensor
from kiosk.vision.models import ModelFiles
from kiosk.vision.onnx import Network
from kiosk.vision.quick import prepared
from kiosk.vision.quick.blocks import BLOCK, fill_blocks
from kiosk.vision.quick.graph import Graph
from kiosk.vision.quick.prelu import write_prelu_plainly
from kiosk.vision.quick.weights import drop_tiny_weights

SIDE = 6
ODD = 13
"""Channels that are no whole block."""


class Small:
    """A network of a few layers with random weights, written with the kiosk's own writer."""

    def __init__(self) -> None:
        self.writer = Writer("small")
        self._random = np.random.default_rng(11)

    def weight(self, *shape: int) -> str:
        values = self._random.normal(0, 0.5, shape).astype("<f4")
        return self.writer.weight(f"w{len(self.writer.weights)}", Tensor(shape, values.tobytes()))

    def conv(self, x: str, takes: int, gives: int, *, side: int = 1, group: int = 1, bias: bool = True) -> str:
        inputs = [x, self.weight(gives, takes // group, side, side), *([self.weight(gives)] if bias else [])]
        around = (side // 2,) * 4
        return self.writer.node("Conv", inputs, kernel_shape=(side, side), pads=around, group=group)

    def norm(self, x: str, channels: int) -> str:
        spread = self.writer.weight(
            f"w{len(self.writer.weights)}", Tensor((channels,), np.full(channels, 0.7, "<f4").tobytes())
        )
        return self.writer.node("BatchNormalization", [x, *(self.weight(channels) for _ in range(3)), spread])

    def prelu(self, x: str, channels: int) -> str:
        return self.writer.node("PRelu", [x, self.weight(channels, 1, 1)])

    def done(self, gives: str, *shape: int) -> bytes:
        return self.writer.to_bytes(reads="picture", shape=(1, 3, SIDE, SIDE), gives=gives, out_shape=(1, *shape))


def like_the_liveness_networks() -> bytes:
    """Everything that they are made of: depthwise layers, a sum, a gate."""
    net = Small()
    first = net.prelu(net.norm(net.conv("picture", 3, ODD, side=3, bias=False), ODD), ODD)
    deep = net.prelu(net.conv(first, ODD, ODD, side=3, group=ODD), ODD)
    gate = net.writer.node("Relu", [net.conv(net.writer.node("GlobalAveragePool", [deep]), ODD, 3)])
    gated = net.writer.node("Mul", [deep, net.writer.node("Sigmoid", [net.conv(gate, 3, ODD)])])
    last = net.conv(net.writer.node("Add", [gated, first]), ODD, BLOCK)
    flat = net.writer.node("Flatten", [net.writer.node("GlobalAveragePool", [last])])
    return net.done(net.writer.node("Gemm", [flat, net.weight(BLOCK, 2)]), 2)


def session_of(model: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def answer(model: bytes, picture: NDArray[np.float32]) -> Any:
    session = session_of(model)
    return session.run(None, {session.get_inputs()[0].name: picture})[0]


def picture_for(model: bytes, seed: int, spread: float = 60.0) -> NDArray[np.float32]:
    """Noise of the size that a network reads."""
    size = session_of(model).get_inputs()[0].shape[1:]
    return np.random.default_rng(seed).normal(0, spread, (1, *size)).astype(np.float32)


def filled(model: bytes) -> bytes:
    graph = Graph.read(model)
    fill_blocks(graph)
    return graph.to_bytes()


def plain(model: bytes) -> bytes:
    graph = Graph.read(model)
    write_prelu_plainly(graph)
    return graph.to_bytes()


def channels_of(model: bytes) -> set[int]:
    graph = Graph.read(model)
    return {graph.numbers[node.inputs[1]].shape[0] for node in graph.nodes if node.operation == "Conv"}


def operations(model: bytes) -> set[str]:
    return {node.operation for node in Graph.read(model).nodes}


@pytest.mark.parametrize("name", ["face_embedding", "liveness_a", "liveness_b", "liveness_c"])
def test_the_shipped_networks_answer_as_before(models: ModelFiles, name: str) -> None:
    if name in models.missing(*Pack):
        pytest.skip(f"{name} is not there")
    shipped = models.path(name).read_bytes()
    graph = Graph.read(shipped)
    drop_tiny_weights(graph)
    light = graph.to_bytes()
    quick = prepared(shipped)
    assert "PRelu" in operations(light)
    assert "PRelu" not in operations(quick)
    assert not any(channels % BLOCK for channels in channels_of(quick))
    for seed, spread in enumerate((1.0, 60.0, 120.0)):
        picture = picture_for(shipped, seed, spread)
        # Of the sums of thousands of numbers, and of what is said of them: a liveness score is judged to two digits.
        np.testing.assert_allclose(answer(quick, picture), answer(light, picture), rtol=2e-5, atol=2e-5)
        np.testing.assert_array_equal(answer(plain(light), picture), answer(light, picture))


def test_channels_are_filled_up_and_nothing_shows() -> None:
    model = like_the_liveness_networks()
    assert ODD in channels_of(model)
    for quick in (filled(model), prepared(model)):
        assert channels_of(quick) == {BLOCK}
        for seed in range(4):
            picture = picture_for(model, seed, 1.0)
            np.testing.assert_allclose(answer(quick, picture), answer(model, picture), rtol=1e-5, atol=1e-6)


def _seen_in_the_result(net: Small) -> bytes:
    return net.done(net.conv("picture", 3, ODD), ODD, SIDE, SIDE)


def _seen_by_an_unknown_operation(net: Small) -> bytes:
    shares = net.writer.node("Softmax", [net.conv("picture", 3, ODD)], axis=1)
    return net.done(net.conv(shares, ODD, BLOCK), BLOCK, SIDE, SIDE)


def _seen_after_flattening(net: Small) -> bytes:
    flat = net.writer.node("Flatten", [net.writer.node("GlobalAveragePool", [net.conv("picture", 3, ODD)])])
    return net.done(net.writer.node("Gemm", [flat, net.weight(ODD, 2)]), 2)


def _in_groups(net: Small) -> bytes:
    many = net.conv("picture", 3, 2 * ODD)
    return net.done(net.conv(many, 2 * ODD, 2 * BLOCK, group=2), 2 * BLOCK, SIDE, SIDE)


def _added_to_one(net: Small) -> bytes:
    wide, narrow = net.conv("picture", 3, ODD), net.conv("picture", 3, 1)
    return net.done(net.conv(net.writer.node("Add", [wide, narrow]), ODD, BLOCK), BLOCK, SIDE, SIDE)


def _scaled_by_weights(net: Small) -> bytes:
    scaled = net.writer.node("Mul", [net.conv("picture", 3, ODD), net.weight(ODD, 1, 1)])
    return net.done(net.conv(scaled, ODD, BLOCK), BLOCK, SIDE, SIDE)


def _one_slope_for_all(net: Small) -> bytes:
    slope = net.writer.node("PRelu", [net.conv("picture", 3, ODD), net.weight(1, 1, 1)])
    return net.done(net.conv(slope, ODD, BLOCK), BLOCK, SIDE, SIDE)


@pytest.mark.parametrize(
    "made",
    [
        _seen_in_the_result,
        _seen_by_an_unknown_operation,
        _seen_after_flattening,
        _in_groups,
        _added_to_one,
        _scaled_by_weights,
        _one_slope_for_all,
    ],
)
def test_a_network_to_which_more_channels_could_show_is_left_alone(made: Callable[[Small], bytes]) -> None:
    model = made(Small())
    picture = picture_for(model, 3, 1.0)
    assert channels_of(filled(model)) == channels_of(model)
    np.testing.assert_array_equal(answer(filled(model), picture), answer(model, picture))
    np.testing.assert_array_equal(answer(prepared(model), picture), answer(model, picture))


def _tensor(name: str, raw: bytes, *, kind: int = 1, length: int = 1) -> bytes:
    parts = [protobuf.integer(1, length), protobuf.integer(2, kind), protobuf.text(8, name), protobuf.message(9, raw)]
    return protobuf.message(5, b"".join(parts))


def _node(operation: str, *inputs: str, output: str = "y", domain: str = "") -> bytes:
    parts = [*(protobuf.text(1, name) for name in inputs), protobuf.text(2, output), protobuf.text(4, operation)]
    return protobuf.message(1, b"".join([*parts, *([protobuf.text(7, domain)] if domain else [])]))


def _file(*parts: bytes) -> bytes:
    return protobuf.integer(1, 8) + protobuf.message(7, b"".join(parts))


@pytest.mark.parametrize(
    "node",
    [
        _node("PRelu", "x", "computed"),  # no slope in the file
        _node("PRelu", "x", "doubles"),
        _node("PRelu", "x"),
        _node("PRelu"),
        _node("PRelu", "x", "slope", domain="somebody.else"),
        _node("Relu", "x"),
    ],
)
def test_a_node_that_is_not_understood_stays_as_it_is(node: bytes) -> None:
    others = _tensor("slope", struct.pack("<f", 0.25)), _tensor("doubles", struct.pack("<d", 0.25), kind=11)
    made = plain(_file(node, *others))
    assert made.count(node) == 1
    assert b"Add" not in made


def test_only_tiny_weights_become_zero() -> None:
    weights = np.array([1.0, -0.5, 1e-10, 1e-25, -1e-30, 1e-42, 0.0], np.float32)  # why stands beside TINY
    graph = Graph.read(_file(_tensor("weights", weights.tobytes(), length=7)))
    drop_tiny_weights(graph)
    assert graph.numbers["weights"].tolist() == [*weights[:3].tolist(), 0.0, 0.0, 0.0, 0.0]


def test_tensors_of_other_kinds_are_kept_as_they_are() -> None:
    whole = _tensor("counts", struct.pack("<4i", 1, 2, 3, 4), kind=6, length=4)  # as floats these would be tiny
    assert prepared(_file(whole)) == _file(whole)


@pytest.mark.parametrize(
    "model",
    [
        b"",
        b"\xff" * 30,
        b"\x3a",
        b"<html>no model</html>",
        _file(_tensor("w", b"\0" * 8, length=2))[:-3],
        _file(_tensor("w", b"\0" * 8, length=3)),  # another length than it says
        _file(_tensor("w", b"\0" * 7)),
        _file(protobuf.message(1, protobuf.message(4, b"\xff\xfe"))),  # a name that is no text
    ],
)
def test_what_is_no_onnx_file_is_refused(model: bytes) -> None:
    with pytest.raises(ValueError):
        prepared(model)


@pytest.mark.parametrize("content", [b"", b"no model at all", b"\x3a\x05abc", _file(_node("Conv", "x", "w"))])
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
    path = models.path("face_embedding")
    batch = np.random.default_rng(3).normal(0, 0.4, (1, 3, 112, 112)).astype(np.float32)
    theirs = answer(path.read_bytes(), batch)
    ours = Network(path, name="face_embedding").run(batch)
    cosine = float((ours * theirs).sum() / np.linalg.norm(ours) / np.linalg.norm(theirs))
    assert cosine == pytest.approx(1.0, abs=1e-6)
