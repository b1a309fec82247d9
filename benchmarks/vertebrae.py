"""The vertebra bundle on people it has not seen: as they are, made harder, and transitional.

`python -m benchmarks.vertebrae [../shared/data] [--bundle FOLDER] [--only NAME ...]` prints how
many of L1 to L5 and how many people are rightly numbered, how far centres lie from the true ones,
how many people are doubted, and how many are wrong without a doubt; then the same for 100
transitional spines, made by taking a vertebra out of the same people or doubling one.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.harder_spines import CHANGES, MADE_HARDER, transitional
from multifidus.domain.errors import InputError
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.nifti import read_volume
from multifidus.files.paths import bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.segmentation.counting import UNCONFIRMED
from multifidus.segmentation.vertebrae import segment_vertebrae
from multifidus.training.evaluation import VertebraRow, compare_vertebrae, summary_of_vertebrae
from multifidus.training.sagittal import read_levels, read_sacra, sagittal_files
from multifidus.training.settings import read_training_settings

SETTINGS = Path("params/training/vertebrae_sagittal.yml")
SPINES = 100
TRANSITIONAL = "transitional"
COLUMNS = (
    "vertebrae | right | median | 95 % | people all right | doubted | of these unconfirmed alone | "
    "wrong, not doubted"
)


@dataclass
class Tally:
    """What was found in a set of people."""

    rows: list[VertebraRow] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)

    def add(self, bundle: Bundle, image: Volume, true: LabelMap, name: str) -> None:
        """Number one image and compare."""
        rows, doubts = compared(bundle, image, true, name)
        self.rows += rows
        self.people.append(name)
        if all(row.rightly_numbered for row in rows):
            self.right.append(name)
        if doubts:
            self.doubted.append(name)
        if tuple(doubts) == (UNCONFIRMED,):
            self.unconfirmed.append(name)

    @property
    def silent(self) -> list[str]:
        """Who is wrongly numbered without a doubt."""
        return [one for one in self.people if one not in self.right and one not in self.doubted]

    def line(self) -> str:
        """The figures as cells of a table."""
        found = summary_of_vertebrae(self.rows)
        return (
            f"{found['vertebrae']:.0f} | {found['rightly_numbered_pct']:.0f} % | "
            f"{found['centre_error_median_mm']:.1f} mm | {found['centre_error_p95_mm']:.1f} mm | "
            f"{len(self.right)} | {len(self.doubted)} | {len(self.unconfirmed)} | "
            f"{len(self.silent)}"
        )


def compared(
    bundle: Bundle, image: Volume, true: LabelMap, name: str
) -> tuple[list[VertebraRow], Sequence[str]]:
    """Each vertebra's centre error and the doubts; refused counts as nothing found, and doubted."""
    try:
        found = segment_vertebrae(bundle, image)
    except InputError as error:
        empty = LabelMap(np.zeros(true.voxels.shape, np.uint8), true.geometry)
        return compare_vertebrae(empty, true, name), (str(error),)
    return compare_vertebrae(found.labels, true, name), found.doubts


def people(data: Path) -> Iterator[tuple[str, Volume, LabelMap]]:
    """Everyone whom the weights have not seen: name, sagittal image, level label map."""
    for person in read_training_settings(SETTINGS).weights["model.pt"]:
        image_path, levels_path = sagittal_files(data, person)
        image = read_volume(image_path)
        yield person, image, LabelMap(read_levels(levels_path), image.geometry)


def made_harder(bundle: Bundle, data: Path, only: Sequence[str]) -> None:
    """Print the table of people as they are and made harder."""
    print(f"| images | set | people | {COLUMNS} |\n| {'--- | ' * 11}")
    everyone = list(people(data))
    for name, harder in MADE_HARDER.items():
        if only and name not in only:
            continue
        sets: dict[str, Tally] = {}
        for person, image, levels in everyone:
            tally = sets.setdefault(person.split("-")[0], Tally())
            tally.add(bundle, *harder(image, levels), person)
        for origin, tally in sets.items():
            told = f" <!-- wrong: {sorted(set(tally.people) - set(tally.right))} -->"
            print(f"| {name} | {origin} | {len(tally.people)} | {tally.line()} |{told}", flush=True)


def transitional_spines(bundle: Bundle, data: Path) -> None:
    """Print the table of spines with one vertebra fewer or more: every person, changes in turn.

    Whoever is doubted as they are may have four or six lumbar vertebrae already, so that one fewer
    or more makes five: their spines are counted apart.
    """
    sacra_file = read_training_settings(SETTINGS).sacra
    sacra = {} if sacra_file is None else read_sacra(sacra_file)
    everyone = list(people(data))
    unsure = {name for name, image, true in everyone if compared(bundle, image, true, name)[1]}
    tallies: dict[tuple[bool, str], Tally] = {}
    for turn, number in product(range(len(CHANGES)), range(len(everyone))):
        if sum(len(tally.people) for tally in tallies.values()) == SPINES:
            break
        person, image, levels = everyone[number]
        change = CHANGES[(number + turn) % len(CHANGES)]
        made = transitional(image, levels, sacra.get(person), change)
        if made is not None:
            tally = tallies.setdefault((person in unsure, change.words), Tally())
            tally.add(bundle, *made, f"{person}, {change.words}, {change.along_a_row}")
    print(f"\n| person as they are | spine | spines | {COLUMNS} |\n| {'--- | ' * 11}")
    for (doubted, words), tally in sorted(tallies.items()):
        before = "doubted" if doubted else "sure"
        told = f" <!-- silent: {tally.silent} -->" if tally.silent else ""
        print(f"| {before} | {words} | {len(tally.people)} | {tally.line()} |{told}")


def main() -> None:
    """Evaluate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--bundle", type=Path, help="folder of other weights")
    parser.add_argument("--only", nargs="*", default=[], help="of the harder images")
    asked = parser.parse_args()
    chosen = read_settings().levels
    bundle = open_bundle(asked.bundle or bundle_folder(chosen.bundle), chosen.weights)
    print(f"{bundle.name} {bundle.version}, {bundle.weights}, SHA-256 {bundle.weights_sha256}\n")
    made_harder(bundle, asked.data, asked.only)
    if not asked.only or TRANSITIONAL in asked.only:
        transitional_spines(bundle, asked.data)


if __name__ == "__main__":
    main()
