"""A grey picture of one axial slice, such as a PNG; it states neither scale nor sides."""

from pathlib import Path

import numpy as np
from skimage.io import imread

from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.volume import Volume, stored_nearest_ras

SUFFIXES = (".png", ".tif", ".tiff", ".jpg", ".jpeg")


def is_picture(path: Path) -> bool:
    """Whether the file's name is that of a picture."""
    return path.suffix.lower() in SUFFIXES


def read_picture(path: Path, pixel_mm: float | None) -> Volume:
    """One axial slice displayed as radiologists do: right on the left, the front on top.

    pixel_mm: distance between pixels, which the file does not state. Raises UsageError without
    it, InputError for a file that is no picture.
    """
    if pixel_mm is None or pixel_mm <= 0:
        raise UsageError(f"{path}: a picture states no scale; give it with --spacing MM")
    try:
        grey = np.atleast_2d(imread(path, as_gray=True)).astype(np.float32)
    except Exception as error:
        raise InputError(f"{path}: not a readable picture") from error
    lps_display = np.diag([-pixel_mm, -pixel_mm, 4 * pixel_mm, 1.0])
    return Volume(*stored_nearest_ras(grey.T[..., None], lps_display))
