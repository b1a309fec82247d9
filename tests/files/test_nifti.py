import gzip

import nibabel as nib
import numpy as np
import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.volume import Geometry, LabelMap, Volume
from multifidus.files.nifti import (
    read_integers,
    read_labels,
    read_volume,
    read_volume_with_gaps,
    write_integers,
    write_labels,
    write_volume,
)
from tests.helpers.phantoms import axial_geometry, box_labels


def save(path, voxels, affine, sform=1):
    image = nib.Nifti1Image(voxels, affine)
    image.set_sform(affine, code=sform)
    image.set_qform(affine, code=0)
    nib.save(image, path)
    return path


def test_labels_written_like_an_lps_image_lie_on_its_voxels(tmp_path):
    labels = box_labels(axial_geometry())
    lps = np.diag([-1.0, -1.0, 4.0, 1.0])
    lps[:3, 3] = labels.geometry.to_mm(np.array([39, 29, 0]))
    reference = save(tmp_path / "image.nii.gz", np.zeros((40, 30, 5), np.float32), lps)
    write_labels(labels, tmp_path / "labels.nii.gz", stored_like=reference)
    written = nib.load(tmp_path / "labels.nii.gz")
    assert np.allclose(written.affine, lps)
    assert np.array_equal(np.asarray(written.dataobj), labels.voxels[::-1, ::-1])
    assert np.array_equal(read_labels(tmp_path / "labels.nii.gz").voxels, labels.voxels)


def test_the_same_labels_give_the_same_bytes(tmp_path):
    labels = box_labels(axial_geometry())
    write_labels(labels, tmp_path / "a" / "labels.nii.gz")
    write_labels(labels, tmp_path / "b" / "labels.nii.gz")
    first, second = ((tmp_path / name / "labels.nii.gz").read_bytes() for name in "ab")
    assert first == second


def test_a_label_map_names_its_border_in_the_header(tmp_path):
    labels = box_labels(axial_geometry())
    write_labels(labels, tmp_path / "labels.nii.gz", border="fascial, lateral")
    header = nib.load(tmp_path / "labels.nii.gz").header
    assert header["descrip"].item() == b"border: fascial, lateral"
    assert np.array_equal(read_labels(tmp_path / "labels.nii.gz").voxels, labels.voxels)


def test_nan_names_the_file(tmp_path):
    voxels = np.ones((4, 4, 4), np.float32)
    voxels[0, 0, 0] = np.nan
    path = save(tmp_path / "water.nii", voxels, np.diag([1.0, 1, 4, 1]))
    with pytest.raises(InputError, match=r"water\.nii: 1 of 64 voxels are NaN"):
        read_volume(path)


def test_a_header_without_orientation_is_refused(tmp_path):
    path = save(tmp_path / "t2.nii", np.ones((4, 4, 4), np.float32), np.eye(4), sform=0)
    with pytest.raises(InputError, match="states no orientation"):
        read_volume(path)


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_a_spacing_of_0_is_refused_where_the_header_has_no_matrix(tmp_path, axis):
    image = nib.Nifti1Image(np.zeros((4, 5, 6), np.uint8), None)
    image.set_qform(np.diag([0.7, 0.7, 4, 1]), code=1)
    image.set_sform(None, code=0)
    raw = bytearray(image.to_bytes())
    raw[76 + 4 * axis : 80 + 4 * axis] = bytes(4)  # pixdim; nibabel would read 1 mm
    path = tmp_path / "zero.nii"
    path.write_bytes(raw)
    with pytest.raises(InputError, match=r"zero\.nii: .* voxel spacing of .*\b0( x| mm)"):
        read_labels(path)
    image.to_filename(path)
    assert read_labels(path).geometry.spacing_mm == pytest.approx((0.7, 0.7, 4))


def test_a_truncated_file_is_refused(tmp_path):
    voxels = np.random.default_rng(0).random((40, 40, 10), np.float32)
    whole = save(tmp_path / "water.nii.gz", voxels, np.diag([1.0, 1, 4, 1])).read_bytes()
    cut = tmp_path / "cut.nii.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"cut\.nii\.gz.*cannot be read"):
        read_volume(cut)
    broken = tmp_path / "text.nii.gz"
    broken.write_bytes(gzip.compress(b"not an image"))
    with pytest.raises(InputError, match="not a readable NIfTI"):
        read_volume(broken)


def test_a_missing_file_is_a_wrong_call(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        read_volume(tmp_path / "nothing.nii.gz")


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.uint16, np.float32, np.float64])
def test_label_values_above_255_are_read_as_they_are_and_stored_ras(tmp_path, kind):
    stored = np.zeros((4, 3, 2), kind)
    stored[0, 0, 0] = 5101
    path = save(tmp_path / "dseg.nii.gz", stored, np.diag([-1.0, -1, 4, 1]))
    values, geometry = read_integers(path)
    assert np.issubdtype(values.dtype, np.integer)
    assert values[3, 2, 0] == 5101
    assert values.sum() == 5101
    assert geometry.shape == (4, 3, 2)


def test_label_values_stored_with_a_slope_are_the_scaled_ones(tmp_path):
    image = nib.Nifti1Image(np.full((4, 3, 2), 51, np.int16), np.diag([1.0, 1, 4, 1]))
    image.header.set_slope_inter(100, 2)
    nib.save(image, tmp_path / "dseg.nii")
    assert np.unique(read_integers(tmp_path / "dseg.nii")[0]).tolist() == [5102]


def test_a_label_map_with_two_axes_is_one_slice(tmp_path):
    path = save(tmp_path / "dseg.nii.gz", np.ones((4, 3), np.int16), np.diag([1.0, 1, 4, 1]))
    values, geometry = read_integers(path)
    assert values.shape == geometry.shape == (4, 3, 1)
    assert geometry.spacing_mm == (1, 1, 4)


@pytest.mark.parametrize("value", [0.5, np.nan, np.inf])
def test_label_values_that_are_no_whole_numbers_are_refused(tmp_path, value):
    voxels = np.full((4, 4, 4), value, np.float32)
    path = save(tmp_path / "dseg.nii", voxels, np.diag([1.0, 1, 4, 1]))
    with pytest.raises(InputError, match=r"dseg\.nii: label values must be whole"):
        read_integers(path)


def test_a_path_may_be_text(tmp_path):
    path = tmp_path / "labels.nii.gz"
    labels = LabelMap(np.ones((4, 3, 2), np.uint8), axial_geometry((4, 3, 2)))
    write_labels(labels, str(path))
    assert np.array_equal(read_labels(str(path)).voxels, labels.voxels)
    assert np.array_equal(read_volume(str(path)).voxels, labels.voxels)
    with pytest.raises(UsageError, match="no such file"):
        read_volume(str(tmp_path / "gone.nii.gz"))


def test_label_values_of_any_size_are_read_as_they_were_written(tmp_path):
    values = np.zeros((4, 3, 2), np.int64)
    values[3, 2, 1] = 5101
    grid = Geometry(values.shape, np.diag([1.0, 1, 4, 1]))
    write_integers(values, grid, tmp_path / "dseg.nii")
    again, geometry = read_integers(tmp_path / "dseg.nii")
    np.testing.assert_array_equal(again, values)
    assert geometry.is_same_grid(grid)


def test_label_values_beyond_32_bits_are_refused(tmp_path):
    values = np.full((4, 3, 2), 2**31)
    with pytest.raises(InputError, match="beyond 32 bits"):
        write_integers(values, Geometry((4, 3, 2), np.diag([1.0, 1, 4, 1])), tmp_path / "x.nii")


def test_gaps_of_an_image_are_gaps_again_once_written(tmp_path):
    voxels = np.ones((4, 3, 2))
    voxels[0, 0, 0] = np.nan
    volume = Volume.with_gaps(voxels, Geometry((4, 3, 2), np.diag([1.0, 1, 4, 1])))
    write_volume(volume, tmp_path / "water.nii")
    again = read_volume_with_gaps(tmp_path / "water.nii")
    assert again.gaps is not None and np.argwhere(again.gaps).tolist() == [[0, 0, 0]]
