"""Images and label maps as a researcher handles them: short in words, and plotted."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from multifidus.api.errors import at_the_door
from multifidus.api.exchange import to_nibabel, to_sitk
from multifidus.api.place import in_order
from multifidus.domain import volume
from multifidus.domain.anatomy import LABEL_OF, VERTEBRA_LABEL_OF
from multifidus.domain.errors import UsageError
from multifidus.domain.volume import require_same_grid

if TYPE_CHECKING:
    import nibabel
    import SimpleITK
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class Volume(volume.Volume):
    """An image with its place in the person.

    `read_volume` makes it, from a file, an array, a nibabel or a SimpleITK image.

    Attributes
    ----------
    voxels : numpy.ndarray
        (X, Y, Z) float32, read-only. X grows to the person's right, Y to the front, Z to the head
        (RAS+), whatever the order of the source; `array` gives any other order.
    geometry : Geometry
        Shape, affine (voxel index to mm, RAS+), spacing and plane.
    gaps : numpy.ndarray or None
        (X, Y, Z) bool, voxels without a value, of images read with gaps; else None.

    Examples
    --------
    >>> import numpy as np
    >>> import multifidus as mf
    >>> mf.read_volume(np.zeros((40, 30, 5)), spacing_mm=(1, 1, 4), orientation="LPS")
    Volume(40 x 30 x 5 voxels, 1 x 1 x 4 mm, RAS+, axial)
    """

    def _repr_html_(self) -> str:
        from multifidus.api.html import image_html

        return image_html(self, None)

    @at_the_door
    def array(self, orientation: str = "RAS") -> np.ndarray:
        """The voxels in another axis order.

        Parameters
        ----------
        orientation : str
            A letter per axis, the person's side that it grows towards: `SPL` is the (z, y, x) of
            a SimpleITK array that was axial DICOM.

        Returns
        -------
        numpy.ndarray
            float32, a view where it can be one.

        Raises
        ------
        UsageError
            For letters that are no orientation.
        """
        return in_order(self.voxels, orientation)

    def to_nibabel(self) -> "nibabel.Nifti1Image":
        """The image as nibabel's, stored RAS+ with its affine."""
        return to_nibabel(self.voxels, self.geometry)

    def to_sitk(self) -> "SimpleITK.Image":
        """The image as SimpleITK's, placed in LPS+ as that library does."""
        return to_sitk(self.voxels, self.geometry)

    @at_the_door
    def save(self, path: "str | os.PathLike[str]") -> Path:
        """Write the image as NIfTI, `.nii` or `.nii.gz`; returns the path.

        Raises
        ------
        UsageError
            For a name that ends otherwise.
        """
        from multifidus.files.nifti import write_volume

        write_volume(self, target := _nifti_name(path))
        return target

    @at_the_door
    def plot(
        self,
        z: int | None = None,
        labels: "LabelMap | None" = None,
        ax: "Axes | None" = None,
    ) -> "Axes":
        """One slice as a radiologist sees it, with outlines where labels are given.

        The person's right is on the left of the picture and marked R, the front on top; sagittal
        slices have the front on the left. Axes are in mm.

        Parameters
        ----------
        z : int, optional
            Index of the slice: from 0 at the feet (axial), from the person's left (sagittal).
            Default: the slice with most labels, else the middle one.
        labels : LabelMap, optional
            Outlines on the same grid.
        ax : matplotlib.axes.Axes, optional
            Axes to draw on; a new figure's where none are given.

        Returns
        -------
        matplotlib.axes.Axes
            The axes drawn on.

        Raises
        ------
        UsageError
            For a slice that is not there.
        GeometryError
            For labels of another grid.
        """
        from multifidus.report.pictures.slices import draw_slice, new_axes, shown_slice

        if labels is not None:
            require_same_grid(self.geometry, labels.geometry)
        index = shown_slice(self, labels, z)
        axes = new_axes() if ax is None else ax
        draw_slice(axes, self, index, labels, of_vertebrae=_is_of_vertebrae(labels))
        return axes


@dataclass(frozen=True, eq=False, repr=False)
class LabelMap(volume.LabelMap):
    """A label map with its place in the person.

    `read_labels`, `segment` and `label_levels` make it.

    Attributes
    ----------
    voxels : numpy.ndarray
        (X, Y, Z) uint8, read-only, stored RAS+ as those of `Volume`; 0 is background. Muscles: 1
        right and 2 left multifidus, 3 and 4 erector spinae, 5 and 6 psoas. Vertebrae: 1 to 5 = L1
        to L5, 6 = T12, 7 = T11, 8 = S1.
    geometry : Geometry
        Shape, affine, spacing and plane.
    notes : tuple of str
        What was assumed and what stands in doubt; read them.
    of : {'muscles', 'vertebrae'}
        What the values stand for.

    Examples
    --------
    >>> import numpy as np
    >>> import multifidus as mf
    >>> labels = np.zeros((40, 30, 5), int)
    >>> labels[21:31, 5:15], labels[9:19, 5:15] = 1, 2
    >>> mf.read_labels(labels, spacing_mm=(1, 1, 4), orientation="RAS")
    LabelMap(40 x 30 x 5 voxels, 1 x 1 x 4 mm, RAS+, axial; right and left multifidus on 5 slices)
    """

    notes: tuple[str, ...] = ()
    of: Literal["muscles", "vertebrae"] = "muscles"

    def __repr__(self) -> str:
        return f"LabelMap({self.geometry.words}; {self._content})"

    def _repr_html_(self) -> str:
        from multifidus.api.html import image_html

        return image_html(self, self._content, self.notes)

    @property
    def values(self) -> dict[str, int]:
        """What is labelled, in words, and the value it has."""
        there = set(np.unique(self.voxels).tolist())
        if self.of == "vertebrae":
            return {part.value: n for part, n in VERTEBRA_LABEL_OF.items() if n in there}
        words = {structure.words: value for structure, value in LABEL_OF.items()}
        return {name: n for name, n in words.items() if n in there}

    @property
    def _content(self) -> str:
        axis = 0 if self.of == "vertebrae" else 2
        others = tuple(k for k in range(3) if k != axis)
        slices = int(np.count_nonzero(self.voxels.any(axis=others)))
        if not slices:
            return "empty"
        names = list(self.values)
        if self.of == "vertebrae":
            return f"{', '.join(names)} on {slices} slices"
        sides: dict[str, list[str]] = {}
        for name in names:
            side, _, muscle = name.partition(" ")
            sides.setdefault(muscle, []).append(side)
        listed = ", ".join(f"{' and '.join(there)} {muscle}" for muscle, there in sides.items())
        return f"{listed} on {slices} slice{'s' if slices != 1 else ''}"

    @at_the_door
    def array(self, orientation: str = "RAS") -> np.ndarray:
        """The label values in another axis order, uint8; as `Volume.array`."""
        return in_order(self.voxels, orientation)

    def to_nibabel(self) -> "nibabel.Nifti1Image":
        """The label map as nibabel's image, stored RAS+ with its affine."""
        return to_nibabel(self.voxels, self.geometry)

    def to_sitk(self) -> "SimpleITK.Image":
        """The label map as SimpleITK's image, placed in LPS+ as that library does."""
        return to_sitk(self.voxels, self.geometry)

    @at_the_door
    def save(self, path: "str | os.PathLike[str]") -> Path:
        """Write the label map as NIfTI, `.nii` or `.nii.gz`; returns the path.

        Raises
        ------
        UsageError
            For a name that ends otherwise.
        """
        from multifidus.files.nifti import write_labels

        write_labels(self, target := _nifti_name(path))
        return target

    @at_the_door
    def plot(
        self, z: int | None = None, image: volume.Volume | None = None, ax: "Axes | None" = None
    ) -> "Axes":
        """The outlines of one slice, over its image where one is given; as `Volume.plot`."""
        shown = np.zeros(self.geometry.shape, np.float32) if image is None else image.voxels
        under = Volume(shown, self.geometry if image is None else image.geometry)
        return under.plot(z, self, ax)


def own_volume(given: volume.Volume) -> Volume:
    """The image as the door hands it out; the voxels are not copied."""
    return Volume(given.voxels, given.geometry, given.gaps)


def own_labels(
    given: volume.LabelMap,
    notes: tuple[str, ...] = (),
    of: Literal["muscles", "vertebrae"] = "muscles",
) -> LabelMap:
    """The label map as the door hands it out."""
    return LabelMap(given.voxels, given.geometry, notes, of)


def _is_of_vertebrae(labels: volume.LabelMap | None) -> bool:
    return isinstance(labels, LabelMap) and labels.of == "vertebrae"


def _nifti_name(path: "str | os.PathLike[str]") -> Path:
    from multifidus.files.nifti import is_nifti

    if not is_nifti(Path(path)):
        raise UsageError(f"{path}: an image is written as .nii or .nii.gz")
    return Path(path)
