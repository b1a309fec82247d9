"""Units of fat fraction maps by the headers of DICOM files."""

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from multifidus.domain.study import FractionUnit, SeriesRole
from multifidus.files.dicom.study import read_dicom_study
from multifidus.files.nifti import write_volume
from multifidus.files.nifti_study import read_nifti_study
from tests.helpers.dicom_files import dixon, edit, enhanced_of, image, write


def map_of(folder, change, word: str = "FAT_FRACTION"):
    """A fat fraction map with changed headers, read back; stored values are whole numbers."""
    stored = write(folder, dixon(word), 1)
    edit(folder, change)
    return stored, read_dicom_study(folder, "p").with_role(SeriesRole.AXIAL_FAT_FRACTION)


def real_world(dataset: Dataset, code: str, scheme: str = "UCUM", slope: float = 0.1) -> None:
    unit = Dataset()
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = code, scheme, "unit"
    item = Dataset()
    item.RealWorldValueSlope, item.RealWorldValueIntercept = slope, -5.0
    item.MeasurementUnitsCodeSequence = Sequence([unit])
    dataset.RealWorldValueMappingSequence = Sequence([item])


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("%", FractionUnit.PERCENT),
        ("[ppth]", FractionUnit.PER_MILLE),
        ("1", FractionUnit.SHARE),
    ],
)
def test_the_ucum_code_of_the_real_world_value_names_the_unit_and_its_slope_is_used(
    tmp_path, code, unit
):
    stored, found = map_of(tmp_path, lambda one: real_world(one, code))
    assert found.summary.fraction.unit is unit
    assert np.allclose(found.volume.voxels, stored.voxels * 0.1 - 5)


def test_rescale_type_pct_is_percent_by_the_rescale_slope(tmp_path):
    def change(one: Dataset) -> None:
        one.RescaleType, one.RescaleSlope, one.RescaleIntercept = "PCT", "0.1", "0"

    stored, found = map_of(tmp_path, change)
    assert found.summary.fraction.unit is FractionUnit.PERCENT
    assert np.allclose(found.volume.voxels, stored.voxels * 0.1)


@pytest.mark.parametrize("scheme", ["99PRIVATE", ""])
def test_a_unit_in_another_coding_scheme_is_not_read(tmp_path, scheme):
    _, found = map_of(tmp_path, lambda one: real_world(one, "%", scheme))
    assert found.summary.fraction.unit is None


def test_an_unspecified_rescale_type_leaves_the_unit_open(tmp_path):
    _, found = map_of(tmp_path, lambda one: setattr(one, "RescaleType", "US"))
    assert found.summary.fraction.unit is None
    assert "rescale type US" in found.summary.fraction.evidence


def test_slices_of_different_units_leave_it_open(tmp_path):
    def change(one: Dataset) -> None:
        one.RescaleType = "PCT" if int(one.InstanceNumber) == 1 else "US"

    _, found = map_of(tmp_path, change)
    assert found.summary.fraction.evidence == "its slices state different units"


@pytest.mark.parametrize(("word", "is_pdff"), [("PDFF", True), ("FAT_FRACTION", False)])
def test_only_a_map_that_says_pdff_is_one(tmp_path, word, is_pdff):
    _, found = map_of(tmp_path, lambda one: setattr(one, "RescaleType", "PCT"), word)
    assert found.summary.fraction.says_pdff is is_pdff


def test_an_enhanced_file_s_unit_is_read_from_its_frames(tmp_path):
    write(tmp_path, dixon("FAT_FRACTION"), 1)
    path = enhanced_of(tmp_path)

    def change(one: Dataset) -> None:
        for frame in one.PerFrameFunctionalGroupsSequence:
            frame.PixelValueTransformationSequence[0].RescaleType = "PCT"

    edit(path.parent, change)
    (found,) = read_dicom_study(tmp_path, "p").series
    assert found.summary.fraction.unit is FractionUnit.PERCENT


def test_a_nifti_map_states_no_unit(tmp_path):
    write_volume(image(), tmp_path / "axial_pdff.nii.gz")
    (found,) = read_nifti_study(tmp_path, "p").series
    assert found.role is SeriesRole.AXIAL_FAT_FRACTION
    assert found.summary.fraction.unit is None
    assert found.summary.fraction.says_pdff
