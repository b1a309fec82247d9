"""Fat from the brightness of T1 and T2 images, on phantoms whose fat is known."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from multifidus.domain.anatomy import Side
from multifidus.domain.errors import InputError
from multifidus.domain.fat import FatMethod
from multifidus.domain.settings import FatSettings
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.muscle.fat.signal.signal_fat import SignalFat, signal_fat
from tests.helpers.phantom_people import (
    LABELLED,
    MULTIFIDUS,
    Person,
    floor_pct,
    lean_and_fat,
    person,
    scanned,
)

pytestmark = pytest.mark.slow

SETTINGS = FatSettings(1.5, 4, 10)
BIAS, SNR = 0.4, 20


@pytest.fixture(scope="module")
def lean() -> Person:
    return person(0, 1.0)


@pytest.fixture(scope="module")
def fatty() -> Person:
    return person(35, 1.0)


def labels_of(one: Person) -> LabelMap:
    """Multifidus and erector spinae, as the network draws them."""
    return LabelMap(np.where(np.isin(one.labels, LABELLED), one.labels, 0), one.grid)


def source_of(one: Person, contrast: str, bias: float = BIAS) -> SignalFat:
    return signal_fat(scanned(one, contrast, bias, SNR), labels_of(one), SETTINGS)


def read(one: Person, source: SignalFat) -> dict[tuple[int, Side], float]:
    """The leading method's reading of every slice and side of the multifidus."""
    return {
        (k, side): source.fractions(one.labels[..., k] == MULTIFIDUS[side], k)[0].pct
        for k, side in one.truth_pct
    }


@pytest.mark.parametrize("contrast", ["T2", "T1"])
def test_a_muscle_without_fat_reads_as_at_most_2_pct(lean, contrast):
    found = read(lean, source_of(lean, contrast))
    assert np.mean(list(found.values())) <= 1
    assert max(found.values()) <= 2


@pytest.mark.parametrize("contrast", ["T2", "T1"])
def test_known_fat_is_read_under_an_uneven_coil_and_noise(fatty, contrast):
    found = read(fatty, source_of(fatty, contrast))
    truth = fatty.truth_pct
    means = {
        side: (
            np.mean([found[key] for key in truth if key[1] is side]),
            np.mean([truth[key] for key in truth if key[1] is side]),
        )
        for side in Side
    }
    for read_pct, true_pct in means.values():
        assert read_pct == pytest.approx(true_pct, abs=4)
    assert means[Side.RIGHT] > means[Side.LEFT]  # 35 and 28 %


@pytest.mark.parametrize("contrast", ["T2", "T1"])
def test_a_slice_is_read_as_true_references_read_it(fatty, contrast):
    found = read(fatty, source_of(fatty, contrast))
    for (k, side), pct in found.items():
        region = fatty.labels[..., k] == MULTIFIDUS[side]
        assert pct == pytest.approx(floor_pct(fatty, contrast, region, k), abs=7)


def test_otsu_per_region_finds_fat_where_there_is_none(lean):
    region = lean.labels[..., 2] == MULTIFIDUS[Side.RIGHT]
    found = {
        fraction.method: fraction.pct for fraction in source_of(lean, "T2").fractions(region, 2)
    }
    assert found[FatMethod.OTSU] > 20 > 2 >= found[FatMethod.REFERENCE_SIGNAL]
    assert found.keys() == {method for method in FatMethod if method.value.startswith("t1t2")}


def test_the_interval_holds_the_value_and_has_a_width(fatty):
    region = fatty.labels[..., 2] == MULTIFIDUS[Side.LEFT]
    leading = source_of(fatty, "T1").fractions(region, 2)[0]
    low, high = leading.interval_pct
    assert low < leading.pct < high


def test_the_scanner_s_units_do_not_matter(fatty):
    image = scanned(fatty, "T2", BIAS, SNR)
    tenfold = Volume(10 * image.voxels, image.geometry)
    sources = [signal_fat(one, labels_of(fatty), SETTINGS) for one in (image, tenfold)]
    found, other = (list(read(fatty, source).values()) for source in sources)
    assert other == pytest.approx(found, abs=0.3)


def test_the_same_image_gives_the_same_bytes(lean):
    one, two = (source_of(lean, "T2").signal.tobytes() for _ in range(2))
    assert one == two


def test_one_slice_alone_is_enough(fatty):
    def cut(voxels: np.ndarray) -> np.ndarray:
        return voxels[..., 2:3]

    affine = np.array(fatty.grid.affine)
    affine[:3, 3] += 2 * affine[:3, 2]
    geometry = Geometry((*fatty.grid.shape[:2], 1), affine)
    image = Volume(cut(scanned(fatty, "T2", 0, SNR).voxels), geometry)
    source = signal_fat(image, LabelMap(cut(labels_of(fatty).voxels), geometry), SETTINGS)
    region = fatty.labels[..., 2] == MULTIFIDUS[Side.RIGHT]
    truth = fatty.truth_pct[2, Side.RIGHT]
    assert source.fractions(region, 0)[0].pct == pytest.approx(truth, abs=7)


def test_a_fat_suppressed_image_tells_no_fat(lean):
    image = scanned(lean, "T2", 0, SNR)
    dark_fat = np.where(image.voxels > 800, 0.2 * image.voxels, image.voxels)
    with pytest.raises(InputError, match="times as bright as lean muscle"):
        signal_fat(Volume(dark_fat, image.geometry), labels_of(lean), SETTINGS)


def test_fat_and_muscle_within_the_noise_tell_no_fat(lean):
    with pytest.raises(InputError, match="times the noise"):
        signal_fat(
            scanned(lean, "T2", 0, SNR),
            labels_of(lean),
            replace(SETTINGS, least_contrast_to_noise=1000),
        )


def test_without_fat_behind_the_muscles_in_view_there_is_no_reading(lean):
    muscle = np.isin(lean.labels, LABELLED)
    image = scanned(lean, "T2", 0, SNR)
    in_view = np.maximum.accumulate(muscle, axis=1)  # muscle and all in front of it
    cut = Volume(np.where(in_view, image.voxels, 0), image.geometry)
    with pytest.raises(InputError, match="subcutaneous fat"):
        signal_fat(cut, labels_of(lean), SETTINGS)


def test_without_labelled_muscle_there_is_no_reading(lean):
    nothing = LabelMap(np.zeros_like(lean.labels), lean.grid)
    with pytest.raises(InputError, match="no muscle is labelled"):
        signal_fat(scanned(lean, "T2", 0, SNR), nothing, SETTINGS)


def test_dark_bone_at_the_rim_does_not_make_a_muscle_leaner(fatty):
    source = source_of(fatty, "T1", 0)
    region = fatty.labels[..., 3] == MULTIFIDUS[Side.RIGHT]
    whole = source.fractions(region, 3)[0].pct
    inner = source.fractions(ndimage.binary_erosion(region), 3)[0].pct
    assert whole == pytest.approx(inner, abs=2)


def test_signal_ratio_is_low_in_lean_and_higher_in_fatty_muscle(lean, fatty):
    region = lean.labels[..., 2] == MULTIFIDUS[Side.RIGHT]
    low = source_of(lean, "T2").index(region, 2)
    region = fatty.labels[..., 2] == MULTIFIDUS[Side.RIGHT]
    high = source_of(fatty, "T2").index(region, 2)
    muscle, fat = lean_and_fat("T2")
    assert low == pytest.approx(muscle / fat, rel=0.15)
    assert high > 1.5 * low


def test_only_methods_that_part_muscle_from_fat_can_disagree(lean, fatty):
    lean_region = lean.labels[..., 2] == MULTIFIDUS[Side.RIGHT]
    assert source_of(lean, "T2").disagreement(lean_region, 2) == ""
    region = fatty.labels[..., 2] == MULTIFIDUS[Side.RIGHT]
    strict = replace(source_of(fatty, "T2"), disagree_points=0.1)
    assert "% by reference signal, but" in strict.disagreement(region, 2)


def test_every_voxel_s_share_lies_between_0_and_1(fatty):
    share = source_of(fatty, "T1").voxel_fat(1)
    assert share.shape == fatty.grid.shape[:2]
    assert share.min() >= 0 and share.max() <= 1
