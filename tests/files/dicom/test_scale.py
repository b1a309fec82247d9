"""Stored pixels to the scanner's own scale, and the unit of a fat fraction map."""

import struct

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from multifidus.domain.errors import InputError
from multifidus.domain.study import FractionUnit, SeriesRole
from multifidus.files.dicom.headers import PHILIPS_CREATOR
from multifidus.files.dicom.scale import Scale
from multifidus.files.dicom.study import list_stacks, read_dicom_study, read_stack
from tests.helpers.dicom_files import dixon, edit, enhanced_of, write


def philips(dataset: Dataset, slope: object, vr: str = "FL", block: int = 0x10) -> None:
    dataset.Manufacturer = "Philips Healthcare"
    dataset.add_new(0x20050000 | block, "LO", PHILIPS_CREATOR)
    dataset.add_new(0x20050000 | block << 8 | 0x0D, "FL", 0.0)
    dataset.add_new(0x20050000 | block << 8 | 0x0E, vr, slope)


def test_a_stored_100_is_30_by_hand():
    # RS 0.5, RI 10: displayed 100 x 0.5 + 10 = 60; SS 4: acquired 60 / (0.5 x 4) = 30
    scale = Scale(slope=0.5, intercept=10.0, philips_slope=4.0, philips_intercept=-20.0)
    assert scale.displayed(np.array([100.0])) == 60
    assert scale.as_acquired(np.array([100.0])) == 30


def test_the_private_intercept_says_the_same_where_the_public_rescale_is_absent():
    # SI = -RI / RS = -20: (100 + 20) / 4 = 30
    scale = Scale(philips_slope=4.0, philips_intercept=-20.0)
    assert scale.as_acquired(np.array([100.0])) == 30


def test_without_the_private_slope_the_value_is_the_displayed_one():
    assert Scale(slope=2.0, intercept=-10.0).as_acquired(np.array([100.0])) == 190
    assert Scale(slope=2.0, philips_slope=0.0).as_acquired(np.array([100.0])) == 200


def test_slope_and_intercept_may_differ_by_slice(tmp_path):
    image = write(tmp_path)
    for number, path in enumerate(sorted(tmp_path.glob("*.dcm"))):
        dataset = pydicom.dcmread(path)
        dataset.RescaleSlope, dataset.RescaleIntercept = str(number + 1), str(-number)
        dataset.save_as(path)
    back = read_stack(list_stacks(tmp_path)[0])
    assert np.allclose(back.voxels, image.voxels * np.arange(1, 6) - np.arange(5))


@pytest.mark.parametrize(
    ("vr", "slope", "block"),
    [("FL", 4.0, 0x10), ("FL", 4.0, 0x12), ("UN", struct.pack("<f", 4.0), 0x10)],
)
def test_philips_water_and_fat_come_on_one_scale(tmp_path, vr, slope, block):
    water = write(tmp_path / "w", dixon("WATER"), 1)
    fat = write(tmp_path / "f", dixon("FAT"), 2)
    edit(tmp_path / "w", lambda one: philips(one, slope, vr, block))
    edit(tmp_path / "w", lambda one: setattr(one, "RescaleSlope", "0.5"))
    edit(tmp_path / "f", lambda one: philips(one, 2.0))
    study = read_dicom_study(tmp_path, "p")
    # RS cancels where RI is 0: stored / SS
    assert np.allclose(study.with_role(SeriesRole.AXIAL_WATER).volume.voxels, water.voxels / 4)
    assert np.allclose(study.with_role(SeriesRole.AXIAL_FAT).volume.voxels, fat.voxels / 2)
    assert study.notes == ()


def test_philips_scale_in_water_alone_is_refused(tmp_path):
    write(tmp_path / "w", dixon("WATER"), 1)
    write(tmp_path / "f", dixon("FAT"), 2)
    edit(tmp_path / "w", lambda one: philips(one, 4.0))
    with pytest.raises(InputError, match=r"series 1: Philips scale slope \(2005,100E\) here"):
        read_dicom_study(tmp_path, "p")


def test_philips_scale_in_some_slices_alone_is_refused(tmp_path):
    write(tmp_path, dixon("WATER"), 1)
    edit(tmp_path, lambda one: philips(one, 4.0), "0002.dcm")
    with pytest.raises(InputError, match="Philips scale slope in some slices only"):
        read_dicom_study(tmp_path, "p")


def test_philips_images_that_lost_their_private_tags_are_noted(tmp_path):
    write(tmp_path, dixon("WATER"), 1)
    edit(tmp_path, lambda one: setattr(one, "Manufacturer", "Philips Medical Systems"))
    assert (
        "whether water and fat lie on one scale is not known"
        in (read_dicom_study(tmp_path, "p").notes[0])
    )


def test_a_fat_fraction_map_keeps_the_unit_it_is_stored_in(tmp_path):
    image = write(tmp_path, dixon("FAT_FRACTION"))
    edit(tmp_path, lambda one: philips(one, 4.0))
    edit(tmp_path, lambda one: setattr(one, "RescaleSlope", "0.1"))
    (series,) = read_dicom_study(tmp_path, "p").series
    assert series.role is SeriesRole.AXIAL_FAT_FRACTION
    assert np.allclose(series.volume.voxels, image.voxels * 0.1)
    assert series.summary.acquisition["rescale slope"] == "0.1"


def test_the_scale_of_an_enhanced_frame_lies_in_philips_own_sequence(tmp_path):
    image = write(tmp_path, dixon("WATER"))
    path = enhanced_of(tmp_path)
    dataset = pydicom.dcmread(path)
    for frame in dataset.PerFrameFunctionalGroupsSequence:
        item = Dataset()
        philips(item, 4.0)
        frame.add_new(0x20050014, "LO", "Philips MR Imaging DD 005")
        frame.add_new(0x2005140F, "SQ", Sequence([item]))
    dataset.save_as(path)
    assert np.allclose(read_stack(list_stacks(tmp_path)[0]).voxels, image.voxels / 4)


def test_a_real_world_value_mapping_is_told_and_not_applied(tmp_path):
    image = write(tmp_path)

    def map_values(dataset: Dataset) -> None:
        unit, item = Dataset(), Dataset()
        unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = "ms", "UCUM", "ms"
        item.RealWorldValueSlope, item.RealWorldValueIntercept = 0.5, 1.0
        item.MeasurementUnitsCodeSequence = Sequence([unit])
        dataset.RealWorldValueMappingSequence = Sequence([item])

    edit(tmp_path, map_values)
    (stack,) = list_stacks(tmp_path)
    told = "slope 0.5, intercept 1, unit ms"
    assert stack.summary.acquisition["real world value"] == told
    assert np.array_equal(read_stack(stack).voxels, image.voxels)


def map_of(folder, change, word: str = "FAT_FRACTION"):
    """A fat fraction map with changed headers, read back; stored values are whole numbers."""
    stored = write(folder, dixon(word), 1)
    edit(folder, change)
    return stored, read_dicom_study(folder, "p").with_role(SeriesRole.AXIAL_FAT_FRACTION)


def real_world(dataset: Dataset, code: str, scheme: str = "UCUM", slope: float = 0.1) -> None:
    unit = Dataset()
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = code, scheme, "unit"
    item = Dataset()
    item.RealWorldValueSlope, item.RealWorldValueIntercept = slope, -5.0
    item.MeasurementUnitsCodeSequence = Sequence([unit])
    dataset.RealWorldValueMappingSequence = Sequence([item])


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("%", FractionUnit.PERCENT),
        ("[ppth]", FractionUnit.PER_MILLE),
        ("1", FractionUnit.SHARE),
    ],
)
def test_the_ucum_code_of_the_real_world_value_names_the_unit_and_its_slope_is_used(
    tmp_path, code, unit
):
    stored, found = map_of(tmp_path, lambda one: real_world(one, code))
    assert found.summary.fraction.unit is unit
    assert np.allclose(found.volume.voxels, stored.voxels * 0.1 - 5)


def test_rescale_type_pct_is_percent_by_the_rescale_slope(tmp_path):
    def change(one: Dataset) -> None:
        one.RescaleType, one.RescaleSlope, one.RescaleIntercept = "PCT", "0.1", "0"

    stored, found = map_of(tmp_path, change)
    assert found.summary.fraction.unit is FractionUnit.PERCENT
    assert np.allclose(found.volume.voxels, stored.voxels * 0.1)


@pytest.mark.parametrize("scheme", ["99PRIVATE", ""])
def test_a_unit_in_another_coding_scheme_is_not_read(tmp_path, scheme):
    _, found = map_of(tmp_path, lambda one: real_world(one, "%", scheme))
    assert found.summary.fraction.unit is None


def test_an_unspecified_rescale_type_leaves_the_unit_open(tmp_path):
    _, found = map_of(tmp_path, lambda one: setattr(one, "RescaleType", "US"))
    assert found.summary.fraction.unit is None
    assert "rescale type US" in found.summary.fraction.evidence


def test_slices_of_different_units_leave_it_open(tmp_path):
    def change(one: Dataset) -> None:
        one.RescaleType = "PCT" if int(one.InstanceNumber) == 1 else "US"

    _, found = map_of(tmp_path, change)
    assert found.summary.fraction.evidence == "its slices state different units"


@pytest.mark.parametrize(("word", "is_pdff"), [("PDFF", True), ("FAT_FRACTION", False)])
def test_only_a_map_that_says_pdff_is_one(tmp_path, word, is_pdff):
    _, found = map_of(tmp_path, lambda one: setattr(one, "RescaleType", "PCT"), word)
    assert found.summary.fraction.says_pdff is is_pdff


def test_an_enhanced_file_s_unit_is_read_from_its_frames(tmp_path):
    write(tmp_path, dixon("FAT_FRACTION"), 1)
    path = enhanced_of(tmp_path)

    def change(one: Dataset) -> None:
        for frame in one.PerFrameFunctionalGroupsSequence:
            frame.PixelValueTransformationSequence[0].RescaleType = "PCT"

    edit(path.parent, change)
    (found,) = read_dicom_study(tmp_path, "p").series
    assert found.summary.fraction.unit is FractionUnit.PERCENT
