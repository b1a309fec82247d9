import numpy as np
import pytest
from scipy.ndimage import zoom

from multifidus.training.cases import IGNORED, LabelledSlice
from multifidus.training.deformation import sampled, spread, with_other_widths
from tests.helpers.toy import toy_slice


@pytest.mark.parametrize("order", [1, 3])
def test_knots_are_spread_as_the_spline_of_that_order_does(order) -> None:
    knots = np.random.default_rng(0).normal(size=(7, 6))
    spline = zoom(knots, (48 / 7, 31 / 6), order=order)
    assert np.allclose(spread(knots, (48, 31), order), spline, atol=1e-9)


def test_planes_are_read_between_pixels_and_are_0_beyond_them() -> None:
    ramp = np.indices((4, 5))[0].astype(np.float32)[None]  # its value is the first index
    at = np.array([[[1.0, 2.5, 9.0]], [[0.0, 3.25, 1.0]]])
    assert sampled(ramp, at)[0, 0] == pytest.approx([1.0, 2.5, 0.0], abs=1e-5)
    labels = np.arange(20.0).reshape(1, 4, 5)
    assert sampled(labels, at + 0.2, nearest=True)[0, 0, 0] == 5


def test_what_nobody_outlined_does_not_move_the_outer_border() -> None:
    case = toy_slice(pixels=160)
    labels = case.labels.copy()
    labels[:4] = IGNORED
    open_side = LabelledSlice("p", case.channels, labels, case.pixel_mm)
    x = np.arange(160.0)
    wider = with_other_widths(x, case, 1.1)
    assert not np.array_equal(wider, x)
    assert np.array_equal(with_other_widths(x, open_side, 1.1), wider)


def test_a_wider_multifidus_takes_from_the_erector_spinae_alone() -> None:
    labels = np.zeros((161, 20), np.uint8)
    for value, first, last in ((2, 60, 79), (1, 81, 101), (4, 20, 60), (3, 101, 141)):
        labels[first:last, 5:15] = value
    case = LabelledSlice("p", np.zeros((1, 161, 20), np.float32), labels, (1.0, 1.0))
    x = np.arange(161.0)
    come_from = with_other_widths(x, case, 1.5)
    assert np.all(np.diff(come_from) > 0)
    wider = labels[np.clip(np.rint(come_from).astype(int), 0, 160), 10]
    assert (wider == 1).sum() == pytest.approx(1.5 * 20, abs=2)
    assert np.isin(wider, (1, 3)).sum() == pytest.approx(60, abs=2)
    assert np.allclose(with_other_widths(x, case, 1.0), x, atol=0.6)


def test_a_factor_that_leaves_no_erector_spinae_changes_nothing() -> None:
    case = toy_slice()
    x = np.arange(48.0)
    assert np.array_equal(with_other_widths(x, case, 9.0), x)
