"""A folder of NIfTI files as a study."""

import nibabel as nib
import numpy as np
import pytest

from multifidus.domain.errors import InputError
from multifidus.domain.study import SeriesRole
from multifidus.files.nifti import write_labels, write_volume
from multifidus.files.nifti_study import read_nifti_study
from multifidus.files.study import list_series, read_study
from tests.helpers.dicom_files import image
from tests.helpers.phantoms import axial_geometry, box_labels, water_and_fat


@pytest.fixture
def folder(tmp_path):
    labels = box_labels(axial_geometry())
    water, fat = water_and_fat(labels, {})
    write_volume(water, tmp_path / "p_water.nii.gz")
    write_volume(fat, tmp_path / "p_fat.nii.gz")
    return tmp_path


def test_roles_follow_from_names_and_geometry(folder):
    study = read_study(folder, "p")
    assert {series.role for series in study.series} == {
        SeriesRole.AXIAL_WATER,
        SeriesRole.AXIAL_FAT,
    }
    assert study.vertebrae is None


def test_a_file_of_no_use_that_cannot_be_read_does_not_stop_the_study(folder):
    nib.save(nib.Nifti1Image(np.zeros((4, 4, 4, 6)), np.eye(4)), folder / "dwi.nii.gz")
    study = read_study(folder, "p")
    assert len(study.series) == 2
    assert "expected three axes" in study.unused[0].reason


def test_a_label_map_of_musclemap_beside_the_images_is_no_second_water_image(folder):
    voxels = np.full((40, 30, 5), 5102, np.int16)
    affine = axial_geometry().affine
    nib.save(nib.Nifti1Image(voxels, affine), folder / "p_water_dseg.nii.gz")
    study = read_study(folder, "p")
    assert len(study.series) == 2
    assert [one.role for one in study.unused] == [SeriesRole.MUSCLE_LABELS]


def test_a_needed_file_that_cannot_be_read_stops_it(folder):
    nib.save(nib.Nifti1Image(np.zeros((4, 4, 4, 6)), np.eye(4)), folder / "p_t2.nii.gz")
    with pytest.raises(InputError, match=r"p_t2\.nii\.gz"):
        read_study(folder, "p")


def test_two_level_label_maps_are_refused(folder):
    for name in ("a_levels", "b_levels"):
        write_labels(box_labels(axial_geometry()), folder / f"{name}.nii.gz")
    with pytest.raises(InputError, match="several level label maps"):
        read_study(folder, "p")


def test_a_level_label_map_of_another_program_is_read_whole_by_its_numbering(folder):
    voxels = np.zeros((40, 30, 5), np.int16)
    voxels[10:30, 10:25, 3:], voxels[10:30, 10:25, :2] = 44, 45
    nib.save(nib.Nifti1Image(voxels, axial_geometry().affine), folder / "p_levels.nii.gz")
    study = read_study(folder, "p", numbering="totalspineseg")
    assert study.whole_vertebrae
    assert study.vertebrae.voxels[20, 20].tolist() == [5, 5, 0, 4, 4]
    with pytest.raises(
        InputError, match=r"p_levels\.nii\.gz: level label values 44, 45 are not in"
    ):
        read_study(folder, "p")


def test_a_level_label_map_with_values_above_255_is_listed(folder):
    voxels = np.full((40, 30, 5), 300, np.int16)
    nib.save(nib.Nifti1Image(voxels, axial_geometry().affine), folder / "p_levels.nii.gz")
    assert SeriesRole.LEVEL_LABELS in {one.role for one in list_series(folder)}


def test_a_nifti_map_states_no_unit(tmp_path):
    write_volume(image(), tmp_path / "axial_pdff.nii.gz")
    (found,) = read_nifti_study(tmp_path, "p").series
    assert found.role is SeriesRole.AXIAL_FAT_FRACTION
    assert found.summary.fraction.unit is None
    assert found.summary.fraction.says_pdff
