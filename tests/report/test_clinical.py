from multifidus.clinical.exams import examinations_of
from multifidus.clinical.score import scores_of
from multifidus.domain.record import ClinicalRecord, ExamResult
from multifidus.domain.settings import ClinicalSettings
from multifidus.files.rules.instruments import read_clinical_tables
from multifidus.report.clinical import examination_table, score_table

TABLES = read_clinical_tables()
RECORD = ClinicalRecord(
    "P1",
    nrs=7,
    eq5d_5l_state="21232",
    opioid_doses={"oxycodone": 20},
    buprenorphine_taken=True,
    mt3=ExamResult.NEGATIVE,
    mt3_definition="three lifts held",
)


def test_each_score_is_shown_with_range_direction_and_how_sure_its_source_is() -> None:
    rows = {row[0]: row for row in score_table(scores_of(RECORD, ClinicalSettings(1), TABLES)).rows}
    assert rows["ODI 2.1a"][1].startswith("not assessable: no ODI answers")
    assert rows["NRS low back pain"][1:3] == ("7 of 10", "0 to 10, higher is worse")
    assert rows["EQ-5D-5L index, USA"][1:4] == (
        "0.681",
        "-0.573 to 1, lower is worse",
        "state 21232",
    )
    assert "Pickard 2019" in rows["EQ-5D-5L index, USA"][4]
    opioids = rows["Opioids, morphine equivalent"]
    assert opioids[1].startswith("30 mg/day; buprenorphine is taken and not in the total")
    assert opioids[2] == "0 or more, higher is worse"
    assert opioids[4].endswith("(seen)")
    assert "PHQ-9" not in rows


def test_an_examination_is_shown_with_what_it_does_not_predict() -> None:
    (row,) = examination_table(examinations_of(RECORD, TABLES.exams)).rows
    assert row[:3] == ("MT3", "negative", "as this site defines it: three lifts held")
    assert row[3].startswith("none published [") and row[3].endswith("(seed)]")
    assert "no published definition was found" in row[4]


def test_a_note_is_shown_also_where_there_is_no_score() -> None:
    answers = {"phq9": (None,) * 8 + (2,)}
    scores = scores_of(ClinicalRecord("P1", answers=answers), ClinicalSettings(1), TABLES)
    (shown,) = (row[1] for row in score_table(scores).rows if row[0] == "PHQ-9")
    assert shown == (
        "not assessable: 8 of 9 items unanswered, none may be; "
        "item 9 is above 0: a clinician must read that answer"
    )
