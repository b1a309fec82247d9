"""The table of measurements as REDCap's data dictionary and import file."""

import csv
import re

import pytest

from multifidus.domain.anatomy import Side
from multifidus.domain.muscle_row import case_rows, section_rows
from multifidus.files.results.measurements import MEASUREMENTS
from multifidus.files.results.redcap import (
    PERSON,
    RECORD_ID,
    REPEATED,
    write_redcap,
    write_redcap_dictionary,
)
from tests.helpers.cases import finished_case, section


def rows_of(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def dictionary(tmp_path) -> list[dict[str, str]]:
    write_redcap_dictionary(tmp_path / "d.csv")
    return rows_of(tmp_path / "d.csv")


@pytest.fixture
def imported(tmp_path) -> list[dict[str, str]]:
    other = section(Side.LEFT, 0.00001, 1 / 3, 18)
    rows = case_rows(finished_case()) + section_rows("p2", "", other)
    write_redcap(rows, tmp_path / "m.csv")
    return rows_of(tmp_path / "m.csv")


def test_the_dictionary_has_redcaps_18_columns_and_legal_names(dictionary):
    assert len(dictionary[0]) == 18
    assert next(iter(dictionary[0])) == "Variable / Field Name"
    names = [row["Variable / Field Name"] for row in dictionary]
    forms = [row["Form Name"] for row in dictionary]
    for name in names + forms:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert "__" not in name and not name.endswith("_")
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 26  # REDCap's advice; it refuses more than 100


def test_the_record_id_comes_first_on_an_instrument_that_need_not_repeat(dictionary):
    assert dictionary[0]["Variable / Field Name"] == RECORD_ID
    forms = [row["Form Name"] for row in dictionary]
    assert forms == [PERSON] + [REPEATED] * (len(MEASUREMENTS.columns) - 1)


def test_numbers_are_validated_as_numbers_within_their_limits(dictionary):
    by_name = {row["Variable / Field Name"]: row for row in dictionary}
    kind = "Text Validation Type OR Show Slider Number"
    limits = ("Text Validation Min", "Text Validation Max")
    for column in MEASUREMENTS.columns[1:]:
        wanted = column.kind if column.kind in ("number", "integer") else ""
        assert by_name[column.name][kind] == wanted
        assert by_name[column.name]["Field Note"] == column.unit
    assert [by_name["fat_signal_fraction_pct"][limit] for limit in limits] == ["0", "100"]
    assert [by_name["stack"][limit] for limit in limits] == ["1", ""]
    assert by_name["muscle_to_fat_signal_ratio"]["Text Validation Min"] == ""


def test_every_record_and_repeat_comes_once_and_counts_from_1(imported):
    keys = [(row[RECORD_ID], row["redcap_repeat_instance"]) for row in imported]
    assert len(set(keys)) == len(keys)
    subject = finished_case().subject_id
    assert keys == [(subject, str(n)) for n in (1, 2, 3, 4)] + [("p2", "1"), ("p2", "2")]
    assert {row["redcap_repeat_instrument"] for row in imported} == {REPEATED}


def test_every_column_of_the_import_is_redcaps_own_or_in_the_dictionary(imported, dictionary):
    names = [row["Variable / Field Name"] for row in dictionary]
    own = ["redcap_repeat_instrument", "redcap_repeat_instance"]
    assert list(imported[0]) == [names[0], *own, *names[1:], f"{REPEATED}_complete"]


def test_choices_hold_every_value_that_is_imported(imported, dictionary):
    for field in dictionary:
        choices = field["Choices, Calculations, OR Slider Labels"]
        if field["Field Type"] == "dropdown":
            codes = [one.split(", ")[0] for one in choices.split(" | ")]
            assert all(re.fullmatch(r"[a-z0-9_]+", code) for code in codes)
            assert {row[field["Variable / Field Name"]] for row in imported} <= {*codes, ""}
        else:
            assert choices == ""


def test_numbers_come_in_full_without_an_exponent(imported):
    assert imported[4]["total_csa_mm2"] == "0.00001"
    assert float(imported[4]["fat_signal_fraction_pct"]) == 1 / 3


def test_measurements_come_in_as_unverified(imported):
    assert {row[f"{REPEATED}_complete"] for row in imported} == {"1"}
