"""Weights that are next to nothing are set to nothing: what is computed with them is slow."""

from __future__ import annotations

import numpy as np

from kiosk.vision.quick.graph import Graph

TINY = 1e-20
"""Weights smaller than this are set to zero."""


def drop_tiny_weights(graph: Graph) -> None:
    """Set every float32 weight below :data:`TINY` to zero.

    15 % of the embedding network's weights lie between 1e-20 and 1e-45, remains of its training. They change no digit of
    the result but make subnormal numbers, which the processor computes 20 times slower: measured 103 ms a call as shipped,
    15 ms without. onnxruntime's own ``session.set_denormal_as_zero`` does the same only on the thread that made the
    process's first session.
    """
    for name, numbers in graph.numbers.items():
        graph.numbers[name] = np.where(np.abs(numbers) < TINY, np.float32(0.0), numbers)
