"""Writes an ONNX file: nodes, weights, one input, one output. Knows the encoding, not the network.

ONNX is one protobuf message (onnx.proto, messages ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto,
ValueInfoProto). Fields are written in the order of their numbers, so the same graph is always the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kiosk.vision.minifas.state_dict import Tensor
from kiosk.vision.protobuf import FOUR_BYTES, integer, message, tag, text

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
        parts = [text(1, name) for name in inputs]
        parts += [text(2, output), text(3, f"{kind}_{len(self.nodes)}"), text(4, kind)]
        parts += [message(5, _attribute(name, value)) for name, value in sorted(attributes.items())]
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
                *(message(1, node) for node in self.nodes),
                text(2, self.name),
                *(message(5, weight) for weight in self.weights),
                message(11, _value(reads, shape)),
                message(12, _value(gives, out_shape)),
            ]
        )
        opset = text(1, "") + integer(2, OPSET)
        return integer(1, IR_VERSION) + text(2, PRODUCER) + message(7, graph) + message(8, opset)


def _tensor(name: str, tensor: Tensor) -> bytes:
    dimensions = b"".join(integer(1, length) for length in tensor.shape)
    return dimensions + integer(2, _FLOAT32) + text(8, name) + message(9, tensor.raw)


def _attribute(name: str, value: Attribute) -> bytes:
    match value:
        case float():
            return text(1, name) + tag(2, FOUR_BYTES) + struct.pack("<f", value) + integer(20, _ATTRIBUTE_FLOAT)
        case int():
            return text(1, name) + integer(3, value) + integer(20, _ATTRIBUTE_INT)
        case _:
            return text(1, name) + _integers(8, value) + integer(20, _ATTRIBUTE_INTS)


def _value(name: str, shape: Iterable[int]) -> bytes:
    dimensions = b"".join(message(1, integer(1, length)) for length in shape)
    tensor_type = integer(1, _FLOAT32) + message(2, dimensions)
    return text(1, name) + message(2, message(1, tensor_type))


def _integers(number: int, values: Iterable[int]) -> bytes:
    return b"".join(integer(number, value) for value in values)
