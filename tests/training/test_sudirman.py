from pathlib import Path

import numpy as np
import pytest
from skimage.io import imsave

from multifidus.domain.errors import InputError
from multifidus.training.cases import IGNORED
from multifidus.training.small_open import small_slices, with_the_unoutlined
from multifidus.training.sudirman import exact_slices, pair_weight, paired_slices


def labels_as_shown() -> np.ndarray:
    """(40 rows, 60 columns) as displayed: 1 ES, 2 MF, 3 MF, 4 ES from left to right at the back."""
    shown = np.zeros((40, 60), np.uint8)
    for value, column in ((1, 5), (2, 18), (3, 32), (4, 45)):
        shown[25:35, column : column + 10] = value
    return shown


@pytest.fixture
def folder(tmp_path) -> Path:
    """One pair in the layout of `mri_axial_t1_open`."""
    for name in ("images", "labels"):
        (tmp_path / name).mkdir()
    image = np.random.default_rng(0).integers(0, 255, (40, 60)).astype(np.uint8)
    imsave(tmp_path / "images" / "T1_0007_D4.png", image, check_contrast=False)
    imsave(tmp_path / "labels" / "T1_0007_D4_label.png", labels_as_shown(), check_contrast=False)
    (tmp_path / "pairs.csv").write_text(
        "patient,image,label,heldout_dice,spacing_mm,tier\n"
        "0007,T1_0007_D4.png,T1_0007_D4_label.png,0.86,0.6875,B\n"
    )
    return tmp_path


def test_display_left_is_the_persons_right_and_the_back_is_below(folder):
    (case,) = paired_slices(folder)
    assert case.subject == "sudirman-0007"
    assert case.labels.shape == (60, 40)
    across = [np.argwhere(case.labels == value)[:, 0].mean() for value in (4, 2, 1, 3)]
    assert across == sorted(across)  # x grows to the person's right: left ES first
    assert np.argwhere(case.labels > 0)[:, 1].max() < 20  # y grows to the front
    assert case.pixel_mm == (0.6875, 0.6875)
    assert not case.is_t2


def test_a_doubtful_pair_counts_less():
    assert [pair_weight(dice) for dice in (0.5, 0.80, 0.86, 0.92, 0.97)] == pytest.approx(
        [0.15, 0.15, 0.5, 1.0, 1.0]
    )


def test_the_weight_of_a_pair_goes_with_the_slice(folder):
    (case,) = paired_slices(folder)
    assert case.weight == pytest.approx(0.5)


def test_an_image_and_a_label_map_of_other_sizes_are_refused(folder):
    imsave(folder / "images" / "T1_0007_D4.png", np.zeros((40, 40), np.uint8), check_contrast=False)
    with pytest.raises(InputError, match=r"T1_0007_D4_label\.png: \(40, 60\) pixels"):
        paired_slices(folder)


def test_a_pair_without_an_agreement_is_refused(folder):
    table = folder / "pairs.csv"
    table.write_text(table.read_text().replace("0.86", "good"))
    with pytest.raises(InputError, match="line 2: heldout_dice or agreement, and spacing"):
        paired_slices(folder)


def test_the_side_that_nobody_outlined_is_unknown_and_the_front_is_not():
    labels = np.zeros((100, 90), np.uint8)
    labels[52:64, 10:30], labels[66:90, 10:30] = 1, 3  # the right side alone
    one_sided = with_the_unoutlined(labels, "bedrest_00", 1.0)
    assert (one_sided[:48, :54] == IGNORED).all()  # 25 mm in front of the outlines
    assert not (one_sided[:, 54:] == IGNORED).any()
    assert not (one_sided[48:] == IGNORED).any()
    half = np.zeros((100, 90), np.uint8)
    half[52:64, 10:30], half[36:48, 10:30], half[10:34, 10:30] = 1, 2, 4
    no_right_es = with_the_unoutlined(half, "AFL_T2", 1.0)
    assert (no_right_es[64:, :54] == IGNORED).all()
    assert not (no_right_es[:64] == IGNORED).any()
    whole = half.copy()
    whole[66:90, 10:30] = 3
    assert with_the_unoutlined(whole, "AFL_T2", 1.0) is whole


def test_the_open_slices_are_there_with_their_people(shared_data: Path):
    exact = exact_slices(shared_data / "mri_native_open", shared_data / "mri_l4l5_open")
    assert sorted((case.subject, case.is_t2) for case in exact) == [
        ("sudirman-0132", False),
        ("sudirman-0170", True),
        ("sudirman-0184", True),
        ("sudirman-0278", False),
        ("sudirman-0342", False),
        ("sudirman-0342", True),
        ("sudirman-0386", True),
    ]
    assert all((case.labels == value).sum() > 500 for case in exact for value in (1, 2, 3, 4))
    small = small_slices(shared_data / "mri_axial_small_open")
    assert len({case.subject for case in small}) == 12
    one_sided = [case for case in small if case.subject.startswith("bedrest")]
    assert all((case.labels == IGNORED).any() for case in one_sided)
    assert [case.subject for case in small if case.is_t2] == ["AFL_T2_GL113"]
