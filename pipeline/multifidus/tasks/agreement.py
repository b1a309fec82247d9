"""Two readings of the same people held against each other: label maps, or measured tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from multifidus.agreement.overlap import hausdorff_95_mm
from multifidus.agreement.precision import precisions
from multifidus.domain.anatomy import LABEL_OF
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.masks import dice
from multifidus.domain.muscle_order import require_order
from multifidus.domain.precision import Overlap, Precision, Repeat, Unpaired
from multifidus.domain.quantities import Quantity
from multifidus.domain.volume import LabelMap, require_same_grid
from multifidus.files.muscle_labels import read_muscle_labels
from multifidus.files.nifti import is_nifti, stem_of
from multifidus.files.nifti_study import nifti_files
from multifidus.files.numberings import LabelNumbering, read_numbering
from multifidus.files.results.agreement import OVERLAPS, PAIRS, PRECISION, UNPAIRED
from multifidus.files.results.repeats import read_repeats
from multifidus.report.agreement import precision_pictures
from multifidus.report.sections import Picture
from multifidus.tasks.report import save_pictures


@dataclass(frozen=True)
class Agreement:
    """What two readings have in common. about: what was repeated, in the words of who asks.

    overlaps: empty where tables were compared.
    """

    about: str
    repeats: tuple[Repeat, ...]
    overlaps: tuple[Overlap, ...]
    unpaired: tuple[Unpaired, ...]

    @property
    def precisions(self) -> list[Precision]:
        """One per quantity, method, muscle and level."""
        return precisions(self.repeats)


def compare_readings(
    first: Path | str, second: Path | str, about: str = "", numbering: str = "multifidus"
) -> Agreement:
    """Pair and compare two folders of label maps, or two tables of measurements.

    Label maps belong together that have the same file name; what their values mean is `numbering`,
    a name of `params/labels/` or a file. Raises UsageError for a missing path or one path of either
    kind, InputError or GeometryError where they do not fit each other.
    """
    first, second, known = Path(first), Path(second), read_numbering(numbering)
    for path in (first, second):
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
    if first.resolve() == second.resolve():
        raise UsageError(f"{first}: compared with itself; name the second reading")
    if first.is_dir() != second.is_dir():
        raise UsageError(
            f"{first} and {second}: give two folders of label maps or two tables of measurements"
        )
    if first.is_dir():
        return _of_label_maps(first, second, about, known)
    repeats, unpaired = read_repeats(first, second)
    return Agreement(about, tuple(repeats), (), tuple(unpaired))


def _of_label_maps(first: Path, second: Path, about: str, numbering: LabelNumbering) -> Agreement:
    names = [{path.name: path for path in _maps(folder)} for folder in (first, second)]
    shared = sorted(names[0].keys() & names[1].keys())
    if not shared:
        raise InputError(
            f"{first} and {second} share no NIfTI file name; the two label maps of one image need "
            "the same name"
        )
    unpaired = [
        Unpaired(stem_of(names[k][name]), "label map", "AB"[k])
        for k in (0, 1)
        for name in sorted(names[k].keys() - names[1 - k].keys())
    ]
    repeats: list[Repeat] = []
    overlaps: list[Overlap] = []
    for name in shared:
        maps = [read_muscle_labels(found[name], numbering) for found in names]
        require_same_grid(maps[0].geometry, maps[1].geometry, str(names[1][name]))
        for labels, found in zip(maps, names, strict=True):
            require_order(labels, str(found[name]))
        _add_slices(stem_of(Path(name)), maps, repeats, overlaps, unpaired)
    if not repeats:
        raise InputError(f"{first} and {second}: no slice shows the same muscle in both")
    return Agreement(about, tuple(repeats), tuple(overlaps), tuple(unpaired))


def _maps(folder: Path) -> list[Path]:
    return [path for path in nifti_files(folder) if is_nifti(path)]


def _add_slices(
    subject: str,
    maps: list[LabelMap],
    repeats: list[Repeat],
    overlaps: list[Overlap],
    unpaired: list[Unpaired],
) -> None:
    """Every slice and muscle of two label maps: the areas where both outline it, or who does."""
    geometry = maps[0].geometry
    for z in range(geometry.shape[2]):
        for structure, value in LABEL_OF.items():
            masks = [labels.voxels[..., z] == value for labels in maps]
            pixels = [int(np.count_nonzero(mask)) for mask in masks]
            if not any(pixels):
                continue
            if not all(pixels):
                words = f"{structure.side} {structure.muscle} slice {z}".replace("_", " ")
                unpaired.append(Unpaired(subject, words, "A" if pixels[0] else "B"))
                continue
            first, second = (count * geometry.axial_pixel_area_mm2 for count in pixels)
            where = (subject, "", z, *structure)
            repeats.append(Repeat(*where, Quantity.TOTAL_CSA, "", first, second))
            far_mm = hausdorff_95_mm(masks[0], masks[1], geometry.spacing_mm[:2])
            overlaps.append(Overlap(subject, z, *structure, dice(masks[0], masks[1]), far_mm))


def pictures_of(agreement: Agreement) -> list[Picture]:
    """Bland-Altman plots."""
    return precision_pictures(agreement.repeats, agreement.precisions)


def save(agreement: Agreement, pictures: Iterable[Picture], folder: Path | str) -> None:
    """Write the precision, the pairs it comes from, what had no partner, and the pictures."""
    folder = Path(folder)
    PRECISION.write(agreement.precisions, folder, about=agreement.about)
    PAIRS.write(agreement.repeats, folder)
    UNPAIRED.write(agreement.unpaired, folder)
    if agreement.overlaps:
        OVERLAPS.write(agreement.overlaps, folder)
    save_pictures(pictures, folder)
