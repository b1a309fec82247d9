"""One person's course in sentences, tables and a page."""

from pathlib import Path

import pytest

from multifidus.domain.follow_up import FollowUp
from multifidus.report.follow_up.definitions import (
    open_lines,
    responder_tables,
    source_lines,
    yardstick_tables,
)
from multifidus.report.follow_up.page import follow_up_page
from multifidus.report.follow_up.short import short_lines
from multifidus.report.follow_up.tables import event_table, score_tables
from multifidus.report.html import print_html
from multifidus.report.pictures.follow_up import course_pictures
from multifidus.tasks.follow_up import Inputs, follow_up
from multifidus.tasks.report import wording
from tests.helpers.events import EVENTS, VISITS, write


@pytest.fixture
def found(tmp_path: Path) -> FollowUp:
    """The course of person A of the made-up tables."""
    visits = write(tmp_path, "visits.csv", VISITS)
    return follow_up("A", Inputs(visits, write(tmp_path, "events.csv", EVENTS)))


def test_the_sentences_tell_use_harm_and_why_the_system_was_taken_out(found: FollowUp) -> None:
    text = " ".join(short_lines(found))
    assert "50.0 % over 120 days (day 120)" in text
    assert "Adverse events on record: 1; serious: 1." in text
    assert "Explant, 2025-06-01: lack of benefit." in text
    assert "2 years (24.2), system out" in text
    assert "ODI: 44.0 at the baseline, 40.0 points at 2 years (-4.0); better, within the" in text


def test_the_tables_hold_scores_yardsticks_answers_and_number_their_sources(
    found: FollowUp,
) -> None:
    (scores,) = score_tables(found)
    assert scores.headings[1:3] == ("baseline (-1.5)", "120 days (3.9)")
    rows = {row[0]: row for row in scores.rows}
    assert rows["ODI, points; lower is better"][1:3] == ("44.0", "30.0 (-14.0)")
    assert rows["Global impression of change by the clinician"][1:3] == ("–", "much improved")
    (yardsticks,) = yardstick_tables(found)
    odi = next(row for row in yardsticks.rows if row[0].startswith("ODI: measurement error 18"))
    assert odi[1:4] == ("within", "beyond", "within")
    sources = dict(line.split(" ", 1) for line in source_lines(found))
    assert sources[odi[4]].startswith("Parai 2020")
    (responders,) = responder_tables(found)
    assert [row[2:5] for row in responders.rows if "VAS" in row[0]] == [
        ("open: no VAS", "yes", "open: no VAS")
    ]
    assert "Pain (VAS) lower by at least 50 %" in open_lines(found)[0]
    primary = next(row for row in responders.rows if "meaningful rise of pain medication" in row[0])
    assert primary[4] == "open: no pain medication increased" or primary[4] == "no"
    assert event_table(found).rows[0][:2] == ("day -14", "implantation")


def test_the_report_loads_nothing_and_uses_permitted_words_only(found: FollowUp) -> None:
    pictures = course_pictures(found)
    page = print_html(follow_up_page(found, wording(), pictures))
    assert "Research use only" in page
    assert "missed its primary endpoint" in page
    for word in ("eligible", "approved", "http://", "<script", "<link"):
        assert word not in page.lower()
