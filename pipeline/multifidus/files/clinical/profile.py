"""A clinical table looked at as a whole: units, codings and codes that no row tells alone."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from multifidus.domain.plausibility import NO_LIMITS, Plausibility
from multifidus.domain.questionnaire import PROMIS_FORMS, QUESTIONNAIRES
from multifidus.domain.record import DoubtKind, ValueDoubt
from multifidus.domain.settings import TableFormat
from multifidus.domain.trusted import ODI_ITEMS
from multifidus.files.clinical.checks import CHECKED, read_plausibility
from multifidus.files.clinical.declared import Declared
from multifidus.files.clinical.rows import ReadRow

SHOWN = 5
STATE = "eq5d_5l_state"
TOTAL = "odi_total_pct"
ITEMS = {
    "ODI": (ODI_ITEMS, 0, 5),
    **{
        questionnaire.name: (
            tuple(item.name for item in questionnaire.items),
            0,
            questionnaire.items[0].steps[-1],
        )
        for questionnaire in QUESTIONNAIRES
        if all(
            item.steps[0] == 0 and item.steps == questionnaire.items[0].steps
            for item in questionnaire.items
        )
    },
}
"""Items that start at 0, by questionnaire: their columns, lowest and highest answer."""
ALL_ITEMS = frozenset(
    item.name for questionnaire in QUESTIONNAIRES for item in questionnaire.items
) | set(ODI_ITEMS)
LONG_FORMS = {
    promis_form.total: promis_form for promis_form in PROMIS_FORMS if len(promis_form.items) == 8
}
"""Raw sums large enough to be mistaken for T scores; shorter forms end below them."""


@dataclass
class _Column:
    """What was seen of a column of numbers."""

    n: int = 0
    largest: float = 0.0
    smallest: float = 0.0
    odd: int = 0
    fractions: int = 0
    codes: Counter[float] = field(default_factory=Counter)
    largest_but_codes: float = 0.0

    def add(self, value: float, codes: Collection[float]) -> None:
        self.largest = value if not self.n else max(self.largest, value)
        self.smallest = value if not self.n else min(self.smallest, value)
        self.n += 1
        if value != int(value):
            self.fractions += 1
        elif int(value) % 2:
            self.odd += 1
        if value in codes:
            self.codes[value] += 1
        else:
            self.largest_but_codes = max(self.largest_but_codes, value)


@dataclass
class _Seen:
    """A doubt of single values, as a sentence tells it: how many, and the first ones."""

    count: int = 0
    first: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class TableDoubt:
    """What speaks against columns as a whole, or against one value wherever it stands in them."""

    columns: frozenset[str]
    doubt: ValueDoubt
    only: float | None = None

    def is_of(self, values: Mapping[str, Any]) -> bool:
        """Whether it concerns a row with these values by column."""
        found = [values[name] for name in self.columns if values.get(name) is not None]
        return bool(found) if self.only is None else self.only in found


class TableProfile:
    """Filled row by row, whatever the table's length; then says what speaks against its columns."""

    def __init__(self, table: TableFormat) -> None:
        self._limits: Plausibility = read_plausibility()
        self._declared = Declared(table)
        self._columns: dict[str, _Column] = {}
        self._lowest: Counter[str] = Counter()
        self._answers: Counter[str] = Counter()
        self._above: Counter[str] = Counter()
        self._states, self._severe = 0, 0
        self._missing: Counter[str] = Counter()
        self._seen: dict[tuple[str, str], _Seen] = {}

    def add(self, row: ReadRow) -> None:
        """Take in a row, right or wrong."""
        for name, value in row.values.items():
            if type(value) in (int, float) and name not in ALL_ITEMS:
                column = self._columns.get(name)
                if column is None:
                    column = self._columns[name] = _Column()
                column.add(float(value), self._limits.repeated_codes)
        self._add_items(row)
        state = row.values.get(STATE)
        if state:
            self._states += 1
            self._severe += max(state) > "3"
        self._missing.update(row.declared_missing)
        for doubt in row.record.doubts if row.record is not None else ():
            if doubt.kind is DoubtKind.RADIO:
                continue  # the export's own note tells them by field
            seen = self._seen.setdefault((doubt.column, doubt.why), _Seen())
            seen.count += 1
            if len(seen.first) < SHOWN:
                seen.first.append(f"{doubt.found} in row {row.line}".strip())

    def _add_items(self, row: ReadRow) -> None:
        for name, (items, low, high) in ITEMS.items():
            if items[0] not in row.values and items[-1] not in row.values and not row.problems:
                continue  # the table has no such items
            found = [value for item in items if (value := row.values.get(item)) is not None]
            self._answers[name] += len(found)
            self._lowest[name] += found.count(low)
            self._above[name] += sum(
                problem.column in items and problem.found == str(high + 1)
                for problem in row.problems
            )

    def table_doubts(self) -> tuple[TableDoubt, ...]:
        """What speaks against the columns, of the rows taken in so far."""
        found = (*self._units(), *self._repeated(), *self._patterns())
        return tuple(one for one in found if not self._is_checked(one))

    def notes(self) -> list[str]:
        """In sentences: doubts of columns, then of single values, then what is declared missing."""
        lines = [f"{finding.doubt.words}." for finding in self.table_doubts()]
        for (column, why), seen in self._seen.items():
            more = f" and {seen.count - SHOWN} more" if seen.count > SHOWN else ""
            lines.append(f"{column}, {', '.join(seen.first)}{more}: {why}.")
        if self._missing:
            listed = ", ".join(f"{name} ({count})" for name, count in sorted(self._missing.items()))
            lines.append(f"Read as not recorded, as the settings declare: {listed}.")
        return lines

    def _is_checked(self, one: TableDoubt) -> bool:
        return all(self._declared.is_checked(name, one.only) for name in one.columns)

    def _units(self) -> Iterator[TableDoubt]:
        for name, column in self._columns.items():
            limits = self._limits.columns.get(name, NO_LIMITS)
            top = limits.none_above
            if top is None or not 0 < column.largest <= top:
                continue
            if top == 1 and not column.fractions:
                continue  # a whole number of 1 at most is a score as well
            why = f"no value of {column.n} is above {column.largest:g}{limits.maybe}; {CHECKED}"
            yield _of_column(name, why, DoubtKind.UNIT)

    def _repeated(self) -> Iterator[TableDoubt]:
        for name, column in self._columns.items():
            for code, count in column.codes.items():
                is_far = code > 2 * max(column.largest_but_codes, 1)
                if count >= self._limits.least_repeated and is_far:
                    why = (
                        f"{code:g} stands {count} times, far above every other value; perhaps a "
                        f"code for 'not recorded'; {CHECKED}"
                    )
                    doubt = _of_column(name, why, DoubtKind.MISSING_CODE)
                    yield replace(doubt, only=code)

    def _patterns(self) -> Iterator[TableDoubt]:
        patterns = self._limits.patterns
        total = self._columns.get(TOTAL)
        if total and self._are_sums_of_50(total):
            why = (
                f"{total.n} whole numbers up to {total.largest:g}, {total.odd} of them odd; "
                f"perhaps sums of 50 rather than %; {CHECKED}"
            )
            yield _of_column(TOTAL, why, DoubtKind.UNIT)
        for name, (items, low, high) in ITEMS.items():
            yield from self._coded_from_one(name, items, low, high)
        if self._states >= patterns.eq5d_3l.least_states and not self._severe:
            why = f"no level above 3 in {self._states} states; perhaps of the 3L version; {CHECKED}"
            yield _of_column(STATE, why, DoubtKind.UNIT, is_firm=False)
        for name, form in LONG_FORMS.items():
            column = self._columns.get(name)
            top = form.low + 0.66 * (form.high - form.low)
            if column and column.n >= patterns.promis_t.least_values and column.smallest >= top:
                why = (
                    f"none of {column.n} raw sums is below {column.smallest:g}; T scores have a "
                    f"column of their own; {CHECKED}"
                )
                yield _of_column(name, why, DoubtKind.UNIT, is_firm=False)

    def _are_sums_of_50(self, total: _Column) -> bool:
        """Ten answered sections give an even %; a sum of 50 is as often odd."""
        limits = self._limits.patterns.sum_of_50
        is_whole = total.n >= limits.least_values and not total.fractions
        return is_whole and total.largest <= 50 and total.odd >= limits.least_odd

    def _coded_from_one(
        self, name: str, items: tuple[str, ...], low: int, high: int
    ) -> Iterator[TableDoubt]:
        if not self._answers[name] or self._lowest[name]:
            return
        enough = self._answers[name] >= self._limits.patterns.coded_from_one.least_answers
        if not (self._above[name] or enough):
            return
        beyond = f", and {high + 1} was refused" if self._above[name] else ""
        why = (
            f"no answer of {self._answers[name]} is {low}{beyond}; perhaps coded from {low + 1} "
            f"rather than {low}; {CHECKED}"
        )
        is_firm = bool(self._above[name])
        doubt = ValueDoubt(items[0], f"to {items[-1]}", why, DoubtKind.UNIT, is_firm)
        yield TableDoubt(frozenset(items), doubt)


def _of_column(name: str, why: str, kind: DoubtKind, is_firm: bool = True) -> TableDoubt:
    return TableDoubt(frozenset({name}), ValueDoubt(name, "", why, kind, is_firm))
