"""Real labels in another tool's order: refused with the one they are in, right in that one."""

import numpy as np
import pandas as pd
import pytest

from multifidus.files.nifti import read_integers
from tests.helpers.command import multifidus

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def person(shared_data):
    """(water and fat options, label file) of a person whose labels are in the order of LPM."""
    folder = shared_data / "mri_dixon"
    images = [("--water", folder / "sub-TUM01_water.nii.gz")]
    images += [("--fat", folder / "sub-TUM01_fat.nii.gz")]
    return [part for pair in images for part in pair], folder / "sub-TUM01_labels.nii.gz"


def test_without_its_numbering_the_map_is_refused_and_nothing_is_written(person, tmp_path):
    images, labels = person
    done = multifidus("measure", *images, "--labels", labels, "-o", tmp_path / "wrong.csv")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "right muscles lie to the left of left ones on 29 of 29 labelled slices" in done.stderr
    assert done.stderr.rstrip().endswith("it looks like --numbering lpm")
    assert not list(tmp_path.iterdir())


def test_in_its_numbering_every_area_is_counted_from_the_right_value(person, tmp_path):
    images, labels = person
    output = tmp_path / "right.csv"
    done = multifidus("measure", *images, "--labels", labels, "--numbering", "lpm", "-o", output)
    assert done.returncode == 0, done.stderr
    values, geometry = read_integers(labels)
    table = pd.read_csv(output)
    for muscle, side, value in (("multifidus", "right", 2), ("multifidus", "left", 3)):
        rows = table[(table.muscle == muscle) & (table.side == side)]
        areas = rows.groupby("slice_index").total_csa_mm2.first()
        pixels = (values == value).sum(axis=(0, 1))
        expected = pixels[pixels > 0] * geometry.axial_pixel_area_mm2
        assert len(areas.dropna()) == np.count_nonzero(pixels)
        assert areas.to_numpy() == pytest.approx(expected, rel=1e-4)  # water's own header
