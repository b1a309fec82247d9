"""Images of the Lumbar Spine MRI Dataset of Sudirman et al. (2019) that teach without outlines."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from multifidus.domain.errors import InputError, UsageError
from multifidus.files.csv import CsvRow, Layout, read_csv
from multifidus.training.cases import OPEN_SLICE_PIXEL_MM, LabelledSlice
from multifidus.training.sudirman import PAIRS, as_displayed, grey_as_drawn, person_of

NATIVE = Layout(
    "table of native slices", ("file", "plane", "cluster", "patient", "label"), is_open=True
)

CONTRASTS = Layout("table of contrasts", ("file", "contrast"), refusal=UsageError)

PATIENT_IN_NAME = re.compile(r"T1_(\d{4})_")
"""How the images of `mri_axial_t1_open` are named: contrast, patient, disc."""


@dataclass(frozen=True)
class PlainSlice:
    """One axial image.

    name: of its file, without the ending. people: of whom it is; several where the data do not
    tell which of them. image: (X, Y) float32, to the person's right and front. is_outlined: whether
    outlines of it are among the data.
    """

    name: str
    people: tuple[str, ...]
    image: np.ndarray
    pixel_mm: float
    is_t2: bool
    is_outlined: bool

    def labelled(self, labels: np.ndarray, weight: float = 1.0) -> LabelledSlice:
        """The image with labels (X, Y) that others than its reader say; of the first person."""
        spacing = (self.pixel_mm, self.pixel_mm)
        channels = self.image[None]
        return LabelledSlice(self.people[0], channels, labels, spacing, weight, self.is_t2)


def of_others(slices: Sequence[PlainSlice], left_out: Collection[str]) -> list[PlainSlice]:
    """The slices that are certainly of nobody left out."""
    return [one for one in slices if not {*one.people} & {*left_out}]


def native_slices(folder: Path, contrasts: Path) -> list[PlainSlice]:
    """The axial slices of `mri_native_open`, T1 and T2, in the order of its table.

    contrasts: says of each whether it is T1 or T2, which the data do not. Raises InputError for a
    slice that it does not name.
    """
    rows = [row for row in read_csv(folder / "slices.csv", NATIVE) if row.cells["plane"] == "axial"]
    patients = _patients_of_clusters(rows)
    known = read_contrasts(contrasts)
    slices = []
    for row in rows:
        cells = row.cells
        if cells["file"] not in known:
            raise InputError(f"{row.where}: {contrasts} does not name {cells['file']}")
        certain = [cells["patient"]] if cells["patient"] else patients[cells["cluster"]]
        slices.append(
            PlainSlice(
                Path(cells["file"]).stem,
                tuple(person_of(patient) for patient in certain),
                _image(folder / "images" / cells["file"]),
                OPEN_SLICE_PIXEL_MM,
                known[cells["file"]] == "T2",
                bool(cells["label"]),
            )
        )
    return slices


def _patients_of_clusters(rows: Sequence[CsvRow]) -> dict[str, list[str]]:
    """By group of like bodies, whom its slices may show: those named in it, or else anyone named.

    The data's authors grouped the slices that they could assign to no patient by body shape.
    """
    named: dict[str, set[str]] = {row.cells["cluster"]: set() for row in rows}
    for row in rows:
        named[row.cells["cluster"]] |= {row.cells["patient"]} - {""}
    everyone = sorted(set[str]().union(*named.values()))
    return {cluster: sorted(people) or everyone for cluster, people in named.items()}


def read_contrasts(table: Path) -> Mapping[str, str]:
    """T1 or T2 by file, from a CSV with the columns file and contrast; UsageError for others."""
    found = {}
    for row in read_csv(table, CONTRASTS):
        if row.cells["contrast"] not in ("T1", "T2"):
            raise UsageError(f"{row.where}: contrast is T1 or T2, found {row.cells['contrast']!r}")
        found[row.cells["file"]] = row.cells["contrast"]
    return found


def unoutlined_files(folder: Path) -> list[Path]:
    """The images of `mri_axial_t1_open`, T1 all, to which its table gives no label map."""
    outlined = {row.cells["image"] for row in read_csv(folder / "pairs.csv", PAIRS)}
    return [path for path in sorted((folder / "images").glob("*.png")) if path.name not in outlined]


def person_in_name(path: Path) -> str:
    """Who is in an image of `mri_axial_t1_open`; InputError for a name that does not tell."""
    match = PATIENT_IN_NAME.match(path.name)
    if match is None:
        raise InputError(f"{path}: images are named T1_<patient>_<disc>.png, as T1_0278_D4.png")
    return person_of(match[1])


def chosen_slices(
    folder: Path, left_out: Collection[str], count: int, seed: int
) -> list[PlainSlice]:
    """T1 slices without outlines: so many are drawn, then those of people left out are taken away.

    So that one slice is drawn for all weights files or for none.
    """
    files = unoutlined_files(folder)
    drawn = np.random.default_rng(seed).permutation(len(files))[:count]
    chosen = [files[i] for i in sorted(drawn)]
    return [_t1_slice(path) for path in chosen if person_in_name(path) not in left_out]


def _t1_slice(path: Path) -> PlainSlice:
    people = (person_in_name(path),)
    return PlainSlice(path.stem, people, _image(path), OPEN_SLICE_PIXEL_MM, False, False)


def _image(path: Path) -> np.ndarray:
    return as_displayed(grey_as_drawn(path)).astype(np.float32)
