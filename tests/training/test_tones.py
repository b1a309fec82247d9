import numpy as np
import pytest

from multifidus.training.tones import between, toned

RAMP = np.linspace(0, 1, 101)[None]


@pytest.mark.parametrize("tone", ["t1", "t2", "curve", "fat suppressed"])
def test_every_look_keeps_the_range(tone) -> None:
    for seed in range(30):
        image = toned(RAMP, tone, np.random.default_rng(seed))
        assert image.shape == RAMP.shape
        assert image.min() >= 0
        assert image.max() <= 1


def test_muscle_is_darker_against_fat_on_t2() -> None:
    looks = [toned(RAMP, "t2", np.random.default_rng(seed))[0] for seed in range(30)]
    assert all(look[40] < 0.4 for look in looks)
    assert all(look[100] > 0.7 for look in looks)


def test_suppressed_fat_is_darker_than_muscle_and_air_stays_dark() -> None:
    for seed in range(30):
        look = toned(RAMP, "fat suppressed", np.random.default_rng(seed))[0]
        assert look[95] < look[35]
        assert look[0] == 0


def test_a_factor_lies_in_its_range_and_halves_as_often_as_it_doubles() -> None:
    rng = np.random.default_rng(0)
    factors = np.array([between(0.5, 2, rng) for _ in range(4000)])
    assert factors.min() >= 0.5
    assert factors.max() <= 2
    assert np.mean(factors < 1) == pytest.approx(0.5, abs=0.03)
