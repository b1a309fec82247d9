"""Real texture under many readers' outlines: labelled slices warped onto real label maps."""

import io
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.interpolate import RBFInterpolator
from scipy.ndimage import map_coordinates
from skimage.io import imread

from multifidus.domain.masks import dice
from multifidus.training.cases import (
    LEFT_ES,
    LEFT_MF,
    RIGHT_ES,
    RIGHT_MF,
    LabelledSlice,
    pack,
    relabel,
    unpack,
)

OUTLINE_VALUES = {50: RIGHT_ES, 100: RIGHT_MF, 150: LEFT_MF, 200: LEFT_ES}
"""Label values of `muscle_shapes_l4l5`; its image left is taken as the person's right."""

OUTLINES_FOLDER = "muscle_shapes_l4l5"
OUTLINE_PIXEL_MM = 0.6875
ANGLES = np.linspace(-np.pi, np.pi, 28, endpoint=False)
FAR_MM = 160.0  # anchors this far from the muscles keep the rest of the body in place
PATCH_SHAPE = (240, 184)  # pixels of 1 mm, to the right and to the front
SMOOTHING = 200.0  # of the spline: outline points may be missed by about a millimetre
LEAST_DICE = 0.9
LEAST_PIXELS = 60


def read_outlines(folder: Path, left_out: Collection[str] = ()) -> Iterator[np.ndarray]:
    """The label maps of `named_outlines` alone."""
    for _, outline in named_outlines(folder, left_out):
        yield outline


def named_outlines(
    folder: Path, left_out: Collection[str] = ()
) -> Iterator[tuple[str, np.ndarray]]:
    """Every complete label map of `muscle_shapes_l4l5` with its person, such as T1_00044.

    Label maps are (X, Y) uint8, X right, Y front.

    left_out: people of `mri_l4l5_open`, such as T1_00044, whose outlines are not to be among them.
    The sources number people alike: 00044 is taken for the same person in both.
    """
    numbers = {person.rpartition("_")[2] for person in left_out}
    for archive_path in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(archive_path) as archive:
            for name in sorted(n for n in archive.namelist() if n.endswith(".png")):
                if Path(name).stem in numbers:
                    continue
                labels = imread(io.BytesIO(archive.read(name)))
                outline = relabel(labels[::-1, ::-1].T.astype(int), OUTLINE_VALUES)
                if is_complete(outline):
                    contrast = "T2" if "_T2_" in archive_path.name else "T1"
                    yield f"{contrast}_{Path(name).stem}", outline


def is_complete(labels: np.ndarray) -> bool:
    """Whether all four muscles are there with enough pixels for an outline."""
    return all((labels == value).sum() >= LEAST_PIXELS for value in OUTLINE_VALUES.values())


def outline_points(labels: np.ndarray, pixel_mm: Sequence[float]) -> np.ndarray:
    """Border points of each muscle at 28 angles around its centre: (112, 2) mm, array axes."""
    return np.concatenate(
        [_border(labels == value, np.asarray(pixel_mm)) for value in OUTLINE_VALUES.values()]
    )


def _border(mask: np.ndarray, pixel_mm: np.ndarray) -> np.ndarray:
    inside = np.argwhere(mask) * pixel_mm
    centre = inside.mean(axis=0)
    radii = np.arange(0.0, 90.0, 0.25)
    rays = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
    along = centre + radii[:, None, None] * rays  # (radius, angle, 2)
    found = map_coordinates(
        mask.astype(np.float32), np.moveaxis(along, 2, 0) / pixel_mm[:, None, None], order=1
    )
    last = len(radii) - 1 - np.argmax(found[::-1] >= 0.5, axis=0)
    return np.asarray(centre + radii[last][:, None] * rays)


def warp(
    case: LabelledSlice, outline: np.ndarray, outline_labels: bool = False
) -> LabelledSlice | None:
    """The slice bent by a thin-plate spline so that its muscles fill the outline.

    outline: (X, Y) in pixels of 0.6875 mm. The labels travel with the texture; outline_labels
    puts the outline itself in their place. None where they do not meet the outline at a Dice of
    0.9 in every muscle: the bend was not a plausible one.
    """
    target = outline_points(outline, (OUTLINE_PIXEL_MM, OUTLINE_PIXEL_MM))
    source = outline_points(case.labels, case.pixel_mm)
    ring = np.stack([np.cos(ANGLES[::2]), np.sin(ANGLES[::2])], axis=1) * FAR_MM
    size = np.sqrt(source.var(axis=0).sum() / target.var(axis=0).sum())
    spline = RBFInterpolator(
        np.concatenate([target, target.mean(axis=0) + ring]),
        np.concatenate([source, source.mean(axis=0) + size * ring]),
        kernel="thin_plate_spline",
        smoothing=SMOOTHING,
    )
    axes = [np.arange(n) - (n - 1) / 2 for n in PATCH_SHAPE]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1) + target.mean(axis=0)
    from_mm = spline(grid.reshape(-1, 2)).reshape(grid.shape)
    if folds(from_mm):
        return None
    index = np.moveaxis(from_mm / np.asarray(case.pixel_mm), 2, 0)
    labels = map_coordinates(case.labels, index, order=0)
    wanted = map_coordinates(outline, np.moveaxis(grid / OUTLINE_PIXEL_MM, 2, 0), order=0)
    if min(dice(labels == v, wanted == v) for v in OUTLINE_VALUES.values()) < LEAST_DICE:
        return None
    channels = [map_coordinates(c, index, order=1, mode="nearest") for c in case.channels]
    return replace(
        case,
        channels=np.stack(channels).astype(np.float32),
        labels=wanted if outline_labels else labels,
        pixel_mm=(1.0, 1.0),
    )


def folds(from_mm: np.ndarray) -> bool:
    """Whether a mapping (X, Y, 2) on a 1 mm grid turns inside out anywhere."""
    along_x, along_y = np.gradient(from_mm, axis=(0, 1))
    area = along_x[..., 0] * along_y[..., 1] - along_x[..., 1] * along_y[..., 0]
    return bool(area.min() <= 0)


def warped_slices(
    cases: Sequence[LabelledSlice],
    outlines: Sequence[np.ndarray],
    rng: np.random.Generator,
    outline_labels: bool = False,
) -> Iterator[LabelledSlice]:
    """For each outline one of the slices warped onto it, where that is plausible.

    The slice is one of the four in which the multifidus takes up most nearly the same share of
    the muscles as in the outline: a slice from another level would have to be bent too far.
    """
    usable = [case for case in cases if is_complete(case.labels)]
    shares = np.array([multifidus_share(case.labels) for case in usable])
    for outline in outlines:
        nearest = np.argsort(np.abs(shares - multifidus_share(outline)))[:4]
        warped = warp(usable[rng.choice(nearest)], outline, outline_labels)
        if warped is not None:
            yield warped


def multifidus_share(labels: np.ndarray) -> float:
    """Multifidus pixels as a share of all muscle pixels, 0..1."""
    return float(np.isin(labels, (RIGHT_MF, LEFT_MF)).sum() / max(1, (labels > 0).sum()))


def cached_warps(
    cases: Sequence[LabelledSlice],
    outlines_folder: Path,
    cache: Path,
    seed: int,
    outline_labels: bool,
    left_out: Collection[str] = (),
) -> list[LabelledSlice]:
    """The warped slices of every person, packed once per person under `cache`.

    A person's file holds that person's texture alone, so a fold leaves the file out with the
    person; without the outlines of the people left out it is a file of its own.
    """
    without = "".join(f"_without_{person}" for person in sorted(left_out))
    found: list[LabelledSlice] = []
    outlines: list[np.ndarray] | None = None
    for subject in sorted({case.subject for case in cases}):
        path = cache / f"{subject}{without}.npz"
        if not path.exists():
            outlines = (
                list(read_outlines(outlines_folder, left_out)) if outlines is None else outlines
            )
            own = [case for case in cases if case.subject == subject]
            rng = np.random.default_rng(seed)
            pack(list(warped_slices(own, outlines, rng, outline_labels)), path)
        found += unpack(path)
    return found
