"""Where each pixel of a drawn patch comes from: turned, scaled, bent, its muscles wider or not."""

from collections.abc import Sequence
from functools import cache
from typing import Literal

import numpy as np
import torch
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import zoom

from multifidus.training.cases import IGNORED, LEFT_MF, RIGHT_MF, LabelledSlice

BEYOND_MM = 60.0
"""This far beyond the muscles a change of their widths has died out."""

LEAST_ERECTOR_MM = 8.0

SplineOrder = Literal[1, 3]


def sampling_grid(
    shape: tuple[int, int], pixel_mm: float, turn_deg: float, scale: np.ndarray
) -> np.ndarray:
    """Patch pixels as mm around the patch's centre, turned and scaled: (2, X, Y)."""
    axes = [(np.arange(n) - (n - 1) / 2) * pixel_mm for n in shape]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"))
    angle = np.deg2rad(turn_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.einsum("ij,jxy->ixy", turn @ np.diag(1 / scale), grid)


def smooth_field(shape: Sequence[int], amplitude_mm: float, rng: np.random.Generator) -> np.ndarray:
    """A displacement (X, Y) in mm that varies over about a sixth of the patch."""
    knots = rng.normal(0, rng.uniform(0, amplitude_mm), (7, 6))
    return spread(knots, shape, order=3)


def spread(knots: np.ndarray, shape: Sequence[int], order: SplineOrder) -> np.ndarray:
    """Knots (K, L) as a smooth field (X, Y): `scipy.ndimage.zoom`, as two matrix products."""
    along_x, along_y = (_spreading(n, k, order) for n, k in zip(shape, knots.shape, strict=True))
    return np.asarray(along_x @ knots @ along_y.T)


@cache
def _spreading(pixels: int, knots: int, order: SplineOrder) -> np.ndarray:
    """(pixels, knots): how much of each knot reaches every pixel."""
    each = [np.asarray(zoom(knot.tolist(), pixels / knots, order=order)) for knot in np.eye(knots)]
    return np.stack(each, axis=1)


def sampled(planes: np.ndarray, at: np.ndarray, nearest: bool = False) -> np.ndarray:
    """Planes (C, X, Y) at array indices `at` (2, x, y), 0 beyond them: (C, x, y) float32.

    Between pixels the value is a linear mix, or that of the nearest pixel.
    """
    last = np.array(planes.shape[1:]) - 1
    grid = np.stack([2 * at[1] / last[1] - 1, 2 * at[0] / last[0] - 1], axis=-1)  # y first
    values = torch.nn.functional.grid_sample(
        torch.from_numpy(np.ascontiguousarray(planes, np.float32))[None],
        torch.from_numpy(grid.astype(np.float32))[None],
        mode="nearest" if nearest else "bilinear",
        padding_mode="zeros",
        align_corners=True,
    )
    return np.asarray(values[0].numpy())


def with_other_widths(x_mm: np.ndarray, case: LabelledSlice, factor: float) -> np.ndarray:
    """Where the pixels at `x_mm` of a slice come from if the multifidus is `factor` times as wide.

    The spine's middle and the outer border of the erector spinae stay where they are, so that
    the share of the multifidus changes as it does from one lumbar level to the next.
    """
    sides = [np.argwhere(case.labels == value)[:, 0] for value in (RIGHT_MF, LEFT_MF)]
    if not all(len(side) for side in sides):
        return x_mm
    middle = np.mean([side.mean() for side in sides]) * case.pixel_mm[0]
    off = [np.abs(side * case.pixel_mm[0] - middle) for side in sides]
    border = float(np.mean([np.percentile(side, 95) for side in off]))
    known = (case.labels > 0) & (case.labels != IGNORED)
    muscles = np.argwhere(known)[:, 0] * case.pixel_mm[0]
    outer = float(np.percentile(np.abs(muscles - middle), 98))
    wanted = factor * border
    if not (LEAST_ERECTOR_MM < border < outer and wanted < outer - LEAST_ERECTOR_MM):
        return x_mm
    end = outer + BEYOND_MM
    back = PchipInterpolator([0.0, wanted, outer, end], [0.0, border, outer, end])
    distance = np.abs(x_mm - middle)
    inner = back(np.minimum(distance, end)) + np.maximum(distance - end, 0)
    return np.asarray(middle + np.sign(x_mm - middle) * inner)
