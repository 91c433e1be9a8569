"""An ONNX file (onnx.proto) as nodes and numbers, which can be changed, and as bytes again. Knows no network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from kiosk.vision.protobuf import NUMBER, Field, fields, integer, message, read_number, text, texts

_GRAPH = 7  # of ModelProto
_NODE, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 1, 5, 11, 12, 13  # of GraphProto
_NODE_INPUT, _NODE_OUTPUT, _OPERATION, _ATTRIBUTE, _DOMAIN = 1, 2, 4, 5, 7  # of NodeProto
_ATTRIBUTE_NAME, _ATTRIBUTE_INT, _ATTRIBUTE_TYPE = 1, 3, 20  # of AttributeProto
_DIMENSION, _DATA_TYPE, _NAME, _RAW_DATA = 1, 2, 8, 9  # of TensorProto
_VALUE_NAME = 1  # of ValueInfoProto
_FLOAT32, _INT = 1, 2  # of TensorProto.DataType, AttributeProto.AttributeType

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Node:
    """One operation.

    Attributes:
        operation: by its name; empty for one that is not of ONNX's own.
        attributes: as they are encoded, by their name.
        original: the whole as it was in the file; empty where it was not.
    """

    operation: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, bytes] = field(default_factory=dict)
    original: bytes = b""

    def integer(self, name: str, default: int) -> int:
        """What a whole number among the attributes is.

        Raises:
            ValueError: it is none.
        """
        if name not in self.attributes:
            return default
        encoded = self.attributes[name]
        (value,) = (part for part in fields(encoded) if part.number == _ATTRIBUTE_INT)
        return read_number(encoded, value.start)[0]

    def with_integer(self, name: str, value: int) -> Node:
        """The same with another whole number that is not negative."""
        encoded = text(_ATTRIBUTE_NAME, name) + integer(_ATTRIBUTE_INT, value) + integer(_ATTRIBUTE_TYPE, _INT)
        return replace(self, attributes={**self.attributes, name: encoded}, original=b"")

    def encoded(self) -> bytes:
        """A field of the graph."""
        if self.original:
            return self.original
        parts = [text(_NODE_INPUT, name) for name in self.inputs]
        parts += [text(_NODE_OUTPUT, name) for name in self.outputs]
        parts += [text(_OPERATION, self.operation), *(message(_ATTRIBUTE, each) for each in self.attributes.values())]
        return message(_NODE, b"".join(parts))


@dataclass
class Graph:
    """What a file holds.

    Attributes:
        nodes: in the order in which they are computed.
        numbers: float32 tensors by their name, for reading only; others are among ``rest``.
        given, results: names of what goes in and what comes out.
    """

    nodes: list[Node]
    numbers: dict[str, Numbers]
    given: frozenset[str]
    results: frozenset[str]
    _rest: list[bytes]
    _around: tuple[bytes, bytes]

    @classmethod
    def read(cls, model: bytes) -> Graph:
        """Take a file apart.

        Raises:
            ValueError: not an ONNX file.
        """
        (place,) = (part for part in fields(model) if part.number == _GRAPH)
        nodes: list[Node] = []
        numbers: dict[str, Numbers] = {}
        values: dict[int, set[str]] = {_INPUT: set(), _OUTPUT: set()}
        rest: list[bytes] = []
        for part in fields(model, place):
            inside = fields(model, part) if part.number in {_NODE, _INITIALIZER, *values} else []
            tensor = _tensor(model, inside) if part.number == _INITIALIZER else None
            if part.number == _NODE:
                nodes.append(_node(model, inside, model[part.tag : part.end]))
            elif tensor is not None:
                numbers[tensor[0]] = tensor[1]
            elif part.number != _VALUE_INFO:  # what is noted of the values in between may hold no longer
                rest.append(model[part.tag : part.end])
            if part.number in values:
                values[part.number].update(texts(model, inside, _VALUE_NAME))
        return cls(
            nodes,
            numbers,
            frozenset(values[_INPUT] - numbers.keys()),
            frozenset(values[_OUTPUT]),
            rest,
            (model[: place.tag], model[place.end :]),
        )

    def to_bytes(self) -> bytes:
        """The file."""
        parts = [node.encoded() for node in self.nodes]
        parts += [_encoded(name, numbers) for name, numbers in self.numbers.items()]
        before, after = self._around
        return before + message(_GRAPH, b"".join([*parts, *self._rest])) + after

    def replace_nodes(self, change: Callable[[Node], Sequence[Node]]) -> None:
        """Put others in the place of each."""
        self.nodes = [new for node in self.nodes for new in change(node)]


def _node(model: bytes, parts: list[Field], original: bytes) -> Node:
    attributes = {}
    for part in parts:
        if part.number == _ATTRIBUTE:
            (name,) = texts(model, fields(model, part), _ATTRIBUTE_NAME)
            attributes[name] = model[part.start : part.end]
    operation, inputs, outputs, domain = (
        texts(model, parts, number) for number in (_OPERATION, _NODE_INPUT, _NODE_OUTPUT, _DOMAIN)
    )
    own = not "".join(domain)
    return Node("".join(operation) if own else "", tuple(inputs), tuple(outputs), attributes, original)


def _tensor(model: bytes, parts: list[Field]) -> tuple[str, Numbers] | None:
    """None where its numbers are of another kind, or laid out in another way."""
    kinds = [read_number(model, part.start)[0] for part in parts if part.number == _DATA_TYPE]
    raw = [part for part in parts if part.number == _RAW_DATA]
    dimensions = [part for part in parts if part.number == _DIMENSION]
    if kinds != [_FLOAT32] or len(raw) != 1 or any(part.wire != NUMBER for part in dimensions):
        return None
    shape = [read_number(model, part.start)[0] for part in dimensions]
    (name,) = texts(model, parts, _NAME)
    return name, np.frombuffer(model[raw[0].start : raw[0].end], dtype="<f4").reshape(shape)


def _encoded(name: str, numbers: Numbers) -> bytes:
    shape = b"".join(integer(_DIMENSION, length) for length in numbers.shape)
    raw = message(_RAW_DATA, numbers.astype("<f4", copy=False).tobytes())
    return message(_INITIALIZER, shape + integer(_DATA_TYPE, _FLOAT32) + text(_NAME, name) + raw)
