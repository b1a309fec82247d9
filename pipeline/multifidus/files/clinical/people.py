"""The people of a clinical file and their visits, and what speaks against their values."""

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from multifidus.domain.errors import InputError, UsageError
from multifidus.domain.record import ClinicalRecord, DoubtKind, ValueDoubt
from multifidus.domain.visits import is_later, visit_key
from multifidus.files.clinical.before import with_enrolment, with_red_flags
from multifidus.files.clinical.dates import with_date_doubts
from multifidus.files.clinical.profile import TableProfile
from multifidus.files.clinical.rows import ReadRow
from multifidus.files.names import did_you_mean

SHOWN_SUBJECTS = 5
SHOWN_ROWS = 5
NOTE_CHARACTERS = 400


@dataclass(frozen=True)
class ClinicalTable:
    """The records of a clinical file, in its order.

    rejected: rows that could not be read. notes: what was not taken from the file, and what of its
    values is in doubt, in sentences. of_the_file: those of them that name nobody's values, for the
    report of one person.
    """

    path: Path
    records: tuple[ClinicalRecord, ...]
    rejected: tuple[ReadRow, ...] = ()
    notes: tuple[str, ...] = ()
    of_the_file: tuple[str, ...] = ()

    @property
    def notes_in_short(self) -> tuple[str, ...]:
        """The notes for a person's report, each at most NOTE_CHARACTERS long."""
        more = " ...; 'multifidus score' lists all"
        return tuple(
            textwrap.shorten(note, NOTE_CHARACTERS, placeholder=more) for note in self.of_the_file
        )

    def visits_of(self, subject_id: str) -> tuple[ClinicalRecord, ...]:
        """Every visit of that person, the earliest first, those without a time last.

        Raises UsageError, naming what is there, where the table holds no such person; InputError
        where none of the person's rows could be read.
        """
        found = [record for record in self.records if record.subject_id == subject_id]
        if not found:
            self._refuse_rejected(subject_id)
            there = list(dict.fromkeys(record.subject_id for record in self.records))
            first = ", ".join(there[:SHOWN_SUBJECTS])
            more = f" and {len(there) - SHOWN_SUBJECTS} more" if there[SHOWN_SUBJECTS:] else ""
            hint = did_you_mean(subject_id, there, f"there is: {first}{more}")
            raise UsageError(f"{self.path}: no subject '{subject_id}'{hint}")
        return tuple(sorted(found, key=_time))

    def record_of(self, subject_id: str) -> ClinicalRecord:
        """The record of that person; of several visits the baseline, which criteria ask about.

        A single row is that of its visit, whatever that is: the gate looks at it. Age and sex come
        from an enrolment visit where the baseline lacks them. Raises UsageError where the table
        holds no such person, or several visits and not exactly one baseline; InputError where a row
        of the person that may be the baseline could not be read. A red flag recorded before the
        treatment, where the baseline is silent, is the baseline's too.
        """
        visits = self.visits_of(subject_id)
        baseline = _baseline_of(visits)
        if baseline is None or not baseline.is_baseline:
            self._refuse_rejected(subject_id)
        if baseline is None:
            named = ", ".join(visit.visit or "(no name)" for visit in visits)
            raise UsageError(
                f"{self.path}: '{subject_id}' has the visits {named}; expected exactly one named "
                "'baseline' or with months_since_baseline 0, which is the one analysed"
            )
        known = with_enrolment(with_red_flags(baseline, visits), visits)
        return self._with_name(self._with_unread(known))

    def _with_unread(self, record: ClinicalRecord) -> ClinicalRecord:
        """The record; in doubt where another row of the person, not a later one, was not read."""
        doubts = tuple(
            ValueDoubt(
                "visit",
                f"'{row.visit}'" if row.visit else "",
                f"of the same person, could not be read: {row.problems[0].words}",
                DoubtKind.CONTRADICTION,
            )
            for row in self.rejected
            if row.subject_id == record.subject_id
            and not is_later(row.visit, row.values.get("months_since_baseline"))
        )
        return replace(record, doubts=record.doubts + doubts) if doubts else record

    def _with_name(self, record: ClinicalRecord) -> ClinicalRecord:
        """The record; in doubt where it names no visit and the table names some."""
        named = any(one.visit or one.months_since_baseline is not None for one in self.records)
        if not named or record.visit or record.months_since_baseline is not None:
            return record
        why = "the table names visits, this row names none; is it the baseline?"
        doubt = ValueDoubt("visit", "", why, DoubtKind.VISIT)
        return replace(record, doubts=(*record.doubts, doubt))

    def _refuse_rejected(self, subject_id: str) -> None:
        """Raise InputError for a row of the person that could not be read."""
        for row in self.rejected:
            if row.subject_id == subject_id:
                raise InputError(f"{self.path}, {row.problems[0].words}")


def people_of(path: Path, rows: Iterable[ReadRow], profile: TableProfile) -> ClinicalTable:
    """The records of all rows; one that could not be read stops nobody else.

    profile: of the table as a whole, filled here. Raises InputError where there is no row, or where
    none could be read: then for the first.
    """
    records: list[ClinicalRecord] = []
    rejected: list[ReadRow] = []
    values: list[Mapping[str, Any]] = []
    for row in rows:
        profile.add(row)
        if row.record is None:
            rejected.append(row)
            continue
        records.append(row.record)
        values.append(row.values)
    if not records and rejected:
        raise InputError(f"{path}, {rejected[0].problems[0].words}")
    if not records:
        raise InputError(f"{path}: the table has no row below its header; expected one per person")
    table = profile.table_doubts()
    doubted = []
    for record, of_row in zip(records, values, strict=True):
        found = tuple(each.doubt for each in table if each.is_of(of_row))
        doubted.append(replace(record, doubts=record.doubts + found) if found else record)
    checked, late = with_date_doubts(doubted)
    notes = (*_rejected_note(path, rejected), *profile.notes(), *late)
    in_doubt = sum(bool(record.doubts) for record in checked)
    return ClinicalTable(path, tuple(checked), tuple(rejected), notes, _counts(rejected, in_doubt))


def _counts(rejected: Sequence[ReadRow], doubted: int) -> tuple[str, ...]:
    """How much of the file could not be read or is in doubt, without anybody's values."""
    told = [("could not be read", len(rejected)), ("hold values in doubt", doubted)]
    said = [f"{count} that {what}" for what, count in told if count]
    where = "'multifidus score' lists them"
    return (f"Rows of the clinical file: {', '.join(said)}; {where}.",) if said else ()


def _rejected_note(path: Path, rejected: Sequence[ReadRow]) -> list[str]:
    if not rejected:
        return []
    shown = "; ".join(row.problems[0].words for row in rejected[:SHOWN_ROWS])
    more = f"; and {len(rejected) - SHOWN_ROWS} more" if rejected[SHOWN_ROWS:] else ""
    rows = "1 row" if len(rejected) == 1 else f"{len(rejected)} rows"
    return [f"{path.name}: left out, for it could not be read: {rows} ({shown}{more})"]


def _baseline_of(visits: Sequence[ClinicalRecord]) -> ClinicalRecord | None:
    """The one row that is the baseline, by name before by time; a single row as it is."""
    if len(visits) == 1:
        return visits[0]
    named = [visit for visit in visits if visit_key(visit.visit) == "baseline"]
    timed = [visit for visit in visits if visit.is_baseline] or [
        visit for visit in visits if visit.months_since_baseline == 0
    ]
    found = named or timed
    return found[0] if len(found) == 1 else None


def _time(record: ClinicalRecord) -> float:
    """Months since baseline; beyond all others where the time is not known."""
    if record.months_since_baseline is None:
        return 0.0 if record.is_baseline else math.inf
    return record.months_since_baseline
