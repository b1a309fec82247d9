"""Labelled sagittal slices: vertebrae of public sets, the sacrum as the project marked it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import nibabel as nib
import numpy as np
from skimage.draw import polygon2mask

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.errors import InputError
from multifidus.files.csv import Layout, read_csv
from multifidus.training.cases import IGNORED, LabelledSlice

CORNERS = ("posterior_upper", "anterior_upper", "anterior_lower", "posterior_lower")
"""The corners of S1's body in the table of corners, each with a column `_y` and `_z`."""

SACRA = Layout(
    "table of S1's corners",
    ("person", "slice", *(f"{corner}_{axis}" for corner in CORNERS for axis in "yz")),
    is_open=True,
)

SACRUM_REACH_MM = 9.0
"""S1 is drawn on slices up to so far from the one it was marked on: well within its width."""

WELL_WITHIN_L1_MM2 = 250.0
"""A slice that cuts more of L1 than this (a body is some 30 by 27 mm) cuts T12 too."""

EMPTY_AT = (2, 4)
"""Slices so many beyond the last labelled one show no vertebral body and are drawn as empty."""

POOR = ("018", "050", "152", "234")
"""People of `sagittal_spider` whose derived levels its README calls poor or partial."""

MARGIN_PIXELS = 3
"""How far the part of a slice whose vertebrae nobody labelled reaches into what was labelled."""


@dataclass(frozen=True, eq=False)
class Sacrum:
    """S1's body as marked on one slice. corners: (4, 2) pixels along front and head, in turn."""

    slice_index: int
    corners: np.ndarray


def read_sacra(table: Path) -> dict[str, Sacrum]:
    """S1's corners by person; raises as `read_csv`, and InputError for what is no number."""
    sacra = {}
    for row in read_csv(table, SACRA):
        try:
            yz = [[float(row.cells[f"{corner}_{axis}"]) for axis in "yz"] for corner in CORNERS]
            sacra[row.cells["person"]] = Sacrum(int(row.cells["slice"]), np.array(yz))
        except ValueError as error:
            raise InputError(f"{row.where}: not of a table of S1's corners ({error})") from error
    return sacra


def sagittal_files(data: Path, person: str) -> tuple[Path, Path]:
    """The image and the levels of a person named as the slices are: `t2-sub-02`, `spider-005`."""
    origin, name = person.split("-", 1)
    spider = origin == "spider"
    stem = data / ("sagittal_spider" if spider else f"sagittal_levels/{origin}")
    stem = stem / (f"spider{name}" if spider else name)
    return Path(f"{stem}_image.nii.gz"), Path(f"{stem}_levels.nii.gz")


def sagittal_slices(
    folder: Path, sacra: Mapping[str, Sacrum], thoracic: Mapping[str, Sacrum] | None = None
) -> list[LabelledSlice]:
    """The slices of a folder of `sagittal_levels` with what is known of them.

    People are named by folder and file, such as `t2-sub-02`.

    Label values are those of `VERTEBRA_LABEL_OF`; IGNORED marks pixels that nobody labelled.
    """
    slices = []
    for label_path in sorted(folder.glob("*_levels.nii.gz")):
        name = label_path.name.removesuffix("_levels.nii.gz")
        person = f"{folder.name}-{name}"
        image = label_path.with_name(f"{name}_image.nii.gz")
        own = sagittal_slices_of(image, person, sacra.get(person))
        slices += [with_t12(case, (thoracic or {}).get(person)) for case in own]
    return slices


def with_t12(case: LabelledSlice, t12: Sacrum | None) -> LabelledSlice:
    """The slice with T12's body drawn in where L1 is cut well within; as it is without corners.

    What lies between L1 and T12 is then known to be no body.
    """
    l1 = case.labels == VERTEBRA_LABEL_OF[Vertebra.L1]
    if t12 is None or l1.sum() * float(np.prod(case.pixel_mm)) <= WELL_WITHIN_L1_MM2:
        return case
    labels = case.labels.copy()
    unknown = (labels == 0) | (labels == IGNORED)
    labels[polygon2mask(labels.shape, t12.corners) & unknown] = VERTEBRA_LABEL_OF[Vertebra.T12]
    below = np.arange(labels.shape[1]) < t12.corners[:, 1].min()
    labels[below[None] & (labels == IGNORED) & _above(l1)] = 0
    return replace(case, labels=labels)


def _above(body: np.ndarray) -> np.ndarray:
    """Pixels (Y, Z) above the middle of a body, broadcast over Y."""
    return np.asarray((np.arange(body.shape[1]) > np.argwhere(body)[:, 1].mean())[None])


def spider_slices(folder: Path, sacra: Mapping[str, Sacrum]) -> list[LabelledSlice]:
    """The slices of `sagittal_spider`, people named like `spider-005`; the poor are left out."""
    slices = []
    for image in sorted(folder.glob("spider*_image.nii.gz")):
        number = image.name[len("spider") :].removesuffix("_image.nii.gz")
        person = f"spider-{number}"
        if number not in POOR:
            slices += sagittal_slices_of(image, person, sacra.get(person))
    return slices


def sagittal_slices_of(
    image_path: Path, subject: str, sacrum: Sacrum | None = None
) -> list[LabelledSlice]:
    """The slices of one sagittal image, labelled by the `_levels` file beside it."""
    image = nib.as_closest_canonical(nib.load(image_path))
    levels_path = image_path.with_name(image_path.name.replace("_image", "_levels"))
    levels = read_levels(levels_path)
    voxels = image.get_fdata(dtype=np.float32)
    x_mm, y_mm, z_mm = (float(mm) for mm in image.header.get_zooms())
    labelled = np.flatnonzero(levels.any(axis=(1, 2)))
    slices = []
    for x in range(levels.shape[0]):
        if labelled[0] <= x <= labelled[-1]:
            off_mm = np.inf if sacrum is None else abs(x - sacrum.slice_index) * x_mm
            labels = with_the_unknown(levels[x], levels, sacrum, off_mm)
        elif max(labelled[0] - x, x - labelled[-1]) in EMPTY_AT:
            labels = np.zeros(levels.shape[1:], np.uint8)
        else:
            continue
        slices.append(LabelledSlice(subject, voxels[None, x], labels, (y_mm, z_mm)))
    return slices


def read_levels(path: Path) -> np.ndarray:
    """Levels (X, Y, Z) uint8, RAS+, T11 to L5; what lies higher, as some files name it, is 0."""
    levels = np.asarray(nib.as_closest_canonical(nib.load(path)).dataobj).astype(np.uint8)
    levels[levels > VERTEBRA_LABEL_OF[Vertebra.T11]] = 0
    return levels


def with_the_unknown(
    plane: np.ndarray, levels: np.ndarray, sacrum: Sacrum | None, off_mm: float
) -> np.ndarray:
    """One slice's labels with S1 drawn in and what nobody labelled marked as IGNORED.

    plane: (Y, Z), a slice of `levels` (X, Y, Z). Nobody labelled the vertebrae above the highest
    one labelled, nor the sacrum away from the slice that it was marked on.
    """
    labels = plane.copy()
    heights = np.arange(plane.shape[1])
    upper = highest(levels)
    here = np.argwhere(plane == upper)
    top = np.argwhere(levels == upper)[:, 2] if not len(here) else here[:, 1]
    unknown = np.broadcast_to(heights > top.max() - MARGIN_PIXELS, plane.shape)
    labels[unknown & (labels == 0)] = IGNORED
    if sacrum is not None and off_mm <= SACRUM_REACH_MM:
        body = polygon2mask(plane.shape, sacrum.corners)
        labels[body & (labels == 0)] = VERTEBRA_LABEL_OF[Vertebra.S1]
        return labels
    lowest = np.argwhere(levels == VERTEBRA_LABEL_OF[Vertebra.L5])[:, 2]
    end = np.percentile(lowest, 25) if sacrum is None else sacrum.corners[:, 1].max()
    below = np.broadcast_to(heights < end + MARGIN_PIXELS, plane.shape)
    labels[below & (labels == 0)] = IGNORED
    return labels


def highest(levels: np.ndarray) -> int:
    """The value of the highest vertebra labelled."""
    values = [VERTEBRA_LABEL_OF[v] for v in Vertebra]
    return next(value for value in values if (levels == value).any())
