"""A series knows the objects it was read from, slice by slice, and tells nobody."""

import numpy as np
import pydicom
import pytest

from multifidus.domain.volume import THROUGH_PLANE_AXIS, Geometry, Plane, Volume
from multifidus.files.dicom.study import read_dicom_study
from multifidus.files.dicom.write import write_dicom_series
from multifidus.files.nifti import write_volume
from multifidus.files.nifti_study import read_nifti_study
from tests.helpers.dicom_files import (
    SPIN_ECHO_T2,
    edit,
    enhanced_of,
    identity,
    turned,
    write,
)
from tests.helpers.phantoms import axial_geometry

AXIAL = axial_geometry((9, 7, 5))
SAGITTAL = axial_geometry((5, 9, 7), (4, 1, 1))
GRIDS = {
    "axial": AXIAL,
    "tilted": turned(AXIAL, 25, (0, 0, 0)),
    "sagittal": SAGITTAL,
}


def numbered(geometry: Geometry) -> Volume:
    """Every slice holds its own number, 10 for the first."""
    axis = THROUGH_PLANE_AXIS[geometry.plane]
    shape = [1, 1, 1]
    shape[axis] = geometry.shape[axis]
    values = 10 + np.arange(geometry.shape[axis]).reshape(shape)
    return Volume(np.broadcast_to(values, geometry.shape), geometry)


def towards_the_feet(dataset: pydicom.Dataset) -> None:
    """Stored upside down, so that the slice normal points the other way."""
    axes = list(dataset.ImageOrientationPatient)
    dataset.ImageOrientationPatient = [*axes[:3], *(-float(value) for value in axes[3:])]


def value_of_instance(folder) -> dict[str, int]:
    """The one value that each file holds, by its SOP instance UID."""
    datasets = [pydicom.dcmread(path) for path in folder.glob("*")]
    return {dataset.SOPInstanceUID: int(dataset.pixel_array.flat[0]) for dataset in datasets}


@pytest.mark.parametrize("upside_down", [False, True], ids=["", "upside down"])
@pytest.mark.parametrize("name", GRIDS)
def test_the_instances_lie_in_the_order_of_the_slices(tmp_path, name, upside_down):
    geometry = GRIDS[name]
    paths = write_dicom_series(numbered(geometry), tmp_path, SPIN_ECHO_T2, identity(1))
    if upside_down:
        edit(tmp_path, towards_the_feet)
    for number, path in enumerate(paths):
        path.rename(tmp_path / f"IM{(number * 3) % 10}.ima")
    (series,) = read_dicom_study(tmp_path, "p").series
    slices = np.moveaxis(series.volume.voxels, THROUGH_PLANE_AXIS[series.summary.plane], 0)
    value_of = value_of_instance(tmp_path)
    found = [value_of[instance.sop_instance_uid] for instance in series.source.instances]
    assert found == [int(plane.flat[0]) for plane in slices]
    assert sorted(found) == [10 + number for number in range(len(slices))]
    assert {instance.sop_class_uid for instance in series.source.instances} == {
        "1.2.840.10008.5.1.4.1.1.4"
    }


def test_study_series_and_frame_of_reference_are_those_of_the_files(tmp_path):
    write(tmp_path)
    first = pydicom.dcmread(tmp_path / "0001.dcm")
    (series,) = read_dicom_study(tmp_path, "p").series
    source = series.source
    assert source.study_uid == first.StudyInstanceUID
    assert source.series_uid == first.SeriesInstanceUID
    assert source.frame_of_reference_uid == first.FrameOfReferenceUID


def test_frames_of_one_object_are_numbered_from_one_from_the_feet_up(tmp_path):
    write(tmp_path)
    heights = [
        float(pydicom.dcmread(path).ImagePositionPatient[2]) for path in sorted(tmp_path.iterdir())
    ]
    uid = pydicom.dcmread(enhanced_of(tmp_path)).SOPInstanceUID
    (series,) = read_dicom_study(tmp_path, "p").series
    assert {instance.sop_instance_uid for instance in series.source.instances} == {uid}
    frames = [instance.frame for instance in series.source.instances]
    assert frames == [1 + number for number in np.argsort(heights)]


@pytest.mark.parametrize("name", ["SOPInstanceUID", "StudyInstanceUID"])
def test_a_series_with_a_missing_uid_refers_to_nothing(tmp_path, name):
    write(tmp_path)
    edit(tmp_path, lambda one: delattr(one, name), "0002.dcm")
    (series,) = read_dicom_study(tmp_path, "p").series
    assert series.source is None


def test_a_nifti_series_refers_to_nothing(tmp_path):
    write_volume(numbered(AXIAL), tmp_path / "axial_t2.nii.gz")
    assert read_nifti_study(tmp_path, "p").series[0].source is None
    assert AXIAL.plane is Plane.AXIAL


def test_no_text_made_of_a_series_shows_an_instance(tmp_path):
    write(tmp_path)
    uids = value_of_instance(tmp_path)
    (series,) = read_dicom_study(tmp_path, "p").series
    for thing in (series.source, series.source.instances[0], series.source.instances):
        assert not any(uid in text for uid in uids for text in (repr(thing), str(thing)))
    assert "source" not in repr(series)
