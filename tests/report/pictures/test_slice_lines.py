import numpy as np
import pytest

from multifidus.domain.volume import Geometry
from multifidus.report.pictures.slice_lines import line_of_slice, spread


def sagittal() -> Geometry:
    """Fifteen slices of 201 x 201 mm in 1 mm pixels; the middle of the grid is the origin."""
    affine = np.diag([4.0, 1, 1, 1])
    affine[:3, 3] = (-28, -100, -100)
    return Geometry((15, 201, 201), affine)


def axial(tilt_deg: float = 0.0, middle_mm: tuple[float, float, float] = (0, 0, 0)) -> Geometry:
    """Five slices of 121 x 81 mm, 5 mm apart about that middle, their back end turned upwards."""
    angle = np.deg2rad(-tilt_deg)
    turn = np.array(
        [[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]]
    )
    affine = np.eye(4)
    affine[:3, :3] = turn @ np.diag([1.0, 1, 5])
    affine[:3, 3] = np.array(middle_mm) - affine[:3, :3] @ (60, 40, 2)
    return Geometry((121, 81, 5), affine)


def line_mm(stack: Geometry, z: int, x: int = 7) -> np.ndarray | None:
    """Front end and hind end of the line, patient mm along Y and Z."""
    line = line_of_slice(sagittal(), x, stack, z)
    return None if line is None else line - 100.0


def test_a_straight_slice_is_a_level_line_as_long_as_the_axial_image():
    assert line_mm(axial(), 2) == pytest.approx(np.array([[40.5, 0], [-40.5, 0]]))
    assert line_mm(axial(), 4) == pytest.approx(np.array([[40.5, 10], [-40.5, 10]]))


def test_a_slice_tilted_by_20_degrees_is_drawn_tilted_by_20_degrees():
    front, back = line_mm(axial(20.0), 2)
    assert np.linalg.norm(front - back) == pytest.approx(81)
    rise = back - front
    assert np.degrees(np.arctan2(rise[1], -rise[0])) == pytest.approx(20)


def test_the_slices_of_a_tilted_stack_lie_5_mm_apart():
    (front, back), (other, _) = line_mm(axial(20.0), 2), line_mm(axial(20.0), 3)
    along = (back - front) / np.linalg.norm(back - front)
    away = other - front
    assert abs(along[0] * away[1] - along[1] * away[0]) == pytest.approx(5)


def test_a_line_ends_where_the_sagittal_image_ends():
    front, back = line_mm(axial(middle_mm=(0, 80, 0)), 2)
    assert front == pytest.approx([100.5, 0])
    assert back == pytest.approx([39.5, 0])


@pytest.mark.parametrize(
    "stack",
    [axial(middle_mm=(95, 0, 0)), axial(middle_mm=(0, 0, 130)), axial(middle_mm=(0, 200, 0))],
    ids=["beside the sagittal slice", "above the image", "in front of the image"],
)
def test_a_slice_that_does_not_meet_the_sagittal_slice_has_no_line(stack):
    assert line_mm(stack, 2) is None


def test_names_are_moved_apart_in_their_order_and_stay_in_the_picture():
    moved = spread(np.array([50.0, 48, 97, 99]), 10, 0, 100)
    assert np.argsort(moved).tolist() == [1, 0, 2, 3]
    assert np.diff(np.sort(moved)).min() >= 10
    assert moved.min() >= 0
    assert moved.max() <= 100


def test_names_far_enough_apart_stay_where_they_are():
    heights = np.array([80.0, 20, 50])
    assert np.array_equal(spread(heights, 10, 0, 100), heights)
    assert spread(np.array([]), 10, 0, 100).size == 0
