"""How far the areas of the T1/T2 bundle lie from readers', for the report, README and validation.

`python -m benchmarks.limits_of_agreement [../shared/data] [--only T2] [--t1-people FILE] [--write]`
outlines the 83 slices of mri_axial_t2_dev and the 352 of mri_axial_t1_open, each along the border
of its readers, prints the figures, how often the interval of an area holds the reader's and how
wide it is, and, with --write, puts the figures into `configs/limits_of_agreement.json` of the
bundle, from where report and default border are taken. --only: one contrast; of the other the file
keeps what it has. --t1-people: a text file with patient numbers, one a line, such as those who were
never trained on; only they count.

The T2 slices chose between models and the lateral border, and were never trained on. Of the T1
people no image was trained on, but their outlines were among the shapes that slices were warped to,
and the readers' convention is the one that was taught: the figures of T1 are too good for other
readers, which their note says.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import TypeAdapter

from benchmarks.axial_t2 import cases
from multifidus.agreement.area_limits import area_limits
from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.border import LateralBorder
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.files.paths import bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.muscle.border import area_interval_mm2, plausible_regions
from multifidus.report.evaluation import limits_in_words
from multifidus.segmentation.border import bright_as_fat
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.study.outlines import outline_muscles

LIMITS_FILE = "configs/limits_of_agreement.json"
T1_PIXEL_MM = 0.6875
T1_ORDER = {1: 3, 2: 1, 3: 2, 4: 4}
"""Values of that data set, to the project's; the image's left is taken for the person's right."""

NOTES = {
    "T2": "mixed levels; these slices chose models and the lateral border, and trained none",
    "T1": "L4/5 only, by the readers whose outlines taught the border; too good for other readers",
}
BORDER_OF: dict[str, LateralBorder] = {"T2": "lateral", "T1": "as_taught"}
"""The border to the erector spinae that the readers of each contrast draw."""


FOLDS = 5


@dataclass(frozen=True)
class Area:
    """Of one muscle of one side, in mm2: found, along the plausible borders, and the reader's."""

    found: float
    interval: tuple[float, float]
    reader: float


Areas = Mapping[tuple[Muscle, Side], Area]


def main() -> None:
    """Measure, print and, where asked, write."""
    parser = argparse.ArgumentParser(prog="limits_of_agreement")
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", choices=list(BORDER_OF))
    parser.add_argument("--t1-people", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    chosen = read_settings().segmentation
    bundle = open_bundle(bundle_folder(chosen.bundle), chosen.weights)
    print(f"{bundle.name} {bundle.version}, {bundle.weights}, SHA-256 {bundle.weights_sha256}\n")
    found: list[AreaLimits] = []
    for contrast in [asked.only] if asked.only else list(BORDER_OF):
        slices = t2_slices(asked.data)
        if contrast == "T1":
            slices = t1_slices(asked.data, asked.t1_people)
        people = [areas_of(bundle, image, labels, contrast) for image, labels in slices]
        measured = limits_of(people, contrast)
        for limits in measured:
            print_coverage(people, limits)
        found += measured
    print_table(found)
    for one in found:
        print(f"\n{limits_in_words(one)}")
    if asked.write:
        measured_too = {limits.contrast for limits in found}
        kept = [limits for limits in bundle.area_limits if limits.contrast not in measured_too]
        write(bundle, [*found, *kept], bundle_folder(chosen.bundle) / LIMITS_FILE)


def write(bundle: Bundle, limits: list[AreaLimits], path: Path) -> None:
    """Put the figures into the bundle."""
    content = {
        "weights_sha256": bundle.weights_sha256,
        "source": "python -m benchmarks.limits_of_agreement",
        "limits": TypeAdapter(list[AreaLimits]).dump_python(limits, mode="json"),
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten to {path}")


def t2_slices(data: Path) -> Iterator[tuple[Volume, LabelMap]]:
    """The slices of mri_axial_t2_dev."""
    for case in cases(data / "mri_axial_t2_dev"):
        yield case.images[0], case.labels


def t1_slices(data: Path, people: Path | None = None) -> Iterator[tuple[Volume, LabelMap]]:
    """The labelled slices of mri_axial_t1_open, stored RAS+; people: a file that names some."""
    folder = data / "mri_axial_t1_open"
    named = None if people is None else {int(word) for word in people.read_text().split()}
    for path in sorted((folder / "labels").glob("*.png")):
        if named is not None and int(path.name.split("_")[1]) not in named:
            continue
        read = np.array(Image.open(path))
        labels = np.zeros(read.shape, np.uint8)
        for theirs, ours in T1_ORDER.items():
            labels[read == theirs] = ours
        shown = Image.open(folder / "images" / path.name.replace("_label", "")).convert("L")
        image = np.array(shown, np.float32).T[::-1, ::-1, None]
        grid = Geometry(image.shape, np.diag([T1_PIXEL_MM, T1_PIXEL_MM, 4.0, 1.0]))
        yield Volume(image.copy(), grid), LabelMap(labels.T[::-1, ::-1, None].copy(), grid)


def areas_of(bundle: Bundle, image: Volume, labels: LabelMap, contrast: str) -> Areas:
    """Areas of every muscle that the reader outlined on the slice, along his contrast's border."""
    settings = replace(read_settings().segmentation, lateral_border=BORDER_OF[contrast])
    outlined = outline_muscles(bundle, [image], settings)
    voxels = outlined.labels.voxels
    fatty = bright_as_fat(image.voxels, voxels)[..., 0]
    others = outlined.on_other_borders(0, fatty)
    pixel_mm = labels.geometry.spacing_mm[:2]
    areas = {}
    for muscle in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE):
        for side in Side:
            value = LABEL_OF[Structure(muscle, side)]
            reader = float((labels.voxels == value).sum()) * pixel_mm[0] * pixel_mm[1]
            region = voxels[..., 0] == value
            if not reader or not region.any():
                continue
            moved = plausible_regions(region, pixel_mm, [plane == value for plane in others])
            mm2 = pixel_mm[0] * pixel_mm[1]
            interval = area_interval_mm2(region, moved, mm2)
            areas[muscle, side] = Area(float(region.sum()) * mm2, interval, reader)
    return areas


def limits_of(people: Iterable[Areas], contrast: str) -> list[AreaLimits]:
    """The figures of each muscle in one contrast."""
    people = list(people)
    return [
        area_limits(
            [
                [(person[muscle, side].found, person[muscle, side].reader) for side in Side]
                for person in people
                if all((muscle, side) in person for side in Side)
            ],
            contrast,
            muscle,
            NOTES[contrast],
            BORDER_OF[contrast],
        )
        for muscle in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
    ]


Held = tuple[np.ndarray, np.ndarray]
"""By outline: whether the interval holds the reader's area; its width in % of the area found."""


def print_coverage(people: list[Areas], limits: AreaLimits) -> None:
    """How often the interval of an area holds the reader's and how wide it is, in each quarter.

    On the very outlines that the limits were taken from, and with the limits of other people: five
    ways, four fifths of the people for the limits. Largest difference of the sides, and its limit.
    """
    muscle, contrast = limits.muscle, limits.contrast
    both = [one for one in people if all((muscle, side) in one for side in Side)]
    reader = np.array([one[muscle, side].reader for one in both for side in Side])
    quarter = np.searchsorted(np.quantile(reader, (0.25, 0.5, 0.75)), reader)
    fold = np.random.default_rng(12).permutation(len(both)) % FOLDS
    others = np.zeros(len(reader), bool)
    for k in range(FOLDS):
        taken = [one for one, at in zip(both, fold, strict=True) if at != k]
        (apart,) = [one for one in limits_of(taken, contrast) if one.muscle is muscle]
        others[np.repeat(fold == k, 2)] = held(both, apart)[0][np.repeat(fold == k, 2)]
    own, width = held(both, limits)
    print(
        f"{contrast} {muscle}, border {limits.lateral_border}: the interval holds the reader's "
        f"area in {shares(own, quarter)}; by the limits of other people "
        f"{shares(others, quarter)}; median width {np.median(width):.0f} % of the area found"
    )
    sides = np.array([[one[muscle, side].found for side in Side] for one in both])
    difference = 100 * np.abs(sides[:, 0] - sides[:, 1]) / sides.max(axis=1)
    print(
        f"    largest side difference found {difference.max():.0f} %, "
        f"{np.sum(difference > limits.asymmetry_limit_pct)} of {len(difference)} above the limit"
    )


def held(people: list[Areas], limits: AreaLimits) -> Held:
    """Right and left of each person."""
    areas = [one[limits.muscle, side] for one in people for side in Side]
    found, reader = (np.array([getattr(one, who) for one in areas]) for who in ("found", "reader"))
    borders = np.array([one.interval for one in areas])
    low, high = limits.reader_range_mm2(found)
    low, high = np.minimum(low, borders[:, 0]), np.maximum(high, borders[:, 1])
    return (reader >= low) & (reader <= high), 100 * (high - low) / found


def shares(holds: np.ndarray, quarter: np.ndarray) -> str:
    """The share held, and that of each quarter of readers' areas, the smallest first."""
    quarters = " ".join(f"{holds[quarter == k].mean():.1%}" for k in range(4))
    return f"{holds.mean():.1%} ({quarters})"


def print_table(found: list[AreaLimits]) -> None:
    """The table of docs/validation.md."""
    print(
        "| contrast | muscle | people | bias % | 95 % limits % | slope | smallest quarter % | "
        "largest quarter % | side difference: r | 95 % limit % |"
    )
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for one in found:
        print(
            f"| {one.contrast} | {one.muscle.replace('_', ' ')} | {one.people} | "
            f"{one.bias_pct:+.0f} | {one.low_pct:+.0f} to {one.high_pct:+.0f} | {one.slope:.2f} | "
            f"{one.smallest_quarter_pct:+.0f} | {one.largest_quarter_pct:+.0f} | "
            f"{one.asymmetry_r:.2f} | {one.asymmetry_limit_pct:.0f} |"
        )


if __name__ == "__main__":
    main()
