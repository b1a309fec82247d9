from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import zoom

from multifidus.domain.masks import dice
from multifidus.training import shapes
from multifidus.training.cases import dixon_slices, pack, unpack
from multifidus.training.shapes import OUTLINE_VALUES, folds, outline_points, read_outlines, warp
from tests.helpers.toy import toy_slice

pytestmark = pytest.mark.slow


def test_outline_points_of_a_disc_lie_on_its_border():
    case = toy_slice(pixels=160)
    points = outline_points(case.labels, case.pixel_mm).reshape(4, 28, 2)
    centre = points[0].mean(axis=0)  # label 3, the right erector spinae
    radius = np.linalg.norm(points[0] - centre, axis=1)
    assert centre == pytest.approx([0.86 * 160, 80], abs=0.6)
    assert radius == pytest.approx(0.11 * 160, abs=0.8)


def test_warped_labels_meet_the_outline_they_were_warped_onto():
    case = toy_slice(pixels=160)
    target = zoom(case.labels, (1.25, 1.6), order=0)
    warped = warp(case, target)
    assert warped is not None
    assert warped.channels.shape == (2, *shapes.PATCH_SHAPE)
    for value in OUTLINE_VALUES.values():  # the texture travelled with the labels
        assert warped.channels[0][warped.labels == value].mean() > 90
        wanted_mm2 = (target == value).sum() * shapes.OUTLINE_PIXEL_MM**2
        assert (warped.labels == value).sum() == pytest.approx(wanted_mm2, rel=0.08)


def test_an_outline_that_swaps_the_muscles_is_refused():
    case = toy_slice(pixels=160)
    swapped = np.array([0, 3, 4, 1, 2], np.uint8)[case.labels]
    assert warp(case, swapped) is None


def test_a_mapping_that_turns_inside_out_folds():
    grid = np.stack(np.meshgrid(np.arange(8.0), np.arange(6.0), indexing="ij"), axis=-1)
    assert not folds(grid)
    grid[4, 3, 0] += 3
    assert folds(grid)


def test_packed_slices_come_back_equal(tmp_path: Path):
    cases = [toy_slice("a"), toy_slice("b", pixels=40, pixel_mm=0.5)]
    pack(cases, tmp_path / "cases.npz")
    for before, after in zip(cases, unpack(tmp_path / "cases.npz"), strict=True):
        assert (before.subject, before.pixel_mm) == (after.subject, after.pixel_mm)
        assert np.array_equal(before.channels, after.channels)
        assert np.array_equal(before.labels, after.labels)


def test_a_real_slice_takes_the_shape_of_a_real_outline(shared_data: Path):
    outlines = list(islice(read_outlines(shared_data / "muscle_shapes_l4l5"), 8))
    case = dixon_slices(shared_data / "mri_dixon")[2]
    warped = list(shapes.warped_slices([case], outlines, np.random.default_rng(0)))
    assert warped
    for slice_ in warped:
        right, left = (slice_.labels == value for value in (1, 2))
        assert np.argwhere(right)[:, 0].mean() > np.argwhere(left)[:, 0].mean()
        assert dice(right, left) == 0


def test_the_outlines_of_people_left_out_are_not_among_the_others(shared_data: Path):
    folder = shared_data / "muscle_shapes_l4l5"
    every = list(read_outlines(folder))
    others = list(read_outlines(folder, ["T1_00044", "sub-TUM01"]))
    assert len(every) - len(others) == 2  # one in each of the two sets
