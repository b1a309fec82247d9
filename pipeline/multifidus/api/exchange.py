"""Images of nibabel and SimpleITK: taken with their place in the person, and given."""

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from multifidus.api.place import HOW
from multifidus.domain.errors import InputError
from multifidus.domain.volume import Geometry

if TYPE_CHECKING:
    import nibabel
    import SimpleITK

LPS = np.diag([-1.0, -1.0, 1.0])
"""RAS+ to LPS+, in which SimpleITK and DICOM state places, and back."""

OTHER_UNITS = ("meter", "micron")


def is_nibabel(given: Any) -> bool:
    """Whether it is an image of nibabel, which is loaded then."""
    nibabel = sys.modules.get("nibabel")
    return nibabel is not None and isinstance(given, nibabel.spatialimages.SpatialImage)


def is_sitk(given: Any) -> bool:
    """Whether it is an image of SimpleITK, which is loaded then."""
    sitk = sys.modules.get("SimpleITK")
    return sitk is not None and isinstance(given, sitk.Image)


def from_nibabel(image: Any, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Values, in the order they are stored, and RAS+ affine of a nibabel image.

    Raises InputError where it does not state its orientation, other than three axes, or another
    unit than mm.
    """
    header = image.header
    if "sform_code" not in header:
        if type(image).__name__ != "MGHImage":
            kind = type(image).__name__
            raise InputError(f"{name}: {kind} does not surely state right and left; give NIfTI")
    elif not int(header["sform_code"]) and not int(header["qform_code"]):
        raise InputError(
            f"{name}: the header states no orientation (sform and qform code 0), so right and left "
            "are unknown; give the array with affine="
        )
    elif (unit := header.get_xyzt_units()[0]) in OTHER_UNITS:
        raise InputError(f"{name}: the header states its lengths in {unit}s, not in mm")
    shape = tuple(image.shape)
    if len(shape) < 3 or any(n != 1 for n in shape[3:]):
        raise InputError(f"{name}: expected three axes, found shape {shape}")
    return np.asanyarray(image.dataobj).reshape(shape[:3]), np.array(image.affine, float)


def from_sitk(image: Any, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Values (x, y, z) and RAS+ affine of a SimpleITK image, which is placed in LPS+.

    Raises InputError for colour, other than three axes, and a place that nobody stated.
    """
    import SimpleITK

    if image.GetNumberOfComponentsPerPixel() != 1:
        raise InputError(f"{name}: the image is in colour; give the grey one")
    if image.GetDimension() != 3:
        raise InputError(
            f"{name}: a SimpleITK image of {image.GetDimension()} axes has no place in the person; "
            "give the stack, or a picture's path with pixel_mm="
        )
    spacing, origin = np.array(image.GetSpacing()), np.array(image.GetOrigin())
    direction = np.array(image.GetDirection()).reshape(3, 3)
    if (spacing == 1).all() and not origin.any() and np.array_equal(direction, np.eye(3)):
        raise InputError(
            f"{name}: spacing 1 x 1 x 1, origin 0 and no direction are what SimpleITK sets where "
            f"nobody stated a place; copy it from the image, or give the array and {HOW}"
        )
    affine = np.eye(4)
    affine[:3, :3] = LPS @ direction * spacing
    affine[:3, 3] = LPS @ origin
    return SimpleITK.GetArrayFromImage(image).transpose(2, 1, 0), affine


def to_nibabel(voxels: np.ndarray, geometry: Geometry) -> "nibabel.Nifti1Image":
    """The voxels, stored RAS+, as nibabel's image."""
    import nibabel

    image = nibabel.Nifti1Image(np.array(voxels), np.array(geometry.affine))
    image.header.set_xyzt_units("mm")
    return image


def to_sitk(voxels: np.ndarray, geometry: Geometry) -> "SimpleITK.Image":
    """The voxels, stored RAS+, as SimpleITK's image: placed in LPS+, array axes (z, y, x)."""
    import SimpleITK

    affine = np.array(geometry.affine)
    image = SimpleITK.GetImageFromArray(np.ascontiguousarray(voxels.T))
    spacing_mm = np.array(geometry.spacing_mm)
    image.SetSpacing(geometry.spacing_mm)
    image.SetOrigin((LPS @ affine[:3, 3]).tolist())
    image.SetDirection((LPS @ (affine[:3, :3] / spacing_mm)).ravel().tolist())
    return image
