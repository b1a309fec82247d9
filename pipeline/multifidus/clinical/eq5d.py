"""EQ-5D-5L: the state kept as it is, and its index by a value set or by the crosswalk to 3L."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from multifidus.clinical.answers import answers_of, missing_of
from multifidus.domain.instruments import ClinicalTables, ValueSet
from multifidus.domain.questionnaire import EQ5D, EQ5D_DIMENSIONS, QUESTIONNAIRE_OF
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import NOTHING_RECORDED, Score
from multifidus.domain.term import in_words

CROSSWALK = "_crosswalk"
"""Ends the name of a crosswalk: UK_crosswalk."""
DECIMALS = 3
"""Index values are published to so many decimals."""
STATES: tuple[str, ...] = tuple("".join(levels) for levels in product("12345", repeat=5))


@dataclass(frozen=True)
class IndexTable:
    """Every state's index by one value set. confidence: of its source."""

    name: str
    index_of: Mapping[str, float]
    low: float
    high: float
    source: str
    confidence: str


@dataclass(frozen=True)
class State:
    """The state of a record, or the reason why there is none."""

    state: str | None
    missing: tuple[str, ...] = ()
    reason: str = ""


def index_table(name: str, tables: ClinicalTables) -> IndexTable:
    """All 3,125 index values of a value set, or of a crosswalk (`<country>_crosswalk`).

    Raises ValueError, naming what there is, for an unknown name.
    """
    if name in tables.crosswalks:
        crosswalk = tables.crosswalks[name]
        index_of, source = crosswalk.index_of, crosswalk.cited
        confidence = crosswalk.confidence
    elif name in tables.value_sets:
        value_set = tables.value_sets[name]
        index_of = {state: index_by(value_set, state) for state in STATES}
        source, confidence = value_set.cited, value_set.confidence
    else:
        there = ", ".join([*tables.value_sets, *tables.crosswalks])
        raise ValueError(f"no EQ-5D-5L value set '{name}'; there is: {there}")
    low, high = min(index_of.values()), max(index_of.values())
    return IndexTable(name, index_of, low, high, source, confidence.value)


def index_by(value_set: ValueSet, state: str) -> float:
    """The index of a state, to three decimals; 1 is full health, 0 as bad as being dead.

    Start value plus a term per dimension and level; plus, where the set has them, a constant for
    any level above 1 (Intercept), for any of 4 or 5 (N4), for any 5 (N5), for each dimension at 4
    or 5 (MO45 ...), for the square of their number less one (Num45sq), and products of levels less
    one (MOAD, PDAD). Source: the sets' publications as coded in github fragla/eq5d; the products
    reproduce the published value of Singapore's worst state.
    """
    terms = value_set.terms
    levels = {name: int(digit) for name, digit in zip(EQ5D_DIMENSIONS, state, strict=True)}
    severe = [name for name, level in levels.items() if level >= 4]
    wanted = {
        "StartValue": 1.0,
        "Intercept": float(state != "11111"),
        "N4": float(bool(severe)),
        "N5": float("5" in state),
        "Num45sq": float((len(severe) - 1) ** 2 if severe else 0),
        "MOAD": float((levels["MO"] - 1) * (levels["AD"] - 1)),
        "PDAD": float((levels["PD"] - 1) * (levels["AD"] - 1)),
        **{f"{name}{level}": 1.0 for name, level in levels.items()},
        **{f"{name}45": 1.0 for name in severe},
    }
    total = sum(terms.get(term, 0.0) * times for term, times in wanted.items())
    return round(total, DECIMALS) + 0.0  # no minus zero


def state_of(record: ClinicalRecord) -> State:
    """The five digits, recorded as such or as five levels; where both differ, neither."""
    questionnaire = QUESTIONNAIRE_OF[EQ5D]
    levels = answers_of(record, questionnaire)
    missing = missing_of(questionnaire, levels)
    if len(missing) == len(levels):
        if record.eq5d_5l_state is None:
            return State(None, missing, NOTHING_RECORDED)
        return State(record.eq5d_5l_state)
    if missing:
        return State(None, missing, f"{len(missing)} of 5 dimensions missing, none may be")
    state = "".join(str(level) for level in levels)
    if record.eq5d_5l_state not in (None, state):
        return State(
            None, (), f"the levels give {state}, the recorded state is {record.eq5d_5l_state}"
        )
    return State(state)


def score_index(record: ClinicalRecord, table: IndexTable) -> Score:
    """The index by one value set; lower is worse. The band is the state itself."""
    found = state_of(record)
    return Score(
        instrument=f"EQ-5D-5L index, {in_words(table.name)}",
        value=None if found.state is None else table.index_of[found.state],
        unit="",
        low=table.low,
        high=table.high,
        higher_is_worse=False,
        source=f"{table.source}; value set chosen by the site",
        band="" if found.state is None else f"state {found.state}",
        missing_items=found.missing,
        reason=found.reason,
        instrument_id=f"eq5d_index_{table.name}",
        confidence=table.confidence,
    )
