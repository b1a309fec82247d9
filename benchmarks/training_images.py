"""The slices that the shipped bundles were taught on, and how well a slice is known again.

`python -m benchmarks.training_images write [BUNDLE ...]` reads the training data in
`../shared/data` and writes `configs/training_images.csv` of every shipped bundle, or of those
named.
`python -m benchmarks.training_images measure` prints by how many of the 255 bits the patterns of
one slice differ after what people do to images, and how many slices are taken for one of another
person: what the limit of `segmentation.fingerprint` rests on.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import nibabel as nib
import numpy as np
from scipy.ndimage import gaussian_filter, rotate, zoom
from skimage.io import imread

from multifidus.files.paths import MODELS, PARAMS
from multifidus.files.training_images import write_all_seen
from multifidus.segmentation.fingerprint import MOST_DIFFERENT, SeenSlices, image_seen, look_of
from multifidus.training.gathering import labelled_slices
from multifidus.training.run import seen_in_fits
from multifidus.training.settings import read_training_settings
from multifidus.training.unlabelled import unlabelled_of

BUNDLES = ("mf_es_dixon", "mf_es_t1_t2", "vertebrae_sagittal")
TRIED = 150
"""Slices that are changed, drawn at random."""


def write(names: Sequence[str]) -> None:
    """Write the list of each of those bundles, by the settings that it was trained with."""
    for name in names:
        settings = read_training_settings(PARAMS / "training" / f"{name}.yml")
        if name == "mf_es_dixon":  # version 0.1.0, which it goes on from, was taught outlines too
            settings = replace(settings, shares={**settings.shares, "warped": 0.1})
        labelled = labelled_slices(settings)
        left_out = {weights: settings.left_out(weights) for weights in settings.weights}
        seen = {
            weights: seen_in_fits(settings, people, labelled, unlabelled_of(settings, people))
            for weights, people in left_out.items()
        }
        write_all_seen(seen, MODELS / name)
        print(name, {weights: len(slices) for weights, slices in seen.items()})


def measure(data: Path) -> None:
    """Print the bits that differ: after each change, and between people."""
    slices = list(axial_slices(data))
    rng = np.random.default_rng(0)
    drawn = [slices[i] for i in rng.choice(len(slices), TRIED, replace=False)]
    for what, change in changes(rng).items():
        bits = [bits_apart(plane, change(plane)) for _, plane in drawn]
        known = 100 * np.mean(np.array(bits) <= MOST_DIFFERENT)
        print(f"{what}: median {np.median(bits):.0f}, most {max(bits)}, known again {known:.0f} %")
    for kind, found in (("axial", slices), ("sagittal", list(sagittal_slices(data)))):
        between_people(kind, found)


def between_people(kind: str, slices: list[tuple[str, np.ndarray]]) -> None:
    """Print how many slices are taken for one of another person, and the nearest such pairs."""
    people = sorted({person for person, _ in slices})
    seen = [image_seen(person, plane) for person, plane in slices]
    wrong = []
    for person in people:
        others = SeenSlices(one for one in seen if one and one.person != person)
        for own, plane in slices:
            if own == person and (found := others.image(plane)):
                wrong.append(f"{person}: {found}")
    print(f"{kind}: {len(slices)} slices of {len(people)} people, {len(wrong)} taken for another's")
    for line in dict.fromkeys(wrong):
        print(f"  {line}")


def changes(rng: np.random.Generator) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """What people do to images, each with its name."""
    return {
        "turned": lambda p: np.rot90(p),
        "mirrored": lambda p: p[::-1],
        "gamma 0.5": lambda p: (p / p.max()) ** 0.5,
        "window from the 1st to the 99th percentile": lambda p: np.clip(
            p, *np.percentile(p, (1, 99))
        ),
        "window from the 10th to the 90th": lambda p: np.clip(p, *np.percentile(p, (10, 90))),
        "window from a tenth to half of the brightest": lambda p: np.clip(
            p, 0.1 * p.max(), 0.5 * p.max()
        ),
        "16 grey levels": lambda p: np.floor(p / p.max() * 15.99),
        "half the size": lambda p: zoom(p, 0.5, order=1),
        "1.6 times the size": lambda p: zoom(p, 1.6, order=3),
        "blurred by one pixel": lambda p: gaussian_filter(p, 1),
        "noise of 3 % of the brightest": lambda p: p + rng.normal(0, 0.03 * p.max(), p.shape),
        "2 % cut off all round": lambda p: _cut(p, 50),
        "5 % cut off all round": lambda p: _cut(p, 20),
        "turned by 2 degrees": lambda p: rotate(p, 2, reshape=False, order=1),
    }


def _cut(plane: np.ndarray, part: int) -> np.ndarray:
    x, y = (pixels // part for pixels in plane.shape)
    return plane[x:-x, y:-y]


def bits_apart(one: np.ndarray, other: np.ndarray) -> int:
    """Bits by which the patterns of two slices differ, the second turned and mirrored to fit."""
    known = int(look_of(one), 16)
    turned = [np.rot90(t, k) for t in (other, other.T) for k in range(4)]
    return min((known ^ int(look_of(plane), 16)).bit_count() for plane in turned)


def axial_slices(data: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Axial slices with their person; people of one source are numbered, so each is told apart."""
    for folder, pattern in (
        ("mri_axial_t1_open/images", "T1_*.png"),
        ("mri_axial_t2_dev/images", "*"),
        ("mri_axial_small_open", "*_img.png"),
        ("mri_l4l5_open", "*_320.png"),
    ):
        for path in sorted((data / folder).glob(pattern)):
            person = path.stem.rpartition("_")[0] if path.stem[-2:-1] == "D" else path.stem
            yield f"{folder}: {person}", imread(path, as_gray=True).astype(float)
    for path in sorted((data / "mri_dixon").glob("*_water.nii.gz")):
        volume = nib.as_closest_canonical(nib.load(path)).get_fdata()
        for z in range(volume.shape[2]):
            yield f"mri_dixon: {path.name.split('_')[0]}", volume[..., z]


def sagittal_slices(data: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Sagittal slices with their person."""
    folders = [data / "sagittal_levels" / "water", data / "sagittal_levels" / "t2"]
    for folder in (*folders, data / "sagittal_spider"):
        for path in sorted(folder.glob("*_image.nii.gz")):
            volume = nib.as_closest_canonical(nib.load(path)).get_fdata()
            for x in range(2, volume.shape[0] - 2, 2):
                yield f"{folder.name}: {path.name.split('_')[0]}", volume[x]


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"] and {*sys.argv[2:]} <= {*BUNDLES}:
        write(sys.argv[2:] or BUNDLES)
    elif sys.argv[1:] == ["measure"]:
        measure(Path("../shared/data"))
    else:
        sys.exit(__doc__)
