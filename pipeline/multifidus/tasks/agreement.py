"""Two readings of the same people held against each other: label maps, or measured tables."""

from collections.abc import Iterable, Iterator, Sequence
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
from multifidus.domain.volume import require_same_grid
from multifidus.files.muscle_labels import read_muscle_labels
from multifidus.files.nifti import is_nifti, stem_of
from multifidus.files.nifti_study import nifti_files
from multifidus.files.numberings import LabelNumbering, read_numbering
from multifidus.files.results.agreement import OVERLAPS, PAIRS, PRECISION, PRECISION_FILE, UNPAIRED
from multifidus.files.results.repeats import read_repeats
from multifidus.report.agreement import precision_pictures
from multifidus.report.sections import Picture
from multifidus.tasks.notebook import NotebookTask
from multifidus.tasks.report import save_pictures

AGREEMENT = NotebookTask("agreement.ipynb", last=PRECISION_FILE)


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
    path_of = [{path.name: path for path in _maps(folder)} for folder in (first, second)]
    shared = sorted(path_of[0].keys() & path_of[1].keys())
    if not shared:
        raise InputError(
            f"{first} and {second} share no NIfTI file name; the two label maps of one image need "
            "the same name"
        )
    alone = [
        Unpaired(stem_of(path_of[reading][name]), "label map", "AB"[reading])
        for reading in (0, 1)
        for name in sorted(path_of[reading].keys() - path_of[1 - reading].keys())
    ]
    found = [
        result
        for name in shared
        for result in _of_one_image([paths[name] for paths in path_of], numbering)
    ]
    repeats = tuple(result[0] for result in found if not isinstance(result, Unpaired))
    overlaps = tuple(result[1] for result in found if not isinstance(result, Unpaired))
    if not repeats:
        raise InputError(f"{first} and {second}: no slice shows the same muscle in both")
    unpaired = (result for result in found if isinstance(result, Unpaired))
    return Agreement(about, repeats, overlaps, (*alone, *unpaired))


def _maps(folder: Path) -> list[Path]:
    return [path for path in nifti_files(folder) if is_nifti(path)]


def _of_one_image(
    paths: Sequence[Path], numbering: LabelNumbering
) -> Iterator[tuple[Repeat, Overlap] | Unpaired]:
    """Every slice and muscle of two label maps: the areas where both outline it, or who does."""
    maps = [read_muscle_labels(path, numbering) for path in paths]
    geometry = maps[0].geometry
    require_same_grid(geometry, maps[1].geometry, str(paths[1]))
    for labels, path in zip(maps, paths, strict=True):
        require_order(labels, str(path))
    subject = stem_of(paths[0])
    for z in range(geometry.shape[2]):
        for structure, value in LABEL_OF.items():
            masks = [labels.voxels[..., z] == value for labels in maps]
            pixels = [int(np.count_nonzero(mask)) for mask in masks]
            if all(pixels):
                areas_mm2 = [count * geometry.axial_pixel_area_mm2 for count in pixels]
                far_mm = hausdorff_95_mm(masks[0], masks[1], geometry.spacing_mm[:2])
                yield (
                    Repeat(subject, "", z, *structure, Quantity.TOTAL_CSA, "", *areas_mm2),
                    Overlap(subject, z, *structure, dice(masks[0], masks[1]), far_mm),
                )
            elif any(pixels):
                words = f"{structure.words} slice {z}"
                yield Unpaired(subject, words, "A" if pixels[0] else "B")


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


def run_agreement(
    readings: tuple[Path, Path], output: Path, about: str, numbering: str, overwrite: bool = False
) -> Path:
    """Run the agreement notebook; the output folder is written when it came to its end.

    Returns the path of `precision.csv`. Raises what `compare_readings` does, and UsageError for an
    output folder that holds anything but a result of the same readings.
    """
    first, second = readings
    own = Path(numbering)
    return AGREEMENT.run(
        output,
        AGREEMENT.claim({"reading A": first, "reading B": second}),
        overwrite,
        first=first,
        second=second,
        about=about,
        numbering=own if own.is_file() else numbering,
    )
