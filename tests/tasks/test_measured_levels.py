"""Levels that come with the images: tables of slices, and label maps of other programs."""

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.errors import InputError
from multifidus.domain.spine import LevelSource
from multifidus.domain.volume import Geometry, Volume
from multifidus.files.image_files import ImageFiles
from multifidus.files.nifti import write_labels, write_volume
from multifidus.simulation.phantom import random_axial_slices
from multifidus.tasks.measure import LabelFiles, measure_files
from multifidus.tasks.request import request_of
from multifidus.tasks.study import analyse_study
from tests.helpers.phantoms import axial_geometry, box_labels, water_and_fat

STACK = axial_geometry((40, 30, 15))
"""Slices 4 mm apart; the middle of the first lies at -30 mm."""


@pytest.fixture
def measured(tmp_path):
    """Measures the phantom at the levels of a file; (slice of each level, words)."""
    labels = box_labels(STACK)
    write_volume(water_and_fat(labels, {})[0], tmp_path / "image.nii.gz")
    write_labels(labels, tmp_path / "labels.nii.gz")

    def measure(levels, params: str = ""):
        own = tmp_path / "own.yml"
        own.write_text(params, encoding="utf-8")
        files = tmp_path / "image.nii.gz", tmp_path / "labels.nii.gz", tmp_path / "table.csv"
        words = measure_files(ImageFiles(files[0]), LabelFiles(files[1], levels), own, files[2])
        table = pd.read_csv(files[2])
        return dict(zip(table["level"], table["slice_index"], strict=True)), words

    return measure


def test_a_table_of_slices_names_the_level_of_each(measured, tmp_path):
    table = tmp_path / "read.csv"
    table.write_text("level,slice\nL4/5,2\nL3/4,11\n", encoding="utf-8")
    slices, words = measured(table)
    assert slices == {"L4/5": 2, "L3/4": 11}
    not_told = ["L1/2", "L2/3", "L5/S1", "fat"]  # the image's name states no contrast
    told = [line for line in words if "look at the outline" not in line]  # small boxes
    assert sorted(line.split()[0] for line in told) == not_told


def test_a_table_of_heights_names_the_nearest_slice(measured, tmp_path):
    table = tmp_path / "read.csv"
    table.write_text("level,z_mm\nL4/5,-21.0\n", encoding="utf-8")
    assert measured(table)[0] == {"L4/5": 2}


def test_a_table_with_a_slice_beyond_the_stack_is_refused(measured, tmp_path):
    table = tmp_path / "read.csv"
    table.write_text("level,slice\nL4/5,15\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"line 2: slice '15'; expected .* from 0 .* to 14"):
        measured(table)


def whole_vertebrae(path) -> None:
    """L4 and L5 as TotalSpineSeg writes them, 26 mm high, 8 mm apart, arches 8 mm lower behind."""
    grid = Geometry((20, 80, 90), np.diag([2.0, 1, 1, 1]))
    affine = np.array(grid.affine)
    affine[:3, 3] = (-20, -60, -45)
    voxels = np.zeros(grid.shape, np.int16)
    for value, low in ((45, 15), (44, 49)):
        voxels[2:18, 45:75, low : low + 26] = value
        for side in (slice(3, 6), slice(14, 17)):
            voxels[side, 20:45, low + 13 : low + 24] = value
        voxels[3:17, 5:20, low - 8 : low + 20] = value
    nib.save(nib.Nifti1Image(voxels, affine), path)


def test_a_label_map_of_totalspineseg_gives_the_slice_between_its_bodies(measured, tmp_path):
    """The disc's centre lies at -0.5 mm, 7.4 slice steps above the first slice's middle."""
    levels = tmp_path / "spine_levels.nii.gz"
    whole_vertebrae(levels)
    slices, _ = measured(levels, "levels: {numbering: totalspineseg}")
    assert slices == {"L4/5": 7}


def test_without_its_numbering_that_label_map_is_refused(measured, tmp_path):
    levels = tmp_path / "spine_levels.nii.gz"
    whole_vertebrae(levels)
    with pytest.raises(InputError, match="level label values 44, 45 are not in the numbering"):
        measured(levels)


def test_a_table_in_the_study_s_folder_names_its_slices(tmp_path):
    phantom = random_axial_slices(np.random.default_rng(77), 3, 1.25)
    spacing = phantom.grid.spacing_mm
    geometry = Geometry(phantom.t2.shape, np.diag([*spacing[:2], 4.0, 1.0]))
    write_volume(Volume(phantom.t2, geometry), tmp_path / "p_t2.nii.gz")
    (tmp_path / "levels.csv").write_text("level,slice\nL4/5,1\n", encoding="utf-8")
    (placed,) = analyse_study(request_of(str(tmp_path), "p")).result.level_slices
    assert (placed.level, placed.slice_index) == (SpinalLevel.L4_L5, 1)
    assert placed.source is LevelSource.PARAMETERS
