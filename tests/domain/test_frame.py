"""A flat image: rows and columns as shown, millimetres only where the image is calibrated."""

import numpy as np
import pytest

from multifidus.domain.errors import GeometryError, InputError
from multifidus.domain.frame import Frame

PIXELS = np.arange(12.0).reshape(3, 4)


def test_three_rows_of_four_columns_are_read_from_the_upper_left_corner():
    frame = Frame(PIXELS)
    assert frame.shape == (3, 4)
    assert frame.pixels[0, 3] == 3
    assert frame.pixels[2, 0] == 8


def test_a_pixel_of_a_fifth_by_a_tenth_of_a_millimetre_has_a_fiftieth_of_a_square_millimetre():
    assert Frame(PIXELS, (0.2, 0.1)).pixel_area_mm2 == pytest.approx(0.02)


def test_thirty_pixels_to_the_right_and_twenty_down_of_a_tenth_and_a_fifth_are_five_millimetres():
    assert Frame(PIXELS, (0.1, 0.2)).distance_mm((1, 2), (31, 22)) == pytest.approx(5)


def test_x_runs_along_the_columns_and_y_along_the_rows():
    frame = Frame(PIXELS, (0.1, 0.2))
    assert frame.distance_mm((0, 0), (10, 0)) == pytest.approx(1)
    assert frame.distance_mm((0, 0), (0, 10)) == pytest.approx(2)


def test_nothing_is_told_in_millimetres_of_an_image_without_a_scale():
    frame = Frame(PIXELS)
    assert frame.mm_per_pixel is None
    with pytest.raises(GeometryError, match="states no scale"):
        _ = frame.scale_mm
    with pytest.raises(GeometryError, match="states no scale"):
        _ = frame.pixel_area_mm2
    with pytest.raises(GeometryError, match="states no scale"):
        frame.distance_mm((0, 0), (1, 1))


def test_pixels_cannot_be_written_to_and_the_caller_s_own_array_stays_as_it_was():
    own = PIXELS.copy()
    frame = Frame(own)
    with pytest.raises(ValueError, match="read-only"):
        frame.pixels[0, 0] = 1
    own[0, 0] = 99
    assert frame.pixels[0, 0] == 0
    assert own.flags.writeable


@pytest.mark.parametrize("shape", [(3, 4, 3), (5, 3, 4), (12,), (0, 4), ()])
def test_a_colour_image_a_film_and_an_empty_one_are_no_frame(shape):
    with pytest.raises(InputError, match="rows and columns of one channel"):
        Frame(np.zeros(shape))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_pixel_that_is_no_number_is_refused(value):
    pixels = PIXELS.copy()
    pixels[1, 1] = value
    with pytest.raises(InputError, match="1 of 12 pixels"):
        Frame(pixels)


@pytest.mark.parametrize(
    "scale", [(0, 0.1), (0.1, -0.1), (np.nan, 0.1), (0.1, np.inf), (0.1,), (0.1, 0.1, 4.0)]
)
def test_a_scale_is_two_numbers_above_nothing(scale):
    with pytest.raises(GeometryError, match="two numbers above 0"):
        Frame(PIXELS, scale)
