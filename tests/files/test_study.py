"""A folder as a study, and one image of a file or folder, whatever the format."""

from pathlib import Path

import numpy as np
import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.study import ImageContrast, SeriesRole
from multifidus.domain.volume import Geometry, LabelMap, Plane
from multifidus.files.dicom.write import MrProtocol
from multifidus.files.nifti import write_labels, write_volume
from multifidus.files.study import (
    contrast_stated,
    is_image,
    list_series,
    read_image,
    read_study,
    require_roles,
    roles_stated,
)
from tests.helpers.dicom_files import dixon, image, write
from tests.helpers.phantoms import axial_geometry

SAGITTAL = Geometry(
    (3, 20, 24), np.array([[4.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
)


def test_dicom_and_nifti_images_in_one_folder_are_refused(tmp_path):
    write_volume(image(), tmp_path / "p_water.nii.gz")
    write(tmp_path / "dicom")
    with pytest.raises(UsageError, match=r"holds DICOM series and NIfTI images"):
        list_series(tmp_path)


def test_a_level_label_map_may_lie_beside_dicom(tmp_path):
    write(tmp_path / "dicom")
    levels = np.zeros((40, 30, 5), np.uint8)
    levels[10:30, 10:25, 3:], levels[10:30, 10:25, :2] = 4, 5
    write_labels(LabelMap(levels, axial_geometry()), tmp_path / "p_levels.nii.gz")
    study = read_study(tmp_path, "p")
    assert study.vertebrae is not None
    assert [series.role for series in study.series] == [SeriesRole.AXIAL_T2]


def test_an_image_is_read_from_a_nifti_file_a_dicom_file_and_a_folder_of_one_series(tmp_path):
    volume = write(tmp_path / "series")
    write_volume(volume, tmp_path / "p_t2.nii.gz")
    for path in (tmp_path / "p_t2.nii.gz", tmp_path / "series"):
        assert np.allclose(read_image(str(path), Plane.AXIAL).voxels, volume.voxels)
    first = next(iter(sorted((tmp_path / "series").iterdir())))
    assert np.allclose(read_image(first, Plane.AXIAL).voxels[..., 0], volume.voxels[..., 0])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gone.nii.gz", "no such file or folder"),
        ("slice.png", "an image with a place in space is needed, NIfTI or DICOM"),
        ("series", "give a folder with one sagittal series; found none"),
    ],
)
def test_what_is_no_image_of_that_plane_is_refused(tmp_path, name, says):
    write(tmp_path / "series")
    (tmp_path / "slice.png").touch()
    with pytest.raises(UsageError, match=says):
        read_image(tmp_path / name, Plane.SAGITTAL)


def test_roles_are_stated_by_the_name_of_a_file_and_the_headers_of_a_folder(tmp_path):
    write(tmp_path / "series", dixon("WATER"))
    assert roles_stated(tmp_path / "series") == {SeriesRole.AXIAL_WATER}
    assert roles_stated(tmp_path / "p_fat.nii.gz") == {SeriesRole.AXIAL_FAT}
    assert roles_stated(tmp_path / "slice.png") == set()


def test_the_contrast_of_a_folder_is_that_of_its_axial_series(tmp_path):
    """A sagittal T2 series beside one that says nothing must not lend it its contrast."""
    nameless = MrProtocol("series", ("ORIGINAL", "PRIMARY"), "RM", "NONE", 30.0, 2000.0)
    write(tmp_path / "both" / "axial", nameless)
    write(tmp_path / "both" / "sagittal", number=2, geometry=SAGITTAL)
    write(tmp_path / "t2")
    assert contrast_stated(tmp_path / "both") is None
    assert contrast_stated(tmp_path / "t2") is ImageContrast.T2
    assert contrast_stated(tmp_path / "p_t1.nii.gz") is ImageContrast.T1
    assert contrast_stated(tmp_path / "slice.png") is None


def test_a_label_map_and_a_text_are_no_images(tmp_path):
    write(tmp_path / "series")
    (tmp_path / "note.txt").write_text("T2")
    first = next(iter((tmp_path / "series").iterdir()))
    assert is_image(first)
    assert is_image(tmp_path / "p_t2.nii.gz")
    assert not is_image(tmp_path / "p_levels.nii.gz")
    assert not is_image(tmp_path / "note.txt")


def test_a_folder_without_a_usable_series_is_no_study(tmp_path):
    write_volume(image(), tmp_path / "p_localizer.nii.gz")
    with pytest.raises(InputError, match="no usable MR series; found p_localizer"):
        read_study(str(tmp_path), "p")


def test_an_image_is_not_taken_for_another_contrast_than_it_says(tmp_path):
    write(tmp_path / "series", dixon("WATER"))
    water, other = SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT
    require_roles({water: tmp_path / "series", other: Path("p_fat.nii.gz")})
    require_roles({water: Path("a.nii.gz"), other: Path("b.nii.gz")})  # neither says anything
    wrong = ((other, tmp_path / "series"), (water, Path("fat.nii.gz")), (other, Path("t2.nii")))
    for role, path in wrong:
        with pytest.raises(UsageError, match=f"given as {role}, but it says that it is axial"):
            require_roles({role: path})
