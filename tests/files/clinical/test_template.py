import csv
from pathlib import Path

import pytest

from multifidus.domain.errors import UsageError
from multifidus.domain.settings import ClinicalSettings
from multifidus.files.clinical.columns import COLUMN_OF
from multifidus.files.clinical.source import read_clinical_data
from multifidus.files.clinical.table import columns_of
from multifidus.files.clinical.template import write_template


def test_the_template_has_every_column_and_reads_once_a_row_is_in_it(tmp_path: Path) -> None:
    table, _ = write_template(tmp_path)
    assert columns_of(table) == tuple(COLUMN_OF)
    with table.open("a", encoding="utf-8") as file:
        file.write("P1" + "," * (len(COLUMN_OF) - 1) + "\n")
    assert read_clinical_data(table, ClinicalSettings(1)).records[0].subject_id == "P1"


def test_the_dictionary_says_of_every_column_what_a_cell_holds(tmp_path: Path) -> None:
    _, dictionary = write_template(tmp_path)
    with dictionary.open(encoding="utf-8-sig") as file:
        rows = {row["column"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(COLUMN_OF)
    assert all(row["a cell holds"] and row["meaning"] for row in rows.values())
    assert (rows["lbp_vas_mm"]["unit"], rows["lbp_vas_mm"]["high"]) == ("mm", "100")


def test_a_table_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "clinical.csv").write_text("subject_id\nP1\n")
    with pytest.raises(UsageError, match="nothing was written over"):
        write_template(tmp_path)
    assert (tmp_path / "clinical.csv").read_text() == "subject_id\nP1\n"
