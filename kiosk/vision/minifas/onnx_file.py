"""Writes an ONNX file: nodes, weights, one input, one output. Knows the encoding, not the network.

ONNX is one protobuf message (onnx.proto, messages ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto,
ValueInfoProto). Fields are written in the order of their numbers, so the same graph is always the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kiosk.vision.minifas.state_dict import Tensor

IR_VERSION = 8
OPSET = 13
PRODUCER = "kiosk"

_FLOAT32 = 1
_ATTRIBUTE_FLOAT, _ATTRIBUTE_INT, _ATTRIBUTE_INTS = 1, 2, 7

Attribute = float | int | tuple[int, ...]


@dataclass(slots=True)
class Graph:
    """Nodes in the order in which they run. Names of values are made here and count up."""

    name: str
    nodes: list[bytes] = field(default_factory=list)
    weights: list[bytes] = field(default_factory=list)

    def weight(self, name: str, tensor: Tensor) -> str:
        """Keep weights under their name."""
        self.weights.append(_tensor(name, tensor))
        return name

    def node(self, kind: str, inputs: Sequence[str], **attributes: Attribute) -> str:
        """One more operation; the name of its only output."""
        output = f"v{len(self.nodes)}"
        parts = [_text(1, name) for name in inputs]
        parts += [_text(2, output), _text(3, f"{kind}_{len(self.nodes)}"), _text(4, kind)]
        parts += [_message(5, _attribute(name, value)) for name, value in sorted(attributes.items())]
        self.nodes.append(b"".join(parts))
        return output

    def to_bytes(self, *, reads: str, shape: Sequence[int], gives: str, out_shape: Sequence[int]) -> bytes:
        """The whole file.

        Args:
            reads: name of the input.
            shape: of the input.
            gives: name of the value that is the output.
            out_shape: of the output.
        """
        graph = b"".join(
            [
                *(_message(1, node) for node in self.nodes),
                _text(2, self.name),
                *(_message(5, weight) for weight in self.weights),
                _message(11, _value(reads, shape)),
                _message(12, _value(gives, out_shape)),
            ]
        )
        opset = _text(1, "") + _integer(2, OPSET)
        return _integer(1, IR_VERSION) + _text(2, PRODUCER) + _message(7, graph) + _message(8, opset)


def _tensor(name: str, tensor: Tensor) -> bytes:
    dimensions = b"".join(_integer(1, length) for length in tensor.shape)
    return dimensions + _integer(2, _FLOAT32) + _text(8, name) + _message(9, tensor.raw)


def _attribute(name: str, value: Attribute) -> bytes:
    match value:
        case float():
            return _text(1, name) + _tag(2, 5) + struct.pack("<f", value) + _integer(20, _ATTRIBUTE_FLOAT)
        case int():
            return _text(1, name) + _integer(3, value) + _integer(20, _ATTRIBUTE_INT)
        case _:
            return _text(1, name) + _integers(8, value) + _integer(20, _ATTRIBUTE_INTS)


def _value(name: str, shape: Iterable[int]) -> bytes:
    dimensions = b"".join(_message(1, _integer(1, length)) for length in shape)
    tensor_type = _integer(1, _FLOAT32) + _message(2, dimensions)
    return _text(1, name) + _message(2, _message(1, tensor_type))


def _integers(number: int, values: Iterable[int]) -> bytes:
    return b"".join(_integer(number, value) for value in values)


def _integer(number: int, value: int) -> bytes:
    return _tag(number, 0) + _varint(value)


def _text(number: int, value: str) -> bytes:
    return _message(number, value.encode())


def _message(number: int, content: bytes) -> bytes:
    return _tag(number, 2) + _varint(len(content)) + content


def _tag(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _varint(value: int) -> bytes:
    """Non-negative numbers only; nothing here is negative."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
