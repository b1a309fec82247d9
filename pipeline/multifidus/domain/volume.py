"""Images and label maps with their place in the person, in millimetres."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from multifidus.domain.errors import GeometryError, InputError

GRID_TOLERANCE_MM = 0.5
"""How far two grids may lie apart anywhere and still be one grid: half a fine pixel."""

SLICE_OVER_PIXEL = 4.0
"""A picture, or an array of one slice, states no thickness; this one only tells its direction."""
AXIS_LETTERS = (("L", "R"), ("P", "A"), ("I", "S"))


class Plane(StrEnum):
    """The plane a stack of slices is cut in."""

    AXIAL = "axial"
    SAGITTAL = "sagittal"
    CORONAL = "coronal"


THROUGH_PLANE_AXIS = {Plane.SAGITTAL: 0, Plane.CORONAL: 1, Plane.AXIAL: 2}
"""Array axis that crosses the slices of a stack stored RAS+."""


@dataclass(frozen=True, eq=False)
class Geometry:
    """Where the voxels of a stack lie in the person.

    shape: (X, Y, Z). affine: (4, 4), voxel index to mm in patient axes (right, anterior,
    superior: RAS+). The array axes are stored RAS+ too: X grows to the person's right as nearly
    as the stack's tilt allows, Y to the front, Z to the head. `stored_nearest_ras` brings any
    array there. cut: the plane its slices are taken in where the voxels have no slice direction;
    `sliced` states it.

    Raises GeometryError for a singular, sheared or non-RAS+ affine.
    """

    shape: tuple[int, int, int]
    affine: np.ndarray
    cut: Plane | None = None

    def __post_init__(self) -> None:
        affine = np.array(self.affine, float)
        affine.setflags(write=False)
        object.__setattr__(self, "affine", affine)
        object.__setattr__(self, "shape", tuple(int(n) for n in self.shape))
        if affine.shape != (4, 4) or not np.isfinite(affine).all():
            raise GeometryError("the affine is not a finite 4x4 matrix; check the image's header")
        if len(self.shape) != 3 or min(self.shape) < 1:
            raise GeometryError(f"a volume needs three axes, found shape {self.shape}")
        if min(self.spacing_mm) < 1e-3:
            raise GeometryError(
                f"voxel spacing {_mm(self.spacing_mm)} is zero; the image has no usable scale"
            )
        directions = affine[:3, :3] / np.array(self.spacing_mm)
        skew = np.abs(directions.T @ directions - np.eye(3)).max()
        if skew > 1e-2:
            raise GeometryError("the volume's axes are not at right angles (gantry tilt or shear)")
        if axis_codes(affine) != ("R", "A", "S"):
            raise GeometryError(
                f"stored as {''.join(axis_codes(affine))}, expected RAS; "
                "bring it there with stored_nearest_ras"
            )

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Voxel size along X, Y, Z."""
        x, y, z = np.linalg.norm(np.asarray(self.affine)[:3, :3], axis=0)
        return float(x), float(y), float(z)

    @property
    def plane(self) -> Plane:
        """The plane of the slices: across the axis with the coarsest spacing, else `cut`.

        Raises GeometryError where no axis is coarser than another (an isotropic volume) and `cut`
        states none.
        """
        spacing = self.spacing_mm
        coarsest = int(np.argmax(spacing))
        if self.has_slice_direction:
            return next(plane for plane, axis in THROUGH_PLANE_AXIS.items() if axis == coarsest)
        if self.cut is not None:
            return self.cut
        raise GeometryError(
            f"voxels of {_mm(spacing)} have no slice direction; "
            "only stacks of thick slices are understood so far"
        )

    @property
    def has_slice_direction(self) -> bool:
        """Whether one axis is coarser than both others, by a fifth or more."""
        return max(self.spacing_mm) >= 1.2 * sorted(self.spacing_mm)[1]

    @property
    def words(self) -> str:
        """The grid in one line: `40 x 30 x 5 voxels, 1 x 1 x 4 mm, RAS+, axial`."""
        voxels = " x ".join(str(n) for n in self.shape)
        spacing = _mm(tuple(round(mm, 3) for mm in self.spacing_mm))
        has_plane = self.has_slice_direction or self.cut is not None
        return (
            f"{voxels} voxels, {spacing}, RAS+, {self.plane if has_plane else 'no slice direction'}"
        )

    def sliced(self, plane: Plane) -> "Geometry":
        """The same grid taken as slices of that plane; voxels without a slice direction allow any.

        Raises GeometryError where the voxels' own slices lie in another plane.
        """
        if self.has_slice_direction and self.plane is not plane:
            raise GeometryError(f"the slices are {self.plane}, not {plane}")
        return replace(self, cut=None if self.has_slice_direction else plane)

    @property
    def axial_pixel_area_mm2(self) -> float:
        """Area of one voxel in the axial (X, Y) plane of the stack."""
        return self.spacing_mm[0] * self.spacing_mm[1]

    def to_mm(self, index: np.ndarray) -> np.ndarray:
        """Voxel indices (..., 3) to patient millimetres (..., 3), RAS+."""
        affine = np.asarray(self.affine)
        return np.asarray(index) @ affine[:3, :3].T + affine[:3, 3]

    def to_index(self, point_mm: np.ndarray) -> np.ndarray:
        """Patient millimetres (..., 3), RAS+, to fractional voxel indices (..., 3)."""
        inverse = np.linalg.inv(self.affine)
        return np.asarray(point_mm) @ inverse[:3, :3].T + inverse[:3, 3]

    @property
    def corners_mm(self) -> np.ndarray:
        """The eight corner voxels' centres, (8, 3)."""
        last = np.array(self.shape) - 1
        index = np.array(np.meshgrid(*[(0, n) for n in last], indexing="ij")).reshape(3, -1).T
        return self.to_mm(index)

    def distance_mm(self, other: "Geometry") -> float:
        """The farthest that a corner of this grid lies from the same corner of the other."""
        return float(np.linalg.norm(self.corners_mm - other.corners_mm, axis=1).max())

    def is_same_grid(self, other: "Geometry") -> bool:
        """Whether voxel (i, j, k) means the same place in both."""
        return self.shape == other.shape and self.distance_mm(other) <= GRID_TOLERANCE_MM

    def is_shifted_grid(self, other: "Geometry") -> bool:
        """Whether the two differ by a translation alone."""
        if self.shape != other.shape:
            return False
        offsets = self.corners_mm - other.corners_mm
        return float(np.ptp(offsets, axis=0).max()) <= GRID_TOLERANCE_MM


@dataclass(frozen=True, eq=False)
class Volume:
    """An image. voxels: (X, Y, Z) float32, read-only; every value finite.

    An array that is float32 and read-only already is taken over, any other is copied. gaps: (X, Y,
    Z) bool, voxels that have no value and read 0, of images that were asked for `with_gaps`; None
    where every voxel has one.
    """

    voxels: np.ndarray
    geometry: Geometry
    gaps: np.ndarray | None = None

    @classmethod
    def with_gaps(cls, voxels: np.ndarray, geometry: Geometry) -> "Volume":
        """The image with NaN and infinite voxels as gaps, for a caller that looks at them.

        Raises InputError where no voxel has a value.
        """
        gaps = ~np.isfinite(voxels)
        if not gaps.any():
            return cls(voxels, geometry)
        if gaps.all():
            raise InputError("every voxel is NaN or infinite; repair the image first")
        gaps.setflags(write=False)
        return cls(np.where(gaps, 0, voxels), geometry, gaps)

    def __post_init__(self) -> None:
        given = np.asarray(self.voxels)
        is_safe = given.dtype == np.float32 and not given.flags.writeable
        voxels = given if is_safe else np.array(given, np.float32)
        if voxels.shape != self.geometry.shape:
            raise GeometryError(f"voxels {voxels.shape} do not fit {self.geometry.shape}")
        if not np.isfinite(voxels).all():
            count = int((~np.isfinite(voxels)).sum())
            raise InputError(
                f"{count} of {voxels.size} voxels are NaN or infinite; repair the image first"
            )
        voxels.setflags(write=False)
        object.__setattr__(self, "voxels", voxels)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.geometry.words})"


@dataclass(frozen=True, eq=False)
class LabelMap:
    """One label value per voxel. voxels: (X, Y, Z) uint8, read-only; 0 is background."""

    voxels: np.ndarray
    geometry: Geometry

    def __post_init__(self) -> None:
        given = np.asarray(self.voxels)
        if given.shape != self.geometry.shape:
            raise GeometryError(f"labels {given.shape} do not fit {self.geometry.shape}")
        is_whole = np.issubdtype(given.dtype, np.integer) or np.array_equal(given, np.rint(given))
        if not is_whole or given.min() < 0 or given.max() > 255:
            raise InputError("label values must be whole numbers from 0 to 255")
        voxels = np.array(given, np.uint8)
        voxels.setflags(write=False)
        object.__setattr__(self, "voxels", voxels)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.geometry.words})"


def axis_codes(affine: np.ndarray) -> tuple[str, ...]:
    """The patient direction each array axis grows towards, such as ("L", "P", "S").

    Each array axis gets the patient axis it runs along best, no patient axis twice.
    """
    directions = np.asarray(affine)[:3, :3] / np.linalg.norm(np.asarray(affine)[:3, :3], axis=0)
    codes = [""] * 3
    strength = np.abs(directions)
    for _ in range(3):
        patient, array = np.unravel_index(int(np.argmax(strength)), (3, 3))
        codes[array] = AXIS_LETTERS[patient][int(directions[patient, array] > 0)]
        strength[patient, :] = strength[:, array] = -1
    return tuple(codes)


def stored_nearest_ras(voxels: np.ndarray, affine: np.ndarray) -> tuple[np.ndarray, Geometry]:
    """The same voxels with their axes ordered and flipped to RAS+, and their geometry.

    voxels: (A, B, C) in any storage order; affine: (4, 4) to mm, RAS+. Nothing is resampled.
    """
    affine = np.array(affine, float)
    if voxels.ndim != 3 or affine.shape != (4, 4) or not np.isfinite(affine).all():
        raise GeometryError(f"expected three axes and a finite 4x4 affine, found {voxels.shape}")
    if np.linalg.norm(affine[:3, :3], axis=0).min() < 1e-3:
        raise GeometryError("the voxel spacing is zero; the image has no usable scale")
    codes = axis_codes(affine)
    order = [next(i for i, code in enumerate(codes) if code in pair) for pair in AXIS_LETTERS]
    voxels = np.transpose(voxels, order)
    affine[:, :3] = affine[:, order]
    for axis, (negative, _) in enumerate(AXIS_LETTERS):
        if codes[order[axis]] == negative:
            voxels = np.flip(voxels, axis)
            affine[:3, 3] += affine[:3, axis] * (voxels.shape[axis] - 1)
            affine[:3, axis] *= -1
    return voxels, Geometry(voxels.shape, affine)


def require_same_grid(image: Geometry, labels: Geometry, name: str = "label map") -> None:
    """Refuse labels that do not lie on the image's voxels; the message says how they differ."""
    if image.is_same_grid(labels):
        return
    if image.shape != labels.shape:
        reason = f"its shape {labels.shape} is not the image's {image.shape}"
    elif _is_mirrored(image, labels):
        reason = "its affine is mirrored left to right against the image"
    else:
        reason = f"it lies up to {image.distance_mm(labels):.1f} mm away from the image"
    raise GeometryError(
        f"{name} does not fit the image: {reason}; resample or re-export it on the image's grid"
    )


def _is_mirrored(image: Geometry, labels: Geometry) -> bool:
    """Whether the labels cover the image's box flipped left to right, about 0 or about an edge."""
    offset_mm = labels.corners_mm - image.corners_mm
    if np.abs(offset_mm[:, 1:]).max() > GRID_TOLERANCE_MM:
        return False
    left, right = (float(edge(image.corners_mm[:, 0])) for edge in (np.min, np.max))
    found = float(labels.corners_mm[:, 0].min()), float(labels.corners_mm[:, 0].max())
    width_mm = right - left
    flipped = ((-right, -left), (left - width_mm, left), (right, right + width_mm))
    return any(np.abs(np.subtract(found, box)).max() <= GRID_TOLERANCE_MM for box in flipped)


def _mm(spacing_mm: Sequence[float]) -> str:
    return " x ".join(f"{mm:g}" for mm in spacing_mm) + " mm"
