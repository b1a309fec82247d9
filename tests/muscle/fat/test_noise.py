import numpy as np
import pytest

from multifidus.domain.errors import InputError
from multifidus.domain.fat import FatMethod
from multifidus.muscle.fat.dixon import fat_percentages, noise_corrected_pct
from multifidus.muscle.fat.noise import noise_deviation, without_floor

SUMS, CORRECTED = FatMethod.DIXON_RATIO_OF_SUMS, FatMethod.DIXON_NOISE_CORRECTED


def magnitude(signal, deviation: float, rng: np.random.Generator) -> np.ndarray:
    """Rician: the length of signal plus noise in two channels."""
    real, imaginary = rng.normal(0, deviation, (2, *np.shape(signal)))
    return np.hypot(signal + real, imaginary)


def test_air_in_the_corners_tells_the_noise():
    rng = np.random.default_rng(1)
    signal = np.zeros((160, 160, 4))
    signal[20:140, 20:140] = 500
    assert noise_deviation(magnitude(signal, 7.0, rng)) == pytest.approx(7.0, rel=0.05)


@pytest.mark.parametrize("corner", ["zero", "tissue"])
def test_corners_without_noise_tell_none(corner):
    image = np.zeros((160, 160, 4)) if corner == "zero" else np.full((160, 160, 4), 300.0)
    assert noise_deviation(image) is None


@pytest.mark.parametrize("signal", [0.0, 0.5, 1.0, 2.0, 4.0, 9.0])
def test_the_mean_of_corrected_magnitudes_is_near_the_signal(signal):
    rng = np.random.default_rng(2)
    values = magnitude(np.full(400_000, signal), 1.0, rng)
    assert without_floor(values, 1.0).mean() == pytest.approx(signal, abs=0.3)


def test_fat_free_muscle_in_noise_reads_fat_until_the_floor_is_taken_away():
    rng = np.random.default_rng(3)
    water, fat = (magnitude(np.full(20_000, one), 1.0, rng) for one in (10.0, 0.0))
    found = fat_percentages(water, fat, (1.0, 1.0))
    assert found[SUMS] == pytest.approx(
        100 * 1.253 / (10.05 + 1.253), abs=0.3
    )  # 1.253 = sqrt(pi/2)
    assert found[CORRECTED] < 2.5


def test_strong_signals_keep_their_fraction():
    water, fat = np.full(50, 700.0), np.full(50, 300.0)
    assert noise_corrected_pct(water, fat, (1.0, 1.0)) == pytest.approx(30, abs=0.01)


def test_without_known_noise_nothing_is_corrected():
    assert CORRECTED not in fat_percentages(np.ones(5), np.ones(5))


def test_signal_no_stronger_than_noise_has_no_corrected_fraction():
    weak = np.full(50, 0.3)
    with pytest.raises(InputError, match="no stronger than noise"):
        noise_corrected_pct(weak, weak, (1.0, 1.0))
