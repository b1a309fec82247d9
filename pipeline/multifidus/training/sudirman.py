"""Slices of the Lumbar Spine MRI Dataset of Sudirman et al. (2019) with their readers' outlines.

People are named by the dataset's patient number, such as sudirman-0278, wherever their slices lie.
"""

from pathlib import Path

import numpy as np
from skimage.io import imread

from multifidus.domain.errors import InputError
from multifidus.files.csv import CsvRow, Layout, read_csv
from multifidus.training.cases import (
    OPEN_SLICE_PIXEL_MM,
    OPEN_SLICE_VALUES,
    LabelledSlice,
    relabel,
)

PAIRS = Layout(
    "table of pairs of image and label map",
    ("patient", "image", "label", "spacing_mm"),
    is_open=True,
)

AGREEMENT = ("heldout_dice", "agreement")
"""Columns of the agreement of a label map with a network: of one that never saw the patient, or of
one that may have."""

NATIVE = Layout(
    "table of native slices", ("file", "plane", "patient", "contrast", "label"), is_open=True
)

PATIENT_OF = {"T1_00000": "0278", "T1_00044": "0132", "T2_00000": "0386"}
"""The patient numbers of `mri_l4l5_open`, as its README tells them."""

DOUBTFUL_DICE, SURE_DICE = 0.80, 0.92
"""Agreement of a label map with a network: below the one a pair counts next to nothing, above the
other fully."""

LEAST_WEIGHT = 0.15


def person_of(patient: str) -> str:
    """The name of a patient of the dataset in settings, lists and cards."""
    return f"sudirman-{patient}"


def pair_weight(agreement: float) -> float:
    """How much a pair of image and label map counts, from 0.15 to 1.

    The label maps came without patient numbers and were given to the images by agreement; where
    that is low, they may be of another slice, or of somebody else.
    """
    share = (agreement - DOUBTFUL_DICE) / (SURE_DICE - DOUBTFUL_DICE)
    return float(np.clip(share, LEAST_WEIGHT, 1))


def paired_slices(folder: Path) -> list[LabelledSlice]:
    """The T1 slices of `mri_axial_t1_open`, or of one's own pairing, that have outlines.

    folder: holds `pairs.csv`, `images/` and `labels/`. Raises InputError for a row without numbers
    and as `read_csv`; FileNotFoundError for a missing image.
    """
    return [_paired(folder, row) for row in read_csv(folder / "pairs.csv", PAIRS)]


def _paired(folder: Path, row: CsvRow) -> LabelledSlice:
    cells = row.cells
    agreement = next((cells[name] for name in AGREEMENT if name in cells), "")
    try:
        weight, mm = pair_weight(float(agreement)), float(cells["spacing_mm"])
    except ValueError as error:
        names = " or ".join(AGREEMENT)
        raise InputError(f"{row.where}: {names}, and spacing_mm, are numbers") from error
    image, labels = folder / "images" / cells["image"], folder / "labels" / cells["label"]
    return labelled_picture(person_of(cells["patient"]), image, labels, mm, weight=weight)


def exact_slices(native: Path, open_slices: Path) -> list[LabelledSlice]:
    """The T1 and T2 slices on which the outlines were drawn.

    native: `mri_native_open`. open_slices: `mri_l4l5_open`.
    """
    mm = OPEN_SLICE_PIXEL_MM
    slices = []
    for name, patient in PATIENT_OF.items():
        image, labels = open_slices / f"{name}_320.png", open_slices / f"{name}_label.png"
        slices.append(
            labelled_picture(person_of(patient), image, labels, mm, is_t2=name.startswith("T2"))
        )
    for row in read_csv(native / "slices.csv", NATIVE):
        cells = row.cells
        if cells["plane"] == "axial" and cells["label"]:
            image, labels = native / "images" / cells["file"], native / "labels" / cells["label"]
            person, is_t2 = person_of(cells["patient"]), cells["contrast"] == "T2"
            slices.append(labelled_picture(person, image, labels, mm, is_t2=is_t2))
    return slices


def labelled_picture(
    subject: str,
    image: Path,
    labels: Path,
    pixel_mm: float,
    *,
    weight: float = 1.0,
    is_t2: bool = False,
) -> LabelledSlice:
    """A picture and its label map, display left taken as the person's right."""
    values = relabel(imread(labels).astype(int), OPEN_SLICE_VALUES)
    grey = grey_as_drawn(image)
    if grey.shape != values.shape:
        raise InputError(f"{labels}: {values.shape} pixels, the image has {grey.shape}")
    channels = as_displayed(grey)[None].astype(np.float32)
    spacing = (pixel_mm, pixel_mm)
    return LabelledSlice(subject, channels, as_displayed(values), spacing, weight, is_t2)


def grey_as_drawn(path: Path) -> np.ndarray:
    """A picture's grey values, (rows, columns)."""
    return np.asarray(imread(path, as_gray=True))


def as_displayed(rows: np.ndarray) -> np.ndarray:
    """(rows, columns) of a radiological display as (X, Y), to the person's right and front."""
    return np.ascontiguousarray(rows[::-1, ::-1].T)
