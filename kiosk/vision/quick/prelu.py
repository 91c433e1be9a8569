"""PRelu, written with operations that onnxruntime has quick ones for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kiosk.vision.quick.graph import Graph, Node


def write_prelu_plainly(graph: Graph) -> None:
    """Write every PRelu as ``Relu(x) + -slope * Relu(-x)``.

    onnxruntime 1.31 has no quick PRelu: half the time of the liveness and the embedding networks went into it and into
    laying out its pictures anew before and after. For each of the four it has quick ones. One of the two terms is always
    zero, so that not a bit of the result differs.
    """
    slopes = dict(graph.numbers)

    def plain(node: Node) -> Sequence[Node]:
        match node:
            case Node(operation="PRelu", inputs=(x, slope), outputs=(y,)) if slope in slopes:
                minus_one, negative = f"kiosk:{slope}:minus_one", f"kiosk:{slope}:negative"
                # A single -1 for all channels would cost a new layout.
                graph.numbers |= {minus_one: np.full_like(slopes[slope], -1.0), negative: -slopes[slope]}
                above, mirrored, below, sloped = (
                    f"kiosk:{y}:{name}" for name in ("above", "mirrored", "below", "sloped")
                )
                return (
                    Node("Relu", (x,), (above,)),
                    Node("Mul", (x, minus_one), (mirrored,)),
                    Node("Relu", (mirrored,), (below,)),
                    Node("Mul", (below, negative), (sloped,)),
                    Node("Add", (above, sloped), (y,)),
                )
            case _:
                return (node,)

    graph.replace_nodes(plain)
