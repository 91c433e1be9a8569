"""Compares what OpenCV computes through the shared OpenBLAS with what NumPy does: ``check.py FOLDER LIBRARY``; 0 where all agree.

The folder is the bundle's ``_internal``, whose OpenCV is loaded. Sizes are above those below which OpenCV computes by itself, and
the library says which of its functions were reached: one that was not is a failure, too.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

FAMILIES = {"gemm": 1, "gesv or getrf": 2 | 4, "posv or potrf": 8 | 16, "gesdd": 32, "gels or geqrf": 64 | 128}


def main(folder: Path, library: Path) -> int:
    """Load OpenCV from the folder, compare, say how it went."""
    import numpy as np

    sys.path.insert(0, str(folder))
    import cv2

    if not Path(cv2.__file__).is_relative_to(folder):
        sys.stderr.write("another OpenCV was loaded")
        return 1
    random = np.random.default_rng(6)
    worst = 0.0
    for kind, close in ((np.float32, 2e-3), (np.float64, 1e-8)):
        a, b = (random.standard_normal((180, 180)).astype(kind) for _ in range(2))
        square = a + 20 * np.eye(180, dtype=kind)
        positive = (a @ a.T + 180 * np.eye(180)).astype(kind)
        tall = random.standard_normal((240, 150)).astype(kind)
        right, high = (random.standard_normal((rows, 3)).astype(kind) for rows in (180, 240))
        one, other = (random.standard_normal((150, 150, 2)).astype(kind) for _ in range(2))
        product = cv2.gemm(one, other, 1.0, None, 0.0)
        complex_product = (one[..., 0] + 1j * one[..., 1]) @ (other[..., 0] + 1j * other[..., 1])
        sigma, u, vt = cv2.SVDecomp(tall)
        pairs = [
            (cv2.gemm(a, b, 1.0, None, 0.0), a @ b),
            (product[..., 0] + 1j * product[..., 1], complex_product),
            (cv2.solve(square, right, flags=cv2.DECOMP_LU)[1], np.linalg.solve(square, right)),
            (cv2.solve(positive, right, flags=cv2.DECOMP_CHOLESKY)[1], np.linalg.solve(positive, right)),
            (cv2.solve(tall, high, flags=cv2.DECOMP_QR)[1], np.linalg.lstsq(tall, high, rcond=None)[0]),
            (sigma.ravel(), np.linalg.svd(tall, compute_uv=False)),
            ((u * sigma.ravel()) @ vt, tall),
            (cv2.invert(square)[1], np.linalg.inv(square)),
        ]
        for mine, theirs in pairs:
            error = float(np.max(np.abs(mine - theirs)) / (1.0 + np.max(np.abs(theirs))))
            if not error < close:
                sys.stderr.write(f"a result differs by {error:.2g}")
                return 1
            worst = max(worst, error)
    called = ctypes.c_uint.in_dll(ctypes.CDLL(str(library)), "narrow_called").value
    unreached = [name for name, bits in FAMILIES.items() if not called & bits]
    if unreached:
        sys.stderr.write(f"never reached: {', '.join(unreached)}")
        return 1
    sys.stdout.write(f"shared, results agree (largest relative difference {worst:.1g})")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
