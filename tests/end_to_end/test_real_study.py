"""A real person through the whole path, with weights that have not seen that person."""

import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF, Muscle, Side, SpinalLevel
from tests.helpers.real_people import SUMS, analysed_as_dicom, compare, multifidus_of

pytestmark = pytest.mark.slow

SUBJECT = "sub-TUM01"
LEVELS = (SpinalLevel.L3_L4, SpinalLevel.L4_L5)


@pytest.fixture(scope="module")
def compared(shared_data, tmp_path_factory):
    return compare(shared_data / "mri_dixon", SUBJECT, tmp_path_factory.mktemp("nifti"))


@pytest.fixture(scope="module")
def from_dicom(shared_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dicom")
    return multifidus_of(analysed_as_dicom(shared_data / "mri_dixon", SUBJECT, folder))


PLACES = [(level, side) for level in LEVELS for side in Side]


@pytest.mark.parametrize(("level", "side"), PLACES)
def test_the_area_lies_within_15_pct_of_the_manual_outline(compared, level, side):
    ours, manual = compared.ours[level, side], compared.manual[level, side]
    assert ours.total_csa_mm2 == pytest.approx(manual.total_csa_mm2, rel=0.15)


@pytest.mark.parametrize(("level", "side"), PLACES)
def test_the_fat_fraction_lies_within_3_points_of_the_manual_outline(compared, level, side):
    ours, manual = compared.ours[level, side], compared.manual[level, side]
    assert ours.fat_pct(SUMS) == pytest.approx(manual.fat_pct(SUMS), abs=3.0)


@pytest.mark.parametrize("level", LEVELS)
def test_right_and_left_are_not_exchanged(compared, level):
    labels = compared.analysis.stacks[0].labels.voxels
    manual = compared.manual_labels.voxels
    for structure, value in LABEL_OF.items():
        if structure.muscle is not Muscle.MULTIFIDUS:
            continue
        z = compared.ours[level, structure.side].slice_index
        region, other = manual[..., z] == value, LABEL_OF[structure.mirrored]
        assert np.sum(labels[..., z][region] == value) > 0.5 * region.sum()
        assert not np.any(labels[..., z][region] == other)


def test_the_positions_of_water_and_fat_are_put_right_and_said(compared):
    assert any("edges fit best without a shift" in note for note in compared.analysis.result.notes)


def test_the_level_below_the_images_is_not_assessable(compared):
    assert [one.what for one in compared.analysis.result.not_assessable] == ["L5/S1"]


def test_the_same_study_as_dicom_gives_the_same_numbers(compared, from_dicom):
    assert from_dicom.keys() == compared.ours.keys()
    assert len(from_dicom) == 8
    for key, ours in compared.ours.items():
        assert from_dicom[key].slice_index == ours.slice_index
        assert from_dicom[key].total_csa_mm2 == pytest.approx(ours.total_csa_mm2, rel=0.01)
        assert from_dicom[key].fat_pct(SUMS) == pytest.approx(ours.fat_pct(SUMS), rel=0.01)
