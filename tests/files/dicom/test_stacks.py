import shutil

import numpy as np
import pydicom
import pytest

from multifidus.domain.errors import InputError
from multifidus.domain.study import SeriesRole
from multifidus.domain.volume import Plane
from multifidus.files.dicom.study import list_stacks, read_dicom_study, read_stack
from tests.helpers.dicom_files import (
    SPIN_ECHO_T1,
    SPIN_ECHO_T2,
    as_one_series,
    dixon,
    edit,
    enhanced_of,
    turned,
    write,
)
from tests.helpers.phantoms import axial_geometry

BLOCK = axial_geometry((9, 7, 4))


def test_slices_tilted_disc_by_disc_are_stacks_from_feet_to_head(tmp_path):
    places = {"c": (-12, 70.0), "a": (20, 0.0), "b": (5, 35.0)}  # folder: tilt in degrees, z in mm
    images = {
        name: write(tmp_path / name, number=i, geometry=turned(BLOCK, tilt, (0, 0, z)))
        for i, (name, (tilt, z)) in enumerate(places.items())
    }
    as_one_series(tmp_path)
    study = read_dicom_study(tmp_path, "p")
    assert [one.summary.series_id for one in study.series] == [
        "series 5, stack 1",
        "series 5, stack 2",
        "series 5, stack 3",
    ]
    assert {one.summary.stack_of for one in study.series} == {"series 5"}
    assert {one.role for one in study.series} == {SeriesRole.AXIAL_T2}
    for name, series in zip("abc", study.series, strict=True):
        assert series.volume.geometry.is_same_grid(images[name].geometry)
        assert np.array_equal(series.volume.voxels, images[name].voxels)


def test_blocks_of_one_orientation_are_parted_by_a_clear_jump(tmp_path):
    for name, z in (("a", 0.0), ("b", 35.0)):  # 4 slices of 4 mm each: 12 mm, then a jump of 23 mm
        write(tmp_path / name, geometry=turned(BLOCK, 0, (0, 0, z)))
    as_one_series(tmp_path)
    stacks = list_stacks(tmp_path)
    assert [stack.summary.series_id for stack in stacks] == [
        "series 5, stack 1",
        "series 5, stack 2",
    ]
    assert [len(stack.slices) for stack in stacks] == [4, 4]
    assert [stack.problem for stack in stacks] == ["", ""]


def test_parallel_blocks_beside_each_other_are_stacks(tmp_path):
    for name, y in (("a", 0.0), ("b", 10.0)):
        write(tmp_path / name, geometry=turned(BLOCK, 15, (0, y, 8 * y)))
    as_one_series(tmp_path)
    assert [len(stack.slices) for stack in list_stacks(tmp_path)] == [4, 4]


@pytest.mark.parametrize(("lost", "after"), [((3,), 2), ((5, 6), 4)])
def test_lost_slices_are_a_gap_and_no_second_stack(tmp_path, lost, after):
    write(tmp_path, geometry=axial_geometry((9, 7, 10)))
    for number in lost:
        (tmp_path / f"{number:04d}.dcm").unlink()
    (stack,) = list_stacks(tmp_path)
    assert f"a slice may be missing after slice {after} of {10 - len(lost)}" in stack.problem
    assert "counted from the feet" in stack.problem
    assert [path.name for path in stack.at_fault] == [f"{after:04d}.dcm", f"{lost[-1] + 1:04d}.dcm"]


def test_three_planes_in_one_series_are_a_localizer(tmp_path):
    for name, geometry in (
        ("axial", axial_geometry((9, 9, 3), (1, 1, 20))),
        ("sagittal", axial_geometry((3, 9, 9), (20, 1, 1))),
        ("coronal", axial_geometry((9, 3, 9), (1, 20, 1))),
    ):
        write(tmp_path / name, geometry=geometry)
    as_one_series(tmp_path)
    stacks = list_stacks(tmp_path)
    assert {stack.summary.plane for stack in stacks} == set(Plane)
    assert {stack.summary.role for stack in stacks} == {SeriesRole.LOCALIZER}
    assert "three planes" in stacks[0].summary.reason


def test_few_sparse_slices_of_a_large_field_are_a_localizer(tmp_path):
    # 5 slices of 4 mm every 20 mm leave 16 mm unseen; 40 pixels of 10 mm are 400 mm
    write(tmp_path / "survey", geometry=axial_geometry((40, 40, 5), (10, 10, 20)))
    write(tmp_path / "small", number=2, geometry=axial_geometry((20, 20, 5), (10, 10, 20)))
    survey, small = list_stacks(tmp_path)
    assert survey.summary.role is SeriesRole.LOCALIZER
    assert "gaps of 16 mm and a field of view of 400 mm" in survey.summary.reason
    assert small.summary.role is SeriesRole.AXIAL_T2


def test_a_localizer_is_listed_and_its_pixels_are_not_read(tmp_path):
    write(tmp_path)
    edit(tmp_path, lambda one: setattr(one, "ImageType", ["ORIGINAL", "PRIMARY", "LOCALIZER"]))
    path = tmp_path / "0003.dcm"
    path.write_bytes(path.read_bytes()[:-50])
    study = read_dicom_study(tmp_path, "p")
    assert [one.role for one in study.unused] == [SeriesRole.LOCALIZER]


def test_an_isotropic_sequence_has_the_role_of_its_acquired_plane(tmp_path):
    write(tmp_path, geometry=axial_geometry((9, 9, 9)))
    axes = [0, 1, 0, 0, 0, -1]  # columns towards the back, rows towards the feet: sagittal
    edit(tmp_path, lambda one: setattr(one, "ImageOrientationPatient", axes))
    for i, path in enumerate(sorted(tmp_path.glob("*.dcm"))):
        dataset = pydicom.dcmread(path)
        dataset.ImagePositionPatient = [float(i), 0.0, 0.0]
        dataset.save_as(path)
    (stack,) = list_stacks(tmp_path)
    assert stack.summary.role is SeriesRole.SAGITTAL_T2
    geometry = read_stack(stack).geometry
    assert geometry.spacing_mm == pytest.approx((1, 1, 1))
    assert geometry.plane is Plane.SAGITTAL


class TestCopies:
    """The same image twice, and two images at one place."""

    def test_a_copy_is_passed_over_with_a_note(self, tmp_path):
        image = write(tmp_path, dixon("WATER"))
        shutil.copy(tmp_path / "0002.dcm", tmp_path / "copy.dcm")
        study = read_dicom_study(tmp_path, "p")
        assert np.array_equal(study.series[0].volume.voxels, image.voxels)
        assert study.notes == ("series 1: 1 copy of its images passed over",)
        assert "1 copy" in study.series[0].summary.reason

    def test_two_images_at_one_place_are_refused(self, tmp_path):
        write(tmp_path, dixon("WATER"))
        shutil.copy(tmp_path / "0002.dcm", tmp_path / "other.dcm")
        edit(tmp_path, lambda one: setattr(one, "SOPInstanceUID", "1.2.3.99"), "other.dcm")
        with pytest.raises(InputError, match=r"two slices at the same place \(see .*other\.dcm"):
            read_dicom_study(tmp_path, "p")


class TestBrokenSeries:
    """A broken series stops the study only where nothing stands in for it."""

    def test_a_broken_sagittal_is_left_out_beside_a_whole_one(self, tmp_path):
        sagittal = axial_geometry((5, 9, 7), (4, 1, 1))
        write(tmp_path / "t2", SPIN_ECHO_T2, 1, sagittal)
        write(tmp_path / "t1", SPIN_ECHO_T1, 2, sagittal)
        (tmp_path / "t1" / "0003.dcm").unlink()
        study = read_dicom_study(tmp_path, "p")
        assert [one.role for one in study.series] == [SeriesRole.SAGITTAL_T2]
        assert [one.series_id for one in study.unused] == ["series 2"]
        assert "series 2 (sagittal T1) is left out: uneven slice spacing" in study.notes[0]
        assert "counted from the left" in study.notes[0]

    def test_the_only_sagittal_is_needed(self, tmp_path):
        write(tmp_path, geometry=axial_geometry((5, 9, 7), (4, 1, 1)))
        (tmp_path / "0003.dcm").unlink()
        with pytest.raises(InputError, match="a slice may be missing"):
            read_dicom_study(tmp_path, "p")

    @pytest.mark.parametrize("echoes", [(), ("IN_PHASE",), ("IN_PHASE", "OPP_PHASE")])
    def test_broken_water_is_left_out_only_beside_both_echoes(self, tmp_path, echoes):
        for number, word in enumerate(("WATER", "FAT", *echoes), start=1):
            write(tmp_path / word, dixon(word), number)
        (tmp_path / "WATER" / "0003.dcm").unlink()
        if len(echoes) < 2:
            with pytest.raises(InputError, match=r"axial Dixon water.*missing"):
                read_dicom_study(tmp_path, "p")
        else:
            roles = {one.role for one in read_dicom_study(tmp_path, "p").series}
            assert SeriesRole.AXIAL_WATER not in roles
            assert {SeriesRole.AXIAL_IN_PHASE, SeriesRole.AXIAL_OPPOSED_PHASE} <= roles


class TestMissingTags:
    """What a header lacks is told of its series; the study goes on without it."""

    tags = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing")

    @pytest.mark.parametrize("tag", [*tags, "FrameOfReferenceUID"])
    @pytest.mark.parametrize("pattern", ["*.dcm", "0002.dcm"])
    def test_a_series_without_it_is_left_out(self, tmp_path, tag, pattern):
        write(tmp_path / "whole", SPIN_ECHO_T2, 1)
        write(tmp_path / "spoilt", SPIN_ECHO_T1, 2)
        edit(tmp_path / "spoilt", lambda one: delattr(one, tag), pattern)
        study = read_dicom_study(tmp_path, "p")
        assert [one.role for one in study.series] == [SeriesRole.AXIAL_T2]
        says = (
            "frames of reference" if (tag, pattern) == ("FrameOfReferenceUID", "0002.dcm") else tag
        )
        assert says in study.notes[0]
        assert [one.series_id for one in study.unused] == ["series 2"]

    @pytest.mark.parametrize("tag", tags)
    def test_a_needed_series_is_refused_by_the_file(self, tmp_path, tag):
        write(tmp_path, dixon("FAT"))
        edit(tmp_path, lambda one: delattr(one, tag), "0002.dcm")
        with pytest.raises(
            InputError, match=rf"{tag} missing or unreadable in 1 of 5 images.*0002\.dcm"
        ):
            read_dicom_study(tmp_path, "p")

    def test_no_file_name_enters_a_note(self, tmp_path):
        write(tmp_path)
        edit(tmp_path, lambda one: delattr(one, "PixelSpacing"), "0002.dcm")
        (tmp_path / "0002.dcm").rename(tmp_path / "Doe_Jane.dcm")
        study = read_dicom_study(tmp_path, "p")
        assert "Doe" not in repr((study.notes, study.summaries))

    def test_an_echo_time_that_is_absent_leaves_the_contrast_open(self, tmp_path):
        write(tmp_path, SPIN_ECHO_T2)
        edit(tmp_path, lambda one: delattr(one, "EchoTime"))
        edit(tmp_path, lambda one: setattr(one, "SeriesDescription", "Doe Jane"))
        summary = list_stacks(tmp_path)[0].summary
        assert summary.role is SeriesRole.OTHER
        assert "spin echo without TE" in summary.reason


class TestEnhanced:
    """One multi-frame file of several slices, echoes, Dixon images or stacks."""

    def test_it_is_read_like_the_single_frames(self, tmp_path):
        image = write(tmp_path)
        path = enhanced_of(tmp_path)
        (stack,) = list_stacks(tmp_path)
        assert {one.path for one in stack.slices} == {path}
        assert stack.summary.role is SeriesRole.AXIAL_T2
        back = read_stack(stack)
        assert back.geometry.is_same_grid(image.geometry)
        assert np.array_equal(back.voxels, image.voxels)

    def test_dixon_images_and_echoes_of_one_file_are_told_apart(self, tmp_path):
        words = ("WATER", "FAT", "IN_PHASE", "OPP_PHASE")
        images = {word: write(tmp_path / word, dixon(word), i) for i, word in enumerate(words)}
        enhanced_of(tmp_path)
        study = read_dicom_study(tmp_path, "p")
        for word, role in (
            ("WATER", SeriesRole.AXIAL_WATER),
            ("FAT", SeriesRole.AXIAL_FAT),
            ("IN_PHASE", SeriesRole.AXIAL_IN_PHASE),
            ("OPP_PHASE", SeriesRole.AXIAL_OPPOSED_PHASE),
        ):
            assert np.array_equal(study.with_role(role).volume.voxels, images[word].voxels)

    def test_stacks_of_one_file_are_parted_by_orientation(self, tmp_path):
        for name, tilt, z in (("a", 20, 0.0), ("b", 5, 35.0)):
            write(tmp_path / name, geometry=turned(BLOCK, tilt, (0, 0, z)))
        enhanced_of(tmp_path)
        assert [len(stack.slices) for stack in list_stacks(tmp_path)] == [4, 4]

    def test_the_frame_s_own_rescale_is_applied(self, tmp_path):
        image = write(tmp_path)
        path = enhanced_of(tmp_path)
        dataset = pydicom.dcmread(path)
        frames = dataset.PerFrameFunctionalGroupsSequence
        for i, frame in enumerate(frames):
            frame.PixelValueTransformationSequence[0].RescaleSlope = i + 1
        dataset.save_as(path)
        back = read_stack(list_stacks(tmp_path)[0])
        assert np.array_equal(back.voxels, image.voxels * np.arange(1, 6))
