"""A grey picture of one axial slice, such as a PNG; it states neither scale nor sides."""

import math
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.volume import SLICE_OVER_PIXEL, Geometry, Volume, stored_nearest_ras
from multifidus.files.image_limits import require_possible
from multifidus.files.nifti_header import first_line

SUFFIXES = (".png", ".tif", ".tiff", ".jpg", ".jpeg")
LOSSY = (".jpg", ".jpeg")
PAGED = (".tif", ".tiff")
UNPAGED = ("PNG", "JPEG")
MOST_CHANNELS = 4


def is_picture(path: Path | str) -> bool:
    """Whether the file's name is that of a picture."""
    return Path(path).suffix.lower() in SUFFIXES


def read_picture(path: Path | str, pixel_mm: float | None) -> Volume:
    """One axial slice displayed as radiologists do: right on the left, the front on top.

    pixel_mm: distance between pixels, which the file does not state. Raises UsageError without
    it, InputError for a file that is no picture.
    """
    grey = np.atleast_2d(_pixels(Path(path), pixel_mm, as_gray=True)).astype(np.float32)
    return Volume(*_as_displayed(grey, pixel_mm))


def read_picture_labels(path: Path | str, pixel_mm: float | None) -> tuple[np.ndarray, Geometry]:
    """Label values of a picture of one axial slice, displayed as the image is: (X, Y, 1) int64.

    Raises as `read_picture` does, and InputError for colours, several pages, values that are not
    whole numbers, or a JPEG.
    """
    path = Path(path)
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
    if pixel_mm is None:
        raise UsageError(f"{path}: a picture states no scale; give it with --spacing MM")
    if not 0 < pixel_mm < math.inf:
        raise UsageError(
            f"{path}: {pixel_mm:g} mm is no distance between pixels; give what it is with --spacing"
        )
    from skimage.io import imread  # heavy: for whoever asks for a picture

    try:
        rows, columns = _stated_size(path)
        require_possible((columns, rows, 1), (pixel_mm, pixel_mm, SLICE_OVER_PIXEL * pixel_mm))
        return np.asarray(imread(path, as_gray=as_gray))
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    except Exception as error:
        raise InputError(f"{path}: not a readable picture") from error


def _stated_size(path: Path) -> tuple[int, int]:
    """Rows and columns that the file's header states; no pixel is unpacked.

    Raises InputError for several pages, or channels that need more memory than an image may.
    """
    if path.suffix.lower() in PAGED:
        from tifffile import TiffFile

        with TiffFile(path) as file:
            shape = file.series[0].shape
        channels = [n for n in shape[2:] if n > MOST_CHANNELS]
        if len(shape) < 2 or len(shape) > 3 or channels:
            raise InputError(f"one page with one picture is understood, found shape {shape}")
        return shape[0], shape[1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=UNPAGED) as picture:
                columns, rows = picture.size
                pages = int(getattr(picture, "n_frames", 1))
        except Image.DecompressionBombError as error:
            raise InputError(
                f"more pixels than any slice has ({first_line(error)}); give the slice alone"
            ) from error
    if pages > 1:
        raise InputError(f"one picture is understood, found {pages}")
    return rows, columns


def _as_displayed(pixels: np.ndarray, pixel_mm: float | None) -> tuple[np.ndarray, Geometry]:
    mm = float(pixel_mm or 0)
    lps_display = np.diag([-mm, -mm, SLICE_OVER_PIXEL * mm, 1.0])
    return stored_nearest_ras(pixels.T[..., None], lps_display)
