"""Outlines of a site from which a network would learn something wrong are refused."""

from pathlib import Path

import numpy as np
import pytest

from multifidus.domain.anatomy import LABEL_OF
from multifidus.domain.errors import GeometryError, InputError, UsageError
from multifidus.domain.volume import LabelMap, Volume
from multifidus.training.cases import site_slices
from multifidus.training.own_labels import require_teachable
from tests.helpers.labelled_tables import write_case, write_table
from tests.helpers.phantoms import (
    LEFT_ES,
    LEFT_MF,
    RIGHT_ES,
    RIGHT_MF,
    axial_geometry,
    box_labels,
)

GRID = axial_geometry((40, 30, 3))


def changed(values: dict[int, int], slice_index: int | slice = slice(None)) -> LabelMap:
    """Boxes on three slices, some of their values replaced on one or on all of them."""
    voxels = box_labels(GRID).voxels.copy()
    before = voxels.copy()
    for old, new in values.items():
        plane = voxels[..., slice_index]
        plane[before[..., slice_index] == old] = new
    return LabelMap(voxels, GRID)


def value(structure) -> int:
    return LABEL_OF[structure]


SWAPPED = {value(a): value(b) for a, b in ((RIGHT_MF, LEFT_MF), (LEFT_MF, RIGHT_MF))}


def test_both_muscles_on_both_sides_are_taught():
    require_teachable(box_labels(GRID), "labels.nii.gz")


def test_a_slice_without_outlines_is_no_fault_of_the_others():
    everything = {value(one): 0 for one in (RIGHT_MF, LEFT_MF, RIGHT_ES, LEFT_ES)}
    require_teachable(changed(everything, 0), "labels.nii.gz")


def test_sides_exchanged_on_one_slice_alone_are_refused_with_its_number():
    with pytest.raises(GeometryError, match=r"a\.nii\.gz: right muscles lie .* on slice 2"):
        require_teachable(changed(SWAPPED, 2), "a.nii.gz")


def test_a_muscle_outlined_nowhere_is_refused():
    with pytest.raises(InputError, match=r"a\.nii\.gz: erector spinae is outlined nowhere"):
        require_teachable(changed({value(RIGHT_ES): 0, value(LEFT_ES): 0}), "a.nii.gz")


def test_a_muscle_outlined_on_one_side_of_a_slice_is_refused():
    with pytest.raises(InputError, match="multifidus is outlined on one side alone on slice 1"):
        require_teachable(changed({value(LEFT_MF): 0}, 1), "a.nii.gz")


def test_a_table_with_such_outlines_is_refused_with_the_file_s_name(tmp_path: Path):
    image = Volume(np.random.default_rng(1).random(GRID.shape).astype(np.float32), GRID)
    rows = [write_case(tmp_path, "s1", (image,), box_labels(GRID))]
    assert len(site_slices(write_table(tmp_path / "table.csv", rows))) == GRID.shape[2]
    rows.append(write_case(tmp_path, "s2", (image,), changed(SWAPPED, 2)))
    with pytest.raises(GeometryError, match=r"s2_labels\.nii\.gz"):
        site_slices(write_table(tmp_path / "table.csv", rows))


def test_a_picture_without_its_pixel_size_is_refused(tmp_path: Path):
    for name in ("a.png", "a_labels.png"):
        (tmp_path / name).write_bytes(b"")
    row = {"subject": "s1", "image": "a.png", "labels": "a_labels.png"}
    with pytest.raises(UsageError, match="give it in column 'pixel_mm'"):
        site_slices(write_table(tmp_path / "table.csv", [row]))
