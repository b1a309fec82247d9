"""Fat from the brightness of a T1 or T2 image, between lean muscle and fat of the same stack.

A voxel's share of fat is (signal - muscle) / (fat - muscle): 0 in lean muscle, 1 in fat, in between
where a voxel holds both. One pair of references serves both sides and all slices, so that the sides
compare. It is a share of the area told by brightness: no Dixon fraction and no PDFF. What else is
bright, fluid in the facet joint or oedema on T2, counts as fat.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from multifidus.domain.anatomy import LABEL_OF
from multifidus.domain.errors import InputError
from multifidus.domain.fat import FatFraction, FatMethod
from multifidus.domain.masks import box_of
from multifidus.domain.settings import FatSettings
from multifidus.domain.volume import Geometry, LabelMap, Volume, require_same_grid
from multifidus.muscle.border import plausible_regions
from multifidus.muscle.fat.noise import noise_deviation, without_floor
from multifidus.muscle.fat.signal.field import body_mask, n4_field, tissue_field
from multifidus.muscle.fat.signal.lean_muscle import back_muscles, lean_muscles
from multifidus.muscle.fat.signal.references import (
    References,
    fat_behind,
    find_references,
    rough_references,
)
from multifidus.muscle.fat.signal.variants import above_pct, circle_line, lines_of

NOISE_REACH = 3.0
"""Shares are cut this many deviations of noise below 0 and above 1: noise keeps its mean there,
while what is darker than muscle or brighter than fat weighs no more than they do."""


SECTION_SPREAD = 0.08
"""How much brighter or darker than the stack a section may be that holds the same: twice the spread
(4 %) of lean muscle over the sections of two people, T1-like by fraction
(`python -m benchmarks.fat_against_dixon`)."""

MOST_AT_THE_BOTTOM = 0.05
"""Share of the labelled muscles' pixels at the picture's lowest value from which its window has cut
them off; ours. No tissue in a picture with all its grey levels reads exactly the lowest of them."""

LINE_BETWEEN = (0.25, 0.75)
"""Shares of fat between which a variant's line parts muscle from fat; ours."""


@dataclass(frozen=True, eq=False)
class SignalFat:
    """One stack of T1 or T2 as a source of fat fractions; see `FatSource`.

    signal: (X, Y, Z) float32, without coil bias and noise floor. circle_line: see
    `threshold_variants`, None where it cannot be drawn. disagree_points: see `FatSettings`.
    """

    signal: np.ndarray
    geometry: Geometry
    references: References
    circle_line: float | None
    disagree_points: float

    def fractions(
        self, region: np.ndarray, slice_index: int, others: Sequence[np.ndarray] = ()
    ) -> tuple[FatFraction, ...]:
        """The region's share of fat with its interval, then by the variants; see `FatSource`."""
        whole = self.signal[..., slice_index]
        moved = [
            _mean_pct(self.references, whole[one])
            for one in plausible_regions(region, self.geometry.spacing_mm[:2], others)
        ]
        region, plane = self._cut_out(region, slice_index)
        pct = self._share_pct(region, plane)
        interval = self._interval(region, plane, pct, moved)
        leading = FatFraction(FatMethod.REFERENCE_SIGNAL, pct, interval)
        lines = self._lines(plane[region])
        variants = (FatFraction(name, above_pct(plane[region], at)) for name, at in lines.items())
        return (leading, *variants)

    def voxel_fat(self, slice_index: int) -> np.ndarray:
        """Share of fat of every voxel of the slice: (X, Y), 0..1, noise and all."""
        return np.clip(self.references.share(self.signal[..., slice_index]), 0, 1)

    def index(self, region: np.ndarray, slice_index: int) -> float:
        """Mean signal of the region over that of subcutaneous fat: an index, no percentage.

        Above 0; lean muscle lies lowest, 1 is as bright as fat. Papers divide by subcutaneous or
        intermuscular fat; this is subcutaneous.
        """
        mean = float(self.signal[..., slice_index][region].mean(dtype=np.float64))
        return max(mean, 0.0) / self.references.fat

    def disagreement(self, region: np.ndarray, slice_index: int) -> str:
        """Which variants differ from the leading method by `disagree_points`; empty for none.

        Only variants whose line lies between a quarter and three quarters of the way from lean
        muscle to fat are asked: one outside splits lean muscle, or fat, in two.
        """
        region, plane = self._cut_out(region, slice_index)
        pct = self._share_pct(region, plane)
        asked = {
            name: above_pct(plane[region], at)
            for name, at in self._lines(plane[region]).items()
            if LINE_BETWEEN[0] <= float(self.references.share(np.array(at))) <= LINE_BETWEEN[1]
        }
        found = [
            f"{name.removeprefix('t1t2_')} {other:.0f} %"
            for name, other in asked.items()
            if abs(other - pct) >= self.disagree_points
        ]
        return f"{pct:.0f} % by reference signal, but {', '.join(found)}" if found else ""

    def _cut_out(self, region: np.ndarray, slice_index: int) -> tuple[np.ndarray, np.ndarray]:
        """Region and signal within the smallest box around the region, and a pixel about it."""
        box = box_of(region)
        return region[box], self.signal[(*box, slice_index)]

    def _lines(self, values: np.ndarray) -> dict[FatMethod, float]:
        lines = lines_of(values)
        if self.circle_line is not None:
            lines[FatMethod.CIRCLE] = self.circle_line
        return lines

    def _share_pct(self, region: np.ndarray, plane: np.ndarray) -> float:
        return _mean_pct(self.references, plane[self._muscle_voxels(region, plane)])

    def _interval(
        self, region: np.ndarray, plane: np.ndarray, pct: float, border: Sequence[float]
    ) -> tuple[float, float]:
        """What references, border and a section's own brightness allow, added squared.

        border: the share of fat in % along each other plausible border. Not covered: a wrong
        outline, fat spread evenly through all muscles, fluid.
        """
        values = plane[self._muscle_voxels(region, plane)]
        found = self.references
        other = [
            _mean_pct(replace(found, lean=lean, fat=fat), values)
            for lean in found.lean_range
            for fat in found.fat_range
        ]
        section = [
            _mean_pct(found, (1 + step) * values) for step in (-SECTION_SPREAD, SECTION_SPREAD)
        ]
        kinds = (other, border, section)
        below = np.linalg.norm([pct - min([pct, *kind]) for kind in kinds])
        above = np.linalg.norm([max([pct, *kind]) - pct for kind in kinds])
        return max(0.0, float(pct - below)), min(100.0, float(pct + above))

    def _muscle_voxels(self, region: np.ndarray, plane: np.ndarray) -> np.ndarray:
        """The region without outermost voxels beside fascia or bone, (X, Y) bool.

        Those are dark, so that a voxel half filled with them looks like leaner muscle. Outermost
        voxels beside fat or other muscle stay. The whole region where less than half would stay.
        """
        references = self.references
        dark = plane < references.lean - NOISE_REACH * references.noise
        beside_dark = ndimage.binary_dilation(dark, np.ones((3, 3), bool))
        kept = region & ~(beside_dark & ~ndimage.binary_erosion(region))
        return kept if 2 * kept.sum() >= region.sum() else region


def signal_fat(image: Volume, labels: LabelMap, settings: FatSettings) -> SignalFat:
    """The corrected stack with its references.

    labels: the muscles on the image's grid. Raises InputError with the reason where the stack
    tells no fat.
    """
    require_same_grid(image.geometry, labels.geometry)
    muscles = np.isin(labels.voxels, list(LABEL_OF.values()))
    if not muscles.any():
        raise InputError("no muscle is labelled")
    body = body_mask(image)
    deviation = noise_deviation(image.voxels)
    voxels = image.voxels if deviation is None else without_floor(image.voxels, deviation)
    corrected = Volume(voxels / n4_field(image, body), image.geometry)
    behind = fat_behind(muscles, body, image.geometry)
    ends = rough_references(corrected.voxels, labels.voxels, behind, image.geometry)
    if ends[1] > ends[0]:
        lean_ones = lean_muscles(corrected.voxels, labels.voxels, ends)
        field = tissue_field(corrected, body, muscles, lean_ones, ends)
        corrected = Volume(corrected.voxels / field, image.geometry)
    references = find_references(corrected.voxels, labels.voxels, behind, image.geometry, settings)
    circle = circle_line(
        corrected.voxels, back_muscles(labels.voxels), references.lean, image.geometry
    )
    return SignalFat(corrected.voxels, image.geometry, references, circle, settings.disagree_points)


def cut_off_by_window(image: Volume, labels: LabelMap) -> tuple[str, ...]:
    """A sentence where the picture's window cuts lean muscle off, else none.

    labels: the muscles on the image's grid. What lies below the window reads alike, so that the
    share of fat is told from the window's lower end on rather than from lean muscle.
    """
    muscle = image.voxels[np.isin(labels.voxels, list(LABEL_OF.values()))]
    share = float(np.mean(muscle == image.voxels.min())) if muscle.size else 0.0
    if share < MOST_AT_THE_BOTTOM:
        return ()
    return (
        f"{100 * share:.0f} % of the labelled muscle reads the image's lowest value: a window has "
        "cut off lean muscle. Areas do not hang on it; fat is told from the window's lower end on, "
        "so that little fat may be missed. Export the image with all its grey levels for fat.",
    )


def _mean_pct(references: References, signal: np.ndarray) -> float:
    noise = NOISE_REACH * references.noise / (references.fat - references.lean)
    share = np.clip(references.share(signal.astype(np.float64)), -noise, 1 + noise)
    return float(np.clip(100 * share.mean(), 0, 100))
