import numpy as np
import pydicom
import pytest

from multifidus.domain.study import ImageContrast, SeriesRole
from multifidus.domain.volume import Geometry, Volume
from multifidus.files.dicom.study import can_do_without, list_stacks, read_dicom_study, read_stack
from multifidus.files.dicom.write import MrProtocol, SeriesIdentity, write_dicom_series
from tests.helpers.phantoms import axial_geometry

SPIN_ECHO_T2 = MrProtocol("T2")


def identity(number: int) -> SeriesIdentity:
    return SeriesIdentity("p", "p", "p", number)


def some_image(geometry: Geometry) -> Volume:
    rng = np.random.default_rng(geometry.shape[0])
    return Volume(rng.integers(0, 4000, geometry.shape), geometry)


def oblique(geometry: Geometry, tilt_deg: float) -> Geometry:
    """The stack turned about the left-right axis."""
    a = np.deg2rad(tilt_deg)
    turn = np.eye(4)
    turn[1:3, 1:3] = [[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]
    return Geometry(geometry.shape, turn @ geometry.affine)


@pytest.mark.parametrize(
    ("geometry", "role"),
    [
        (axial_geometry((9, 7, 5)), SeriesRole.AXIAL_T2),
        (oblique(axial_geometry((9, 7, 5)), 25), SeriesRole.AXIAL_T2),
        (axial_geometry((5, 9, 7), (4, 1, 1)), SeriesRole.SAGITTAL_T2),
    ],
)
def test_a_written_series_comes_back_voxel_for_voxel(tmp_path, geometry, role):
    image = some_image(geometry)
    write_dicom_series(image, tmp_path, SPIN_ECHO_T2, identity(1))
    (stack,) = list_stacks(tmp_path)
    assert stack.summary.role is role
    assert stack.summary.shape == geometry.shape
    assert stack.summary.spacing_mm == pytest.approx(geometry.spacing_mm, abs=1e-3)
    back = read_stack(stack)
    assert back.geometry.is_same_grid(geometry)
    assert np.array_equal(back.voxels, image.voxels)


def test_file_names_and_their_order_do_not_matter(tmp_path):
    image = some_image(axial_geometry((9, 7, 5)))
    for number, path in enumerate(write_dicom_series(image, tmp_path, SPIN_ECHO_T2, identity(1))):
        path.rename(tmp_path / f"IM{(number * 3) % 5}.ima")
    assert np.array_equal(read_stack(list_stacks(tmp_path)[0]).voxels, image.voxels)


def test_a_slope_and_intercept_are_applied(tmp_path):
    image = some_image(axial_geometry((9, 7, 5)))
    for path in write_dicom_series(image, tmp_path, SPIN_ECHO_T2, identity(1)):
        dataset = pydicom.dcmread(path)
        dataset.RescaleSlope, dataset.RescaleIntercept = "2", "-10"
        dataset.save_as(path)
    back = read_stack(list_stacks(tmp_path)[0])
    assert np.allclose(back.voxels, image.voxels * 2 - 10)


def test_two_echoes_in_one_series_are_two_stacks(tmp_path):
    geometry = axial_geometry((9, 7, 5))
    for echo, folder in ((2.3, "in"), (1.15, "out")):
        protocol = MrProtocol("dual", ("ORIGINAL", "PRIMARY"), "GR", "SP", echo, 150.0)
        write_dicom_series(some_image(geometry), tmp_path / folder, protocol, identity(4))
    roles = {stack.summary.role for stack in list_stacks(tmp_path)}
    assert roles == {SeriesRole.AXIAL_IN_PHASE, SeriesRole.AXIAL_OPPOSED_PHASE}


def test_files_of_other_kinds_in_between_are_passed_over(tmp_path):
    write_dicom_series(some_image(axial_geometry((9, 7, 5))), tmp_path, SPIN_ECHO_T2, identity(1))
    (tmp_path / "readme.txt").write_text("hello")
    (tmp_path / "empty.bin").touch()
    (tmp_path / "DICOMDIR.txt").write_bytes(b"\0" * 400)
    assert len(list_stacks(tmp_path)[0].slices) == 5


def test_nothing_that_names_the_person_enters_a_summary(tmp_path):
    for path in write_dicom_series(
        some_image(axial_geometry((9, 7, 5))), tmp_path, SPIN_ECHO_T2, identity(1)
    ):
        dataset = pydicom.dcmread(path)
        dataset.PatientName, dataset.PatientID = "Doe^Jane", "SECRET-ID"
        dataset.SeriesDescription, dataset.InstitutionName = "Jane Doe T2", "Hospital"
        dataset.save_as(path)
    study = read_dicom_study(tmp_path, "p17")
    shown = repr(study.summaries) + study.subject_id
    assert not [word for word in ("Doe", "Jane", "SECRET", "Hospital") if word in shown]


def test_a_t2_series_with_a_gap_is_left_out_with_a_note(tmp_path):
    write_dicom_series(some_image(axial_geometry((9, 7, 5))), tmp_path, SPIN_ECHO_T2, identity(1))
    (tmp_path / "0003.dcm").unlink()
    study = read_dicom_study(tmp_path, "p")
    assert study.series == ()
    assert "uneven slice spacing" in study.notes[0]


def test_two_slices_are_no_stack(tmp_path):
    write_dicom_series(some_image(axial_geometry((9, 7, 5))), tmp_path, SPIN_ECHO_T2, identity(1))
    for name in ("0001.dcm", "0004.dcm", "0005.dcm"):
        (tmp_path / name).unlink()
    summary = list_stacks(tmp_path)[0].summary
    assert (summary.role, summary.contrast) == (SeriesRole.OTHER, ImageContrast.T2)


@pytest.mark.parametrize(
    ("role", "whole", "answer"),
    [
        (SeriesRole.AXIAL_T2, set(), True),
        (SeriesRole.SAGITTAL_T1, {SeriesRole.SAGITTAL_STIR}, True),
        (SeriesRole.SAGITTAL_T1, {SeriesRole.AXIAL_T2}, False),
        (SeriesRole.AXIAL_FAT, {SeriesRole.AXIAL_WATER}, False),
        (SeriesRole.AXIAL_FAT, {SeriesRole.AXIAL_FAT}, True),
        (SeriesRole.AXIAL_IN_PHASE, {SeriesRole.AXIAL_WATER, SeriesRole.AXIAL_FAT}, True),
    ],
)
def test_a_broken_series_is_needed_unless_another_stands_in(role, whole, answer):
    assert can_do_without(role, whole) is answer


def test_a_description_decides_only_where_the_tags_are_silent(tmp_path):
    for path in write_dicom_series(
        some_image(axial_geometry((9, 7, 5))), tmp_path, SPIN_ECHO_T2, identity(1)
    ):
        dataset = pydicom.dcmread(path)
        dataset.SeriesDescription = "Doe T1"
        dataset.save_as(path)
    assert list_stacks(tmp_path)[0].summary.role is SeriesRole.AXIAL_T2
    for path in tmp_path.glob("*.dcm"):
        dataset = pydicom.dcmread(path)
        del dataset.EchoTime
        dataset.save_as(path)
    summary = list_stacks(tmp_path)[0].summary
    assert summary.role is SeriesRole.AXIAL_T1
    assert "the description says T1, which alone tells it" in summary.reason
    assert "Doe" not in repr(summary)


def test_a_real_dual_echo_series_is_told_apart_by_its_echoes(shared_data):
    study = read_dicom_study(shared_data / "dicom_dualecho", "p")
    in_phase = study.with_role(SeriesRole.AXIAL_IN_PHASE)
    opposed = study.with_role(SeriesRole.AXIAL_OPPOSED_PHASE)
    assert in_phase.volume.voxels.shape == opposed.volume.voxels.shape == (512, 512, 20)
    assert in_phase.volume.geometry.is_same_grid(opposed.volume.geometry)
    assert in_phase.volume.geometry.spacing_mm == pytest.approx((0.859, 0.859, 6), abs=1e-3)
    # water and fat cancel at their border in the opposed phase, so it is darker on the whole
    assert opposed.volume.voxels.mean() < in_phase.volume.voxels.mean()


def test_a_real_series_that_lost_its_tenth_slices_says_where(shared_data, tmp_path):
    source = sorted((shared_data / "dicom_dualecho").glob("*.dcm"))
    stacks = list_stacks(shared_data / "dicom_dualecho")
    lost = {stack.slices[9].path for stack in stacks}
    for path in source:
        if path not in lost:
            (tmp_path / path.name).symlink_to(path)
    for stack in list_stacks(tmp_path):
        assert "after slice 9 of 19, counted from the feet" in stack.problem
        assert "6.00 to 12.00 mm" in stack.problem
