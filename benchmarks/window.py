"""Outlines from a window of each slice beside those from the whole field of view.

`python -m benchmarks.window [../shared/data [BUNDLE [DIXON_BUNDLE]]]` prints, per data set, the
Dice of both for the multifidus (MF) and the erector spinae (ES), how many slices differ by more
than 0.01, and what share of the pixels the network was shown. Dixon stacks are taken as they are. A
single slice is put between two copies of itself moved by 6 mm to the right and to the front, on
which the window is found. The T1 people are those of one tenth, by which nothing is tested.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.axial_t2 import cases
from multifidus.domain.masks import dice
from multifidus.domain.volume import Geometry, Volume
from multifidus.files.nifti import read_volume
from multifidus.files.paths import bundle_folder
from multifidus.files.picture import read_picture
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.segmentation.cleanup import as_anatomy
from multifidus.segmentation.inference import slice_probabilities
from multifidus.segmentation.muscles import mirrored_channels

MOVED_MM = 6.0
T1_PIXEL_MM = 0.6875
TENTH = 2
OTHERS = {"0278", "0132", "0386", "0342", "0389", "0184", "0170"}
"""Patients of the same set whose images lie in other folders; they count in the division."""


def main() -> None:
    """Print one line per data set."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    names = [*sys.argv[2:4], "mf_es_t1_t2", "mf_es_dixon"]
    muscles = open_bundle(bundle_folder(names[0]), "model.pt")
    dixon = open_bundle(bundle_folder(names[1] if len(sys.argv) > 3 else names[-1]), "model.pt")
    print("| data | slices | pixels shown | MF Dice, least | ES Dice, least | over 0.01 off |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    t2 = (between_copies(case.images[0]) for case in cases(data / "mri_axial_t2_dev"))
    compare("T2, mixed levels", muscles, t2)
    compare("T1, L4/5", muscles, map(between_copies, t1_slices(data / "mri_axial_t1_open")))
    for path in sorted((data / "mri_dixon").glob("*_[wf]a*[rt].nii.gz")):
        compare(path.name, dixon, [read_volume(path)])


def t1_slices(folder: Path) -> Iterator[Volume]:
    """The labelled slices of the people of one tenth."""
    images = sorted((folder / "images").glob("*.png"))
    patients = sorted({path.name.split("_")[1].removesuffix(".png") for path in images} | OTHERS)
    order = np.random.default_rng(12).permutation(len(patients))
    tenth = {patients[p]: i * 10 // len(patients) for i, p in enumerate(order)}
    for path in images:
        labelled = (folder / "labels" / f"{path.stem}_label.png").exists()
        if labelled and tenth[path.name.split("_")[1].removesuffix(".png")] == TENTH:
            yield read_picture(path, T1_PIXEL_MM)


def between_copies(image: Volume) -> Volume:
    """The slice between two moved copies of itself, 20 mm apart, so that it is windowed."""
    x_mm, y_mm, _ = image.geometry.spacing_mm
    plane = image.voxels[..., 0]
    moved = np.roll(plane, (round(MOVED_MM / x_mm), round(MOVED_MM / y_mm)), (0, 1))
    voxels = np.stack([moved, plane, moved], axis=-1)
    return Volume(voxels, Geometry(voxels.shape, np.diag([x_mm, y_mm, 20.0, 1.0])))


def compare(name: str, bundle: Bundle, stacks: Iterator[Volume] | Sequence[Volume]) -> None:
    """Print the line of one data set."""
    rows, shown = [], np.zeros(2)
    for stack in stacks:
        answers = []
        for index, windowed in enumerate((False, True)):
            counted = _Counted(bundle)
            answers.append(outlines(replace(bundle, run=counted), stack, windowed))
            shown[index] += counted.pixels
        single = stack.voxels.shape[2] == 3
        chosen = slice(1, 2) if single else slice(None)
        for whole, within in list(zip(*answers, strict=True))[chosen]:
            rows.append([dice(whole == k, within == k) for k in range(1, 5)])
    found = np.array(rows)
    mf, es = found[:, :2], found[:, 2:]
    off = int((found.min(axis=1) < 0.99).sum())
    print(
        f"| {name} | {len(rows)} | {shown[1] / shown[0]:.0%} | {mf.mean():.4f}, {mf.min():.3f} | "
        f"{es.mean():.4f}, {es.min():.3f} | {off} |",
        flush=True,
    )


def outlines(bundle: Bundle, stack: Volume, windowed: bool) -> list[np.ndarray]:
    """Each slice's labels (X, Y), cleaned up alone."""
    weights = np.reshape(bundle.class_weights, (-1, 1, 1))
    mirror = mirrored_channels(bundle.class_count)
    return [
        as_anatomy((passes.mean(axis=0) * weights).argmax(axis=0).astype(np.uint8)[..., None])
        for passes in slice_probabilities(bundle, [stack], mirror, windowed)
    ]


class _Counted:
    """A bundle's network that counts the pixels it is shown."""

    def __init__(self, bundle: Bundle) -> None:
        self.run, self.pixels = bundle.run, 0

    def __call__(self, slices: np.ndarray) -> np.ndarray:
        self.pixels += slices.size
        return self.run(slices)


if __name__ == "__main__":
    main()
