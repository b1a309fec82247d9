"""Simulated patients in the layout of the open data: T1 slices, and T1 and T2 couples."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from skimage.io import imsave

from multifidus.simulation.phantom import random_axial_slices

PIXEL_MM = 2.0

SHOWN = np.array([0, 2, 3, 1, 4], np.uint8)
"""The project's label values to those of the data: 1 ES, 2 MF, 3 MF, 4 ES from left to right."""

PATIENTS = ("0001", "0002", "0003")


@cache
def simulated(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A T1 image (X, Y) in 0..1 and its labels: fat bright, muscle grey."""
    drawn = random_axial_slices(np.random.default_rng(seed), 1, PIXEL_MM)
    image = drawn.fat[..., 0] + 0.35 * drawn.water[..., 0]
    labels = np.where(drawn.labels <= 4, drawn.labels, 0)[..., 0]
    return image / image.max(), labels


def in_t2(image: np.ndarray) -> np.ndarray:
    """The same slice through a curve that any T2 look could be: what is grey becomes dark."""
    return np.asarray(image**2.2)


def write_picture(image: np.ndarray, path: Path) -> None:
    """Image (X, Y) in 0..1 as a radiological display shows it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    imsave(path, (255 * image).round().astype(np.uint8).T[::-1, ::-1], check_contrast=False)


def write_pairs(folder: Path, patients: tuple[str, ...] = PATIENTS) -> Path:
    """Simulated patients as `mri_axial_t1_open` has them, under `folder`."""
    pairs = folder / "mri_axial_t1_open"
    for name in ("images", "labels"):
        (pairs / name).mkdir(parents=True)
    lines = ["patient,image,label,tier,heldout_dice,spacing_mm"]
    for patient in patients:
        drawn = random_axial_slices(np.random.default_rng(int(patient)), 1, 2.0)
        grey, labels = drawn.fat[..., 0], np.where(drawn.labels <= 4, drawn.labels, 0)[..., 0]
        name = f"T1_{patient}_D4"
        image = (255 * grey / grey.max()).astype(np.uint8)
        imsave(pairs / "images" / f"{name}.png", image.T[::-1, ::-1], check_contrast=False)
        shown = SHOWN[labels].T[::-1, ::-1]
        imsave(pairs / "labels" / f"{name}_label.png", shown, check_contrast=False)
        lines.append(f"{patient},{name}.png,{name}_label.png,A,0.86,2.0")
    (pairs / "pairs.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def write_unoutlined(data: Path, seeds: Mapping[str, int]) -> None:
    """T1 slices without outlines in `mri_axial_t1_open`, by name."""
    for name, seed in seeds.items():
        write_picture(simulated(seed)[0], data / "mri_axial_t1_open" / "images" / f"{name}.png")


def write_native(data: Path, slices: Sequence[tuple[str, str, str, str, int]]) -> Path:
    """Slices of `mri_native_open`, all axial; returns a table of their contrasts.

    slices: file, cluster, patient or nothing, contrast, seed. One seed is one slice.
    """
    folder = data / "mri_native_open"
    lines, contrasts = ["file,plane,cluster,patient,contrast,label"], ["file,contrast"]
    for file, cluster, patient, contrast, seed in slices:
        image = simulated(seed)[0]
        write_picture(in_t2(image) if contrast == "T2" else image, folder / "images" / file)
        lines.append(f"{file},axial,{cluster},{patient},,")
        contrasts.append(f"{file},{contrast}")
    (folder / "slices.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    table = data / "contrasts.csv"
    table.write_text("\n".join(contrasts) + "\n", encoding="utf-8")
    return table
