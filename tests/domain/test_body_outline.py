"""The body on a slice is what its bright tissue encloses; only dark regions beyond it are air."""

import numpy as np
import pytest
from scipy import ndimage

from multifidus.domain.body_outline import body_outline, outside_body, regions_in_air

X, Y = np.indices((120, 100))
BODY = ((X - 60) / 50) ** 2 + ((Y - 50) / 35) ** 2 < 1
RIM = BODY & ~(((X - 60) / 44) ** 2 + ((Y - 50) / 29) ** 2 < 1)


def box(x: int, y: int, size: int = 8) -> np.ndarray:
    region = np.zeros(X.shape, bool)
    region[x : x + size, y : y + size] = True
    return region


@pytest.fixture
def black_within() -> np.ndarray:
    """Air and all within the rim of fat read 0, as lean muscle in a narrow window does."""
    return np.where(RIM, 200.0, 0.0)


def test_black_tissue_within_a_rim_of_fat_is_body_and_the_air_around_is_not(black_within):
    body = body_outline(black_within)
    assert (body | ~BODY).all()
    assert not (body & ~ndimage.binary_dilation(BODY, iterations=2)).any()


def test_a_black_region_within_the_body_is_not_outside(black_within):
    assert not outside_body(box(60, 40), black_within, body_outline(black_within))


@pytest.mark.parametrize("corner", [(2, 2), (110, 2), (2, 90), (110, 90)])
def test_a_region_in_the_air_on_any_side_is_outside(black_within, corner):
    assert outside_body(box(*corner), black_within, body_outline(black_within))


def test_specks_of_noise_in_the_air_are_no_body(black_within):
    spotted = black_within.copy()
    spotted[3, 3] = spotted[115, 95] = 200
    assert np.array_equal(body_outline(spotted), body_outline(black_within))


def test_tissue_too_dark_for_the_body_but_brighter_than_the_air_is_not_outside():
    """A surface coil: the front of the body is faint, yet no air."""
    faint = np.where(BODY, np.where(Y < 60, 200.0, 5.0), 0.0)
    region = box(60, 70)
    body = body_outline(faint)
    assert not (body & region).any()
    assert not outside_body(region, faint, body)
    assert outside_body(box(60, 90), faint, body)


@pytest.mark.parametrize("lit", [Y < 30, X < 45, X > 75])
def test_where_only_part_of_a_body_is_bright_the_rest_of_it_is_no_air(lit):
    part = np.where(RIM & lit, 200.0, 0.0)
    body = body_outline(part)
    assert not any(outside_body(box(x, 46), part, body) for x in (40, 50, 60, 70))
    assert outside_body(box(2, 2), part, body)


def test_a_region_in_noisy_air_is_outside_and_faint_tissue_is_not():
    rng = np.random.default_rng(1)
    real, imaginary = rng.normal(0, 2, (2, *X.shape))
    noisy = np.hypot(np.where(BODY, np.where(Y < 60, 200.0, 12.0), 0) + real, imaginary)
    for picture in (noisy, np.round(noisy)):
        body = body_outline(picture)
        assert outside_body(box(60, 90), picture, body)
        assert not outside_body(box(60, 70), picture, body)


def test_a_region_mostly_within_the_body_is_not_outside(black_within):
    region = np.zeros(X.shape, bool)
    region[55:65, 12:22] = True  # the body begins at 15
    assert not outside_body(region, black_within, body_outline(black_within))
    region[55:65, 3:22] = True
    assert outside_body(region, black_within, body_outline(black_within))


@pytest.mark.parametrize("value", [0.0, 7.0, np.nan])
def test_a_picture_that_tells_no_body_takes_nothing_away(value):
    plane = np.full(X.shape, value)
    assert body_outline(plane).all()
    assert not outside_body(box(2, 2), plane, body_outline(plane))


def test_a_dark_region_beside_one_in_the_body_is_no_air_and_one_far_off_is(black_within):
    inside, beside, apart = box(60, 14), box(60, 4), box(2, 2)
    body = body_outline(black_within)
    assert outside_body(beside, black_within, body)
    regions = [inside, box(50, 40), box(70, 40), beside, apart]
    assert regions_in_air(regions, black_within) == [False, False, False, False, True]


def test_where_most_labels_seem_to_lie_in_the_air_none_is_said_to(black_within):
    assert regions_in_air([box(2, 2), box(110, 2)], black_within) == [False, False]
