import io

import numpy as np
import pytest
from matplotlib.image import imread

from multifidus.domain.anatomy import VERTEBRA_LABEL_OF, SpinalLevel, Vertebra
from multifidus.domain.spine import LevelSlice, LevelSource
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.report.pictures.sagittal import BACK_MM, FRONT_MM, SagittalScene, sagittal_overlay
from multifidus.spine.discs import find_discs

GRID = Geometry((9, 120, 160), np.diag([4.0, 1, 1, 1]))
GREY = 60.0
L4_L5, L3_L4 = SpinalLevel.L4_L5, SpinalLevel.L3_L4


def image(brighter: tuple[slice, slice, slice] | None = None) -> Volume:
    """Even grey, with one part white."""
    voxels = np.full(GRID.shape, GREY, np.float32)
    voxels[0, 0, :2] = 100
    if brighter is not None:
        voxels[brighter] = 100
    return Volume(voxels, GRID)


def vertebrae(grid: Geometry = GRID) -> LabelMap:
    """L3 to L5: boxes 30 mm deep and 26 mm high with discs of 10 mm, the lowest end at 20 mm."""
    mm = grid.to_mm(np.moveaxis(np.indices(grid.shape), 0, -1))
    voxels = np.zeros(grid.shape, np.uint8)
    for number, vertebra in enumerate((Vertebra.L5, Vertebra.L4, Vertebra.L3)):
        low = 19.5 + 36 * number
        inside = (abs(mm[..., 1] - 60) < 15) & (mm[..., 2] > low) & (mm[..., 2] < low + 26)
        voxels[inside & (abs(mm[..., 0] - 16) < 13)] = VERTEBRA_LABEL_OF[vertebra]
    return LabelMap(voxels, grid)


def stack(height_mm: float, slices: int = 3) -> Geometry:
    """Axial slices of 60 x 100 mm, 4 mm apart, the first at that height."""
    affine = np.diag([1.0, 1, 4, 1])
    affine[:3, 3] = (-14, 10, height_mm)
    return Geometry((60, 100, slices), affine)


def pixels(scene: SagittalScene) -> np.ndarray:
    """The picture, (rows from the top, columns, 3), 0..1."""
    return imread(io.BytesIO(sagittal_overlay(scene)))[..., :3]


def row_of(picture: np.ndarray, height_mm: float) -> int:
    """Row of a height above the lowest pixel border."""
    return round(picture.shape[0] * (1 - height_mm / GRID.shape[2]))


def columns_of_image(picture: np.ndarray) -> slice:
    per_mm = picture.shape[1] / (FRONT_MM + GRID.shape[1] + BACK_MM)
    return slice(round(FRONT_MM * per_mm), round((FRONT_MM + GRID.shape[1]) * per_mm))


def cyan(picture: np.ndarray) -> np.ndarray:
    """Where a measured slice or its name is drawn."""
    red, green, blue = np.moveaxis(picture, -1, 0)
    return (blue > 0.9) & (green > 0.8) & (red < 0.6)


def test_the_front_is_on_the_left_and_the_head_on_top():
    scene = SagittalScene(image(np.s_[:, 60:, 80:]), None, [], [])
    picture = pixels(scene)[..., 0]
    shown = picture[:, columns_of_image(picture)]
    half, middle = shown.shape[0] // 2, shown.shape[1] // 2
    assert np.median(shown[:half, :middle]) > 0.95
    for dark in (shown[:half, middle:], shown[half:, :middle], shown[half:, middle:]):
        assert np.median(dark) == pytest.approx(GREY / 100, abs=0.02)


def test_a_measured_slice_is_drawn_at_its_height_and_the_others_in_another_colour():
    measured = [LevelSlice(L4_L5, 1, LevelSource.MODEL)]
    picture = pixels(SagittalScene(image(), None, [stack(60.0)], measured))
    columns = columns_of_image(picture)
    across = slice(columns.start + 30, columns.stop - 30)
    drawn = cyan(picture)[:, across].mean(axis=1)
    assert np.flatnonzero(drawn > 0.8).mean() == pytest.approx(row_of(picture, 64.5), abs=2)
    for height_mm in (60.5, 68.5):
        row = row_of(picture, height_mm)
        near = picture[row - 2 : row + 3, across].mean(axis=1)
        assert np.abs(near - GREY / 100).max() > 0.02
        assert drawn[row - 2 : row + 3].max() == 0


def test_every_stack_s_measured_slice_is_drawn():
    measured = [
        LevelSlice(L4_L5, 1, LevelSource.MODEL, stack=0),
        LevelSlice(L3_L4, 0, LevelSource.MODEL, stack=1),
    ]
    picture = pixels(SagittalScene(image(), None, [stack(50.0), stack(100.0)], measured))
    columns = columns_of_image(picture)
    drawn = cyan(picture)[:, columns.start + 30 : columns.stop - 30].mean(axis=1) > 0.8
    for height_mm in (54.5, 100.5):
        row = row_of(picture, height_mm)
        assert drawn[row - 3 : row + 4].any()
    assert not drawn[row_of(picture, 95) : row_of(picture, 60)].any()


def test_names_of_measured_slices_stand_behind_the_image_apart_from_each_other():
    """Two slices 4 mm apart: their names would overlap if each stood beside its line."""
    measured = [LevelSlice(L4_L5, 0, LevelSource.MODEL), LevelSlice(L3_L4, 1, LevelSource.MODEL)]
    picture = pixels(SagittalScene(image(), None, [stack(60.0)], measured))
    per_mm = picture.shape[0] / GRID.shape[2]
    behind = cyan(picture)[:, columns_of_image(picture).stop + round(9 * per_mm) :]
    rows = np.flatnonzero(behind.any(axis=1))
    lines_of_text = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    assert len(lines_of_text) == 2


def test_vertebrae_on_another_grid_are_drawn_at_their_place():
    """The same boxes on a grid of 2 mm voxels that starts elsewhere."""
    affine = np.diag([2.0, 2, 2, 1])
    affine[:3, 3] = (0, 20, 10)
    other = Geometry((18, 45, 70), affine)
    pictures = [pixels(SagittalScene(image(), vertebrae(grid), [], [])) for grid in (GRID, other)]
    boxes = []
    for picture in pictures:
        yellow = (picture[..., 0] > 0.9) & (picture[..., 1] > 0.7) & (picture[..., 2] < 0.45)
        rows, columns = np.nonzero(yellow)
        boxes.append((rows.min(), rows.max(), columns.min(), columns.max()))
    per_mm = pictures[0].shape[0] / GRID.shape[2]
    assert np.abs(np.subtract(*boxes)).max() <= 2 * per_mm + 1


def test_discs_are_marked_and_named_in_front_of_the_image():
    labels = vertebrae()
    discs = find_discs(labels).found
    without = pixels(SagittalScene(image(), labels, [], []))
    named = pixels(SagittalScene(image(), labels, [], [], discs))
    front = slice(0, columns_of_image(named).start)
    assert not without[:, front].any()
    rows = np.flatnonzero(named[:, front].max(axis=(1, 2)) > 0.5)
    heights = [float(disc.centre_mm[2]) + 0.5 for disc in discs.values()]
    assert len(heights) == 2
    for height_mm in heights:
        assert np.abs(rows - row_of(named, height_mm)).min() <= 2


def test_the_same_scene_gives_the_same_bytes():
    scene = SagittalScene(image(), vertebrae(), [stack(50.0)], [])
    assert sagittal_overlay(scene) == sagittal_overlay(scene)
