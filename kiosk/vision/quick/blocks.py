"""Channels of convolutions, filled up to whole blocks with zeros."""

from __future__ import annotations

import numpy as np

from kiosk.vision.quick.graph import Graph, Node, Numbers

BLOCK = 16
"""What AVX-512 takes at once; AVX2 takes half of it."""


def fill_blocks(graph: Graph) -> None:
    """Fill the channels between the layers up to multiples of :data:`BLOCK`.

    onnxruntime's quick convolutions want channels in such blocks. The liveness networks have 13, 26, 52, 77, 103 of them and so
    on, which it computes by slower ones and lays the pictures out anew in between. Zeros change no sum, only the order in which
    it is added up: the networks' answers differ in their sixth digit.

    A network with an operation in it to which the new channels could show is left as it is.
    """
    filling = _Filling(graph)
    try:
        nodes = [filling.followed(node) for node in graph.nodes]
    except _NotUnderstoodError:
        return
    if not any(filling.channels.get(name, 0) % BLOCK for name in graph.results):
        graph.nodes = nodes
        graph.numbers |= filling.filled


class _NotUnderstoodError(Exception):
    """There is something in the network to which channels that were added could show."""


class _Filling:
    """Follows values through the graph: which have channels that are filled up, and how many they had."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.channels: dict[str, int] = {}
        self.filled: dict[str, Numbers] = {}

    def followed(self, node: Node) -> Node:
        """The node with what it reads filled up.

        Raises:
            _NotUnderstoodError: nobody knows what it would make of more channels.
        """
        channels = self.channels
        match node:
            case Node(operation="Conv", inputs=(x, weights, *bias), outputs=(y,)):
                node = self._convolution(node, x, weights)
                channels[y] = self._graph.numbers[weights].shape[0]
                for name in bias:
                    self._fill(name, 0.0, channels[y])
            case Node(operation="BatchNormalization", inputs=(x, scale, shift, mean, variance), outputs=(y,)) if (
                x in channels
            ):
                for name in (scale, shift, mean):
                    self._fill(name, 0.0, channels[x])
                self._fill(variance, 1.0, channels[x])
                channels[y] = channels[x]
            case Node(operation="PRelu", inputs=(x, slope), outputs=(y,)) if x in channels:
                self._fill(slope, 0.0, channels[x])
                channels[y] = channels[x]
            case Node(operation="Relu" | "Sigmoid" | "GlobalAveragePool", inputs=(x,), outputs=(y,)) if x in channels:
                channels[y] = channels[x]
            case Node(operation="Add" | "Mul", inputs=(a, b), outputs=(y,)) if channels.get(a, -1) == channels.get(b):
                channels[y] = channels[a]
            case _:
                if any(channels.get(name, 0) % BLOCK for name in node.inputs):
                    raise _NotUnderstoodError
        return node

    def _convolution(self, node: Node, x: str, name: str) -> Node:
        weights = self._graph.numbers.get(name)
        if weights is None or weights.ndim != 4:
            raise _NotUnderstoodError
        gives, takes = weights.shape[:2]
        groups = node.integer("group", 1)
        if groups == 1 and self.channels.get(x) == takes:
            self._keep(name, _larger(weights, (_up(gives), _up(takes))))
        elif groups == 1 and x in self._graph.given:
            self._keep(name, _larger(weights, (_up(gives), takes)))
        elif groups == gives == self.channels.get(x) and takes == 1:
            self._keep(name, _larger(weights, (_up(gives), 1)))
            return node.with_integer("group", _up(gives))
        else:
            raise _NotUnderstoodError
        return node

    def _fill(self, name: str, value: float, channels: int) -> None:
        """One number for each channel, with or without dimensions of length one behind it."""
        numbers = self._graph.numbers.get(name)
        if numbers is None or numbers.shape[:1] != (channels,) or numbers.size != channels:
            raise _NotUnderstoodError
        self._keep(name, _larger(numbers, (_up(channels),), value))

    def _keep(self, name: str, numbers: Numbers) -> None:
        kept = self.filled.setdefault(name, numbers)
        if kept is not numbers and not np.array_equal(kept, numbers):  # read by two, who want it filled in two ways
            raise _NotUnderstoodError


def _up(channels: int) -> int:
    return -(-channels // BLOCK) * BLOCK


def _larger(numbers: Numbers, first: tuple[int, ...], value: float = 0.0) -> Numbers:
    """With other first dimensions; what is new has this value."""
    larger = np.full((*first, *numbers.shape[len(first) :]), value, dtype=np.float32)
    larger[tuple(slice(length) for length in numbers.shape)] = numbers
    return larger
