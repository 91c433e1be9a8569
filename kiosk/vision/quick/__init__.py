"""What is changed in a network while it is loaded, so that it gives the same numbers sooner: ONNX bytes in, ONNX bytes out.

    graph      the file as nodes and numbers
    weights    tiny weights become zero
    blocks     channels are filled up to the blocks that onnxruntime's quick operations want
    prelu      PRelu is written with operations that are quick

The files themselves stay as they were published, and their hashes with them. Judges nothing: what is not understood is left as
it is.
"""

from __future__ import annotations

from kiosk.vision.quick.blocks import fill_blocks
from kiosk.vision.quick.graph import Graph
from kiosk.vision.quick.prelu import write_prelu_plainly
from kiosk.vision.quick.weights import drop_tiny_weights


def prepared(model: bytes) -> bytes:
    """The network as it is loaded.

    Raises:
        ValueError: not an ONNX file.
    """
    graph = Graph.read(model)
    drop_tiny_weights(graph)
    fill_blocks(graph)
    write_prelu_plainly(graph)
    return graph.to_bytes()
