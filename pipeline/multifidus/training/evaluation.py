"""How well a bundle does on people it has not seen, by the same path that a study takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from multifidus.domain.anatomy import (
    LABEL_OF,
    LUMBAR,
    VERTEBRA_LABEL_OF,
    Muscle,
    Side,
    SpinalLevel,
    Structure,
    Vertebra,
)
from multifidus.domain.masks import dice
from multifidus.domain.settings import SliceRule
from multifidus.domain.spine import LevelSlice, LevelSource
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.nifti import read_labels, read_volume
from multifidus.muscle.fat.dixon import fat_fraction_image, ratio_of_sums_pct
from multifidus.segmentation.bundle import Bundle
from multifidus.segmentation.muscles import segment_muscles
from multifidus.segmentation.vertebrae import segment_vertebrae
from multifidus.spine.bodies import vertebra_points_mm
from multifidus.spine.discs import find_discs
from multifidus.spine.slices import slices_nearest_discs
from multifidus.training.cases import DIXON_VALUES, relabel
from multifidus.training.sagittal import read_levels

OUTLINED = tuple(s for s in LABEL_OF if s.muscle is not Muscle.PSOAS)
MEASURED_LEVELS = (SpinalLevel.L3_L4, SpinalLevel.L4_L5)
RIGHTLY_NUMBERED_MM = 15.0
"""Nearer than this to the true centre: under half the distance between two lumbar vertebrae."""


@dataclass(frozen=True)
class DiceRow:
    """Dice of each outlined structure on one person's contrast, over the whole stack."""

    subject: str
    contrast: str
    dice_of: Mapping[Structure, float]

    def mean(self, muscle: Muscle) -> float:
        """Mean of the right and the left side."""
        return float(np.mean([self.dice_of[Structure(muscle, side)] for side in Side]))


@dataclass(frozen=True)
class LevelRow:
    """Multifidus at one level: area found over manual area, fat fraction found minus manual.

    area_ratio: 1 is equal. fat_points: percentage points, ratio of sums.
    """

    subject: str
    level: SpinalLevel
    slice_index: int
    side: Side
    area_ratio: float
    fat_points: float


@dataclass(frozen=True)
class VertebraRow:
    """One labelled vertebra. error_mm: distance of the centres, infinite where none was found."""

    subject: str
    vertebra: Vertebra
    error_mm: float

    @property
    def rightly_numbered(self) -> bool:
        """Whether the vertebra of that number was found where it is."""
        return self.error_mm <= RIGHTLY_NUMBERED_MM


def evaluate_muscles(
    bundle: Bundle, folder: Path, subject: str
) -> tuple[list[DiceRow], list[LevelRow]]:
    """Dice per contrast, and area and fat at L3/4 and L4/5 by the last, as the pipeline does.

    folder: `mri_dixon`. Its water images are in the frame of the sagittal ones; the others share
    the voxels but not the origin.
    """
    water = read_volume(folder / f"{subject}_water.nii.gz")
    fat = Volume(read_volume(folder / f"{subject}_fat.nii.gz").voxels, water.geometry)
    in_phase = Volume(water.voxels + fat.voxels, water.geometry)
    fraction = Volume(fat_fraction_image(water.voxels, fat.voxels), water.geometry)
    stored = read_labels(folder / f"{subject}_labels.nii.gz")
    manual = LabelMap(relabel(stored.voxels, DIXON_VALUES), water.geometry)
    contrasts = {
        "fat": [fat],
        "in phase": [in_phase],
        "fat fraction": [fraction],
        "water": [water],
        "water, fat and fat fraction": [water, fat, fraction],
    }
    rows = []
    for contrast, images in contrasts.items():
        found = segment_muscles(bundle, images, mirrored_twin=True).labels
        per_structure = {
            s: dice(found.voxels == LABEL_OF[s], manual.voxels == LABEL_OF[s]) for s in OUTLINED
        }
        rows.append(DiceRow(subject, contrast, per_structure))
    vertebrae = read_labels(folder / f"{subject}_sagittal_levels.nii.gz")
    return rows, _level_rows(subject, found, manual, (water, fat), vertebrae)


def _level_rows(
    subject: str,
    found: LabelMap,
    manual: LabelMap,
    water_and_fat: tuple[Volume, Volume],
    vertebrae: LabelMap,
) -> list[LevelRow]:
    placed = slices_nearest_discs(
        find_discs(vertebrae),
        MEASURED_LEVELS,
        {0: manual.geometry},
        LevelSource.LABEL_MAP,
        SliceRule(manual.geometry.spacing_mm[2]),
    )
    rows = []
    for answer in placed:
        if not isinstance(answer, LevelSlice):
            continue
        z = answer.slice_index
        water, fat = (volume.voxels[..., z] for volume in water_and_fat)
        for side in Side:
            value = LABEL_OF[Structure(Muscle.MULTIFIDUS, side)]
            ours, theirs = found.voxels[..., z] == value, manual.voxels[..., z] == value
            ours_pct, theirs_pct = (ratio_of_sums_pct(water[m], fat[m]) for m in (ours, theirs))
            ratio = float(ours.sum() / theirs.sum())
            rows.append(LevelRow(subject, answer.level, z, side, ratio, ours_pct - theirs_pct))
    return rows


def evaluate_vertebrae(
    bundle: Bundle, image: Path, levels: Path, subject: str
) -> list[VertebraRow]:
    """Centre error of each of L1 to L5 that the person has labelled."""
    found = segment_vertebrae(bundle, read_volume(image)).labels
    true = LabelMap(read_levels(levels), found.geometry)
    return compare_vertebrae(found, true, subject)


def compare_vertebrae(found: LabelMap, true: LabelMap, subject: str) -> list[VertebraRow]:
    """Centre error of each of L1 to L5 that is truly there."""
    rows = []
    true_points = vertebra_points_mm(true)
    for vertebra in LUMBAR:
        if vertebra not in true_points:
            continue
        inside = np.argwhere(found.voxels == VERTEBRA_LABEL_OF[vertebra])
        error = float("inf")
        if len(inside):
            centre = found.geometry.to_mm(inside).mean(axis=0)
            error = float(np.linalg.norm(centre - true_points[vertebra].mean(axis=0)))
        rows.append(VertebraRow(subject, vertebra, error))
    return rows


def summary_of_vertebrae(rows: Sequence[VertebraRow]) -> dict[str, float]:
    """Share rightly numbered (%), median and 95th percentile of the centre error (mm)."""
    errors = np.array([row.error_mm for row in rows])
    return {
        "vertebrae": float(len(rows)),
        "rightly_numbered_pct": 100 * float(np.mean([row.rightly_numbered for row in rows])),
        "centre_error_median_mm": float(np.median(errors)),
        "centre_error_p95_mm": float(np.percentile(errors, 95, method="higher")),
    }
