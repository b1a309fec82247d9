"""The phantom person: what differs from one to the next, and where the spine lies in it."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel, Structure, Vertebra
from multifidus.domain.errors import InputError

BODY_CENTRE_MM: dict[str, float] = {
    "T10": 173.0,
    "T11": 142.0,
    "T12": 109.0,
    "L1": 74.0,
    "L2": 37.0,
    "L3": 0.0,
    "L4": -37.0,
    "L5": -74.0,
    "S1": -111.5,
    "S2": -141.0,
    "S3": -164.0,
}
"""Height of each vertebral body's centre along the spine, standard size; L3 is the origin."""

BODY_HALF_HEIGHT_MM = (11.5, 12.0, 12.5, 13.5, 13.5, 13.5, 13.5, 13.5, 16.0, 12.0, 9.5)
"""Half of each body's height, in the order of BODY_CENTRE_MM; what lies between is disc."""

SLOPE_DEG = (-12.0, -12.0, -10.5, -8.0, -4.0, 1.0, 7.0, 15.0, 32.0, 44.0, 52.0)
"""How far each body's front end points down, in the order of BODY_CENTRE_MM (lordosis 1)."""

DISC_CENTRE_MM: dict[SpinalLevel, float] = {
    SpinalLevel.L1_L2: 55.5,
    SpinalLevel.L2_L3: 18.5,
    SpinalLevel.L3_L4: -18.5,
    SpinalLevel.L4_L5: -55.5,
    SpinalLevel.L5_S1: -91.5,
}
"""Height of each lumbar disc's centre, standard size."""


@dataclass(frozen=True)
class PerSide:
    """One number for the person's right and one for the left."""

    right: float
    left: float

    def __getitem__(self, side: Side) -> float:
        return self.right if side is Side.RIGHT else self.left


def both(value: float) -> PerSide:
    """The same number on both sides."""
    return PerSide(value, value)


@dataclass(frozen=True)
class PhantomAnatomy:
    """A phantom person; two with equal fields are the same person to the last bit.

    mf_scale, es_scale, psoas_scale: cross-sectional area against the standard person, 0.4-1.6.
    mf_fat, es_fat, psoas_fat: mean signal fat fraction inside the muscle, 0-1.
    spine_scale: size of spine and muscles, 0.8-1.2. body_scale: width of the body, 0.85-1.2.
    subcutaneous_mm: fat under the skin of the back, 5-60. lordosis: 0 is a straight spine, 1 the
    standard curve. rotation_deg: the body's turn about its long axis. cleft_mm: fat between
    multifidus and erector spinae, 0-4. sheath_water: signal of the muscles' sheaths against
    muscle, 0-1; they hold no fat. seed: texture, fat pattern, outlines and bowel.
    """

    seed: int = 0
    mf_scale: PerSide = field(default_factory=lambda: both(1.0))
    es_scale: PerSide = field(default_factory=lambda: both(1.0))
    psoas_scale: PerSide = field(default_factory=lambda: both(1.0))
    mf_fat: PerSide = field(default_factory=lambda: both(0.08))
    es_fat: PerSide = field(default_factory=lambda: both(0.06))
    psoas_fat: PerSide = field(default_factory=lambda: both(0.03))
    spine_scale: float = 1.0
    body_scale: float = 1.0
    subcutaneous_mm: float = 20.0
    lordosis: float = 1.0
    rotation_deg: float = 0.0
    cleft_mm: float = 0.8
    sheath_water: float = 0.08

    def __post_init__(self) -> None:
        for muscle in Muscle:
            for side in Side:
                structure = Structure(muscle, side)
                if not 0 <= self.fat_fraction(structure) <= 1:
                    raise InputError(f"fat fraction of {muscle} {side} must lie between 0 and 1")
                if not 0.3 <= self.scale(structure) <= 2:
                    raise InputError(f"scale of {muscle} {side} must lie between 0.3 and 2")

    def fat_fraction(self, structure: Structure) -> float:
        """The asked mean signal fat fraction of that muscle, 0-1."""
        given = {
            Muscle.MULTIFIDUS: self.mf_fat,
            Muscle.ERECTOR_SPINAE: self.es_fat,
            Muscle.PSOAS: self.psoas_fat,
        }
        return given[structure.muscle][structure.side]

    def scale(self, structure: Structure) -> float:
        """The asked area of that muscle against the standard person."""
        given = {
            Muscle.MULTIFIDUS: self.mf_scale,
            Muscle.ERECTOR_SPINAE: self.es_scale,
            Muscle.PSOAS: self.psoas_scale,
        }
        return given[structure.muscle][structure.side]

    def disc_centre_mm(self, level: SpinalLevel) -> np.ndarray:
        """The disc's centre in patient millimetres, (3,), RAS+."""
        z = DISC_CENTRE_MM[level]
        return self._to_patient(z)

    def body_centre_mm(self, vertebra: Vertebra) -> np.ndarray:
        """The vertebral body's centre in patient millimetres, (3,), RAS+."""
        return self._to_patient(BODY_CENTRE_MM[str(vertebra)])

    def _to_patient(self, z: float) -> np.ndarray:
        y = float(self.midline_mm(np.array(z)))
        cosine, sine = self.rotation
        return np.array([-sine * y, cosine * y, z]) * self.spine_scale

    @property
    def rotation(self) -> tuple[float, float]:
        """Cosine and sine of the body's turn."""
        radians = np.deg2rad(self.rotation_deg)
        return float(np.cos(radians)), float(np.sin(radians))

    def slope(self, z: np.ndarray) -> np.ndarray:
        """Tangent of the spine's forward slope at standard height z, any shape."""
        heights = np.array(list(BODY_CENTRE_MM.values()))[::-1]
        tangents = np.tan(np.deg2rad(self.lordosis * np.array(SLOPE_DEG)))[::-1]
        return np.interp(z, heights, tangents)

    @cached_property
    def _midline_table(self) -> tuple[np.ndarray, np.ndarray]:
        heights = np.arange(-260.0, 261.0)
        steps = self.slope((heights[1:] + heights[:-1]) / 2)
        front = np.concatenate([[0.0], np.cumsum(steps)])
        return heights, front - np.interp(0.0, heights, front)

    def midline_mm(self, z: np.ndarray) -> np.ndarray:
        """How far in front of L3 the bodies' centre line runs at standard height z."""
        return np.interp(z, *self._midline_table)
