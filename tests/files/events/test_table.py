import csv
from pathlib import Path

import pytest

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.event import EventKind, Harm, Reason, Relation
from multifidus.domain.settings import TableFormat
from multifidus.files.events.columns import COLUMN_OF, columns_as_markdown
from multifidus.files.events.table import read_events
from multifidus.files.events.template import write_event_template
from multifidus.files.paths import ROOT
from tests.helpers.events import EVENT_COLUMNS, EVENTS, write


def told(tmp_path: Path, text: str) -> list[str]:
    table = read_events(write(tmp_path, "events.csv", text))
    return [problem.words for problem in table.problems]


def test_a_row_becomes_an_event_with_what_belongs_to_its_kind(tmp_path: Path) -> None:
    events = read_events(write(tmp_path, "events.csv", EVENTS)).events()
    assert len(events) == 7
    harm = events[3]
    assert (harm.kind, harm.days, harm.line) == (EventKind.ADVERSE_EVENT, 200, 5)
    assert harm.detail == Harm("lead moved", True, Relation.PROBABLE, Relation.NOT_RELATED)
    assert harm.class_words == "serious adverse device effect"
    assert events[4].detail is not None
    assert events[4].detail.reason is Reason.LACK_OF_BENEFIT
    assert events[1].days == 0


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (",,,", "adverse event, seriousness not recorded, relation to the device not recorded"),
        ("no,not_related,,", "adverse event"),
        ("yes,not_related,,", "serious adverse event"),
        ("no,possible,,", "adverse device effect"),
        ("yes,causal,,yes", "serious adverse device effect"),
        ("yes,causal,,no", "unanticipated serious adverse device effect"),
        (",causal,,no", "adverse device effect, seriousness not recorded"),
        ("yes,,causal,no", "serious adverse event, relation to the device not recorded"),
    ],
)
def test_an_adverse_event_is_named_by_what_is_recorded_and_never_by_what_is_not(
    tmp_path: Path, cells: str, words: str
) -> None:
    head = "subject_id,kind,serious,related_to_device,related_to_procedure,anticipated\n"
    path = write(tmp_path, "events.csv", f"{head}A,adverse_event,{cells}\n")
    (event,) = read_events(path).events()
    assert event.class_words == words


def test_a_relation_to_device_or_procedure_is_open_where_a_missing_answer_could_make_it_one() -> (
    None
):
    no, yes = Relation.NOT_RELATED, Relation.POSSIBLE
    assert Harm(related_to_device=no, related_to_procedure=no).is_of_device_or_procedure is False
    assert Harm(related_to_device=no).is_of_device_or_procedure is None
    assert Harm(related_to_procedure=yes).is_of_device_or_procedure is True


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("A,fall,,,,,,,,,", "row 2, column kind: found 'fall', expected implantation,"),
        ("A,activation,,,,,,,,,infection", "column reason: found 'infection', expected nothing"),
        ("A,explant,,,,5,,,,,", "column hours: found '5.0', expected nothing in a row of kind"),
        ("A,therapy_use,,10,0.5,1,,,,,", "column period_days: found '0.5', expected a number, 1"),
        ("A,adverse_event,31.12.2024,,,,,,,,", "column event_date: found '31.12.2024'"),
        ("A,adverse_event,,,,,,perhaps,,,", "column serious: found 'perhaps', expected yes or no"),
        (",adverse_event,,1,,,,,,,", "column subject_id: found '', expected a value in every row"),
        ("A,activation,,5,,,,,,,", "column days_from_activation: found '5', expected 0"),
        ("A,activation,,,,", "row 2: 6 cells, expected 11 as in the header"),
    ],
)
def test_what_does_not_hold_is_told_with_its_line_and_column(
    tmp_path: Path, row: str, says: str
) -> None:
    found = told(tmp_path, EVENT_COLUMNS + row + "\n")
    assert says in found[0]


def test_a_date_and_a_count_of_days_must_agree_and_nothing_is_told_twice(tmp_path: Path) -> None:
    head = "subject_id,kind,event_date,days_from_activation,months_from_activation\n"
    start = f"{head}A,activation,2024-01-01,,\n"
    (wrong,) = told(tmp_path, f"{start}A,explant,2024-03-01,50,\n")
    assert "found '50', expected 60" in wrong
    assert told(tmp_path, f"{start}A,explant,2024-03-01,61,2\n") == []
    (wrong,) = told(tmp_path, f"{start}A,explant,,60,12\n")
    assert "expected the same as 60 days" in wrong
    (wrong,) = told(tmp_path, f"{start}A,activation,2024-02-01,,\n")
    assert "there is one in row 2 already" in wrong
    twice = "A,adverse_event,2024-03-01,,\n"
    (wrong,) = told(tmp_path, f"{start}{twice}{twice}")
    assert wrong == "row 4: the same event as in row 3; expected one row an event"


def test_a_wrong_row_stops_a_cohort_and_its_own_person_but_nobody_else(tmp_path: Path) -> None:
    path = write(tmp_path, "events.csv", EVENTS + "B,fall,,,,,,,,,\n")
    table = read_events(path)
    assert len(table.events_of("A")) == 5
    for reading in (table.events, lambda: table.events_of("B")):
        with pytest.raises(InputError, match=r"events\.csv, row 9, column kind"):
            reading()
    nobody = read_events(write(tmp_path, "events.csv", EVENTS + ",explant,,,,,,,,,\n"))
    with pytest.raises(InputError, match="column subject_id"):
        nobody.events_of("A")


def test_dates_and_numbers_are_read_as_the_site_declares_them(tmp_path: Path) -> None:
    text = "subject_id;kind;event_date;period_days;hours\nA;therapy use;31.12.2024;30;12,5\n"
    table = TableFormat(decimal_mark="comma", dates="dmy")
    (event,) = read_events(write(tmp_path, "events.csv", text), table).events()
    assert (event.date, event.detail.hours) == ("2024-12-31", 12.5)


def test_an_unknown_column_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unknown column 'sereous'.*did you mean 'serious'"):
        read_events(write(tmp_path, "events.csv", "subject_id,kind,sereous\n"))
    with pytest.raises(InputError, match="column 'kind' is missing"):
        read_events(write(tmp_path, "events.csv", "subject_id\n"))
    with pytest.raises(UsageError, match="no such"):
        read_events(tmp_path / "gone.csv")


def test_the_template_has_every_column_and_is_not_written_over(tmp_path: Path) -> None:
    table, dictionary = write_event_template(tmp_path)
    assert read_events(table).rows == ()
    with dictionary.open(encoding="utf-8-sig") as file:
        assert {row["column"] for row in csv.DictReader(file)} == set(COLUMN_OF)
    with pytest.raises(UsageError, match="nothing was written over"):
        write_event_template(tmp_path)


def test_the_documentation_holds_the_table_of_columns() -> None:
    text = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    assert text.endswith(columns_as_markdown())
