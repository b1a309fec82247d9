"""The phantom's tissues and the signal each gives in water, fat, T2- and T1-weighted images."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

FAT_OVER_MUSCLE = 1.6
"""Dixon signal of pure fat against pure muscle: mild T1 weighting, so that the ratio of sums and
the mean of ratios differ, as they do in patients."""


class Tissue(IntEnum):
    """What a point of the phantom is made of; 1-6 are the muscles' label values."""

    AIR = 0
    RIGHT_MF = 1
    LEFT_MF = 2
    RIGHT_ES = 3
    LEFT_ES = 4
    RIGHT_PSOAS = 5
    LEFT_PSOAS = 6
    SKIN = 7
    FAT = 8
    SHEATH = 9
    WALL_MUSCLE = 10
    MARROW = 11
    CORTEX = 12
    POSTERIOR_MARROW = 13
    ANNULUS = 14
    NUCLEUS = 15
    CSF = 16
    ROOTS = 17
    EPIDURAL_FAT = 18
    LIGAMENT = 19
    VESSEL = 20
    KIDNEY = 21
    BOWEL = 22
    BOWEL_WALL = 23
    GAS = 24
    LIVER = 25
    SEPTUM = 26
    JOINT = 27
    INTERSPINOUS = 28
    CORD = 29
    ENDPLATE = 30
    VISCERAL_FAT = 31


MUSCLES = tuple(Tissue(value) for value in range(1, 7))
BODY_OR_DISC = (Tissue.MARROW, Tissue.ENDPLATE, Tissue.ANNULUS, Tissue.NUCLEUS)

_SIGNALS: dict[Tissue, tuple[float, float, float, float, float]] = {
    Tissue.AIR: (0.0, 0.0, 0.0, 0, 0.0),
    **dict.fromkeys(MUSCLES, (1.0, 0.0, 0.2, 0.36, 0.06)),
    Tissue.SKIN: (1.2, 0.1, 0.35, 0.45, 0.1),
    Tissue.FAT: (0.06, 1.0, 0.95, 1.0, 0.05),
    Tissue.VISCERAL_FAT: (0.06, 0.95, 0.9, 0.95, 0.08),
    Tissue.SHEATH: (0.08, 0.0, 0.1, 0.12, 0.1),
    Tissue.WALL_MUSCLE: (0.95, 0.05, 0.22, 0.37, 0.1),
    Tissue.MARROW: (0.5, 0.3, 0.5, 0.6, 0.12),
    Tissue.CORTEX: (0.13, 0.08, 0.1, 0.1, 0.1),
    Tissue.ENDPLATE: (0.3, 0.08, 0.12, 0.14, 0.1),
    Tissue.POSTERIOR_MARROW: (0.4, 0.42, 0.5, 0.65, 0.15),
    Tissue.ANNULUS: (0.7, 0.02, 0.17, 0.3, 0.1),
    Tissue.NUCLEUS: (0.95, 0.01, 0.62, 0.28, 0.08),
    Tissue.CSF: (1.45, 0.0, 1.6, 0.16, 0.03),
    Tissue.ROOTS: (1.15, 0.02, 0.85, 0.33, 0.1),
    Tissue.EPIDURAL_FAT: (0.1, 0.85, 0.95, 0.95, 0.05),
    Tissue.LIGAMENT: (0.28, 0.05, 0.12, 0.14, 0.1),
    Tissue.VESSEL: (0.8, 0.01, 0.05, 0.08, 0.1),
    Tissue.KIDNEY: (1.2, 0.02, 0.75, 0.42, 0.1),
    Tissue.BOWEL: (0.95, 0.05, 0.6, 0.4, 0.35),
    Tissue.BOWEL_WALL: (0.85, 0.05, 0.35, 0.4, 0.15),
    Tissue.GAS: (0.03, 0.0, 0.03, 0.03, 0.0),
    Tissue.LIVER: (1.05, 0.04, 0.33, 0.48, 0.06),
    Tissue.SEPTUM: (0.35, 0.55, 0.5, 0.55, 0.05),
    Tissue.JOINT: (0.9, 0.05, 1.0, 0.25, 0.05),
    Tissue.INTERSPINOUS: (0.5, 0.3, 0.45, 0.5, 0.25),
    Tissue.CORD: (1.05, 0.02, 0.55, 0.4, 0.05),
}
"""Water (muscle is 1), fat (pure fat is 1), T2-weighted TSE, T1-weighted spin echo, and how
strongly texture shows. The weighted ones are assumed from the customary look of such images at
1.5 T, fat about five (T2) and three (T1) times as bright as muscle; nothing was measured."""


@dataclass(frozen=True)
class SignalTable:
    """Signal of each tissue by its number. water, fat, t2, t1, texture: (tissues,) float64."""

    water: np.ndarray
    fat: np.ndarray
    t2: np.ndarray
    t1: np.ndarray
    texture: np.ndarray


def signal_table(sheath_water: float, fat_over_muscle: float) -> SignalTable:
    """The phantom's signals with muscle water as 1; muscles are lean here."""
    rows = np.array([_SIGNALS[Tissue(value)] for value in range(len(Tissue))])
    water, fat, t2, t1, texture = rows.T.copy()
    water[Tissue.SHEATH] = sheath_water
    return SignalTable(water, fat * fat_over_muscle, t2, t1, texture)
