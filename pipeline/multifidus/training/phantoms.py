"""Simulated people as training slices: borders known exactly, fat of any amount."""

from pathlib import Path

import numpy as np

from multifidus.simulation.phantom import random_axial_slices, random_sagittal
from multifidus.training.cases import LEFT_ES, LabelledSlice, pack, unpack

PHANTOM = "phantom-"
"""What the names of simulated people begin with."""


def axial_phantoms(count: int, seed: int) -> list[LabelledSlice]:
    """Axial slices of `count` simulated people, each as water and fat and again as T2.

    Psoas and vertebra are background.
    """
    slices = []
    for person in range(count):
        drawn = random_axial_slices(np.random.default_rng((seed, person)))
        x_mm, y_mm, _ = drawn.grid.spacing_mm
        muscles = np.where(drawn.labels <= LEFT_ES, drawn.labels, 0).astype(np.uint8)
        for z in np.flatnonzero(muscles.any(axis=(0, 1))):
            for images in ((drawn.water, drawn.fat), (drawn.t2,)):
                channels = np.stack([image[..., z] for image in images]).astype(np.float32)
                name = f"{PHANTOM}{person}"
                slices.append(LabelledSlice(name, channels, muscles[..., z], (x_mm, y_mm)))
    return slices


def sagittal_phantoms(count: int, seed: int, across: int) -> list[LabelledSlice]:
    """The middle sagittal slices of `count` simulated people, `across` each, 4 mm apart.

    All vertebrae in view are labelled, T11 to S1.
    """
    slices = []
    for person in range(count):
        volume, levels = random_sagittal(np.random.default_rng((seed, person)), slices=across)
        labels = levels.voxels
        _, y_mm, z_mm = volume.geometry.spacing_mm
        slices += [
            LabelledSlice(f"{PHANTOM}{person}", volume.voxels[None, x], labels[x], (y_mm, z_mm))
            for x in range(across)
        ]
    return slices


def cached_phantoms(
    task: str, count: int, seed: int, cache: Path, sagittal_across: int
) -> list[LabelledSlice]:
    """The simulated slices for a task, made once and kept under `cache`."""
    muscles = task == "muscles"
    kind = task if muscles else f"{task}_{sagittal_across}"
    path = cache / f"phantoms_{kind}_{count}_{seed}.npz"
    if not path.exists():
        found = (
            axial_phantoms(count, seed)
            if muscles
            else sagittal_phantoms(count, seed, sagittal_across)
        )
        pack(found, path)
    return unpack(path)
