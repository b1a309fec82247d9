"""The table of changes between two examinations."""

import csv

import pytest

from multifidus.domain.anatomy import Muscle, Side, SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.change import LevelChange
from multifidus.domain.precision import KnownMdc
from multifidus.domain.quantities import Quantity
from multifidus.files.results.change import CHANGES

PLACE = (SpinalLevel.L4_L5, Muscle.ERECTOR_SPINAE, Side.LEFT)


def row_of(folder, later: float, mdc: KnownMdc | NotAssessable) -> dict[str, str]:
    change = LevelChange(*PLACE, Quantity.TOTAL_CSA, "", 1000.0, later, mdc)
    CHANGES.write([change], folder, subject_id="p1")
    with (folder / "changes.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    return row


@pytest.mark.parametrize(
    ("later", "beyond", "beyond_upper"),
    [(1015.0, "no", "no"), (985.0, "no", "no"), (975.0, "yes", "no"), (1050.0, "yes", "yes")],
)
def test_a_change_is_held_against_the_mdc_and_its_upper_end(tmp_path, later, beyond, beyond_upper):
    row = row_of(tmp_path, later, KnownMdc(20.0, 40.0, "L4/5", 9, 36))
    assert (row["subject_id"], row["level"], row["muscle"]) == ("p1", "L4/5", "erector_spinae")
    assert (row["quantity"], float(row["change"])) == ("total_csa_mm2", later - 1000)
    assert (row["mdc95"], row["mdc95_upper"], row["mdc95_subjects"]) == ("20.0", "40.0", "9")
    assert (row["exceeds_mdc95"], row["exceeds_mdc95_upper"]) == (beyond, beyond_upper)
    assert row["not_assessable"] == ""


def test_without_an_mdc_nothing_is_said_to_exceed_it_and_the_row_says_why(tmp_path):
    row = row_of(tmp_path, 1050.0, NotAssessable("minimal detectable change", "none is known"))
    assert {name for name, cell in row.items() if cell == ""} == {
        *("method", "mdc95", "mdc95_upper", "mdc95_level", "mdc95_subjects"),
        *("exceeds_mdc95", "exceeds_mdc95_upper"),
    }
    assert row["not_assessable"] == "none is known"
