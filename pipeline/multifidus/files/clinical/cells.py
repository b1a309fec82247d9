"""How the text of a clinical table's cell becomes a value, in the format that the site declares."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from multifidus.domain.record import ExamResult, GlobalImpression, Satisfaction, Sex
from multifidus.domain.settings import TableFormat

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
YES_NO_OF = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
AS_WRITTEN_HERE = TableFormat()


@dataclass(frozen=True)
class CellType:
    """How a cell's text becomes a value. parse: raises ValueError or KeyError for other text.

    kind: the name under which the settings may declare synonyms for all columns of this type.
    choices: the labels that it may be, where it is one of a few.
    """

    wording: str
    parse: Callable[[str, TableFormat], Any]
    is_number: bool = False
    choices: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Column:
    """One column. low, high: the limits of a number, included; None where there is none."""

    name: str
    type: CellType
    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    is_required: bool = False

    @property
    def expected(self) -> str:
        """What a cell may hold, in words."""
        if self.low is None:
            return self.type.wording
        limit = f"{self.low:g} or more" if self.high is None else f"{self.low:g} to {self.high:g}"
        return f"{self.type.wording}, {limit}"

    def read(self, text: str, table: TableFormat = AS_WRITTEN_HERE) -> Any:
        """The value of a cell that is not empty.

        Raises ValueError, saying what was expected, for any other text or a value out of range.
        """
        try:
            value = self.type.parse(text, table)
        except (ValueError, KeyError):
            raise ValueError(f"expected {self.expected}{self._hint(text, table)}") from None
        below = self.low is not None and value < self.low
        above = self.high is not None and value > self.high
        if below or above:
            raise ValueError(f"expected {self.expected}")
        return value

    def _hint(self, text: str, table: TableFormat) -> str:
        """What to do about a number written with the other decimal mark."""
        declared, other = (",", ".") if table.decimal_mark == "comma" else (".", ",")
        if not self.type.is_number or text.count(other) != 1 or declared in text:
            return ""
        if not NUMBER.fullmatch(text.replace(",", ".")):
            return ""
        name = "comma" if declared == "," else "point"
        return f"; write a {name} as decimal mark, or set clinical.table.decimal_mark"


def number(text: str, table: TableFormat) -> float:
    """A plain decimal number with the declared decimal mark; no exponent, no thousands."""
    if table.decimal_mark == "comma":
        if "." in text:
            raise ValueError(text)
        text = text.replace(",", ".")
    if not NUMBER.fullmatch(text):
        raise ValueError(text)
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _whole_number(text: str, table: TableFormat) -> int:
    value = number(text, table)
    if value != int(value):
        raise ValueError(text)
    return int(value)


def _line(text: str, table: TableFormat) -> str:
    if not text.isprintable():
        raise ValueError(text)
    return text


def _eq5d_state(text: str, table: TableFormat) -> str:
    if not re.fullmatch("[1-5]{5}", text):
        raise ValueError(text)
    return text


def _date(text: str, table: TableFormat) -> str:
    """ISO text of a date; ISO is always understood, other orders only as declared."""
    if found := ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif table.dates != "iso" and (found := DAY_MONTH_YEAR.fullmatch(text)):
        first, second, year = (int(part) for part in found.groups())
        day, month = (first, second) if table.dates == "dmy" else (second, first)
    else:
        raise ValueError(text)
    return date(year, month, day).isoformat()


def _label_of(kind: type[StrEnum]) -> Callable[[str, TableFormat], StrEnum]:
    return lambda text, table: kind("_".join(text.lower().split()))


def one_of(steps: Iterable[int]) -> CellType:
    """A whole number among `steps`."""
    allowed = tuple(steps)

    def parse(text: str, table: TableFormat) -> int:
        value = _whole_number(text, table)
        if value not in allowed:
            raise ValueError(text)
        return value

    *first, last = (str(step) for step in allowed)
    return CellType(f"{', '.join(first)} or {last}", parse, is_number=True)


def labels(kind: type[StrEnum], name: str) -> CellType:
    """One of an enumeration's labels; letter case does not matter."""
    *first, last = (label.value for label in kind)
    words = f"{', '.join(first)} or {last}"
    choices = tuple(label.value for label in kind)
    return CellType(words, _label_of(kind), choices=choices, kind=name)


TEXT = CellType("text on one line", _line)
A_NUMBER = CellType("a number", number, is_number=True)
WHOLE_NUMBER = CellType("a whole number", _whole_number, is_number=True)
YES_NO = CellType(
    "yes or no (also true/false, 1/0)", lambda text, table: YES_NO_OF[text.lower()], kind="yes_no"
)
SEX = labels(Sex, "sex")
EXAM = labels(ExamResult, "examination")
IMPRESSION = labels(GlobalImpression, "impression")
SATISFACTION = labels(Satisfaction, "satisfaction")
VISIT = CellType("text on one line", _line, kind="visit")
EQ5D_STATE = CellType("five digits 1 to 5", _eq5d_state)
DATE = CellType("a date YYYY-MM-DD, or as clinical.table.dates declares", _date)
