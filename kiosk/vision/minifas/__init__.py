"""Two published liveness networks (MiniFASNet) from the form that their authors publish into the one that the kiosk runs.

The authors publish PyTorch state dicts: weights without a graph. This room reads them and writes ONNX, with the standard
library alone, so that `kiosk models fetch` does it on any machine: neither PyTorch nor onnx is needed, at run time or before.
The same input always gives the same bytes, so the manifest can pin both forms by sha256. Runs nothing, fetches nothing.
"""
