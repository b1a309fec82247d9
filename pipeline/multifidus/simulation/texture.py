"""Smooth random fields in the phantom person: tissue texture, and where a muscle holds its fat."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from multifidus.domain.anatomy import LABEL_OF, Muscle, Structure
from multifidus.simulation.anatomy_model import PhantomAnatomy
from multifidus.simulation.muscles import outlines
from multifidus.simulation.painting import muscles_at
from multifidus.simulation.points import Points, points_of_box
from multifidus.simulation.tissue import Tissue

LATTICE = (64, 64, 32)
PLANES_MM = np.arange(-160.0, 181.0, 8.0)
"""Heights at which the fat pattern is made to meet the asked fraction; linear in between."""

DIFFUSE_SHARE = 0.3
"""Part of a muscle's fat that is spread evenly; the rest lies in streaks and pockets."""

SOFTNESS = 0.3
"""Width of a fat pocket's edge on the field's scale (its standard deviation is 1)."""

RIM = 0.14
"""Outer share of a muscle's radius over which its pockets fade into its mean fat."""


@dataclass(frozen=True)
class Field:
    """A periodic random field of mean 0 and deviation 1. lattice: (64, 64, 32) float64."""

    lattice: np.ndarray

    def at(self, x: np.ndarray, y: np.ndarray, z: np.ndarray, cell_mm: np.ndarray) -> np.ndarray:
        """The field at points of any one shape, for lattice cells of that size."""
        place = [axis / size for axis, size in zip((x, y, z), cell_mm, strict=True)]
        return map_coordinates(self.lattice, place, order=1, mode="grid-wrap")


def random_field(seed: int, stream: int) -> Field:
    """A field that depends on the seed and the stream's number only."""
    rng = np.random.default_rng([seed, 37, stream])
    smooth = gaussian_filter(rng.standard_normal(LATTICE), 1.0, mode="wrap")
    return Field((smooth - smooth.mean()) / smooth.std())


def mottle(seed: int, points: Points) -> np.ndarray:
    """Tissue texture of mean 0 and deviation about 1 at every point, (X, Y, Z) float64."""
    x, y, z = (
        np.broadcast_to(axis, points.shape).astype(float) for axis in (points.x, points.y, points.z)
    )
    fine = random_field(seed, 1).at(x, y, z, np.array([1.8, 1.8, 4.0]))
    coarse = random_field(seed, 2).at(x, y, z, np.array([6.0, 5.0, 9.0]))
    return 0.7 * fine + 0.7 * coarse


@dataclass(frozen=True)
class Infiltration:
    """Where one muscle holds its fat.

    threshold: one value per height of PLANES_MM, chosen so that the mean fraction in the muscle's
    section there is the one asked for.
    """

    anatomy: PhantomAnatomy
    structure: Structure
    fields: tuple[Field, Field]
    threshold: np.ndarray

    def fraction(self, x: np.ndarray, s: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Signal fat fraction, 0-1 float64, at muscle points (N,)."""
        asked = self.anatomy.fat_fraction(self.structure)
        if asked == 0:
            return np.zeros(len(x))
        level = np.interp(z, PLANES_MM, self.threshold)
        return _fraction(level, _pattern(self, x, s, z), _core(self, x, s, z), asked)


def _fraction(level: np.ndarray, pattern: np.ndarray, core: np.ndarray, asked: float) -> np.ndarray:
    """Fat fraction at points: streaks and pockets in the core, the asked mean at the rim."""
    pocket = 1 / (1 + np.exp(np.clip((pattern - level) / SOFTNESS, -60, 60)))
    inner = 1 - (1 - DIFFUSE_SHARE * asked) * (1 - pocket)
    return asked + core * (inner - asked)


def _core(fat: Infiltration, x: np.ndarray, s: np.ndarray, z: np.ndarray) -> np.ndarray:
    """1 inside the muscle, falling to 0 on its outline, (N,) float64.

    Without it, chance would put more or less fat into the half-covered voxels of the outline than
    into the whole ones, and the voxels' fat fraction would stray from the region's.
    """
    points = Points(x.shape, x, s, s, z, z)
    parts = outlines(points, fat.anatomy, fat.structure)
    nearest = np.minimum.reduce([part.f for part in parts])
    return np.clip((1 - nearest.astype(float)) / RIM, 0, 1)


def _pattern(fat: Infiltration, x: np.ndarray, s: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Low where fat comes first: along fibres, and in the multifidus deep beside the bone."""
    lateral, s, z = np.abs(x).astype(float), s.astype(float), z.astype(float)
    streaks = fat.fields[0].at(lateral, s + 0.35 * z, z, np.array([1.2, 1.8, 9.0]))
    pockets = fat.fields[1].at(lateral, s, z, np.array([2.5, 2.5, 10.0]))
    pattern = 0.75 * streaks + 0.55 * pockets
    if fat.structure.muscle is Muscle.MULTIFIDUS:
        pattern = pattern + 0.015 * (lateral - 12) - 0.015 * (s + 52)
    return pattern


def infiltrations(anatomy: PhantomAnatomy) -> dict[Structure, Infiltration]:
    """The fat pattern of every muscle, brought to its asked mean at every height."""
    points = points_of_box(anatomy, PLANES_MM)
    tissues = muscles_at(points, anatomy)
    return {structure: _calibrated(anatomy, structure, points, tissues) for structure in LABEL_OF}


def _calibrated(
    anatomy: PhantomAnatomy, structure: Structure, points: Points, tissues: np.ndarray
) -> Infiltration:
    label = LABEL_OF[structure]
    fields = (random_field(anatomy.seed, 10 + label), random_field(anatomy.seed, 20 + label))
    fat = Infiltration(anatomy, structure, fields, np.zeros(len(PLANES_MM)))
    asked = anatomy.fat_fraction(structure)
    if asked == 0:
        return fat
    where = np.nonzero(tissues == Tissue(label))
    x, s, z = (
        np.broadcast_to(axis, points.shape)[where] for axis in (points.x, points.s, points.z)
    )
    pattern = _pattern(fat, x, s, z)
    threshold = _solve_threshold(pattern, _core(fat, x, s, z), where[2], asked)
    return replace(fat, threshold=threshold)


def _solve_threshold(
    pattern: np.ndarray, core: np.ndarray, plane: np.ndarray, asked: float
) -> np.ndarray:
    """The level per plane whose mean fraction is the asked one, by bisection. (planes,)."""
    planes = len(PLANES_MM)
    low, high = np.full(planes, -12.0), np.full(planes, 12.0)
    count = np.maximum(np.bincount(plane, minlength=planes), 1)
    for _ in range(30):
        middle = (low + high) / 2
        mean = np.bincount(plane, _fraction(middle[plane], pattern, core, asked), planes) / count
        low, high = np.where(mean < asked, middle, low), np.where(mean < asked, high, middle)
    return (low + high) / 2
