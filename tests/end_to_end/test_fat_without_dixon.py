"""Studies with T1 or T2 alone: fat is told by brightness, said to be so, or refused."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from multifidus.domain.anatomy import Side
from multifidus.domain.volume import LabelMap, Volume
from multifidus.files.nifti import write_labels, write_volume
from tests.helpers.command import multifidus
from tests.helpers.phantom_people import LABELLED, person, scanned

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fatty():
    return person(35, 1.0)


def measure(folder, image_name: str):
    """(table, printed words) of `multifidus measure` on that image of the folder."""
    result = multifidus(
        *("measure", folder / image_name, "--labels", folder / "labels.nii.gz"),
        *("-o", folder / "table.csv"),
    )
    assert result.returncode == 0, result.stderr
    return pd.read_csv(folder / "table.csv"), result.stdout


def write_study(one, folder, image: Volume, name: str) -> None:
    labels = np.where(np.isin(one.labels, LABELLED), one.labels, 0)
    write_volume(image, folder / name)
    write_labels(LabelMap(labels, one.grid), folder / "labels.nii.gz")


@pytest.mark.parametrize("contrast", ["T1", "T2"])
def test_the_fattier_side_is_told_from_one_weighted_image(fatty, tmp_path, contrast):
    name = f"axial_{contrast.lower()}.nii.gz"
    write_study(fatty, tmp_path, scanned(fatty, contrast, 0.4, 20), name)
    table, words = measure(tmp_path, name)
    lead = table.query("muscle == 'multifidus' and method == 't1t2_reference_signal'")
    mean = lead.groupby("side").fat_signal_fraction_pct.mean()
    truth = {s: np.mean([v for (_, one), v in fatty.truth_pct.items() if one is s]) for s in Side}
    assert mean["right"] > mean["left"]
    assert mean["right"] == pytest.approx(truth[Side.RIGHT], abs=5)
    assert mean["left"] == pytest.approx(truth[Side.LEFT], abs=5)
    assert (lead.fat_low_pct <= lead.fat_signal_fraction_pct).all()
    assert (lead.fat_signal_fraction_pct <= lead.fat_high_pct).all()
    assert lead.muscle_to_fat_signal_ratio.between(0.2, 0.8).all()
    assert "fat fraction NOT ASSESSABLE" not in words


def test_an_image_of_unknown_contrast_has_areas_and_no_fat(fatty, tmp_path):
    write_study(fatty, tmp_path, scanned(fatty, "T2", 0, 20), "scan.nii.gz")
    table, words = measure(tmp_path, "scan.nii.gz")
    assert table.fat_signal_fraction_pct.isna().all()
    assert (table.total_csa_mm2 > 0).all()
    assert "fat fraction NOT ASSESSABLE: the image's contrast is not known" in words


def test_a_fat_suppressed_t2_has_areas_and_no_fat(fatty, tmp_path):
    image = scanned(fatty, "T2", 0, 20)
    dark_fat = np.where(image.voxels > 800, 0.2 * image.voxels, image.voxels)
    write_study(fatty, tmp_path, Volume(dark_fat, image.geometry), "axial_t2.nii.gz")
    table, words = measure(tmp_path, "axial_t2.nii.gz")
    assert table.fat_signal_fraction_pct.isna().all()
    (line,) = [one for one in words.splitlines() if one.startswith("fat fraction NOT ASSESSABLE")]
    assert "needed" in line


def test_a_study_with_t2_alone_gets_a_report_that_says_what_its_fat_is(tmp_path):
    sample = Path(__file__).parents[2] / "data_samples" / "sample-02"
    for series in ("axial_t2", "sagittal_t2"):
        shutil.copytree(sample / series, tmp_path / "study" / series)
    result = multifidus("analyze", tmp_path / "study", "-o", tmp_path / "out")
    assert result.returncode == 0, result.stderr
    table = pd.read_csv(tmp_path / "out" / "measurements.csv")
    lead = table.query("muscle == 'multifidus' and method == 't1t2_reference_signal'")
    sides = lead.pivot_table("fat_signal_fraction_pct", index="level", columns="side")
    assert len(sides) == 5
    assert (sides.right > sides.left).all()  # 45 and 30 % by Dixon
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "share of fat told by T2 brightness" in report
    assert "no Dixon fraction and no PDFF" in report
    assert "signal fat fraction of the Dixon" not in report
