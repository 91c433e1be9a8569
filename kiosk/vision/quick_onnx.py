"""ONNX files as bytes: what is changed in a network before it is loaded, so that it gives the same numbers sooner.

The files themselves stay as they were published, and their hashes with them. Knows as much of ONNX (onnx.proto)
as the two changes need, and judges nothing: what it does not understand it leaves alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kiosk.vision.protobuf import Field, every, fields, message, read_number, text, texts

TINY = 1e-20
"""Weights smaller than this are set to zero, see :func:`without_tiny_weights`."""


def prepared(model: bytes) -> bytes:
    """The network as it is loaded.

    Raises:
        ValueError: not an ONNX file.
    """
    return with_plain_prelu(without_tiny_weights(model))


def without_tiny_weights(model: bytes) -> bytes:
    """The same ONNX file with every float32 weight below :data:`TINY` set to zero.

    15 % of the embedding network's weights lie between 1e-20 and 1e-45, remains of its training. They change no digit of
    the result but make subnormal numbers, which the processor computes 20 times slower: measured 103 ms a call as shipped,
    15 ms without. onnxruntime's own ``session.set_denormal_as_zero`` does the same only on the thread that made the
    process's first session.

    Raises:
        ValueError: not an ONNX file.
    """
    edited = bytearray(model)
    for graph in every(model, _GRAPH):
        for initializer in every(model, _INITIALIZER, graph):
            tensor = fields(model, initializer)
            if not _is_float32(model, tensor):
                continue
            for field in tensor:
                if field.number in {_FLOAT_DATA, _RAW_DATA}:
                    count = (field.end - field.start) // 4
                    values = np.frombuffer(edited, dtype="<f4", count=count, offset=field.start)
                    values[np.abs(values) < TINY] = 0.0
    return bytes(edited)


def with_plain_prelu(model: bytes) -> bytes:
    """The same network with every PRelu written as ``Relu(x) + -slope * Relu(-x)``.

    onnxruntime 1.31 has no quick PRelu: half the time of the liveness and the embedding networks went into it and into
    laying out its pictures anew before and after. For each of the four it has quick ones. One of the two terms is always
    zero, so that not a bit of the result differs (measured on the four networks: 0.58 to 0.73 times the processor time).

    Raises:
        ValueError: not an ONNX file.
    """
    return b"".join(
        message(_GRAPH, _graph_with_plain_prelu(model, field))
        if field.number == _GRAPH
        else model[field.tag : field.end]
        for field in fields(model)
    )


_GRAPH = 7  # of ModelProto
_NODE, _INITIALIZER = 1, 5  # of GraphProto
_INPUT, _OUTPUT, _OPERATION = 1, 2, 4  # of NodeProto
_DATA_TYPE, _FLOAT_DATA, _NAME, _RAW_DATA = 2, 4, 8, 9  # of TensorProto
_FLOAT32 = 1


def _graph_with_plain_prelu(model: bytes, graph: Field) -> bytes:
    parts = fields(model, graph)
    slopes = {
        name: tensor
        for tensor in (fields(model, field) for field in parts if field.number == _INITIALIZER)
        for name in texts(model, tensor, _NAME)
        if _is_float32(model, tensor) and any(field.number == _RAW_DATA for field in tensor)
    }
    made: list[bytes] = []
    used: set[str] = set()
    for field in parts:
        node = fields(model, field) if field.number == _NODE else []
        match [texts(model, node, number) for number in (_OPERATION, _INPUT, _OUTPUT)]:
            case [["PRelu"], [x, slope], [y]] if slope in slopes:
                used.add(slope)
                made += _plain_prelu(x, slope, y)
            case _:
                made.append(model[field.tag : field.end])
    for name in sorted(used):
        made += _negatives(model, slopes[name], name)
    return b"".join(made)


def _plain_prelu(x: str, slope: str, y: str) -> Iterator[bytes]:
    """The nodes, in the order in which they are computed."""
    above, mirrored, below, sloped = (f"kiosk:{y}:{name}" for name in ("above", "mirrored", "below", "sloped"))
    for operation, inputs, output in (
        ("Relu", (x,), above),
        ("Mul", (x, _minus_one(slope)), mirrored),
        ("Relu", (mirrored,), below),
        ("Mul", (below, _negative(slope)), sloped),
        ("Add", (above, sloped), y),
    ):
        parts = [*(text(_INPUT, name) for name in inputs), text(_OUTPUT, output), text(_OPERATION, operation)]
        yield message(_NODE, b"".join(parts))


def _minus_one(slope: str) -> str:
    return f"kiosk:{slope}:minus_one"


def _negative(slope: str) -> str:
    return f"kiosk:{slope}:negative"


def _negatives(model: bytes, slope: list[Field], name: str) -> Iterator[bytes]:
    """Two initializers of the slope's shape: -1 throughout (a single number would cost a new layout), and the negative slope."""
    (raw,) = (model[field.start : field.end] for field in slope if field.number == _RAW_DATA)
    values = np.frombuffer(raw, dtype="<f4")
    shape = b"".join(model[field.tag : field.end] for field in slope if field.number not in {_NAME, _RAW_DATA})
    for new, content in ((_minus_one(name), np.full_like(values, -1.0)), (_negative(name), -values)):
        yield message(_INITIALIZER, shape + text(_NAME, new) + message(_RAW_DATA, content.tobytes()))


def _is_float32(model: bytes, tensor: list[Field]) -> bool:
    return any(field.number == _DATA_TYPE and read_number(model, field.start)[0] == _FLOAT32 for field in tensor)
