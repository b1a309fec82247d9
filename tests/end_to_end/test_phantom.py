"""The sample studies' phantom, whose truth is known, through `measure` with its true labels."""

import pandas as pd
import pytest

from multifidus.domain.study import SeriesRole
from multifidus.files.nifti import write_labels, write_volume
from multifidus.simulation.samples import SAMPLE_STUDIES, image_sample
from tests.helpers.command import multifidus

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=SAMPLE_STUDIES, ids=lambda sample: sample.name)
def measured(request, tmp_path_factory):
    """(table of `multifidus measure`, truth rows) of one sample study."""
    study = image_sample(request.param)
    folder = tmp_path_factory.mktemp("phantom")
    write_volume(study.volumes[SeriesRole.AXIAL_WATER], folder / "water.nii.gz")
    write_volume(study.volumes[SeriesRole.AXIAL_FAT], folder / "fat.nii.gz")
    write_labels(study.muscle_labels, folder / "labels.nii.gz")
    write_labels(study.level_labels, folder / "levels.nii.gz")
    result = multifidus(
        *("measure", "--water", folder / "water.nii.gz", "--fat", folder / "fat.nii.gz"),
        *("--labels", folder / "labels.nii.gz", "--levels", folder / "levels.nii.gz"),
        *("-o", folder / "table.csv"),
    )
    assert result.returncode == 0, result.stderr
    return pd.read_csv(folder / "table.csv"), study.truth


def rows_of(table: pd.DataFrame, row, method: str) -> pd.Series:
    chosen = table.query(
        "level == @row.level.value and muscle == @row.muscle.value and side == @row.side.value "
        "and method == @method"
    )
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_every_level_muscle_and_side_is_measured_on_the_true_slice(measured):
    table, truth = measured
    assert len(table) == 3 * len(truth)  # two ratios, and one without the noise floor
    for row in truth:
        assert rows_of(table, row, "dixon_ratio_of_sums").slice_index == row.slice_index


def test_areas_lie_within_1_pct_of_the_truth(measured):
    table, truth = measured
    for row in truth:
        found = rows_of(table, row, "dixon_ratio_of_sums").total_csa_mm2
        assert found == pytest.approx(row.area_mm2, rel=0.01), row


def test_fat_fractions_lie_within_1_point_of_the_truth(measured):
    table, truth = measured
    for row in truth:
        sums = rows_of(table, row, "dixon_ratio_of_sums").fat_signal_fraction_pct
        mean = rows_of(table, row, "dixon_mean_of_ratios").fat_signal_fraction_pct
        corrected = rows_of(table, row, "dixon_ratio_of_sums_noise_corrected")
        assert sums == pytest.approx(100 * row.fat_fraction, abs=1.0), row
        assert corrected.fat_signal_fraction_pct == pytest.approx(sums, abs=0.5)  # SNR 250
        assert mean == pytest.approx(100 * row.fat_fraction_mean_of_ratios, abs=1.0), row
