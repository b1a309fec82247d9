"""A grey picture of one axial slice, such as a PNG; it states neither scale nor sides."""

from pathlib import Path

import numpy as np
from skimage.io import imread

from pipeline.domain.errors import InputError, UsageError
from pipeline.domain.volume import Geometry, Volume, stored_nearest_ras

SUFFIXES = (".png", ".tif", ".tiff", ".jpg", ".jpeg")
LOSSY = (".jpg", ".jpeg")


def is_picture(path: Path) -> bool:
    """Whether the file's name is that of a picture."""
    return path.suffix.lower() in SUFFIXES


def read_picture(path: Path, pixel_mm: float | None) -> Volume:
    """One axial slice displayed as radiologists do: right on the left, the front on top.

    pixel_mm: distance between pixels, which the file does not state. Raises UsageError without
    it, InputError for a file that is no picture.
    """
    grey = np.atleast_2d(_pixels(path, pixel_mm, as_gray=True)).astype(np.float32)
    return Volume(*_as_displayed(grey, pixel_mm))


def read_picture_labels(path: Path, pixel_mm: float | None) -> tuple[np.ndarray, Geometry]:
    """Label values of a picture of one axial slice, displayed as the image is: (X, Y, 1) int64.

    Raises as `read_picture` does, and InputError for colours, several pages, values that are not
    whole numbers, or a JPEG.
    """
    if path.suffix.lower() in LOSSY:
        raise InputError(f"{path}: JPEG changes pixel values; save the labels as PNG or TIFF")
    values = _pixels(path, pixel_mm, as_gray=False)
    if values.ndim != 2:
        raise InputError(
            f"{path}: a label picture has one value per pixel, neither colours nor pages; found "
            f"shape {values.shape}"
        )
    if not np.isfinite(values).all() or not np.array_equal(values, np.rint(values)):
        raise InputError(f"{path}: label values must be whole numbers")
    return _as_displayed(values.astype(np.int64), pixel_mm)


def _pixels(path: Path, pixel_mm: float | None, as_gray: bool) -> np.ndarray:
    if pixel_mm is None or pixel_mm <= 0:
        raise UsageError(f"{path}: a picture states no scale; give it with --spacing MM")
    try:
        return np.asarray(imread(path, as_gray=as_gray))
    except Exception as error:
        raise InputError(f"{path}: not a readable picture") from error


def _as_displayed(pixels: np.ndarray, pixel_mm: float | None) -> tuple[np.ndarray, Geometry]:
    mm = float(pixel_mm or 0)
    lps_display = np.diag([-mm, -mm, 4 * mm, 1.0])
    return stored_nearest_ras(pixels.T[..., None], lps_display)
