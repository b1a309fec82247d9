"""Boxes in 3 x 1 x 1 mm voxels: a body 45 x 34 x 26 mm, a canal 20 mm wide, an arch behind it."""

import numpy as np
import pytest

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, Vertebra
from multifidus.domain.volume import Geometry, LabelMap
from multifidus.spine.arches import without_arches
from multifidus.spine.discs import find_discs

GRID = Geometry((25, 110, 170), np.diag([3.0, 1, 1, 1]))
AXIS_DEG = {Vertebra.L5: -12.0, Vertebra.L4: 0.0, Vertebra.L3: 10.0}
CENTRE_MM = {Vertebra.L5: (36, 68, 60), Vertebra.L4: (36, 70, 98), Vertebra.L3: (36, 70, 136)}


def own_axes(vertebra: Vertebra) -> tuple[np.ndarray, ...]:
    """Every voxel in the vertebra's own axes, mm from its body's middle: right, front, head."""
    angle = np.deg2rad(AXIS_DEG[vertebra])
    mm = GRID.to_mm(np.moveaxis(np.indices(GRID.shape), 0, -1)) - CENTRE_MM[vertebra]
    x, y, z = np.moveaxis(mm, -1, 0)
    return x, y * np.cos(angle) + z * np.sin(angle), z * np.cos(angle) - y * np.sin(angle)


def box(axes, x, y, z) -> np.ndarray:
    limits = zip(axes, (x, y, z), strict=True)
    return np.logical_and.reduce([(low <= one) & (one <= high) for one, (low, high) in limits])


def spine(arches: bool) -> LabelMap:
    """L3 to L5, each tilted its own way; spinous processes hang down over the next disc."""
    voxels = np.zeros(GRID.shape, np.uint8)
    for vertebra in AXIS_DEG:
        axes = own_axes(vertebra)
        parts = [box(axes, (-22.5, 22.5), (-17, 17), (-13, 13))]
        if arches:
            parts += [box(axes, x, (-40, -17), (0, 12)) for x in ((-20, -11), (11, 20))]
            parts += [box(axes, (-20, 20), (-46, -40), (-16, 10))]
            parts += [box(axes, (-5, 5), (-68, -46), (-22, 0))]
            parts += [box(axes, x, (-32, -22), (0, 10)) for x in ((-34, -20), (20, 34))]
        voxels[np.logical_or.reduce(parts)] = VERTEBRA_LABEL_OF[vertebra]
    return LabelMap(voxels, GRID)


def with_sacrum(labels: LabelMap) -> LabelMap:
    """A sacrum 90 mm long under L5, wider than it, running down and back at 45 degrees."""
    angle = np.deg2rad(45)
    mm = GRID.to_mm(np.moveaxis(np.indices(GRID.shape), 0, -1)) - (36, 62, 38)
    x, y, z = np.moveaxis(mm, -1, 0)
    front, head = y * np.cos(angle) + z * np.sin(angle), z * np.cos(angle) - y * np.sin(angle)
    voxels = labels.voxels.copy()
    inside = (abs(x) <= 34) & (abs(front) <= 14) & (head >= -90) & (head <= 0) & (voxels == 0)
    voxels[inside] = VERTEBRA_LABEL_OF[Vertebra.S1]
    return LabelMap(voxels, labels.geometry)


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return 2 * float((one & other).sum()) / float(one.sum() + other.sum())


def test_of_whole_vertebrae_the_bodies_are_left():
    bodies, whole = spine(arches=False), spine(arches=True)
    cut = without_arches(whole)
    for vertebra in AXIS_DEG:
        value = VERTEBRA_LABEL_OF[vertebra]
        assert dice(whole.voxels == value, bodies.voxels == value) < 0.85
        assert dice(cut.voxels == value, bodies.voxels == value) > 0.97


def test_discs_between_whole_vertebrae_lie_where_those_between_bodies_do():
    expected, found = (find_discs(one).found for one in (spine(False), without_arches(spine(True))))
    assert found.keys() == expected.keys()
    assert len(found) == 2
    for level, disc in found.items():
        assert disc.centre_mm == pytest.approx(expected[level].centre_mm, abs=1.0)
        assert disc.normal @ expected[level].normal > np.cos(np.deg2rad(1.0))


def test_bodies_without_arches_stay_as_they_are():
    bodies = spine(arches=False)
    assert np.array_equal(without_arches(bodies).voxels, bodies.voxels)


def test_of_a_whole_sacrum_the_part_under_the_last_body_is_left():
    whole = with_sacrum(spine(arches=True))
    cut = without_arches(whole)
    value = VERTEBRA_LABEL_OF[Vertebra.S1]
    sacrum, left = (np.argwhere(one.voxels == value) for one in (whole, cut))
    assert len(left) < 0.5 * len(sacrum)
    under = np.flatnonzero((cut.voxels == VERTEBRA_LABEL_OF[Vertebra.L5]).any(axis=(1, 2)))
    assert left[:, 0].min() >= under[0]
    assert left[:, 0].max() <= under[-1]
    promontory = sacrum[np.isin(sacrum[:, 0], under), 2].max()
    assert left[:, 2].max() == promontory


def test_a_sacrum_without_a_vertebra_above_it_stays_whole():
    sacrum = with_sacrum(LabelMap(np.zeros(GRID.shape, np.uint8), GRID))
    assert np.array_equal(without_arches(sacrum).voxels, sacrum.voxels)
