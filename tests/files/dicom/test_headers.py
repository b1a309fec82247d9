from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pydicom
import pytest
import SimpleITK
from pydicom.data import get_testdata_file
from pydicom.dataset import FileMetaDataset
from pydicom.fileset import FileSet
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from multifidus.domain.errors import InputError
from multifidus.domain.study import SeriesRole
from multifidus.files.dicom.study import list_stacks, read_dicom_study, read_slice, read_stack
from tests.helpers.dicom_files import SPIN_ECHO_T1, SPIN_ECHO_T2, dixon, edit, write
from tests.helpers.phantoms import axial_geometry


def test_a_file_without_preamble_and_extension_is_read(tmp_path):
    image = write(tmp_path)
    for number, path in enumerate(sorted(tmp_path.glob("*.dcm"))):
        dataset = pydicom.dcmread(path)
        dataset.file_meta = FileMetaDataset()
        dataset.preamble = None
        dataset.save_as(tmp_path / f"IM{number}", implicit_vr=True, little_endian=True)
        path.unlink()
    assert (tmp_path / "IM0").read_bytes()[:2] == b"\x08\x00"
    assert np.array_equal(read_stack(list_stacks(tmp_path)[0]).voxels, image.voxels)


@pytest.mark.parametrize(
    "content",
    [
        b"Dear colleague, the patient has had low back pain since spring. " * 5,
        b"\x08\x00\x05\x00 this text begins like a DICOM file, but names no SOP class" * 9,
        b"%PDF-1.7 " + bytes(300),
        b"\xff\xd8\xff\xe0" + bytes(300),
        b"PK\x03\x04" + bytes(300),
        b"<?xml version='1.0'?><series/>" * 20,
        b"\xd0\xcf\x11\xe0" + bytes(300),
        b"",
    ],
)
@pytest.mark.parametrize("name", ["IM0001", "Thumbs.db", "letter.txt", "x.ima"])
def test_a_file_of_another_kind_is_passed_over(tmp_path, content, name):
    write(tmp_path)
    (tmp_path / name).write_bytes(content)
    (stack,) = list_stacks(tmp_path)
    assert len(stack.slices) == 5


def test_a_dicomdir_is_passed_over_and_its_files_without_extension_are_found(tmp_path):
    write(tmp_path / "in")
    edit(tmp_path / "in", _complete_for_a_dicomdir)
    media = FileSet()
    for path in sorted((tmp_path / "in").glob("*.dcm")):
        media.add(path)
    media.write(tmp_path / "cd")
    assert (tmp_path / "cd" / "DICOMDIR").is_file()
    (stack,) = list_stacks(tmp_path / "cd")
    assert {one.path.suffix for one in stack.slices} == {""}
    assert len(stack.slices) == 5


def _complete_for_a_dicomdir(dataset: pydicom.Dataset) -> None:
    dataset.StudyDate, dataset.StudyTime, dataset.StudyID = "20200101", "120000", "1"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("CT_small.dcm", "CT Image, 1 object"),
        ("reportsi.dcm", "Basic Text SR, 1 object"),
        ("SC_rgb_rle.dcm", "Secondary Capture Image, 1 object"),
    ],
)
def test_an_object_that_is_no_mr_image_is_listed_with_its_kind(tmp_path, name, kind):
    write(tmp_path)
    pydicom.dcmread(get_testdata_file(name)).save_as(tmp_path / "other.dcm")
    stack, other = list_stacks(tmp_path)
    assert len(stack.slices) == 5
    assert (other.summary.role, other.summary.modality) == (SeriesRole.OTHER, None)
    assert kind in other.summary.reason
    assert len(read_dicom_study(tmp_path, "p").unused) == 1


def test_two_examinations_in_one_folder_are_refused(tmp_path):
    write(tmp_path / "a", SPIN_ECHO_T2, 1, study="p")
    write(tmp_path / "b", SPIN_ECHO_T1, 2, study="q")
    with pytest.raises(InputError, match="MR images of 2 examinations") as caught:
        list_stacks(tmp_path)
    assert "1.2" not in str(caught.value)


class TestCompressed:
    """Every lossless transfer syntax gives back the same voxels."""

    @pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless, JPEGLSLossless])
    def test_it_is_decoded(self, tmp_path, syntax):
        image = write(tmp_path, geometry=axial_geometry((64, 48, 5)))
        edit(tmp_path, lambda one: one.compress(syntax))
        assert np.array_equal(read_stack(list_stacks(tmp_path)[0]).voxels, image.voxels)
        one = read_slice(tmp_path / "0002.dcm")
        assert np.array_equal(one.voxels[..., 0], image.voxels[..., 1])

    @pytest.mark.parametrize("syntax", [DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian])
    def test_another_encoding_of_the_data_set_is_read(self, tmp_path, syntax):
        image = write(tmp_path)
        for path in sorted(tmp_path.glob("*.dcm")):
            dataset = pydicom.dcmread(path)
            dataset.file_meta.TransferSyntaxUID = syntax
            implicit = syntax == ImplicitVRLittleEndian
            dataset.save_as(path, implicit_vr=implicit, little_endian=True)
        assert np.array_equal(read_stack(list_stacks(tmp_path)[0]).voxels, image.voxels)

    def test_jpeg_lossless_is_decoded_and_rescaled_once(self, tmp_path):
        image = write(tmp_path)
        edit(tmp_path, _compress_as_jpeg_lossless)
        edit(tmp_path, lambda one: setattr(one, "RescaleSlope", "2"))
        assert np.array_equal(read_stack(list_stacks(tmp_path)[0]).voxels, 2 * image.voxels)

    def test_one_without_a_decoder_is_named_with_what_to_do(self, tmp_path):
        write(tmp_path, dixon("FAT"))
        edit(tmp_path, lambda one: one.compress(RLELossless))
        edit(tmp_path, lambda one: setattr(one.file_meta, "TransferSyntaxUID", JPEGExtended12Bit))
        assert "no decoder" in list_stacks(tmp_path)[0].summary.reason
        with pytest.raises(InputError, match=r"JPEG Extended.*export it uncompressed"):
            read_dicom_study(tmp_path, "p")
        with pytest.raises(InputError, match=r"JPEG Extended.*export it uncompressed"):
            read_slice(tmp_path / "0002.dcm")


def _compress_as_jpeg_lossless(dataset: pydicom.Dataset) -> None:
    """As SimpleITK writes it: pydicom has no encoder for it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "one.dcm"
        writer = SimpleITK.ImageFileWriter()
        writer.SetFileName(str(path))
        writer.UseCompressionOn()
        writer.SetCompressor("JPEG")
        writer.Execute(SimpleITK.GetImageFromArray(dataset.pixel_array[None]))
        written = pydicom.dcmread(path)
    assert written.file_meta.TransferSyntaxUID == JPEGLosslessSV1
    dataset.PixelData = written.PixelData
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
