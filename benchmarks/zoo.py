"""Images that show no lumbar multifidus, or a sick one: refused, flagged or wrongly let through.

`python -m benchmarks.zoo [../shared/data] [--bundle NAME]` takes each image as an axial MR slice,
as a picture with a pixel size is taken, and prints what becomes of it at the door of
`multifidus segment`, and how many good slices are refused. Images: those that come with pydicom,
scikit-image and nibabel, those of `../shared/data` (other planes, ultrasound, an abdomen), drawn
ones and noise; metal and scoliosis are drawn into the simulated person.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
import pydicom
import skimage
from PIL import Image
from scipy.ndimage import gaussian_filter, map_coordinates
from skimage.transform import resize

from benchmarks.limits_of_agreement import t2_slices
from benchmarks.open_t1 import CHOICE_TENTHS, slices_of
from multifidus.domain.anatomy import Muscle
from multifidus.domain.errors import InputError
from multifidus.domain.volume import Geometry, Volume
from multifidus.files.nifti import read_volume
from multifidus.files.paths import bundle_folder
from multifidus.files.yaml import read_settings
from multifidus.segmentation.bundle import Bundle, open_bundle
from multifidus.segmentation.checks import concerns
from multifidus.simulation.phantom import random_axial_slices
from multifidus.study.outlines import outline_muscles, require_multifidus

COARSE_MM = 2.0
FIELD_MM = 320.0
"""Width given to a picture that states none: that of a lumbar field of view."""

PICTURES = ("astronaut", "camera", "brick", "cell", "chelsea", "coffee", "coins", "grass", "gravel")
PICTURES += ("horse", "ihc", "microaneurysms", "moon", "page", "phantom", "retina", "text")
DICOM = ("CT_small.dcm", "MR_small.dcm", "693_J2KI.dcm", "JPEG2000.dcm", "examples_jpeg2k.dcm")
DICOM += ("J2K_pixelrep_mismatch.dcm", "image_dfl.dcm", "liver_1frame.dcm", "rtdose_1frame.dcm")


@dataclass(frozen=True)
class Animal:
    """kind: what it is an example of. plane: (X, Y) as an axial slice lies, X to the right."""

    kind: str
    name: str
    plane: np.ndarray
    pixel_mm: float


def main() -> None:
    """Show every animal to the bundle and print the table."""
    places = [word for word in sys.argv[1:] if not word.startswith("--")]
    chosen = read_settings().segmentation
    name = places.pop() if "--bundle" in sys.argv else chosen.bundle
    data = Path(places[0] if places else "../shared/data")
    bundle = open_bundle(bundle_folder(name), chosen.weights)
    print(f"{bundle.name} {bundle.version}, {bundle.weights}, SHA-256 {bundle.weights_sha256}\n")
    fates: dict[str, list[str]] = {}
    for animal in animals(data):
        image = volume_of(animal.plane, animal.pixel_mm)
        fates.setdefault(animal.kind, []).append(f"{fate_of(bundle, image)} | {animal.name}")
    for kind, images in good(data):
        fates[kind] = [f"{fate_of(bundle, image)} | {n}" for n, image in enumerate(images)]
    print("| what | images | refused | every outline in doubt | some in doubt | let through |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for kind, lines in fates.items():
        counts = [sum(line.startswith(fate) for line in lines) for fate in FATES]
        print(f"| {kind} | {len(lines)} | " + " | ".join(map(str, counts)) + " |")
    for kind, lines in fates.items():
        for line in lines:
            refused = line.startswith(FATES[0])
            if "--all" in sys.argv or refused == kind.startswith("good"):
                print(f"{kind}: {line}")


FATES = ("refused", "all in doubt", "some in doubt", "let through")


def fate_of(bundle: Bundle, image: Volume) -> str:
    """What becomes of a slice at the door; in brackets the least confidence and the reasons."""
    settings = read_settings()
    try:
        outlined = outline_muscles(bundle, [image], settings.segmentation)
        require_multifidus(outlined, image, settings.quality)
    except InputError as refusal:
        return f"refused ({refusal})"
    pair = [key for key in outlined.confidence if key[0].muscle is Muscle.MULTIFIDUS]
    doubts = []
    for key in pair:
        own = concerns(outlined.labels, image, *key, settings.quality)
        if outlined.confidence[key] < settings.quality.least_confidence:
            own = ("unsure", *own)
        doubts.append("; ".join(own))
    fate = FATES[1] if all(doubts) else FATES[2] if any(doubts) else FATES[3]
    least = min(outlined.confidence[key] for key in pair)
    return f"{fate} ({least:.2f}: {' / '.join(doubts)})"


def volume_of(plane: np.ndarray, pixel_mm: float) -> Volume:
    """One slice, with pixels of 1 mm where its own are coarser than 2 mm."""
    if pixel_mm > COARSE_MM:
        plane, pixel_mm = _square(plane, pixel_mm, pixel_mm), 1.0
    voxels = np.ascontiguousarray(plane[..., None], np.float32)
    return Volume(voxels, Geometry(voxels.shape, np.diag([pixel_mm, pixel_mm, 4.0, 1.0])))


def as_displayed(rows: np.ndarray) -> np.ndarray:
    """Rows of a picture (down, right) as the project stores it: right side and front first."""
    return np.asarray(rows, np.float32).T[::-1, ::-1]


def animals(data: Path) -> Iterator[Animal]:
    """Every image that shows no lumbar multifidus, and the sick ones."""
    yield from pictures()
    yield from dicom_files(data)
    yield from other_planes(data)
    yield from drawn()
    yield from sick()


def pictures() -> Iterator[Animal]:
    """Photographs, textures and a head phantom."""
    folder = Path(skimage.__file__).parent / "data"
    for path in sorted(p for p in folder.iterdir() if p.stem in PICTURES):
        plane = as_displayed(np.array(Image.open(path).convert("L")))
        yield Animal("photograph or texture", path.stem, plane, FIELD_MM / plane.shape[0])
    head = nib.load(Path(nib.__file__).parent / "tests" / "data" / "anatomical.nii")
    voxels = np.asarray(nib.as_closest_canonical(head).dataobj)
    for z in range(4, voxels.shape[2], 6):
        yield Animal("head", f"nibabel anatomical, slice {z}", voxels[..., z], 5.0)


def dicom_files(data: Path) -> Iterator[Animal]:
    """CT, ultrasound, and others that come with pydicom; an abdomen at T12 and above."""
    for name in DICOM:
        try:
            read = pydicom.dcmread(pydicom.data.get_testdata_file(name))
            frame = read.pixel_array
        except Exception as error:
            print(f"{name} is not read: {str(error).splitlines()[0]}")
            continue
        plane = as_displayed(_first_grey(frame))
        kind = "CT shown as a picture" if read.Modality == "CT" else "other DICOM"
        yield Animal(kind, f"{name} ({read.Modality})", plane, FIELD_MM / plane.shape[0])
    for path in sorted((data / "dicom_ultrasound").glob("*.dcm")):
        try:
            frame = pydicom.dcmread(path).pixel_array
        except RuntimeError as error:
            print(f"{path.name} is not read: {str(error).splitlines()[0]}")
            continue
        plane = as_displayed(_first_grey(frame))
        yield Animal("ultrasound", path.name, plane, FIELD_MM / plane.shape[0])
    for path in sorted((data / "ultrasound_multifidus").glob("*gray.png")):
        plane = as_displayed(np.array(Image.open(path).convert("L")))
        yield Animal("ultrasound", path.name, plane, FIELD_MM / plane.shape[0])
    for path in sorted((data / "dicom_dualecho").glob("*.dcm"))[::2]:
        read = pydicom.dcmread(path)
        plane = as_displayed(read.pixel_array.astype(float))
        yield Animal("abdomen, T12 and above", path.name, plane, float(read.PixelSpacing[0]))


def _first_grey(frames: np.ndarray) -> np.ndarray:
    """The first frame, of colours the first, (rows, columns)."""
    if frames.ndim > 2 and frames.shape[-1] in (3, 4):
        frames = frames[..., 0]
    return frames.reshape(-1, *frames.shape[-2:])[0].astype(float)


def other_planes(data: Path) -> Iterator[Animal]:
    """Sagittal slices and coronal ones, taken for axial ones, upright and turned."""
    paths = [
        *sorted((data / "sagittal_levels" / "water").glob("*image*"))[:3],
        *sorted((data / "sagittal_levels" / "t2").glob("*image*"))[:3],
        *sorted((data / "sagittal_spider").glob("*image*"))[:4],
        data / "sagittal_t2_open" / "t2_lumbar.nii.gz",
    ]
    for path in paths:
        volume = read_volume(path)
        mm = volume.geometry.spacing_mm
        middle = volume.voxels[volume.voxels.shape[0] // 2]
        for turn in range(4):
            plane = np.rot90(_square(middle, mm[1], mm[2]), turn)
            yield Animal("sagittal", f"{path.name}, turned {90 * turn}", plane, 1.0)
        depth = volume.voxels.shape[1] // 2
        for turn in (0, 1):
            coronal = np.rot90(_square(volume.voxels[:, depth], mm[0], mm[2]), turn)
            yield Animal("coronal", f"{path.name}, turned {90 * turn}", coronal, 1.0)
    for path in sorted((data / "mri_dixon").glob("*TUM*_water.nii.gz")):
        volume = read_volume(path)
        x_mm, _, z_mm = volume.geometry.spacing_mm
        for depth in (120, 180, 240):
            plane = _square(volume.voxels[:, depth], x_mm, z_mm)
            yield Animal("coronal", f"{path.name}, row {depth}", plane, 1.0)
    for case in list(slices_of(data, CHOICE_TENTHS))[::4]:
        plane = case.image.voxels[..., 0]
        mm = case.image.geometry.spacing_mm[0]
        for turn in (1, 2, 3):
            name = f"{case.patient}, turned {90 * turn}"
            yield Animal("axial, turned by 90 or 180 degrees", name, np.rot90(plane, turn), mm)


def _square(plane: np.ndarray, first_mm: float, second_mm: float) -> np.ndarray:
    """The plane with pixels of 1 mm."""
    size = [round(n * mm) for n, mm in zip(plane.shape, (first_mm, second_mm), strict=True)]
    return resize(np.asarray(plane, np.float64), size, order=1, preserve_range=True)


def drawn() -> Iterator[Animal]:
    """Water bottles, thighs, a knee, and noise."""
    x, y = np.mgrid[:256, :256]

    def disc(cx: float, cy: float, rx: float, ry: float) -> np.ndarray:
        return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1

    rng = np.random.default_rng(12)
    bottle = 1.0 * disc(128, 128, 90, 90)
    bottles = 1.0 * disc(70, 128, 45, 45) + 1.0 * disc(186, 128, 45, 45)
    limb = np.zeros((256, 256))
    for cx in (66, 190):
        limb[disc(cx, 128, 58, 62)] = 1.0
        limb[disc(cx, 128, 46, 50)] = 0.35
        limb[disc(cx, 130, 14, 14)] = 0.05
        limb[disc(cx, 130, 9, 9)] = 0.8
    knee = np.zeros((256, 256))
    for radii, grey in (((75, 85), 0.9), ((66, 76), 0.3), ((48, 36), 0.1), ((45, 33), 0.75)):
        knee[disc(128, 128, *radii)] = grey
    knee[disc(128, 195, 20, 9)] = 0.7
    shapes = {"one": bottle, "two": bottles}
    for name, plane in shapes.items():
        noisy = np.abs(plane + rng.normal(0, 0.02, plane.shape))
        yield Animal("water bottle", name, noisy, 1.2)
    for name, plane in (("thighs", limb), ("knee", knee)):
        soft = gaussian_filter(plane * (1 + gaussian_filter(rng.normal(0, 1, plane.shape), 2)), 0.7)
        noisy = np.abs(soft + rng.normal(0, 0.02, plane.shape))
        yield Animal("limb, drawn", name, noisy, 1.4 if name == "thighs" else 0.8)
    for width in (0, 1, 2, 4, 8, 16):
        for seed in range(3):
            plane = np.random.default_rng(seed).normal(0, 1, (256, 256))
            noise = gaussian_filter(plane, width) if width else np.abs(plane)
            yield Animal("noise", f"{width} px wide, {seed}", noise - noise.min(), 1.2)


def sick() -> Iterator[Animal]:
    """Metal and scoliosis drawn into simulated people."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        person = random_axial_slices(rng, 1, 1.25)
        plane = person.t2[..., 0]
        mm = float(person.grid.spacing_mm[0])
        yield Animal("simulated person, healthy", str(seed), plane, mm)
        muscles = np.argwhere(np.isin(person.labels[..., 0], (1, 2)))
        yield Animal("simulated metal", str(seed), _metal(plane, muscles, rng), mm)
        yield Animal("simulated scoliosis", str(seed), _bent(plane, muscles, rng), mm)


def _metal(plane: np.ndarray, muscles: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Two screws: dark holes with bright rims where the multifidi are."""
    out = plane.astype(float).copy()
    x, y = np.indices(plane.shape)
    for column in np.percentile(muscles[:, 0], (20, 80)):
        row = np.percentile(muscles[:, 1], rng.uniform(50, 90))
        away = np.hypot(x - column, y - row) / rng.uniform(9, 16)
        out *= 1 - np.exp(-(away**4))
        out += plane.max() * np.exp(-(((away - 1.1) / 0.12) ** 2))
    return out


def _bent(plane: np.ndarray, muscles: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The back turned by 20 to 35 degrees about its spine, and one side swollen."""
    middle = muscles.mean(axis=0)
    turn = np.deg2rad(rng.uniform(20, 35))
    at = np.indices(plane.shape) - middle[:, None, None]
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    source = np.einsum("ij,jxy->ixy", rotation, at)
    source[0] = np.where(source[0] > 0, source[0] * rng.uniform(1.3, 1.8), source[0])
    return map_coordinates(plane, source + middle[:, None, None], order=1)


def good(data: Path) -> Iterator[tuple[str, list[Volume]]]:
    """Slices of backs, none of which may be refused."""
    yield "good: T1, people for choices", [case.image for case in slices_of(data, CHOICE_TENTHS)]
    yield "good: T2, development", [image for image, _ in t2_slices(data)]
    dixon = []
    for path in sorted((data / "mri_dixon").glob("*TUM*_water.nii.gz")):
        volume = read_volume(path)
        step = range(2, volume.voxels.shape[2] - 2, 3)
        dixon += [volume_of(volume.voxels[..., z], volume.geometry.spacing_mm[0]) for z in step]
    yield "good: Dixon water", dixon


if __name__ == "__main__":
    main()
