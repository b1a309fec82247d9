from pathlib import Path

import pytest

from multifidus.domain.errors import InputError
from multifidus.domain.record import Said
from multifidus.domain.settings import ClinicalSettings, TableFormat
from multifidus.files.clinical.source import open_source, read_clinical_data
from multifidus.files.clinical.table import read_said, rows_of_file
from tests.helpers.events import write

SETTINGS = ClinicalSettings(odi_max_missing=1)
TABLE = TableFormat()
ANSWERS = """subject_id,visit,question,answer,said_by,said_on
P1,baseline,age_years,54,nurse,2026-05-04
P1,baseline,imaging_confirms_mf_dysfunction,yes,radiologist,2026-04-30
P1,baseline,nrs,7,,
P1,baseline,odi_total_pct,,,
P1,month 12,nrs,3,the person,2027-05-04
P2,baseline,coagulopathy,no,,2026-05-06
"""


def test_answers_one_a_row_are_the_clinical_table_that_they_come_to(tmp_path: Path) -> None:
    path = write(tmp_path, "answers.csv", ANSWERS)
    header, *rows = list(rows_of_file(path, TABLE))
    assert header[1][:4] == ["subject_id", "visit", "age_years", "imaging_confirms_mf_dysfunction"]
    assert [line for line, _ in rows] == [2, 6, 7]
    data = read_clinical_data(path, SETTINGS)
    first = data.record_of("P1")
    assert (first.visit, first.age_years, first.nrs) == ("baseline", 54, 7)
    assert first.facts["imaging_confirms_mf_dysfunction"] is True
    assert first.odi_total_pct is None
    assert data.record_of("P2").facts["coagulopathy"] is False


def test_who_said_it_and_when_stays_with_the_answer(tmp_path: Path) -> None:
    data = read_clinical_data(write(tmp_path, "answers.csv", ANSWERS), SETTINGS)
    said = data.record_of("P1").said
    assert said["imaging_confirms_mf_dysfunction"] == Said("radiologist", "2026-04-30")
    assert "nrs" not in said
    assert said["age_years"].words == "said by nurse on 2026-05-04"
    assert data.record_of("P2").said["coagulopathy"].words == "said on 2026-05-06"


def test_a_clinical_table_has_nobody_who_said_it(tmp_path: Path) -> None:
    path = write(tmp_path, "clinical.csv", "subject_id,nrs\nP1,7\n")
    assert read_said(path, TABLE) == {}
    assert read_clinical_data(path, SETTINGS).record_of("P1").said == {}


def test_two_different_answers_to_one_question_reject_that_visit_and_none_is_chosen(
    tmp_path: Path,
) -> None:
    text = ANSWERS + "P1,baseline,coagulopathy,no,,\nP1,baseline,coagulopathy,yes,surgeon,\n"
    path = write(tmp_path, "answers.csv", text)
    rows = list(open_source(path, SETTINGS).rows())
    assert [row.record is None for row in rows] == [True, False, False]
    assert rows[0].problems[0].words.startswith("row 2, column coagulopathy: found 'no / yes'")
    same = write(tmp_path, "same.csv", ANSWERS + "P1,baseline,nrs,7,surgeon,\n")
    assert read_clinical_data(same, SETTINGS).record_of("P1").nrs == 7


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("P1,baseline,nrss,7,,", "row 8: unknown question 'nrss'; did you mean 'nrs'?"),
        ("P1,baseline,visit,7,,", "row 8: unknown question 'visit'"),
        ("P1,baseline,nrs", "row 8: 3 cells, expected 6"),
    ],
)
def test_what_is_no_answer_is_told_with_its_line(tmp_path: Path, row: str, says: str) -> None:
    path = write(tmp_path, "answers.csv", f"{ANSWERS}{row}\n")
    with pytest.raises(InputError, match=says):
        open_source(path, SETTINGS)


def test_a_date_of_saying_is_read_as_the_site_declares_or_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "answers.csv", ANSWERS + "P2,baseline,nrs,7,,06.05.2026\n")
    with pytest.raises(InputError, match=r"row 8, column said_on: found .06\.05\.2026."):
        read_said(path, TABLE)
    said = read_said(path, TableFormat(dates="dmy"))
    assert said["P2", "baseline"]["nrs"].on == "2026-05-06"


def test_an_unknown_column_beside_answers_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "answers.csv", "subject_id,question,answer,doctor\n")
    with pytest.raises(InputError, match="unknown column 'doctor'"):
        list(rows_of_file(path, TABLE))
