"""Sagittal images made harder, and spines with one vertebra fewer or more, out of real ones."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.draw import polygon2mask

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.training.sagittal import Sacrum
from multifidus.training.transitional import remade, seam_at, straight

Pair = tuple[Volume, LabelMap]

LUMBAR = (Vertebra.L1, Vertebra.L2, Vertebra.L3, Vertebra.L4, Vertebra.L5)
S1 = VERTEBRA_LABEL_OF[Vertebra.S1]


def as_it_is(image: Volume, levels: LabelMap) -> Pair:
    """The person's image."""
    return image, levels


def turned_over(image: Volume, levels: LabelMap) -> Pair:
    """Bright becomes dark and dark bright; air stays dark."""
    low, high = np.percentile(image.voxels, (0.5, 99.5))
    grey = np.clip((image.voxels - low) / (high - low), 0, 1)
    air = gaussian_filter(grey, 2) < 0.03
    return Volume(np.where(air, 0, 1 - grey), image.geometry), levels


def thick_slices(image: Volume, levels: LabelMap) -> Pair:
    """Pairs of slices averaged."""
    count = image.voxels.shape[0] // 2 * 2
    affine = np.array(image.geometry.affine)
    affine[:3, 3] += affine[:3, 0] / 2
    affine[:3, 0] *= 2
    voxels = (image.voxels[0:count:2] + image.voxels[1:count:2]) / 2
    return Volume(voxels, Geometry(voxels.shape, affine)), levels


def coarse_pixels(image: Volume, levels: LabelMap) -> Pair:
    """Blurred as pixels of about 3 mm are."""
    sigma = (0, 1.2 / image.geometry.spacing_mm[1], 1.2 / image.geometry.spacing_mm[2])
    return Volume(gaussian_filter(image.voxels, sigma), image.geometry), levels


def strong_bias(image: Volume, levels: LabelMap) -> Pair:
    """A surface coil's fall-off: a tenth of the signal is left 150 mm in front of the back."""
    depth_mm = np.arange(image.voxels.shape[1]) * image.geometry.spacing_mm[1]
    return Volume(image.voxels * 10 ** (-depth_mm / 150)[:, None], image.geometry), levels


def without_the_sacrum(image: Volume, levels: LabelMap) -> Pair:
    """The field of view ends at the middle of L5."""
    middle = np.argwhere(levels.voxels == VERTEBRA_LABEL_OF[Vertebra.L5])[:, 2].mean()
    return _cut(image, levels, slice(round(middle), None))


def without_the_top(image: Volume, levels: LabelMap) -> Pair:
    """The field of view begins at the middle of L2."""
    middle = np.argwhere(levels.voxels == VERTEBRA_LABEL_OF[Vertebra.L2])[:, 2].mean()
    return _cut(image, levels, slice(0, round(middle)))


def from_l3_down(image: Volume, levels: LabelMap) -> Pair:
    """The field of view begins at the middle of L3."""
    middle = np.argwhere(levels.voxels == VERTEBRA_LABEL_OF[Vertebra.L3])[:, 2].mean()
    return _cut(image, levels, slice(0, round(middle)))


def _cut(image: Volume, levels: LabelMap, kept: slice) -> Pair:
    affine = np.array(image.geometry.affine)
    affine[:3, 3] += affine[:3, 2] * (kept.start or 0)
    voxels, labels = image.voxels[..., kept], levels.voxels[..., kept].copy()
    for value in np.unique(labels[labels > 0]):  # only what lies whole in view is asked for
        if (labels == value).sum() < (levels.voxels == value).sum():
            labels[labels == value] = 0
    grid = Geometry(voxels.shape, affine)
    return Volume(voxels, grid), LabelMap(labels, grid)


MADE_HARDER: dict[str, Callable[[Volume, LabelMap], Pair]] = {
    "as they are": as_it_is,
    "grey values turned over": turned_over,
    "slices of 6 mm": thick_slices,
    "blurred to about 3 mm": coarse_pixels,
    "strong coil bias": strong_bias,
    "field of view ends in L5": without_the_sacrum,
    "field of view starts in L2": without_the_top,
    "field of view starts in L3": from_l3_down,
}


@dataclass(frozen=True)
class Change:
    """What is done to a spine: which vertebra is doubled or taken out, and how the parts join.

    along_a_row: what lies above is moved up or down alone; else it stays in line with the canal.
    """

    vertebra: Vertebra
    doubled: bool
    along_a_row: bool

    @property
    def words(self) -> str:
        """Such as "L4 taken out"."""
        return f"{self.vertebra} {'there twice' if self.doubled else 'taken out'}"


CHANGES = [
    Change(vertebra, doubled, along_a_row)
    for along_a_row in (False, True)
    for vertebra in (Vertebra.L5, Vertebra.L4, Vertebra.L3, Vertebra.L2)
    for doubled in (False, True)
]


def transitional(
    image: Volume, levels: LabelMap, sacrum: Sacrum | None, change: Change
) -> Pair | None:
    """The person with one vertebra fewer or more, numbered from the head down.

    None where the vertebra and its two neighbours are not all known. The seam is laid on one slice,
    on which S1 is marked, and is the same on all.
    """
    pixel_mm = np.array(image.geometry.spacing_mm[1:])
    index = levels.voxels.shape[0] // 2 if sacrum is None else sacrum.slice_index
    marked = levels.voxels[index].copy()
    if sacrum is not None:
        marked[polygon2mask(marked.shape, sacrum.corners) & (marked == 0)] = S1
    seam = seam_at(marked, pixel_mm, change.vertebra, change.doubled)
    if seam is None:
        return None
    seam = straight(seam) if change.along_a_row else seam
    slices = zip(image.voxels, levels.voxels, strict=True)
    made = [
        remade(plane, label, pixel_mm, seam, renumbered(label, change)) for plane, label in slices
    ]
    voxels, labels = (np.stack(parts) for parts in zip(*made, strict=True))
    return Volume(voxels, image.geometry), LabelMap(labels, image.geometry)


def renumbered(labels: np.ndarray, change: Change) -> np.ndarray:
    """Labels of what lies below the seam, numbered on from what lies above it.

    What would be a sixth lumbar vertebra has no number.
    """
    found = np.zeros_like(labels)
    first = LUMBAR.index(change.vertebra) + (0 if change.doubled else 1)
    for at in range(first, len(LUMBAR)):
        new = at + (1 if change.doubled else -1)
        if new < len(LUMBAR):
            found[labels == VERTEBRA_LABEL_OF[LUMBAR[at]]] = VERTEBRA_LABEL_OF[LUMBAR[new]]
    return found
