"""The T1/T2 bundle on axial T1 slices at L4/5 of people whom its weights never saw.

`python -m benchmarks.axial_t1 [../shared/data] [--choice]` prints the agreement with the readers on
the 73 people of tenths 0 and 1 of `mri_axial_t1_open`, who chose nothing, and on the exact slices
of theirs; with --choice on the 33 of tenth 2, on whom choices were made. The readers are those
whose outlines taught the border. Image and outline are of one person and disc, not always of one
slice.
"""

import sys
from pathlib import Path

import numpy as np

from benchmarks.axial_t2 import print_agreement
from benchmarks.open_t1 import CHOICE_TENTHS, TEST_TENTHS, T1Slice, slices_of, tenths
from multifidus.agreement.method_comparison import icc_2_1
from multifidus.domain.agreement import ComparedOutline, Icc
from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, Structure
from multifidus.domain.labelled import LabelledImage
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.files.paths import bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.segmentation.border import bright_as_fat
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.study.compared import compare_image, outline
from multifidus.training.cases import LabelledSlice
from multifidus.training.sudirman import exact_slices

SLICE_MM = 4.0

MULTIFIDUS = tuple(LABEL_OF[Structure(Muscle.MULTIFIDUS, side)] for side in Side)


def main() -> None:
    """Evaluate and print."""
    names = [name for name in sys.argv[1:] if not name.startswith("--")]
    data = Path(names[0] if names else "../shared/data")
    wanted = CHOICE_TENTHS if "--choice" in sys.argv else TEST_TENTHS
    chosen = read_settings().segmentation
    bundle = open_bundle(bundle_folder(chosen.bundle), chosen.weights)
    print(f"{bundle.name} {bundle.version}, {bundle.weights}, SHA-256 {bundle.weights_sha256}")
    slices = list(slices_of(data, wanted))
    rows = [row for case in slices for row in compared(bundle, case)]
    print_agreement(rows)
    print_areas(rows)
    differences = [bright_difference(bundle, case) for case in slices]
    print(
        f"bright share of the multifidus, found - reader: mean {np.mean(differences):+.2f} points, "
        f"95 % of slices within {np.quantile(np.abs(differences), 0.95):.1f}"
    )
    print_exact(bundle, data, wanted)


def compared(bundle: Bundle, case: T1Slice) -> list[ComparedOutline]:
    """Every muscle and side of the slice, found and by the reader."""
    image = LabelledImage(case.patient, case.patient, "T1", "L4/5", (case.image,), case.labels)
    return [row for one in compare_image(bundle, image, True) for row in one.outlines]


def print_areas(rows: list[ComparedOutline]) -> None:
    """ICC(2,1) of the multifidus's areas, their bias by quarter, and the side difference."""
    own = [row for row in rows if row.muscle is Muscle.MULTIFIDUS]
    pairs = np.array([(row.area_found_mm2, row.area_reader_mm2) for row in own])
    icc = icc_2_1(pairs)
    if isinstance(icc, Icc):
        print(f"\nmultifidus, area: ICC(2,1) {icc.value:.3f} ({icc.low:.3f} to {icc.high:.3f})")
    low, high = np.quantile(pairs[:, 1], (0.25, 0.75))
    for name, quarter in (("smallest", pairs[:, 1] <= low), ("largest", pairs[:, 1] >= high)):
        found, reader = pairs[quarter].sum(axis=0)
        print(f"{name} quarter by the reader: {100 * (found / reader - 1):+.1f} %")
    sides = {
        side: {r.subject: (r.area_found_mm2, r.area_reader_mm2) for r in own if r.side is side}
        for side in Side
    }
    both = np.array([(sides[Side.RIGHT][p], sides[Side.LEFT][p]) for p in sides[Side.RIGHT]])
    unequal = (both[:, 0] - both[:, 1]) / both.max(axis=1)
    r = np.corrcoef(unequal[:, 0], unequal[:, 1])[0, 1]
    print(f"side difference, found and reader: r {r:.2f}, {len(both)} people")


def bright_difference(bundle: Bundle, case: T1Slice) -> float:
    """Bright share of both multifidi in our outlines less that in the reader's, % points.

    Bright is told once, by the reader's outlines, so that the border alone makes the difference.
    """
    found = outline(bundle, (case.image,), True).voxels
    bright = bright_as_fat(case.image.voxels, case.labels.voxels)
    ours, theirs = (bright[np.isin(of, MULTIFIDUS)].mean() for of in (found, case.labels.voxels))
    return float(100 * (ours - theirs))


def print_exact(bundle: Bundle, data: Path, wanted: tuple[int, ...]) -> None:
    """The slices on which the outlines were drawn, of people of those tenths."""
    tenth = tenths(data / "mri_axial_t1_open")
    for case in exact_slices(data / "mri_native_open", data / "mri_l4l5_open"):
        if tenth.get(case.subject.removeprefix("sudirman-"), -1) in wanted:
            image = labelled_image(case)
            rows = [row for one in compare_image(bundle, image, True) for row in one.outlines]
            told = ", ".join(f"{row.muscle} {row.side} {row.dice:.3f}" for row in rows)
            print(f"{case.subject}, {image.contrast}, exact pair: Dice {told}")


def labelled_image(case: LabelledSlice) -> LabelledImage:
    """A training slice as an image with a reader's outlines."""
    labels = case.labels[..., None]
    geometry = Geometry(labels.shape, np.diag([*case.pixel_mm, SLICE_MM, 1.0]))
    image = Volume(np.ascontiguousarray(case.channels[0][..., None]), geometry)
    contrast = "T2" if case.is_t2 else "T1"
    name = case.subject
    return LabelledImage(name, name, contrast, "L4/5", (image,), LabelMap(labels, geometry))


if __name__ == "__main__":
    main()
