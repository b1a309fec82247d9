"""Labelled slices for training: one orientation and one label scheme, whatever the source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
from skimage.io import imread

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.errors import InputError
from multifidus.files.labelled_images import read_table
from multifidus.study.labelled import as_in_a_study
from multifidus.training.own_labels import require_teachable

RIGHT_MF = LABEL_OF[Structure(Muscle.MULTIFIDUS, Side.RIGHT)]
LEFT_MF = LABEL_OF[Structure(Muscle.MULTIFIDUS, Side.LEFT)]
RIGHT_ES = LABEL_OF[Structure(Muscle.ERECTOR_SPINAE, Side.RIGHT)]
LEFT_ES = LABEL_OF[Structure(Muscle.ERECTOR_SPINAE, Side.LEFT)]

DIXON_VALUES = {1: RIGHT_ES, 2: RIGHT_MF, 3: LEFT_MF, 4: LEFT_ES}
"""Label values of `mri_dixon` (the person's sides, by affine) to the project's."""

OPEN_SLICE_VALUES = {1: RIGHT_ES, 2: RIGHT_MF, 3: LEFT_MF, 4: LEFT_ES}
"""Label values of `mri_l4l5_open`; its image left is taken as the person's right."""

OPEN_SLICE_PIXEL_MM = 0.6875
"""In-plane spacing of `mri_l4l5_open` as its source states it."""

IGNORED = 255
"""In a slice's labels: nobody said what is there, so that no answer counts as wrong."""


@dataclass(frozen=True)
class LabelledSlice:
    """One slice of one person.

    channels: (C, X, Y) float32; C = 2 is water and fat, C = 1 a plain image. On an axial slice X
    grows to the person's right, Y to the front, and labels (X, Y) uint8 are those of
    `domain.anatomy.LABEL_OF`; on a sagittal one the axes are front and head, and the labels those
    of `VERTEBRA_LABEL_OF`. IGNORED marks pixels of which nothing is known. weight: how much the
    slice counts in the loss, above 0; below 1 where image and labels may not belong together.
    is_t2: whether a plain image is T2-weighted, so that fat and fluid are bright already. t2_look:
    (X, Y) in 0..1.2, how a plain T1 image would look in T2, where that was learned.
    """

    subject: str
    channels: np.ndarray
    labels: np.ndarray
    pixel_mm: tuple[float, float]
    weight: float = 1.0
    is_t2: bool = False
    t2_look: np.ndarray | None = None


def relabel(labels: np.ndarray, values: Mapping[int, int]) -> np.ndarray:
    """Label map in the project's values; a value without an entry is refused."""
    unknown = sorted(set(np.unique(labels).tolist()) - {0, *values})
    if unknown:
        raise InputError(f"label values {unknown} have no meaning here; expected {sorted(values)}")
    renamed = np.zeros(labels.shape, np.uint8)
    for theirs, ours in values.items():
        renamed[labels == theirs] = ours
    return renamed


def _canonical(path: Path) -> nib.nifti1.Nifti1Image:
    return nib.as_closest_canonical(nib.load(path))


def dixon_slices(folder: Path) -> list[LabelledSlice]:
    """Every labelled slice of the people in `mri_dixon`."""
    slices = []
    for label_path in sorted(folder.glob("*_labels.nii.gz")):
        subject = label_path.name.removesuffix("_labels.nii.gz")
        water = _canonical(folder / f"{subject}_water.nii.gz")
        fat = _canonical(folder / f"{subject}_fat.nii.gz")
        channels = np.stack([image.get_fdata(dtype=np.float32) for image in (water, fat)])
        labels = relabel(np.asarray(_canonical(label_path).dataobj).astype(int), DIXON_VALUES)
        x_mm, y_mm, _ = (float(mm) for mm in water.header.get_zooms())
        slices += [
            LabelledSlice(subject, channels[..., z], labels[..., z], (x_mm, y_mm))
            for z in range(labels.shape[2])
            if labels[..., z].any()
        ]
    return slices


def open_slices(folder: Path) -> list[LabelledSlice]:
    """The T1 and T2 slices of `mri_l4l5_open`, display left taken as the person's right."""
    slices = []
    for label_path in sorted(folder.glob("*_label.png")):
        subject = label_path.name.removesuffix("_label.png")
        image = imread(folder / f"{subject}_320.png", as_gray=True).astype(np.float32)
        labels = relabel(imread(label_path).astype(int), OPEN_SLICE_VALUES)
        slices.append(
            LabelledSlice(
                subject,
                image[::-1, ::-1].T[None].copy(),
                labels[::-1, ::-1].T.copy(),
                (OPEN_SLICE_PIXEL_MM, OPEN_SLICE_PIXEL_MM),
            )
        )
    return slices


def site_slices(table: Path) -> list[LabelledSlice]:
    """The labelled slices of a site's own table of labelled images.

    Raises as `files.labelled_images`, `study.labelled` and `require_teachable` do; nothing of the
    table is left out in silence.
    """
    slices = []
    for row in read_table(table):
        case = as_in_a_study(row.read(), to_outline=False)
        require_teachable(case.labels, str(row.labels))
        x_mm, y_mm, _ = case.labels.geometry.spacing_mm
        muscles = np.where(case.labels.voxels <= LEFT_ES, case.labels.voxels, 0).astype(np.uint8)
        channels = np.stack([image.voxels for image in case.axial.images])
        slices += [
            LabelledSlice(row.subject, channels[..., z], muscles[..., z], (x_mm, y_mm))
            for z in np.flatnonzero(muscles.any(axis=(0, 1)))
        ]
    return slices


def pack(cases: Sequence[LabelledSlice], path: Path) -> None:
    """Save slices as one file; it appears whole or not at all. Their weights are not kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, np.ndarray] = {}
    for i, case in enumerate(cases):
        arrays[f"channels_{i}"] = case.channels.astype(np.float32)
        arrays[f"labels_{i}"] = case.labels
        arrays[f"pixel_mm_{i}"] = np.array(case.pixel_mm)
        arrays[f"subject_{i}"] = np.array(case.subject)
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, allow_pickle=False, **arrays)
    partial.replace(path)


def unpack(path: Path) -> list[LabelledSlice]:
    """The slices that `pack` saved, in their order."""
    with np.load(path) as saved:
        return [
            LabelledSlice(
                str(saved[f"subject_{i}"]),
                saved[f"channels_{i}"],
                saved[f"labels_{i}"],
                (float(saved[f"pixel_mm_{i}"][0]), float(saved[f"pixel_mm_{i}"][1])),
            )
            for i in range(len(saved.files) // 4)
        ]
