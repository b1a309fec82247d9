"""Tiny labelled slices and settings that train in a second."""

import numpy as np

from multifidus.training.augmentation import Augmentation
from multifidus.training.cases import LabelledSlice
from multifidus.training.settings import FitSettings

AUGMENTATION = Augmentation(
    patch_shape=(32, 32),
    patch_pixel_mm=1.0,
    mirror=True,
    rotation_deg=10,
    scale=(0.9, 1.1),
    shift_mm=(3, 3),
    anywhere_share=0.1,
    elastic_mm=1,
    contrasts={"water": 1, "fat": 1, "in phase": 1, "fat fraction": 1, "t1 or t2": 1},
    infiltration_share=0.5,
    cleft_share=0.5,
    canal_share=0.5,
    curve_share=0.5,
    width_share=0.5,
    width=(0.7, 1.2),
)
FIT = FitSettings(
    steps=4,
    batch_slices=2,
    learning_rate=0.01,
    weight_decay=0.0,
    ema_decay=0.9,
    seed=1,
    checkpoint_every_steps=2,
    threads=1,
)


def toy_slice(subject: str = "toy", pixels: int = 48, pixel_mm: float = 1.0) -> LabelledSlice:
    """Water and fat with four round muscles in a row, right to left: 4 2 1 3 along growing X."""
    labels = np.zeros((pixels, pixels), np.uint8)
    x, y = np.mgrid[:pixels, :pixels]
    for value, centre in ((4, 0.14), (2, 0.38), (1, 0.62), (3, 0.86)):
        near = (x - centre * pixels) ** 2 + (y - 0.5 * pixels) ** 2 < (0.11 * pixels) ** 2
        labels[near] = value
    water = np.where(labels > 0, 100.0, 10.0)
    fat = np.where(labels > 0, 5.0, 90.0)
    return LabelledSlice(
        subject, np.stack([water, fat]).astype(np.float32), labels, (pixel_mm, pixel_mm)
    )
