import numpy as np
import pytest

from multifidus.training.scanner import _coil, _saturated, scanned, windowed

FLAT = np.full((40, 60), 0.5)


def drawn(step, image=FLAT, seeds=60):
    return [step(image, np.random.default_rng(seed)) for seed in range(seeds)]


def test_under_a_surface_coil_brightness_falls_along_front_and_back_alone() -> None:
    changed = [image for image in drawn(_coil) if not np.array_equal(image, FLAT)]
    assert len(changed) == pytest.approx(30, abs=15)
    for image in changed:
        assert np.allclose(image, image[:1])
        assert len(set(np.sign(np.diff(image[0])))) <= 2  # one way, up to the brightest allowed
    falls = [image[0, 0] >= image[0, -1] for image in changed]
    assert np.mean(falls) > 0.5


def test_saturation_only_darkens() -> None:
    images = drawn(_saturated)
    assert all((image <= FLAT + 1e-12).all() for image in images)
    assert all((image >= -1e-12).all() for image in images)
    assert 10 < sum(not np.array_equal(image, FLAT) for image in images) < 50


def test_a_scanned_image_is_finite_and_another_one_each_time() -> None:
    ramp = np.linspace(0, 1, 2400).reshape(40, 60)
    images = drawn(scanned, ramp, 20)
    assert all(np.isfinite(image).all() for image in images)
    assert len({image.tobytes() for image in images}) > 15


def test_a_window_is_0_to_1_whatever_the_range_was() -> None:
    ramp = np.linspace(-300, 4000, 2400).reshape(40, 60)
    for image in drawn(windowed, ramp, 20):
        assert image.min() >= 0
        assert image.max() <= 1
        assert np.ptp(image) > 0.5
