"""What a DICOM file unpacks to is told, and refused, before it is unpacked."""

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate, get_frame
from pydicom.uid import (
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from multifidus.domain.errors import GeometryError, InputError
from multifidus.files.dicom.bounds import packed_size, require_bounded
from multifidus.files.dicom.headers import read_header
from multifidus.files.dicom.study import list_stacks, read_only_series, read_slice, read_stack
from multifidus.files.image_limits import image_limits
from tests.helpers.bombs import deflated
from tests.helpers.dicom_files import edit, enhanced_of, write
from tests.helpers.phantoms import axial_geometry

WIDE = axial_geometry((64, 48, 5))


def scaled_positions(factor):
    def change(one):
        x, y, z = (float(mm) for mm in one.ImagePositionPatient)
        one.ImagePositionPatient = [x, y, round(z * factor, 4)]

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda one: setattr(one, "PixelSpacing", [15, 15]), "voxels of 15 x 15 x 4 mm"),
        (lambda one: setattr(one, "PixelSpacing", [150, 150]), "voxels of 150 x 150 x 4 mm"),
        (lambda one: setattr(one, "PixelSpacing", [0.0001] * 2), "voxels of 0.0001 x 0.0001"),
        (
            lambda one: (setattr(one, "Rows", 65535), setattr(one, "Columns", 65535)),
            "along an axis",
        ),
        (scaled_positions(1e6), r"slices 4e\+06 mm apart"),
        (scaled_positions(10), "40 mm apart by their positions, 4 mm by"),
        (scaled_positions(0.1), r"0\.4 mm apart by their positions, 4 mm"),
    ],
)
def test_a_series_with_an_impossible_header_is_told_and_not_read(tmp_path, change, told):
    write(tmp_path, geometry=WIDE)
    edit(tmp_path, change)
    (stack,) = list_stacks(tmp_path)
    with pytest.raises(InputError, match=told):
        read_stack(stack)
    assert "PROBLEM" in stack.summary.reason


@pytest.mark.parametrize(
    ("thickness", "between", "step_mm", "is_possible"),
    [
        (4, 0.4, 4.4, True),  # the gap written as the distance
        (4, 4.4, 8.8, True),  # every other slice exported
        (4, None, 36, True),  # a slice for each disc; nothing contradicts it
        (4, 36, 36, True),
        (4, 4.4, 36, False),
        (4, None, 1.0, True),  # interpolated to a quarter
        (4, None, 0.4, False),
    ],
)
def test_positions_are_held_against_what_the_header_states(
    tmp_path, thickness, between, step_mm, is_possible
):
    def change(one):
        x, y, _ = (float(mm) for mm in one.ImagePositionPatient)
        one.ImagePositionPatient = [x, y, (one.InstanceNumber - 1) * step_mm]
        one.SliceThickness, one.SpacingBetweenSlices = thickness, between

    write(tmp_path, geometry=WIDE)
    edit(tmp_path, change)
    assert (list_stacks(tmp_path)[0].problem == "") == is_possible


def test_a_single_slice_is_held_to_the_same_limits(tmp_path):
    write(tmp_path, geometry=WIDE)
    edit(tmp_path, lambda one: setattr(one, "PixelSpacing", [15, 15]))
    with pytest.raises(InputError, match=r"0002\.dcm: voxels of 15 x 15 x 4 mm"):
        read_slice(tmp_path / "0002.dcm")


@pytest.mark.parametrize("syntax", [None, RLELossless, JPEG2000Lossless])
def test_two_thousand_million_frames_are_refused_before_they_are_asked_for(tmp_path, syntax):
    write(tmp_path, geometry=WIDE)
    if syntax:
        edit(tmp_path, lambda one: one.compress(syntax))
    edit(tmp_path, lambda one: setattr(one, "NumberOfFrames", 2**31 - 1))
    with pytest.raises(GeometryError, match="expected one grey slice, found 2147483647 frames"):
        read_stack(list_stacks(tmp_path)[0])


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, JPEGLSLossless])
def test_a_compressed_image_larger_than_its_header_says_is_not_unpacked(tmp_path, syntax):
    write(tmp_path / "large", geometry=axial_geometry((500, 400, 3)))
    edit(tmp_path / "large", lambda one: one.compress(syntax))
    large = pydicom.dcmread(tmp_path / "large" / "0001.dcm")
    packed = get_frame(large.PixelData, 0, number_of_frames=1)
    assert packed_size(packed) == (400, 500)
    write(tmp_path / "small", geometry=WIDE)
    edit(tmp_path / "small", lambda one: one.compress(syntax))
    edit(tmp_path / "small", lambda one: setattr(one, "PixelData", encapsulate([packed])))
    with pytest.raises(GeometryError, match=r"its compressed image has \(400, 500\)"):
        read_stack(list_stacks(tmp_path / "small")[0])


def test_run_lengths_that_unpack_to_more_than_a_slice_are_refused(tmp_path):
    write(tmp_path, geometry=WIDE)
    edit(tmp_path, lambda one: one.compress(RLELossless))
    edit(tmp_path, lambda one: setattr(one, "PixelData", encapsulate([bytes(3 * 2**20)])))
    with pytest.raises(InputError, match="more compressed bytes than a slice"):
        read_stack(list_stacks(tmp_path)[0])


@pytest.mark.slow
def test_a_deflated_file_is_bounded_before_it_is_unpacked(tmp_path):
    write(tmp_path, geometry=WIDE)
    most = int(image_limits().memory_mb.most)
    path = deflated(tmp_path / "0001.dcm", most + 1)
    assert path.stat().st_size < 8 * 2**20
    with pytest.raises(
        InputError, match=r"0001\.dcm: deflated, it unpacks to more than the 512 MB"
    ):
        read_header(path)
    require_bounded(deflated(tmp_path / "0002.dcm", 1))
    require_bounded(tmp_path / "0003.dcm")


def test_a_file_larger_than_any_image_is_not_read(tmp_path, monkeypatch):
    write(tmp_path, geometry=WIDE)
    stack = list_stacks(tmp_path)[0]
    path = tmp_path / "0001.dcm"
    with path.open("r+b") as file:
        file.truncate(image_limits().memory_bytes + 1)  # sparse: it takes no room on the disk
    monkeypatch.setattr(pydicom, "dcmread", lambda *_, **__: pytest.fail("the file is read"))
    with pytest.raises(InputError, match=r"0001\.dcm: the file holds more than the 512 MB"):
        read_stack(stack)


def test_frames_of_one_file_are_read_one_by_one(tmp_path):
    image = write(tmp_path, geometry=WIDE)
    enhanced_of(tmp_path)
    assert np.array_equal(read_only_series(tmp_path, image.geometry.plane).voxels, image.voxels)


def test_markers_before_the_size_are_passed_over():
    comment = b"\xff\xfe\x00\x04ab"
    frame = b"\xff\xc3\x00\x0b\x10\x01\x90\x01\xf4"
    assert packed_size(b"\xff\xd8" + comment + b"\xff" + frame) == (400, 500)
    assert packed_size(b"\xff\xd8" + comment) is None
    assert packed_size(b"") is None
