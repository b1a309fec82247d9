"""One image or label map, read: `read_volume` and `read_labels`."""

from collections.abc import Mapping
from typing import Any

from multifidus.api.desk import desk
from multifidus.api.errors import at_the_door
from multifidus.api.given import PathLike, labels_of, require_place_used, volume_of
from multifidus.api.images import LabelMap, Volume, own_labels, own_volume
from multifidus.api.place import ArrayPlace
from multifidus.files.numberings import read_numbering


@at_the_door
def read_volume(
    image: Any,
    *,
    affine: Any = None,
    spacing_mm: Any = None,
    orientation: str | None = None,
    pixel_mm: float | None = None,
) -> Volume:
    """An image from a file, an array, a nibabel or a SimpleITK image.

    Parameters
    ----------
    image : path, array or image
        NIfTI, a DICOM file or folder of one series, PNG or TIFF with `pixel_mm`; a numpy array of
        three axes (two for one axial slice); a nibabel or SimpleITK image; a `Volume`.
    affine : (4, 4) array, optional
        Of an array: index to mm, patient axes RAS+ as in nibabel.
    spacing_mm : sequence of float, optional
        Of an array: mm along each of its axes, with `orientation`.
    orientation : str, optional
        Of an array: a letter per axis, the person's side that it grows towards. ``"LPS"`` for (x,
        y, z) and ``"SPL"`` for (z, y, x) of plain axial DICOM; ``"PL"`` for a displayed slice.
    pixel_mm : float, optional
        Distance between the pixels of a picture, mm; it is taken as displayed, the person's right
        on the left and the front on top.

    Returns
    -------
    Volume
        (X, Y, Z) float32, stored RAS+.

    Raises
    ------
    UsageError
        For a missing file, and for an array without scale or sides: neither is guessed.
    InputError
        For what is no grey image, holds NaN, or has a grid that no lumbar spine has.
    GeometryError
        For other than three axes, or a place that cannot be.

    Examples
    --------
    >>> import multifidus as mf
    >>> mf.read_volume(mf.samples() / "sample-01" / "axial_t2")
    Volume(230 x 142 x 29 voxels, 1.5 x 1.5 x 6 mm, RAS+, axial)
    """
    place = ArrayPlace(affine, spacing_mm, orientation, pixel_mm)
    require_place_used(place, image)
    return own_volume(volume_of(image, place))


@at_the_door
def read_labels(
    labels: Any,
    *,
    numbering: str | PathLike | Mapping[int, str] | None = None,
    affine: Any = None,
    spacing_mm: Any = None,
    orientation: str | None = None,
    pixel_mm: float | None = None,
) -> LabelMap:
    """A muscle label map of any program, brought to the project's values and doubted.

    Parameters
    ----------
    labels : path, array or image
        (X, Y, Z) whole numbers; kinds as for `read_volume`.
    numbering : str, path or mapping, optional
        What the values mean: a name that `numberings` lists, a site's YAML file, or value to
        structure such as ``{12: "right multifidus", 11: "left multifidus"}``. Default: the
        project's own, 1 right and 2 left multifidus.
    affine, spacing_mm, orientation, pixel_mm
        Where an array or picture lies; as for `read_volume`.

    Returns
    -------
    LabelMap
        (X, Y, Z) uint8, stored RAS+.

    Raises
    ------
    UsageError
        For an unknown numbering or an array without its place.
    InputError
        For values that the numbering does not know; the message names numberings that fit.
    GeometryError
        Where right muscles lie to the left of left ones, or muscles where none lie.

    Examples
    --------
    >>> import numpy as np
    >>> import multifidus as mf
    >>> values = np.zeros((40, 30, 5), int)
    >>> values[21:31, 5:15], values[9:19, 5:15] = 12, 11
    >>> own = {12: "right multifidus", 11: "left multifidus"}
    >>> labels = mf.read_labels(values, numbering=own, spacing_mm=(1, 1, 4), orientation="RAS")
    >>> labels.values
    {'right multifidus': 1, 'left multifidus': 2}
    """
    place = ArrayPlace(affine, spacing_mm, orientation, pixel_mm)
    require_place_used(place, labels)
    with desk(place) as own:
        known = read_numbering(own.numbering(numbering, labels))
        return own_labels(labels_of(labels, known, place))
