"""The T1/T2 bundle on 83 clinical axial T2 slices that no weights have seen.

`python -m benchmarks.axial_t2 [../shared/data]` prints the tables of the model card and of
docs/validation.md: agreement with the readers, split by how fatty the muscle is, and how far the
confidence tells good outlines from bad ones. The 83 slices served to choose between models, never
to train one. Their source states no pixel spacing: 0.41 mm is told from the size of the vertebrae.
"""

import csv
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.ndimage import shift
from scipy.stats import spearmanr

from multifidus.domain.agreement import ComparedOutline
from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.answers import NotAssessable
from multifidus.domain.labelled import LabelledImage
from multifidus.domain.masks import dice, swapped_slices
from multifidus.files.labelled_images import read_table
from multifidus.files.paths import bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.segmentation.border import bright_as_fat
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.segmentation.muscles import segment_muscles
from multifidus.study.compared import compare_image

PIXEL_MM = 0.41
NUMBERING = """
name: mri_axial_t2_dev
source: "sillyboy1213/lumbar-muscle-segmentation; image left taken as the person's right"
values: {2: right multifidus, 5: left multifidus, 1: right erector spinae, 4: left erector spinae,
         3: right psoas, 6: left psoas}
others: [7]
"""
BAD_DICE = 0.6


def main() -> None:
    """Evaluate and print."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    chosen = read_settings().segmentation
    bundle = open_bundle(bundle_folder(chosen.bundle), chosen.weights)
    print(f"{bundle.name} {bundle.version}, {bundle.weights}, SHA-256 {bundle.weights_sha256}")
    found = [outlined(bundle, case) for case in cases(data / "mri_axial_t2_dev")]
    rows = [row for one, *_ in found for row in one]
    print_agreement(rows)
    print_by_fat(found)
    print_confidence(found)
    print(f"slices with right and left exchanged: {sum(swapped for *_, swapped in found)}")
    print_symmetry(data)


def cases(folder: Path) -> list[LabelledImage]:
    """The 83 slices with their readers' outlines."""
    with tempfile.TemporaryDirectory() as scratch:
        return [row.read() for row in read_table(write_table(folder, Path(scratch)))]


def write_table(folder: Path, scratch: Path) -> Path:
    """The 83 slices as a table of labelled images, written beside its numbering."""
    numbering, table = scratch / "numbering.yml", scratch / "table.csv"
    numbering.write_text(NUMBERING, encoding="utf-8")
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "image", "labels", "numbering", "contrast", "pixel_mm"])
        for image in sorted((folder / "images").resolve().glob("*.png")):
            labels = folder.resolve() / "labels" / image.name
            writer.writerow([image.stem, image, labels, numbering, "T2", PIXEL_MM])
    return table


Found = tuple[list[ComparedOutline], dict[Side, float], float, bool]


def outlined(bundle: Bundle, case: LabelledImage) -> Found:
    """Compared outlines, confidence of the multifidus by side, bright share (%), sides swapped."""
    twin = read_settings().segmentation.mirrored_twin
    compared = [row for one in compare_image(bundle, case, twin) for row in one.outlines]
    answer = segment_muscles(bundle, case.images, twin)
    sure = {side: answer.confidence.get((mf(side), 0), 0.0) for side in Side}
    read = case.labels.voxels
    bright = bright_as_fat(case.images[0].voxels, read)
    muscle = np.isin(read, [LABEL_OF[mf(side)] for side in Side])
    fat_pct = 100 * float(bright[muscle].mean())
    return compared, sure, fat_pct, bool(swapped_slices(answer.labels.voxels))


def mf(side: Side) -> Structure:
    """The multifidus of that side."""
    return Structure(Muscle.MULTIFIDUS, side)


def print_agreement(rows: list[ComparedOutline]) -> None:
    """Dice, 95 % Hausdorff distance and area bias per muscle and side."""
    print("\n| muscle | side | slices | Dice mean | median | under 0.6 | HD95 median | area bias |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for muscle in (Muscle.MULTIFIDUS, Muscle.ERECTOR_SPINAE):
        for sides in ((Side.RIGHT,), (Side.LEFT,), tuple(Side)):
            own = [row for row in rows if row.muscle is muscle and row.side in sides]
            dices = np.array([row.dice for row in own])
            distances = [r.hd95_mm for r in own if not isinstance(r.hd95_mm, NotAssessable)]
            total = [sum(getattr(r, f"area_{who}_mm2") for r in own) for who in ("found", "reader")]
            print(
                f"| {muscle} | {' and '.join(sides)} | {len(own)} | {dices.mean():.3f} | "
                f"{np.median(dices):.3f} | {100 * np.mean(dices < BAD_DICE):.1f} % | "
                f"{np.median(distances):.1f} mm | {100 * (total[0] / total[1] - 1):+.1f} % |"
            )


def print_by_fat(found: list[Found]) -> None:
    """Dice of the multifidus by thirds of the bright share of the readers' own outlines."""
    by_slice = np.array([(fat, mean_dice(rows)) for rows, _, fat, _ in found])
    limits = np.quantile(by_slice[:, 0], (0, 1 / 3, 2 / 3, 1))
    print(f"\nslices with a mean MF Dice under 0.6: {np.mean(by_slice[:, 1] < BAD_DICE):.1%}")
    print("\n| bright share of the multifidus | slices | MF Dice mean |\n| --- | --- | --- |")
    for low, high in pairwise(limits):
        own = by_slice[(by_slice[:, 0] >= low) & (by_slice[:, 0] <= high)]
        print(f"| {low:.0f} to {high:.0f} % | {len(own)} | {own[:, 1].mean():.3f} |")


def print_confidence(found: list[Found]) -> None:
    """Rank correlation of confidence with Dice; the Dice of flagged outlines beside the rest."""
    limit = read_settings().quality.least_confidence
    pairs = np.array(
        [
            (sure[row.side], row.dice)
            for rows, sure, *_ in found
            for row in rows
            if row.muscle is Muscle.MULTIFIDUS
        ]
    )
    slices = np.array([(min(sure.values()), mean_dice(rows)) for rows, sure, *_ in found])
    print(f"\nconfidence and Dice, rank correlation: per outline {rho(pairs):.2f}", end=", ")
    print(f"per slice {rho(slices):.2f}; the least sure slice has {slices[:, 0].min():.2f}")
    flagged = pairs[:, 0] < limit
    for name, own in (("flagged", pairs[flagged]), ("not flagged", pairs[~flagged])):
        mean = f"{own[:, 1].mean():.3f}" if len(own) else "-"
        print(f"{name} at confidence {limit}: {len(own)} outlines, mean Dice {mean}")


def print_symmetry(data: Path) -> None:
    """How well the readers' right outline fits their mirrored left one: a hint at their spread."""
    scores = []
    for case in cases(data / "mri_axial_t2_dev"):
        plane = case.labels.voxels[..., 0]
        right, left = plane == LABEL_OF[mf(Side.RIGHT)], (plane == LABEL_OF[mf(Side.LEFT)])[::-1]
        step = np.argwhere(right).mean(axis=0) - np.argwhere(left).mean(axis=0)
        scores.append(dice(right, shift(left.astype(float), step, order=0) > 0.5))
    print(f"readers' right outline over their mirrored left one: mean Dice {np.mean(scores):.3f}")


def mean_dice(rows: list[ComparedOutline]) -> float:
    """Mean Dice of the multifidus, both sides."""
    return float(np.mean([row.dice for row in rows if row.muscle is Muscle.MULTIFIDUS]))


def rho(pairs: np.ndarray) -> float:
    """Spearman's rank correlation of two columns."""
    return float(spearmanr(pairs[:, 0], pairs[:, 1]).statistic)


if __name__ == "__main__":
    main()
