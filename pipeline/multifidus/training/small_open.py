"""Twelve slices of twelve people whose outlines were read off coloured figures, some in part."""

from pathlib import Path

import numpy as np
from skimage.io import imread

from multifidus.training.cases import (
    IGNORED,
    LEFT_ES,
    LEFT_MF,
    OPEN_SLICE_VALUES,
    RIGHT_ES,
    RIGHT_MF,
    LabelledSlice,
    relabel,
)
from multifidus.training.sudirman import as_displayed, grey_as_drawn

ONE_SIDED = "bedrest"
"""What the names of slices begin with on which one side was outlined: the person's right."""

ONE_SIDED_MM, OTHER_MM = 0.75, 0.54
"""Between pixels, estimated from the width of the bodies; no file states it."""

IN_FRONT_MM = 25.0
"""Up to so far in front of what was outlined the rest of the muscles may lie."""

PAST_MIDLINE_MM = 4.0


def small_slices(folder: Path) -> list[LabelledSlice]:
    """The slices of `mri_axial_small_open`; where nobody outlined a muscle that is there, IGNORED.

    Each is a person of its own name.
    """
    return [_small(path) for path in sorted(folder.glob("*_img.png"))]


def _small(path: Path) -> LabelledSlice:
    name = path.name.removesuffix("_img.png")
    mm = ONE_SIDED_MM if name.startswith(ONE_SIDED) else OTHER_MM
    values = imread(path.with_name(f"{name}_lab.png")).astype(int)
    labels = with_the_unoutlined(as_displayed(relabel(values, OPEN_SLICE_VALUES)), name, mm)
    channels = as_displayed(grey_as_drawn(path))[None].astype(np.float32)
    return LabelledSlice(name, channels, labels, (mm, mm), is_t2="T2" in name)


def with_the_unoutlined(labels: np.ndarray, name: str, mm: float) -> np.ndarray:
    """Labels (X, Y) in which the side that was not outlined is IGNORED.

    One-sided: everything to the left of the multifidus' medial border. Else, where the right
    erector spinae is missing: everything lateral of the right multifidus.
    """
    x, y = np.indices(labels.shape)
    multifidus = np.argwhere(labels == RIGHT_MF)
    outlined = np.isin(labels, (RIGHT_MF, LEFT_MF, RIGHT_ES, LEFT_ES))
    back = y < np.argwhere(outlined)[:, 1].max() + int(IN_FRONT_MM / mm)
    if name.startswith(ONE_SIDED):
        unknown = back & (x < multifidus[:, 0].min() - int(PAST_MIDLINE_MM / mm))
    elif not (labels == RIGHT_ES).any():
        unknown = back & (x > multifidus[:, 0].max())
    else:
        return labels
    return np.where(unknown & (labels == 0), np.uint8(IGNORED), labels)
