"""Whether an image can show the lumbar multifidus at all, told before any network runs."""

import numpy as np

from multifidus.domain.errors import InputError
from multifidus.domain.volume import Volume

MOST_SLICES = 1000
"""No lumbar stack has more; whatever has is another kind of image or several in one. As
`params/image_limits.yml` says for files, which are refused before; here for images in memory."""

LEAST_FIELD_MM = (70.0, 45.0)
"""To the right and to the front: about the median extent of a pair of real multifidus outlines at
L4/5 (`python -m benchmarks.outline_statistics`), so that less cannot show both and the spine."""

AIR_IN_CT = -500.0
"""Hounsfield units: air lies far below, any tissue far above. MR magnitudes are not negative."""

LEAST_AIR_SHARE = 0.01


def require_fit(image: Volume) -> None:
    """Refuse an axial image in which no multifidus can be outlined, with the reason.

    Raises InputError for too many slices, a field of view too small for both sides, or values that
    look like those of CT.
    """
    x, y, z = image.geometry.shape
    if z > MOST_SLICES:
        raise InputError(f"{z} slices are no lumbar stack; give one axial series")
    x_mm, y_mm, _ = image.geometry.spacing_mm
    field = (x * x_mm, y * y_mm)
    if field[0] < LEAST_FIELD_MM[0] or field[1] < LEAST_FIELD_MM[1]:
        raise InputError(
            f"the field of view, {field[0]:.0f} x {field[1]:.0f} mm, is too small for the "
            f"multifidus on both sides; {LEAST_FIELD_MM[0]:.0f} x {LEAST_FIELD_MM[1]:.0f} mm needed"
        )
    sample = image.voxels[..., :: max(1, z // 32)]
    if float(np.mean(sample < AIR_IN_CT)) > LEAST_AIR_SHARE:
        raise InputError(
            "values below -500 look like the Hounsfield units of CT; only MR images are outlined"
        )
