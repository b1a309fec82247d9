"""Grades and norms as a report prints them."""

from dataclasses import replace

import pytest

from multifidus.domain.answers import NotAssessable
from multifidus.domain.case import CaseResult
from multifidus.domain.norms import NormComparison
from multifidus.files.results.case import case_from_json, case_to_json
from multifidus.files.results.references import GRADES, write_references
from multifidus.files.rules.grades import gradings_of
from multifidus.files.rules.norms import read_norms
from multifidus.files.yaml import read_settings
from multifidus.references.grades import grades_of
from multifidus.report.html import print_html
from multifidus.report.pdf import print_pdf
from multifidus.report.references import (
    grade_notes,
    grade_table,
    norm_notes,
    norm_table,
    percentile_words,
)
from tests.helpers.cases import finished_case
from tests.helpers.pages import page_of

NORM = read_norms("mri_fat")[1]
COMPARED = NormComparison("multifidus, fat", 27.2, NORM, 83.4, "by age", "the sexes")


def graded_case() -> CaseResult:
    """31.24 % of fat on 812.5 mm2 on the right, 20 % on 1000 mm2 on the left."""
    gradings = gradings_of(read_settings().grades)
    case = finished_case()
    return replace(
        case,
        grade_scales=tuple(grading.scale for grading in gradings),
        grades=grades_of(case.measurements, gradings),
        norm_comparisons=(COMPARED,),
        norms_not_assessable=(NotAssessable("multifidus, total area", "none <matches>"),),
    )


def test_a_scale_that_tells_a_grade_has_a_column_and_the_notes_say_why_others_tell_none():
    table = grade_table(graded_case())
    assert table.headings[3:] == ("Storheim variant 0-2",)
    assert table.rows == (("L4/5", "right and left", "25.0", "1"),)
    notes = grade_notes(graded_case())
    for scale in ("Goutallier 0-4", "Kjaer 0-2"):
        assert any(note.startswith(f"{scale} NOT ASSESSABLE: judged by eye") for note in notes)


def test_every_scale_is_printed_with_its_source_and_its_reasons():
    notes = grade_notes(graded_case())
    for words in ("s13018-019-1323-6", "1741-7015-5-2", "s12891-017-1505-5", "judged by eye"):
        assert any(words in note for note in notes), words


def test_a_norm_is_printed_with_n_z_percentile_match_and_source():
    (row,) = norm_table(graded_case()).rows
    assert row == (
        "multifidus, fat",
        "27.2",
        "20.8 (SD 6.4), n 20",
        "+1.00",
        "83",
        "by age; asymptomatic volunteers",
    )
    notes = " ".join(norm_notes(graded_case()))
    assert "10.3174/ajnr.A4596" in notes
    assert "norm NOT ASSESSABLE: none <matches>" in notes


@pytest.mark.parametrize(
    ("percentile", "words"), [(0.3, "below 1"), (50.4, "50"), (99.6, "above 99")]
)
def test_a_percentile_never_reads_0_or_100(percentile, words):
    assert percentile_words(replace(COMPARED, percentile=percentile)) == words


def test_the_report_prints_them_and_a_case_without_any_has_no_such_section():
    page = page_of(graded_case())
    html = print_html(page)
    assert "Grades and norms" in html
    assert "none &lt;matches&gt;" in html
    assert print_pdf(page).startswith(b"%PDF")
    assert "Grades and norms" not in print_html(page_of())


def test_a_case_with_grades_and_norms_comes_back_from_json_as_it_was(tmp_path):
    case = graded_case()
    assert case_from_json(case_to_json(case)) == case
    write_references(case, tmp_path)
    lines = (tmp_path / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == ",".join(GRADES.names)
    assert len(lines) == 1 + 2 + 2 + 1
    assert len((tmp_path / "norms.csv").read_text(encoding="utf-8").splitlines()) == 3
