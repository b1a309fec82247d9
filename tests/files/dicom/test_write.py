import numpy as np
import pydicom
import pytest

from multifidus.domain.volume import Geometry, Volume
from multifidus.files.dicom.write import MrProtocol, SeriesIdentity, write_dicom_series

PROTOCOL = MrProtocol("axial Dixon water", ("DERIVED", "PRIMARY", "WATER"), "GR", "SP", 2.46)
IDENTITY = SeriesIdentity("case-7", "case-7", "case-7", 3)


def tilted(shape: tuple[int, int, int], spacing_mm: tuple[float, float, float]) -> Volume:
    """An image of distinct values whose grid is turned by 10 degrees about the front axis."""
    c, s = np.cos(np.deg2rad(10)), np.sin(np.deg2rad(10))
    affine = np.eye(4)
    affine[:3, :3] = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]) * spacing_mm
    affine[:3, 3] = (-31.25, -72.5, 14.125)
    voxels = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    return Volume(voxels, Geometry(shape, affine))


STACKS = [
    tilted((7, 5, 3), (1.25, 0.75, 5.0)),
    tilted((3, 7, 5), (4.0, 1.25, 0.75)),
    tilted((7, 3, 5), (1.25, 4.0, 0.75)),
]


@pytest.mark.parametrize("volume", STACKS, ids=["axial", "sagittal", "coronal"])
def test_every_pixel_is_where_its_header_says_it_is_in_the_person(volume, tmp_path):
    seen = 0
    for path in write_dicom_series(volume, tmp_path, PROTOCOL, IDENTITY):
        ds = pydicom.dcmread(path)
        column, row = np.reshape(np.array(ds.ImageOrientationPatient, float), (2, 3))
        between_rows, between_columns = (float(mm) for mm in ds.PixelSpacing)
        for r, c in np.ndindex(ds.Rows, ds.Columns):
            lps = np.array(ds.ImagePositionPatient, float)
            lps = lps + column * between_columns * c + row * between_rows * r
            index = volume.geometry.to_index(lps * (-1, -1, 1))
            whole = np.rint(index).astype(int)
            assert np.abs(index - whole).max() < 1e-4
            assert ds.pixel_array[r, c] == volume.voxels[tuple(whole)]
            seen += 1
    assert seen == volume.voxels.size


def test_slices_are_displayed_as_a_radiologist_expects(tmp_path):
    axial = pydicom.dcmread(write_dicom_series(STACKS[0], tmp_path / "a", PROTOCOL, IDENTITY)[0])
    sagittal = pydicom.dcmread(write_dicom_series(STACKS[1], tmp_path / "s", PROTOCOL, IDENTITY)[0])
    towards_left, towards_back, towards_foot = (1, 0, 0), (0, 1, 0), (0, 0, -1)
    np.testing.assert_allclose(axial.ImageOrientationPatient[:3], towards_left, atol=0.2)
    np.testing.assert_allclose(axial.ImageOrientationPatient[3:], towards_back, atol=0.2)
    np.testing.assert_allclose(sagittal.ImageOrientationPatient[:3], towards_back, atol=0.2)
    np.testing.assert_allclose(sagittal.ImageOrientationPatient[3:], towards_foot, atol=0.2)


def test_axial_slices_are_numbered_from_foot_to_head(tmp_path):
    slices = [
        pydicom.dcmread(p) for p in write_dicom_series(STACKS[0], tmp_path, PROTOCOL, IDENTITY)
    ]
    heights = [float(ds.ImagePositionPatient[2]) for ds in slices]
    assert heights == sorted(heights)
    assert [ds.InstanceNumber for ds in slices] == [1, 2, 3]


def test_fractions_come_back_to_a_hundred_thousandth_of_their_range(tmp_path):
    voxels = np.random.default_rng(1).normal(0, 0.1, (6, 5, 3)).astype(np.float32)
    volume = Volume(voxels, Geometry((6, 5, 3), np.diag([1.0, 1.0, 4.0, 1.0])))
    for k, path in enumerate(write_dicom_series(volume, tmp_path, PROTOCOL, IDENTITY)):
        ds = pydicom.dcmread(path)
        found = ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
        expected = voxels[::-1, ::-1, k].T
        np.testing.assert_allclose(found, expected, atol=1e-5 * np.ptp(voxels))


def test_the_same_input_gives_the_same_bytes(tmp_path):
    first = write_dicom_series(STACKS[0], tmp_path / "one", PROTOCOL, IDENTITY)
    again = write_dicom_series(STACKS[0], tmp_path / "two", PROTOCOL, IDENTITY)
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in again]


def test_series_of_one_study_share_study_and_frame_but_no_series_or_image_uid(tmp_path):
    other = SeriesIdentity("case-7", "case-7", "case-7", 4)
    one = pydicom.dcmread(write_dicom_series(STACKS[0], tmp_path / "1", PROTOCOL, IDENTITY)[0])
    two = pydicom.dcmread(write_dicom_series(STACKS[0], tmp_path / "2", PROTOCOL, other)[0])
    assert one.StudyInstanceUID == two.StudyInstanceUID
    assert one.FrameOfReferenceUID == two.FrameOfReferenceUID
    assert one.SeriesInstanceUID != two.SeriesInstanceUID
    assert one.SOPInstanceUID != two.SOPInstanceUID


def test_the_header_states_the_protocol_and_no_date(tmp_path):
    ds = pydicom.dcmread(write_dicom_series(STACKS[0], tmp_path, PROTOCOL, IDENTITY)[0])
    assert list(ds.ImageType) == ["DERIVED", "PRIMARY", "WATER"]
    assert (ds.ScanningSequence, float(ds.EchoTime), ds.PatientPosition) == ("GR", 2.46, "HFS")
    assert (ds.BurnedInAnnotation, ds.PatientIdentityRemoved) == ("NO", "YES")
    assert float(ds.SpacingBetweenSlices) == 5.0
    assert not ds.StudyDate and not ds.StudyTime and "ContentDate" not in ds
