from math import log
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from multifidus.files.paths import PARAMS
from multifidus.training.couples import BINS, couples_of, mutual_information, ranks_of
from multifidus.training.plain_slices import PlainSlice, native_slices


def texture(seed: int, shape: tuple[int, int] = (96, 96)) -> np.ndarray:
    """A smooth random image in 0..1."""
    image = gaussian_filter(np.random.default_rng(seed).standard_normal(shape), 4)
    return (image - image.min()) / np.ptp(image)


def plain(name: str, image: np.ndarray, is_t2: bool) -> PlainSlice:
    return PlainSlice(name, ("somebody",), image.astype(np.float32), 1.0, is_t2, False)


def test_an_image_tells_all_of_itself_and_next_to_nothing_of_another():
    ranks = ranks_of(texture(1))
    assert np.bincount(ranks.ravel()).tolist() == [48 * 48 // BINS] * BINS
    assert mutual_information(ranks, ranks) == pytest.approx(log(BINS))
    assert mutual_information(ranks, ranks_of(texture(2))) < 0.6
    assert mutual_information(ranks, ranks_of(texture(1, (96, 80)))) == 0


def test_two_halves_that_agree_in_one_bit_tell_one_bit():
    halves = np.repeat([0, BINS - 1], 50)
    assert mutual_information(halves, halves[::-1]) == pytest.approx(log(2))
    alternating = np.tile([0, 1], 50)
    assert mutual_information(halves, alternating) == pytest.approx(0)


def test_a_slice_finds_itself_in_another_contrast_whatever_the_curve_of_greys():
    t1 = [plain(f"t1_{seed}", texture(seed), False) for seed in range(4)]
    t2 = [plain(f"t2_{seed}", 90 * (1 - texture(seed)) ** 2, True) for seed in (2, 0, 9)]
    couples = couples_of([*t1, *t2])
    assert [(couple.t1.name, couple.t2.name) for couple in couples] == [
        ("t1_0", "t2_0"),
        ("t1_2", "t2_2"),
    ]


def test_without_one_of_the_contrasts_there_is_no_couple():
    assert couples_of([plain("a", texture(1), False), plain("b", texture(1), False)]) == []


OF_THE_OPEN_SLICES = """
tr_with_0001 tr_without_0032, tr_with_0003 tr_with_0056, tr_with_0006 va_without_0009,
tr_with_0017 tr_with_0050, tr_with_0020 tr_with_0022, tr_with_0028 va_with_0021,
tr_with_0043 tr_without_0026, tr_with_0048 tr_with_0038, tr_with_0049 va_with_0019,
tr_with_0057 tr_without_0061, tr_with_0058 tr_without_0020, tr_without_0007 va_without_0007,
tr_without_0021 tr_without_0013, tr_without_0029 tr_with_0023, tr_without_0047 va_with_0022,
tr_without_0053 tr_without_0015, tr_without_0058 tr_without_0063, tr_without_0059 va_without_0011,
tr_without_0062 tr_with_0035, va_with_0004 va_without_0004, va_with_0006 tr_with_0042,
va_with_0018 tr_with_0031, va_without_0006 tr_with_0025, va_without_0013 tr_with_0066,
va_without_0023 tr_with_0007
"""
"""T1 and T2 of each couple in `mri_native_open`; all were looked at and are of one slice."""


@pytest.mark.slow
def test_the_couples_of_the_open_slices_are_the_25_that_were_looked_at(shared_data: Path):
    contrasts = PARAMS / "training" / "native_contrasts.csv"
    slices = native_slices(shared_data / "mri_native_open", contrasts)
    assert (len(slices), sum(one.is_t2 for one in slices)) == (84, 46)
    couples = {(couple.t1.name, couple.t2.name) for couple in couples_of(slices)}
    assert couples == {tuple(couple.split()) for couple in OF_THE_OPEN_SLICES.split(",")}
