"""Two examinations of one person: what changed, beside what the site can tell from error."""

from dataclasses import replace

import numpy as np
import pytest

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.answers import NotAssessable
from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.precision import Precision, Sem
from multifidus.domain.quantities import Quantity
from multifidus.files.results.agreement import PRECISION
from multifidus.files.results.case import write_case
from multifidus.report.change import changes_table, comparison_notes
from multifidus.tasks.compare import compare_results, pictures_of, save
from tests.helpers.cases import finished_case, later_case


@pytest.fixture
def folders(tmp_path):
    write_case(finished_case(), tmp_path / "first" / "result.json")
    write_case(later_case(), tmp_path / "later" / "result.json")
    return tmp_path / "first", tmp_path / "later"


@pytest.fixture
def precision(tmp_path):
    """MDC95 of the total area 13.86 mm2 at L4/5 and 8.3 in all; of fat 2.77 points in all."""
    return precision_file(tmp_path, people=9)


def precision_file(folder, people: int):
    nothing = NotAssessable("x", "not asked")

    def row(quantity: Quantity, method: str, level: str, sem: float) -> Precision:
        told = (nothing, nothing, Sem(sem, sem / 2, 2 * sem))
        return Precision(quantity, method, Muscle.MULTIFIDUS, level, people, 36, 500.0, *told)

    rows = [
        row(Quantity.TOTAL_CSA, "", "", 3.0),
        row(Quantity.TILT_CORRECTED_CSA, "", "", 9.0),
        row(Quantity.TILT_CORRECTED_CSA, "", "L4/5", 0.1),
        row(Quantity.TOTAL_CSA, "", "L4/5", 5.0),
        row(Quantity.FAT_FRACTION, "dixon_ratio_of_sums", "", 1.0),
    ]
    PRECISION.write(rows, folder, about="two scans a week apart")
    return folder / "precision.csv"


def change(comparison, quantity: str, side: Side, method: str = ""):
    return next(
        one
        for one in comparison.changes
        if (one.quantity, one.side, one.method) == (quantity, side, method)
    )


def test_without_a_precision_no_change_is_called_real(folders):
    found = compare_results(*folders)
    area = change(found, "total_csa_mm2", Side.RIGHT)
    assert (area.earlier, area.later, area.change) == (812.5, 800.0, -12.5)
    assert {one.exceeds_mdc for one in found.changes} == {area.mdc}
    assert "no minimal detectable change is known" in area.mdc.reason
    assert all(row[-1] == "NOT ASSESSABLE" for row in changes_table(found.changes).rows)
    assert any("none is published in the sources read" in note for note in comparison_notes(found))


def test_the_larger_of_the_level_s_and_of_all_levels_precision_counts(folders, precision):
    found = compare_results(*folders, precision)
    area = change(found, "total_csa_mm2", Side.RIGHT)
    assert area.mdc.value == pytest.approx(1.96 * 2**0.5 * 5)
    assert area.mdc.level == "L4/5"
    assert area.exceeds_mdc is False
    fat = change(found, "fat_signal_fraction_pct", Side.RIGHT, "dixon_ratio_of_sums")
    assert fat.change == pytest.approx(3.76)
    assert (fat.exceeds_mdc, fat.exceeds_upper_end) == (True, False)
    assert fat.mdc.level == ""
    assert change(found, "total_csa_mm2", Side.LEFT).exceeds_mdc is False
    tilted = change(found, "tilt_corrected_csa_mm2", Side.RIGHT)  # half of it: cos 60
    assert tilted.change == pytest.approx(-6.25)
    assert (tilted.mdc.level, tilted.exceeds_mdc) == ("", False)
    other = change(found, "fat_signal_fraction_pct", Side.RIGHT, "dixon_mean_of_ratios")
    assert "holds none for" in other.exceeds_mdc.reason
    assert any("two scans a week apart" in note for note in comparison_notes(found))


def test_one_person_s_readings_are_no_precision_of_a_site(folders, tmp_path):
    found = compare_results(*folders, precision_file(tmp_path, people=1))
    area = change(found, "total_csa_mm2", Side.RIGHT)
    assert area.exceeds_mdc.reason == "the precision file rests on one person's readings"


def test_what_only_one_examination_holds_is_told_not_guessed(folders):
    (right, _) = later_case().measurements
    write_case(replace(later_case(), measurements=(right,)), folders[1] / "result.json")
    found = compare_results(*folders)
    assert {one.side for one in found.changes} == {Side.RIGHT}
    assert found.missing
    assert all("was measured earlier only" in one.reason for one in found.missing)


@pytest.mark.parametrize(
    ("other", "error", "says"),
    [
        (replace(later_case(), subject_id="someone"), UsageError, "two persons"),
        (finished_case(), UsageError, "the same result"),
        (
            replace(later_case(), method=replace(later_case().method, segmented_on=("T2",))),
            InputError,
            "the contrast differs, 'water' and 'T2'",
        ),
        (
            replace(
                later_case(), method=replace(later_case().method, roi_definition="muscle_boundary")
            ),
            InputError,
            "the border differs",
        ),
        (
            replace(later_case(), method=replace(later_case().method, lateral_border="lateral")),
            InputError,
            "the border differs, 'fascial, as_taught' and 'fascial, lateral'",
        ),
        (
            replace(later_case(), method=replace(later_case().method, segmentation="net 2")),
            InputError,
            "the network differs",
        ),
        (replace(later_case(), measurements=()), InputError, "no level and muscle was measured"),
    ],
)
def test_a_difference_of_person_or_method_is_refused(folders, other, error, says):
    write_case(other, folders[1] / "result.json")
    with pytest.raises(error, match=says):
        compare_results(*folders)


def test_other_differences_of_the_examinations_are_named(folders):
    series = finished_case().series[0]
    changed = replace(series, acquisition={"TE ms": "4.6"}, spacing_mm=(0.7, 0.7, 5.0))
    other = replace(later_case(), series=(changed,), software_version="0.2.0")
    write_case(other, folders[1] / "result.json")
    notes = compare_results(*folders).notes
    assert "axial Dixon water: TE ms 2.3, later 4.6." in notes
    assert "axial Dixon water: voxels 1.40 x 1.40 x 5.00 mm, later 0.70 x 0.70 x 5.00 mm." in notes
    assert "Analysed by Multifidus 0.1.0 and 0.2.0." in notes
    assert any("Later: levels are in doubt: the sacrum" in note for note in notes)


def test_both_overlays_stand_beside_each_other_and_a_missing_one_is_named(folders, tmp_path):
    from tests.helpers.pages import overlay, pixels

    for folder in folders:
        (folder / "figures").mkdir()
        (folder / "figures" / "level_L4-5.png").write_bytes(overlay())
    found = compare_results(*folders)
    (picture,), missing = pictures_of(found)
    assert missing == []
    shown = pixels(picture.png)
    red = (shown[..., 0] > 0.9) & (shown[..., 1] < 0.5) & (shown[..., 2] < 0.5)
    columns = np.nonzero(red)[1]
    half = shown.shape[1] / 2
    assert (columns < half).sum() == pytest.approx((columns >= half).sum(), rel=0.1)
    (folders[1] / "figures" / "level_L4-5.png").unlink()
    pictures, (gone,) = pictures_of(found)
    assert pictures == []
    assert "later/figures/level_L4-5.png is not there" in gone.reason
    for name in ("one", "two"):
        save(found, [picture], tmp_path / name)
    for name in ("changes.csv", "comparison.json", "figures/level_L4-5.png"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
