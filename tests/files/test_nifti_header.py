"""A NIfTI header is doubted before a voxel is unpacked."""

import gzip

import nibabel as nib
import numpy as np
import pytest

from multifidus.domain.errors import InputError
from multifidus.files.nifti import read_integers, read_labels, read_volume
from multifidus.files.nifti_header import read_geometry, read_header
from tests.helpers.nifti_files import nifti_bytes
from tests.helpers.phantoms import STORAGE_ORDERS, axial_geometry, stored_otherwise

SHAPE = (40, 30, 5)


def written(tmp_path, content, name="image.nii.gz"):
    path = tmp_path / name
    path.write_bytes(gzip.compress(content, 1) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize(("order", "flips"), STORAGE_ORDERS)
def test_the_grid_of_the_header_is_that_of_the_image_in_every_storage_order(tmp_path, order, flips):
    geometry = axial_geometry(SHAPE)
    voxels = np.zeros(SHAPE, np.float32)
    stored = stored_otherwise(voxels, np.array(geometry.affine), order, flips)
    nib.save(nib.Nifti1Image(*stored), tmp_path / "image.nii.gz")
    told = read_geometry(tmp_path / "image.nii.gz")
    assert told.is_same_grid(geometry)
    assert told.is_same_grid(read_volume(tmp_path / "image.nii.gz").geometry)


@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image])
@pytest.mark.parametrize("endianness", ["<", ">"])
@pytest.mark.parametrize("extension", [b"", b"a comment of some length"])
def test_both_versions_and_byte_orders_are_read_with_and_without_extensions(
    tmp_path, kind, endianness, extension
):
    values = np.arange(24, dtype=np.int16).reshape(4, 3, 2)
    header = kind.header_class(endianness=endianness)
    header.set_data_dtype(np.int16)
    image = kind(values, np.diag([1.0, 1, 4, 1]), header)
    if extension:
        image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", extension))
    nib.save(image, tmp_path / "image.nii.gz")
    assert np.array_equal(read_integers(tmp_path / "image.nii.gz")[0], values)


@pytest.mark.parametrize(
    ("shape", "spacing_mm", "told"),
    [
        ((4000, 4000, 80), (1.5, 1.5, 6), "along an axis 2048"),
        ((32767, 32767, 32767), (1.5, 1.5, 6), "32767 slices are no lumbar stack"),
        ((2000, 2000, 80), (0.25, 0.25, 6), "need 1221 MB"),
        ((512, 512, 3), (410, 410, 4000), "micrometres given as mm"),
        ((512, 512, 3), (0.00041, 0.00041, 0.004), "metres given as mm"),
        ((40, 30, 5), (1.5, 1.5, 6e6), r"slices 6e\+06 mm apart"),
        ((40, 0, 5), (1.5, 1.5, 6), "expected three axes"),
        ((40, 30, 5, 9), (1.5, 1.5, 6), r"expected three axes, found shape \(40, 30, 5, 9\)"),
    ],
)
@pytest.mark.parametrize("read", [read_geometry, read_volume, read_labels, read_integers])
def test_an_impossible_header_is_refused_by_every_reader(tmp_path, shape, spacing_mm, told, read):
    path = written(tmp_path, nifti_bytes(shape, spacing_mm, content=bytes(100)))
    with pytest.raises(InputError, match=rf"image\.nii\.gz: .*{told}") as error:
        read(path)
    assert str(error.value).count("image.nii.gz") == 1


@pytest.mark.parametrize(("unit", "name"), [(1, "metres"), (3, "micrometres"), (9, "metres")])
def test_lengths_in_another_unit_are_refused_by_its_name(tmp_path, unit, name):
    path = written(tmp_path, nifti_bytes(SHAPE, (1, 1, 4), xyzt_units=unit))
    with pytest.raises(InputError, match=rf"states its lengths in {name}, not in mm"):
        read_volume(path)


@pytest.mark.parametrize("unit", [0, 2, 10])
def test_millimetres_or_no_unit_are_taken_as_millimetres(tmp_path, unit):
    path = written(tmp_path, nifti_bytes(SHAPE, (1, 1, 4), xyzt_units=unit))
    assert read_volume(path).geometry.spacing_mm == (1, 1, 4)


def test_a_picture_in_colour_is_told_as_one(tmp_path):
    colours = np.zeros(SHAPE, [("R", "u1"), ("G", "u1"), ("B", "u1")])
    nib.save(nib.Nifti1Image(colours, axial_geometry().affine), tmp_path / "water.nii.gz")
    with pytest.raises(InputError, match=r"water\.nii\.gz: the image is in colour"):
        read_volume(tmp_path / "water.nii.gz")


@pytest.mark.parametrize("name", ["image.nii", "image.nii.gz"])
def test_a_file_that_holds_more_slices_than_its_header_says_is_refused(tmp_path, name):
    slice_bytes = 40 * 30 * 2
    path = written(tmp_path, nifti_bytes(SHAPE, (1, 1, 4), content=bytes(6 * slice_bytes)), name)
    with pytest.raises(InputError, match="more slices than the 5 that its header states"):
        read_volume(path)


@pytest.mark.parametrize("name", ["image.nii", "image.nii.gz"])
def test_a_file_that_holds_less_than_its_header_says_is_refused(tmp_path, name):
    path = written(tmp_path, nifti_bytes(SHAPE, (1, 1, 4), content=bytes(4 * 40 * 30 * 2)), name)
    with pytest.raises(InputError, match=r"cannot be read .*; copy the file again"):
        read_volume(path)


@pytest.mark.parametrize("extra", [0, 1, 40 * 30 * 2 - 1])
def test_bytes_that_only_fill_up_the_end_are_passed_over(tmp_path, extra):
    content = bytes(5 * 40 * 30 * 2 + extra)
    path = written(tmp_path, nifti_bytes(SHAPE, (1, 1, 4), content=content))
    assert read_volume(path).geometry.shape == SHAPE


@pytest.mark.parametrize("offset", [2.0**33, -8.0, np.nan, np.inf])
def test_voxels_that_begin_nowhere_are_refused(tmp_path, offset):
    raw = bytearray(nifti_bytes(SHAPE, (1, 1, 4)))
    raw[108:112] = np.float32(offset).tobytes()
    with pytest.raises(InputError, match="not a readable NIfTI image"):
        read_header(written(tmp_path, bytes(raw)))


def test_an_extension_that_states_two_thousand_million_bytes_is_not_read(tmp_path):
    raw = bytearray(nifti_bytes(SHAPE, (1, 1, 4)))
    raw[348:352] = b"\x01\0\0\0"
    raw[108:112] = np.float32(384).tobytes()
    raw[352:352] = (2**31 - 16).to_bytes(4, "little") + bytes(28)
    assert read_volume(written(tmp_path, bytes(raw))).geometry.shape == SHAPE


@pytest.mark.parametrize("content", [b"", b"\x5c\x01", bytes(400), b"\x5c\x01\0\0" + bytes(20)])
def test_a_header_that_is_none_or_cut_short_is_refused(tmp_path, content):
    for name in ("image.nii", "image.nii.gz"):
        with pytest.raises(InputError, match="not a readable NIfTI image"):
            read_header(written(tmp_path, content, name))


def test_a_gzip_file_that_is_none_is_refused(tmp_path):
    (tmp_path / "image.nii.gz").write_bytes(nifti_bytes(SHAPE, (1, 1, 4)))
    with pytest.raises(InputError, match="not a readable NIfTI image"):
        read_header(tmp_path / "image.nii.gz")


def with_matrices(tmp_path, qform_turn, qform_code=1):
    """An image whose qform has each axis turned round (-1) or not (1) against its sform."""
    affine = np.array(axial_geometry(SHAPE).affine)
    image = nib.Nifti1Image(np.zeros(SHAPE, np.uint8), affine)
    image.set_sform(affine, 1)
    image.set_qform(affine @ np.diag([*qform_turn, 1.0]), qform_code)
    nib.save(image, tmp_path / "image.nii")
    return tmp_path / "image.nii"


@pytest.mark.parametrize("turn", [(-1, 1, 1), (1, -1, 1), (-1, -1, 1)])
def test_two_matrices_that_point_an_axis_in_opposite_directions_are_refused(tmp_path, turn):
    with pytest.raises(InputError, match=r"image\.nii: the header's sform and qform point an axis"):
        read_volume(with_matrices(tmp_path, turn))


def test_two_matrices_that_agree_and_one_that_is_not_in_use_are_read(tmp_path):
    assert read_volume(with_matrices(tmp_path, (1, 1, 1))).voxels.shape == SHAPE
    assert read_volume(with_matrices(tmp_path, (-1, 1, 1), qform_code=0)).voxels.shape == SHAPE
