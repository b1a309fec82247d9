"""The vertebra bundle on people it has not seen, as they are and with images made harder.

`python -m benchmarks.vertebrae [../shared/data]` prints how many of L1 to L5 are rightly numbered,
how far their centres lie from the true ones, and in how many people the numbers are doubted. The
harder images are made from the same people: grey values turned over (fluid dark, as on T1), thick
slices, coarse pixels, a strong coil bias, and fields of view that end above the sacrum or below L1.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.errors import InputError
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.files.nifti import read_labels, read_volume
from multifidus.files.paths import bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.segmentation.bundle import open_bundle
from multifidus.segmentation.vertebrae import segment_vertebrae
from multifidus.training.evaluation import compare_vertebrae, summary_of_vertebrae
from multifidus.training.settings import read_training_settings

Pair = tuple[Volume, LabelMap]


def as_it_is(image: Volume, levels: LabelMap) -> Pair:
    """The person's image."""
    return image, levels


def turned_over(image: Volume, levels: LabelMap) -> Pair:
    """Bright becomes dark and dark bright; air stays dark."""
    low, high = np.percentile(image.voxels, (0.5, 99.5))
    grey = np.clip((image.voxels - low) / (high - low), 0, 1)
    air = gaussian_filter(grey, 2) < 0.03
    return Volume(np.where(air, 0, 1 - grey), image.geometry), levels


def thick_slices(image: Volume, levels: LabelMap) -> Pair:
    """Pairs of slices averaged."""
    count = image.voxels.shape[0] // 2 * 2
    affine = np.array(image.geometry.affine)
    affine[:3, 3] += affine[:3, 0] / 2
    affine[:3, 0] *= 2
    voxels = (image.voxels[0:count:2] + image.voxels[1:count:2]) / 2
    return Volume(voxels, Geometry(voxels.shape, affine)), levels


def coarse_pixels(image: Volume, levels: LabelMap) -> Pair:
    """Blurred as pixels of about 3 mm are."""
    sigma = (0, 1.2 / image.geometry.spacing_mm[1], 1.2 / image.geometry.spacing_mm[2])
    return Volume(gaussian_filter(image.voxels, sigma), image.geometry), levels


def strong_bias(image: Volume, levels: LabelMap) -> Pair:
    """A surface coil's fall-off: a tenth of the signal is left 150 mm in front of the back."""
    depth_mm = np.arange(image.voxels.shape[1]) * image.geometry.spacing_mm[1]
    return Volume(image.voxels * 10 ** (-depth_mm / 150)[:, None], image.geometry), levels


def without_the_sacrum(image: Volume, levels: LabelMap) -> Pair:
    """The field of view ends at the middle of L5."""
    middle = np.argwhere(levels.voxels == VERTEBRA_LABEL_OF[Vertebra.L5])[:, 2].mean()
    return _cut(image, levels, slice(round(middle), None))


def without_the_top(image: Volume, levels: LabelMap) -> Pair:
    """The field of view ends at the middle of L2."""
    middle = np.argwhere(levels.voxels == VERTEBRA_LABEL_OF[Vertebra.L2])[:, 2].mean()
    return _cut(image, levels, slice(0, round(middle)))


def _cut(image: Volume, levels: LabelMap, kept: slice) -> Pair:
    affine = np.array(image.geometry.affine)
    affine[:3, 3] += affine[:3, 2] * (kept.start or 0)
    voxels, labels = image.voxels[..., kept], levels.voxels[..., kept].copy()
    for value in np.unique(labels[labels > 0]):  # only what lies whole in view is asked for
        if (labels == value).sum() < (levels.voxels == value).sum():
            labels[labels == value] = 0
    grid = Geometry(voxels.shape, affine)
    return Volume(voxels, grid), LabelMap(labels, grid)


MADE_HARDER: dict[str, Callable[[Volume, LabelMap], Pair]] = {
    "as they are": as_it_is,
    "grey values turned over": turned_over,
    "slices of 6 mm": thick_slices,
    "blurred to about 3 mm": coarse_pixels,
    "strong coil bias": strong_bias,
    "field of view ends in L5": without_the_sacrum,
    "field of view ends in L2": without_the_top,
}


def people(data: Path) -> Iterator[tuple[str, Volume, LabelMap]]:
    """Everyone whom the weights have not seen: set, sagittal image, level label map."""
    settings = read_training_settings(Path("params/training/vertebrae_sagittal.yml"))
    for person in settings.weights["model.pt"]:
        origin, name = person.split("-", 1)
        folder = data / "sagittal_levels" / origin
        image = read_volume(folder / f"{name}_image.nii.gz")
        yield origin, image, read_labels(folder / f"{name}_levels.nii.gz")


def main() -> None:
    """Evaluate and print."""
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    chosen = read_settings().levels
    bundle = open_bundle(bundle_folder(chosen.bundle), chosen.weights)
    print(f"{bundle.name} {bundle.version}, {bundle.weights}, SHA-256 {bundle.weights_sha256}\n")
    print("| images | set | people | vertebrae | rightly numbered | median | 95 % | doubted |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    everyone = list(people(data))
    for name, harder in MADE_HARDER.items():
        for origin in dict.fromkeys(one for one, *_ in everyone):
            rows, doubted, count = [], 0, 0
            for number, (of, image, levels) in enumerate(everyone):
                if of != origin:
                    continue
                shown, true = harder(image, levels)
                count += 1
                try:
                    found = segment_vertebrae(bundle, shown)
                    rows += compare_vertebrae(found.labels, true, str(number))
                    doubted += bool(found.doubts)
                except InputError:
                    empty = LabelMap(np.zeros(true.voxels.shape), true.geometry)
                    rows += compare_vertebrae(empty, true, str(number))
            one = summary_of_vertebrae(rows)
            print(
                f"| {name} | {origin} | {count} | {one['vertebrae']:.0f} | "
                f"{one['rightly_numbered_pct']:.0f} % | {one['centre_error_median_mm']:.1f} mm | "
                f"{one['centre_error_p95_mm']:.1f} mm | {doubted} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
