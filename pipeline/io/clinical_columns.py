"""The clinical table's columns: name, type, range, unit and meaning, and how a cell is read.

Validation, the documentation in `docs/clinical_table.md` and the error messages all come from
COLUMNS.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.domain.criterion import VARIABLES
from pipeline.domain.record import ExamResult, Sex

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
YES = ("yes", "true", "1")
NO = ("no", "false", "0")


@dataclass(frozen=True)
class CellType:
    """How a cell's text becomes a value. parse: raises ValueError or KeyError for other text."""

    wording: str
    parse: Callable[[str], Any]


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

    def read(self, text: str) -> Any:
        """The value of a cell that is not empty.

        Raises ValueError, saying what was expected, for any other text or a value out of range.
        """
        try:
            value = self.type.parse(text)
        except (ValueError, KeyError):
            hint = "; write a point as decimal mark" if _has_decimal_comma(text) else ""
            raise ValueError(f"expected {self.expected}{hint}") from None
        below = self.low is not None and value < self.low
        above = self.high is not None and value > self.high
        if below or above:
            raise ValueError(f"expected {self.expected}")
        return value


def _has_decimal_comma(text: str) -> bool:
    return "," in text and NUMBER.fullmatch(text.replace(",", ".", 1)) is not None


def _number(text: str) -> float:
    if not NUMBER.fullmatch(text):
        raise ValueError(text)
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _whole_number(text: str) -> int:
    value = _number(text)
    if value != int(value):
        raise ValueError(text)
    return int(value)


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError(text)
    return text


def _eq5d_state(text: str) -> str:
    if not re.fullmatch("[1-5]{5}", text):
        raise ValueError(text)
    return text


def _yes_no(text: str) -> bool:
    return {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}[text.lower()]


TEXT = CellType("text on one line", _line)
A_NUMBER = CellType("a number", _number)
WHOLE_NUMBER = CellType("a whole number", _whole_number)
YES_NO = CellType("yes or no (also true/false, 1/0)", _yes_no)
SEX = CellType("female or male", lambda text: Sex(text.lower()))
EXAM = CellType("positive, negative or not_done", lambda text: ExamResult(text.lower()))
EQ5D_STATE = CellType("five digits 1 to 5", _eq5d_state)

ODI_ITEMS = tuple(f"odi_{section}" for section in range(1, 11))
FACTS = tuple(name for name, variable in VARIABLES.items() if not variable.is_number)
"""Documented yes/no statements: every one that a rule set may ask about has a column."""

COLUMNS: tuple[Column, ...] = (
    Column("subject_id", TEXT, "pseudonym of the person, one row each", is_required=True),
    Column("age_years", A_NUMBER, "age at the examination", "years", 0, 120),
    Column("sex", SEX, "sex as the norms use it"),
    *(
        Column(name, WHOLE_NUMBER, f"ODI 2.1a, answer to section {i}, 5 is worst", "", 0, 5)
        for i, name in enumerate(ODI_ITEMS, start=1)
    ),
    Column(
        "odi_total_pct",
        A_NUMBER,
        "ODI 2.1a total; with answers present it must agree with them within 1 point",
        "%",
        0,
        100,
    ),
    Column("nrs", WHOLE_NUMBER, "low back pain, numeric rating scale, 10 is worst", "", 0, 10),
    Column("eq5d_5l_state", EQ5D_STATE, "EQ-5D-5L levels in the order MO SC UA PD AD"),
    Column(
        "conservative_months",
        A_NUMBER,
        "comprehensive, guideline-driven conservative care that has failed",
        "months",
        0,
    ),
    Column("prone_instability_test", EXAM, "prone instability test"),
    Column("multifidus_lift_test", EXAM, "multifidus lift test; positive is a weak contraction"),
    Column("aberrant_movement", EXAM, "aberrant movement on bending forward and returning"),
    *(Column(name, YES_NO, f"documented: {VARIABLES[name].wording}") for name in FACTS),
)

COLUMN_OF: Mapping[str, Column] = {column.name: column for column in COLUMNS}


def columns_as_markdown() -> str:
    """The table of columns in `docs/clinical_table.md`, one line per column."""
    lines = ["| column | a cell holds | unit | meaning |", "|---|---|---|---|"]
    for column in COLUMNS:
        needed = "; never empty" if column.is_required else ""
        lines.append(
            f"| `{column.name}` | {column.expected}{needed} | {column.unit} | {column.meaning} |"
        )
    return "\n".join(lines) + "\n"
