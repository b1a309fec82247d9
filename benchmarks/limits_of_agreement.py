"""How far the areas of the T1/T2 bundle lie from readers', for the report, README and validation.

`python -m benchmarks.limits_of_agreement [../shared/data] [--write]` outlines the 83 slices of
mri_axial_t2_dev and the 352 of mri_axial_t1_open, prints the figures and, with --write, puts them
into the bundle (`configs/limits_of_agreement.json`), from where the report takes them.

The T2 slices chose between models and were never trained on. Of the T1 people no image was trained
on, but their outlines were among the shapes that slices were warped to, and the readers' convention
is the one that was taught: the figures of T1 are too good for other readers, which their note says.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import TypeAdapter

from benchmarks.axial_t2 import cases
from multifidus.agreement.area_limits import area_limits
from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.area_limits import AreaLimits
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.files.paths import bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.report.evaluation import limits_in_words
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.segmentation.muscles import segment_muscles

LIMITS_FILE = "configs/limits_of_agreement.json"
T1_PIXEL_MM = 0.6875
T1_ORDER = {1: 3, 2: 1, 3: 2, 4: 4}
"""Values of that data set, to the project's; the image's left is taken for the person's right."""

NOTES = {
    "T2": "mixed levels; these slices chose between models and trained none",
    "T1": "L4/5 only, by the readers whose outlines taught the border; too good for other readers",
}
Areas = dict[tuple[Muscle, Side], tuple[float, float]]
"""Areas found and of the reader, mm2."""


def main() -> None:
    """Measure, print and, where asked, write."""
    arguments = [one for one in sys.argv[1:] if one != "--write"]
    data = Path(arguments[0] if arguments else "../shared/data")
    chosen = read_settings().segmentation
    bundle = open_bundle(bundle_folder(chosen.bundle), chosen.weights)
    print(f"{bundle.name} {bundle.version}, {bundle.weights}, SHA-256 {bundle.weights_sha256}\n")
    found = []
    for contrast, slices in (("T2", t2_slices(data)), ("T1", t1_slices(data))):
        people = [areas_of(bundle, image, labels) for image, labels in slices]
        limits = limits_of(people, contrast)
        print_coverage(people, limits[0])
        found += limits
    print_table(found)
    for one in found:
        print(f"\n{limits_in_words(one)}")
    if "--write" in sys.argv:
        content = {
            "weights_sha256": bundle.weights_sha256,
            "source": "python -m benchmarks.limits_of_agreement",
            "limits": TypeAdapter(list[AreaLimits]).dump_python(found, mode="json"),
        }
        path = bundle_folder(chosen.bundle) / LIMITS_FILE
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        print(f"\nwritten to {path}")


def t2_slices(data: Path) -> Iterator[tuple[Volume, LabelMap]]:
    """The slices of mri_axial_t2_dev."""
    for case in cases(data / "mri_axial_t2_dev"):
        yield case.images[0], case.labels


def t1_slices(data: Path) -> Iterator[tuple[Volume, LabelMap]]:
    """The labelled slices of mri_axial_t1_open, stored RAS+."""
    folder = data / "mri_axial_t1_open"
    for path in sorted((folder / "labels").glob("*.png")):
        read = np.array(Image.open(path))
        labels = np.zeros(read.shape, np.uint8)
        for theirs, ours in T1_ORDER.items():
            labels[read == theirs] = ours
        shown = Image.open(folder / "images" / path.name.replace("_label", "")).convert("L")
        image = np.array(shown, np.float32).T[::-1, ::-1, None]
        grid = Geometry(image.shape, np.diag([T1_PIXEL_MM, T1_PIXEL_MM, 4.0, 1.0]))
        yield Volume(image.copy(), grid), LabelMap(labels.T[::-1, ::-1, None].copy(), grid)


def areas_of(bundle: Bundle, image: Volume, labels: LabelMap) -> Areas:
    """Areas of every muscle that the reader outlined on the slice."""
    mirrored = read_settings().segmentation.mirrored_twin
    answer = segment_muscles(bundle, [image], mirrored).labels
    pixel_mm2 = labels.geometry.axial_pixel_area_mm2
    return {
        (muscle, side): tuple(
            float((one.voxels == LABEL_OF[Structure(muscle, side)]).sum()) * pixel_mm2
            for one in (answer, labels)
        )
        for muscle in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
        for side in Side
        if (labels.voxels == LABEL_OF[Structure(muscle, side)]).any()
    }


def limits_of(people: Iterable[Areas], contrast: str) -> list[AreaLimits]:
    """The figures of each muscle in one contrast."""
    people = list(people)
    return [
        area_limits(
            [
                [person[muscle, side] for side in Side]
                for person in people
                if all((muscle, side) in person for side in Side)
            ],
            contrast,
            muscle,
            NOTES[contrast],
        )
        for muscle in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE)
    ]


def print_coverage(people: list[Areas], limits: AreaLimits) -> None:
    """How often the range around what was found holds the reader's area; largest difference found.

    On the very outlines that the limits were taken from.
    """
    pairs = np.array([[person[limits.muscle, side] for side in Side] for person in people])
    found, reader = pairs[..., 0].ravel(), pairs[..., 1].ravel()
    low, high = limits.reader_range_mm2(found)
    held = (reader >= low) & (reader <= high)
    smallest = reader <= np.quantile(reader, 0.25)
    sides = pairs[..., 0]
    difference = 100 * np.abs(sides[:, 0] - sides[:, 1]) / sides.max(axis=1)
    print(
        f"{limits.contrast} {limits.muscle}: the reader's area lies in the range in "
        f"{held.mean():.1%}, in {held[smallest].mean():.1%} of the smallest quarter; largest side "
        f"difference found {difference.max():.0f} %, "
        f"{np.sum(difference > limits.asymmetry_limit_pct)} of {len(difference)} above the limit"
    )


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
