"""Places of boxes between boxes, by geometry: a body 100 mm wide with its midline at x = 50."""

from dataclasses import replace

import numpy as np
import pytest

from multifidus.files.yaml import read_settings
from multifidus.segmentation.compartment import (
    in_fat_pct,
    midline,
    out_of_place,
    place_of,
)
from tests.helpers.phantoms import RIGHT_MF

LIMITS = read_settings().quality
MM = np.array([1.0, 1.0])


def back(right: tuple[slice, slice] = (slice(53, 73), slice(20, 60))) -> np.ndarray:
    """Left and right multifidus of 20 x 40 mm, 3 mm from the midline, between erectores spinae."""
    labels = np.zeros((100, 90), np.uint8)
    labels[5:25, 20:60], labels[75:95, 20:60] = 4, 3
    labels[27:47, 20:60] = 2
    labels[right] = 1
    return labels


def said(labels: np.ndarray) -> list[str]:
    return list(out_of_place(place_of(labels, RIGHT_MF, MM), LIMITS))


def test_a_symmetric_pair_is_where_it_belongs():
    place = place_of(back(), RIGHT_MF, MM)
    assert place.over_midline_pct == 0
    assert place.gap_mm == pytest.approx(3.5)  # pixel 53 of a midline at 49.5
    assert place.beyond_twin_mm == pytest.approx({"back": 0, "front": 0, "inner": 0})
    assert place.deeper_mm == pytest.approx(0)
    assert place.share_of_back_pct == 50
    assert said(back()) == []


def test_an_outline_over_the_midline_is_named():
    """8 of 33 columns lie left of 49.5, one of them within a pixel of it."""
    labels = back((slice(42, 73), slice(20, 60)))
    labels[:42][labels[:42] == 1] = 0
    share = 100 * 7 / 31
    assert f"{share:.0f} % of the outline lies beyond the midline" in said(labels)


def test_an_outline_far_from_the_midline_is_named():
    assert "its inner edge lies 14 mm from the midline" in said(
        back((slice(63, 75), slice(20, 60)))
    )


@pytest.mark.parametrize(
    ("rows", "says"),
    [(slice(8, 60), "its back edge lies 11"), (slice(20, 72), "its front edge lies 11")],
)
def test_an_edge_beyond_the_other_sides_is_named(rows, says):
    """12 mm beyond; the 2nd percentile of 52 rows lies a millimetre further in."""
    assert any(line.startswith(says) for line in said(back((slice(53, 73), rows))))


@pytest.mark.parametrize(
    ("rows", "says"), [(slice(30, 70), "10 mm deeper"), (slice(10, 50), "10 mm nearer to the skin")]
)
def test_an_outline_deeper_than_its_twin_is_named(rows, says):
    assert f"it lies {says} than its twin" in said(back((slice(53, 73), rows)))


def test_an_outline_that_takes_the_erector_spinae_too_is_named():
    labels = back((slice(53, 89), slice(20, 60)))
    assert "it is 86 % of multifidus and erector spinae together" in said(labels)


def test_a_back_turned_about_its_axis_has_a_turned_midline():
    """Every column lies a quarter of its distance to the side farther in front."""
    turned = np.zeros((100, 120), np.uint8)
    for x in range(100):
        turned[x, x // 4 : x // 4 + 90] = back()[x]
    line = midline(turned, MM)
    assert line.right[1] / line.right[0] == pytest.approx(0.25, abs=0.02)
    assert said(turned) == []


def test_labels_without_a_second_side_tell_no_midline():
    labels = np.where(back() == 1, 1, 0)
    assert midline(labels, MM) is None
    assert said(labels) == []


def fatty_back() -> tuple[np.ndarray, np.ndarray]:
    """A body of dark tissue with 15 mm of bright fat at its back, in air."""
    body = np.zeros((100, 90), bool)
    body[2:98, 2:88] = True
    image = np.where(body, 50.0, 0.0)
    image[2:98, 2:17] = 200
    return image, body


def test_the_share_in_the_fat_under_the_skin_is_counted():
    image, body = fatty_back()
    labels = back((slice(53, 73), slice(10, 60)))  # 7 of its 50 rows lie in the fat
    args = (labels > 0, image, body, MM)
    assert in_fat_pct(labels == 1, *args) == pytest.approx(100 * 7 / 50, abs=0.5)
    assert in_fat_pct(labels == 2, *args) == 0


def test_fat_streaks_in_a_muscle_are_no_layer_under_the_skin():
    image, body = fatty_back()
    labels = back()
    image[55:70:5, 17:60] = 200  # streaks 1 mm wide that reach the layer
    assert in_fat_pct(labels == 1, labels > 0, image, body, MM) == 0


def test_where_fat_is_dark_it_tells_nothing():
    image, body = fatty_back()
    image[2:98, 2:17] = 60
    labels = back((slice(53, 73), slice(5, 60)))
    assert in_fat_pct(labels == 1, labels > 0, image, body, MM) == 0


def test_limits_are_those_of_the_settings():
    place = place_of(back((slice(63, 75), slice(20, 60))), RIGHT_MF, MM)
    assert not list(out_of_place(place, replace(LIMITS, most_gap_to_midline_mm=20)))
