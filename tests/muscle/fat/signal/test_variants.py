"""Lines through histograms whose two or three parts are known."""

import numpy as np
import pytest

from multifidus.domain.fat import FatMethod
from multifidus.muscle.fat.signal.variants import (
    above_pct,
    circle_line,
    gaussian_mixture_line,
    kmeans_line,
    lines_of,
    otsu_line,
)
from tests.helpers.phantoms import axial_geometry


def parts(*given: tuple[int, float], spread: float = 5.0) -> np.ndarray:
    """Normal values: (how many, mean) of each part."""
    rng = np.random.default_rng(3)
    return np.concatenate([rng.normal(mean, spread, n) for n, mean in given])


@pytest.mark.parametrize(
    "line", [otsu_line, lambda v: kmeans_line(v, 2), lambda v: gaussian_mixture_line(v, 2)]
)
def test_two_apart_parts_are_counted_as_they_are(line):
    values = parts((300, 100), (100, 200))
    assert above_pct(values, line(values)) == pytest.approx(25)


@pytest.mark.parametrize("line", [kmeans_line, gaussian_mixture_line])
def test_of_three_parts_the_brightest_is_fat(line):
    values = parts((300, 100), (100, 200), (100, 300))
    assert above_pct(values, line(values, 3)) == pytest.approx(20)


def test_an_even_muscle_is_split_although_it_holds_no_fat():
    values = parts((1000, 100))
    shares = {name: above_pct(values, line) for name, line in lines_of(values).items()}
    assert shares[FatMethod.OTSU] == pytest.approx(50, abs=5)
    assert shares[FatMethod.KMEANS2] == pytest.approx(50, abs=5)


def test_too_few_or_equal_values_have_no_line():
    assert lines_of(np.arange(19.0)) == {}
    assert lines_of(np.full(100, 7.0)) == {}


def test_the_brightest_voxel_of_circles_in_lean_muscle_is_the_line():
    geometry = axial_geometry()
    signal = np.full(geometry.shape, 500.0)
    signal[:, :15] = 100.0  # lean half; the rest is far brighter
    signal[::4, ::4] += 20.0  # some of it in every circle
    muscles = np.ones(geometry.shape, bool)
    assert circle_line(signal, muscles, 102.0, geometry) == 120.0


def test_where_six_circles_do_not_fit_there_is_no_line():
    geometry = axial_geometry()
    muscles = np.zeros(geometry.shape, bool)
    muscles[10:13, 10:13] = True
    assert circle_line(np.ones(geometry.shape), muscles, 1.0, geometry) is None
