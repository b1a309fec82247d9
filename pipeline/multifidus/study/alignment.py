"""Whether two images of the same slices show the same body in the same place."""

import numpy as np
from scipy.ndimage import gaussian_gradient_magnitude

EDGE_SIGMA_PIXELS = 1.5


def best_shift_voxels(first: np.ndarray, second: np.ndarray) -> tuple[int, int, int]:
    """Shift (X, Y, Z), in whole voxels, that brings the edges of `second` onto those of `first`.

    first, second: (X, Y, Z) images of any contrast, such as water and fat: outlines are shared
    where brightness is not. (0, 0, 0) says that they fit best as they lie.
    """
    from skimage.registration import phase_cross_correlation  # rarely needed, slow to load

    shift, _, _ = phase_cross_correlation(_edges(first), _edges(second), normalization=None)
    x, y, z = (round(float(step)) for step in shift)
    return x, y, z


def _edges(image: np.ndarray) -> np.ndarray:
    top = np.percentile(image, 99)
    clipped = np.clip(image / top if top > 0 else image, 0, 1)
    slices = [
        gaussian_gradient_magnitude(clipped[..., z], EDGE_SIGMA_PIXELS)
        for z in range(image.shape[2])
    ]
    return np.stack(slices, axis=-1)
