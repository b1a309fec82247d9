"""Fat in the depth of a muscle against the rest of it.

Distance is measured in the plane of the axial slice, from the point where the disc's centre falls
on it going along the slice normal. Of a muscle's pixels it is brought to 0 at the nearest and 1 at
the farthest, so that muscles of any size compare; deep is what lies at 0.15 or below. Rings about a
centre of the disc, normalised to the muscle's radial width, are those of fat maps (PMC9637053,
which centres them on the disc's centre of rotation); the average of the deepest 15 % has been held
against chronic low back pain (Khattab 2025, PMC12445350). How they weigh pixels and find their
centre was not read in full, so our values do not compare with theirs number by number.
"""

import numpy as np

from multifidus.domain.fat import RadialFat
from multifidus.domain.volume import Geometry
from multifidus.muscle.fat.source import FatSource

DEEP_SHARE = 0.15
"""Share of the muscle's radial width that counts as deep."""


def deep_part(region: np.ndarray, centre_mm: np.ndarray, geometry: Geometry) -> np.ndarray:
    """The deep pixels of a region: (X, Y) bool.

    region: (X, Y) bool, not empty, on a slice of `geometry`. centre_mm: (3,) the disc's centre,
    patient mm, RAS+.
    """
    affine = np.asarray(geometry.affine)
    across = affine[:3, :2] / np.linalg.norm(affine[:3, :2], axis=0)
    x, y = np.nonzero(region)
    index = np.stack([x, y, np.zeros_like(x)], axis=-1)
    distance_mm = np.linalg.norm((geometry.to_mm(index) - np.asarray(centre_mm)) @ across, axis=1)
    nearest_mm, width_mm = distance_mm.min(), np.ptp(distance_mm)
    deep = np.zeros(region.shape, bool)
    is_deep = distance_mm - nearest_mm <= DEEP_SHARE * width_mm
    deep[x[is_deep], y[is_deep]] = True
    return deep


def radial_fat(
    region: np.ndarray, slice_index: int, centre_mm: np.ndarray, source: FatSource
) -> tuple[RadialFat, ...]:
    """Fat of the depth and of the rest, one per method that tells both; empty without a rest.

    Takes what `deep_part` does. Raises InputError as `FatSource.fractions` does.
    """
    deep = deep_part(region, centre_mm, source.geometry)
    if deep.sum() == region.sum():
        return ()
    rest = {
        fraction.method: fraction.pct for fraction in source.fractions(region & ~deep, slice_index)
    }
    return tuple(
        RadialFat(fraction.method, fraction.pct, rest[fraction.method])
        for fraction in source.fractions(deep, slice_index)
        if fraction.method in rest
    )
