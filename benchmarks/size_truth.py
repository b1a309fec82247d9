"""Areas and volumes against the truth, at several pixel sizes and in every storage order.

Spindles: a bundle of elliptic cross-sections whose area and volume have formulas; the label holds
the pixels whose centres lie inside. Phantom: the truth is how much of each voxel the muscle covers,
at 32 points a voxel; its labels are the phantom's own, which are drawn to fit that area. Prints the
size tables of docs/validation.md: `python -m benchmarks.size_truth`.
"""

from dataclasses import dataclass
from itertools import permutations, product

import numpy as np

from multifidus.domain.anatomy import LABEL_OF, Structure
from multifidus.domain.volume import Geometry, LabelMap, stored_nearest_ras
from multifidus.muscle.measure import cross_sections
from multifidus.muscle.volumes import muscle_volumes
from multifidus.simulation.anatomy_model import PhantomAnatomy
from multifidus.simulation.grids import axial_grid
from multifidus.simulation.mr import Phantom, Scan
from multifidus.simulation.samples import SAMPLE_STUDIES

PIXELS_MM = (0.5, 0.7, 1.0)
HEIGHTS_MM = np.arange(-24.0, 25.0, 4.0)
FIELD_MM = (200.0, 160.0)
POINTS = 32
SPINDLES = 50
SPINDLE_SLICES = 20
SPINDLE_STEP_MM = 4.0
AREAS_MM2 = (300.0, 1200.0)
"""Largest cross-sections of the spindles, about the range of the multifidus from L1 to S1."""


@dataclass(frozen=True)
class SizeErrors:
    """The largest errors at one pixel size, in % of the truth. area_difference_mm2: over orders."""

    pixel_mm: float
    regions: int
    area_pct: float
    order_difference_mm2: float
    voxel_volume_pct: float
    trapezoid_volume_pct: float
    volumes_apart_pct: float


def size_errors(anatomy: PhantomAnatomy, pixel_mm: float) -> SizeErrors:
    """The largest errors over all muscles, sides and slices of one person."""
    grid = axial_grid(anatomy, pixel_mm, HEIGHTS_MM, FIELD_MM)
    phantom = Phantom(anatomy, Scan(samples=2))
    share = phantom.muscle_share(grid, POINTS)
    labels = phantom.muscle_labels(grid, share)
    true_mm2 = share.cover.sum(axis=(1, 2)) * grid.axial_pixel_area_mm2  # (6, Z)
    found = areas_mm2(labels)
    area_pct = [
        100 * abs(found[structure, z] / true_mm2[value - 1, z] - 1)
        for structure, value in LABEL_OF.items()
        for z in range(grid.shape[2])
        if (structure, z) in found
    ]
    moved = [areas_mm2(LabelMap(*back)) for back in stored_otherwise(labels)]
    order = [abs(one[key] - area) for one in moved for key, area in found.items()]
    voxel_mm3 = abs(float(np.linalg.det(np.asarray(grid.affine)[:3, :3])))
    voxel_pct, trapezoid_pct, apart_pct = [], [], []
    for volume in muscle_volumes(labels):
        value = LABEL_OF[Structure(volume.muscle, volume.side)]
        truth_mm3 = float(share.cover[value - 1].sum()) * voxel_mm3
        voxel_pct.append(100 * abs(volume.voxel_volume_mm3 / truth_mm3 - 1))
        trapezoid_pct.append(100 * abs(volume.trapezoid_volume_mm3 / truth_mm3 - 1))
        apart_pct.append(100 * abs(volume.trapezoid_volume_mm3 / volume.voxel_volume_mm3 - 1))
    return SizeErrors(
        pixel_mm=pixel_mm,
        regions=len(area_pct),
        area_pct=max(area_pct),
        order_difference_mm2=max(order),
        voxel_volume_pct=max(voxel_pct),
        trapezoid_volume_pct=max(trapezoid_pct),
        volumes_apart_pct=max(apart_pct),
    )


def areas_mm2(labels: LabelMap) -> dict[tuple[Structure, int], float]:
    """Every muscle's area on every slice."""
    return {
        (Structure(section.muscle, section.side), z): section.total_csa_mm2
        for z in range(labels.geometry.shape[2])
        for section in cross_sections(labels, z, None)
    }


def stored_otherwise(labels: LabelMap) -> list[tuple[np.ndarray, Geometry]]:
    """The same labels stored in each of the 48 orders and signs of the axes, and read back."""
    back = []
    affine = np.asarray(labels.geometry.affine)
    for order, signs in product(permutations(range(3)), product((1, -1), repeat=3)):
        voxels, other = labels.voxels.transpose(order), affine[:, [*order, 3]]
        for axis, sign in enumerate(signs):
            if sign < 0:
                voxels = np.flip(voxels, axis)
                last = voxels.shape[axis] - 1
                other = other @ _flip(axis, last)
        back.append(stored_nearest_ras(voxels, other))
    return back


def _flip(axis: int, last: int) -> np.ndarray:
    flip = np.eye(4)
    flip[axis, axis], flip[axis, 3] = -1, last
    return flip


@dataclass(frozen=True)
class SpindleErrors:
    """Errors over all spindles at one pixel size, in % of the formula."""

    pixel_mm: float
    area_pct_mean: float
    area_pct_worst: float
    voxel_volume_pct: float
    trapezoid_volume_pct: float
    volumes_apart_pct: float


def spindle_errors(pixel_mm: float, rng: np.random.Generator) -> SpindleErrors:
    """Spindles of random size, axis ratio, turn and place; areas over 200 mm2 are compared.

    The cross-section's area runs as A (1 - 0.7 t^2) over t from -1 to 1: thickest in the middle,
    30 % of that at the ends, and its volume is A x length x (1 - 0.7 / 3).
    """
    areas, voxels, trapezoids, apart = [], [], [], []
    size = round(70 / pixel_mm)
    affine = np.diag([pixel_mm, pixel_mm, SPINDLE_STEP_MM, 1.0])
    geometry = Geometry((size, size, SPINDLE_SLICES), affine)
    x, y = (np.arange(size)[:, None] * pixel_mm, np.arange(size)[None] * pixel_mm)
    length_mm = SPINDLE_SLICES * SPINDLE_STEP_MM
    heights = (np.arange(SPINDLE_SLICES) + 0.5) * SPINDLE_STEP_MM * 2 / length_mm - 1
    for _ in range(SPINDLES):
        largest, ratio = rng.uniform(*AREAS_MM2), rng.uniform(0.5, 1)
        turn, centre = rng.uniform(0, np.pi), 35 + rng.uniform(-1, 1, 2)
        along = (x - centre[0]) * np.cos(turn) + (y - centre[1]) * np.sin(turn)
        across = (y - centre[1]) * np.cos(turn) - (x - centre[0]) * np.sin(turn)
        true_mm2 = largest * (1 - 0.7 * heights**2)
        half = np.sqrt(true_mm2 / np.pi / ratio)  # the long half-axis, mm
        inside = (along[..., None] / half) ** 2 + (across[..., None] / half / ratio) ** 2 <= 1
        labels = LabelMap(inside.astype(np.uint8), geometry)
        found = areas_mm2(labels)
        for (_, z), area in found.items():
            if true_mm2[z] > 200:
                areas.append(100 * abs(area / true_mm2[z] - 1))
        truth_mm3 = largest * length_mm * (1 - 0.7 / 3)
        (one,) = muscle_volumes(labels)
        voxels.append(100 * abs(one.voxel_volume_mm3 / truth_mm3 - 1))
        trapezoids.append(100 * abs(one.trapezoid_volume_mm3 / truth_mm3 - 1))
        apart.append(100 * abs(one.trapezoid_volume_mm3 / one.voxel_volume_mm3 - 1))
    return SpindleErrors(
        pixel_mm, float(np.mean(areas)), max(areas), max(voxels), max(trapezoids), max(apart)
    )


def main() -> None:
    """Print one Markdown row per pixel size, then one per person and pixel size."""
    print(
        "| spindles, pixel mm | area %, mean | area %, worst | volume by voxels %, worst "
        "| by trapezoids % | the two apart % |"
    )
    print("|---:|---:|---:|---:|---:|---:|")
    for pixel_mm in PIXELS_MM:
        shape = spindle_errors(pixel_mm, np.random.default_rng(5))
        print(
            f"| {pixel_mm:g} | {shape.area_pct_mean:.2f} | {shape.area_pct_worst:.2f} "
            f"| {shape.voxel_volume_pct:.2f} | {shape.trapezoid_volume_pct:.2f} "
            f"| {shape.volumes_apart_pct:.2f} |"
        )
    print()
    print(
        "| study | pixel mm | regions | area %, worst | 48 storage orders, mm² apart "
        "| volume by voxels %, worst | by trapezoids % | the two apart % |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for sample, pixel_mm in product(SAMPLE_STUDIES, PIXELS_MM):
        one = size_errors(sample.anatomy, pixel_mm)
        print(
            f"| {sample.name} | {pixel_mm:g} | {one.regions} | {one.area_pct:.2f} "
            f"| {one.order_difference_mm2:g} | {one.voxel_volume_pct:.2f} "
            f"| {one.trapezoid_volume_pct:.2f} | {one.volumes_apart_pct:.2f} |"
        )


if __name__ == "__main__":
    main()
