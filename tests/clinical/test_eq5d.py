import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.clinical.eq5d import STATES, IndexTable, index_table, score_index, state_of
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.score import NOTHING_RECORDED
from multifidus.files.paths import ROOT
from multifidus.files.rules.instruments import read_clinical_tables

TABLES = read_clinical_tables()
CHECKS = Path(__file__).with_name("eq5d_check_values.csv")
"""Published examples and the tests of github fragla/eq5d (MIT): set, state, index."""
CROSSWALK = ROOT.parent / "shared" / "clinical" / "eq5d5l_crosswalk_vanHout2012.csv"
USA = index_table("USA", TABLES)
LEVELS = st.tuples(*(st.one_of(st.none(), st.integers(1, 5)) for _ in range(5)))


def of_levels(levels: tuple[int | None, ...], state: str | None = None) -> ClinicalRecord:
    return ClinicalRecord("P1", eq5d_5l_state=state, answers={"eq5d_5l": levels})


def checks() -> list[tuple[str, str, float]]:
    with CHECKS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [(row["value_set"], row["state"], float(row["index"])) for row in rows]


@pytest.mark.slow
def test_every_published_check_value_is_reproduced_to_the_third_decimal() -> None:
    rows = checks()
    tables = {name: index_table(name, TABLES) for name, _, _ in rows}
    assert len(rows) == 193
    wrong = [row for row in rows if tables[row[0]].index_of[row[1]] != row[2]]
    assert wrong == []


def test_singapores_products_of_levels_give_its_published_worst_state() -> None:
    assert index_table("Singapore", TABLES).index_of["55555"] == -0.851


@pytest.mark.skipif(not CROSSWALK.is_file(), reason=f"needs {CROSSWALK}")
def test_all_3125_states_of_the_crosswalk_equal_the_table_for_each_of_its_countries() -> None:
    with CROSSWALK.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    countries = [name for name in rows[0] if name != "state"]
    assert (len(rows), len(countries)) == (3125, 13)
    for country in countries:
        index_of = index_table(f"{country}_crosswalk", TABLES).index_of
        assert all(abs(index_of[row["state"]] - float(row[country])) < 1e-12 for row in rows)


@pytest.mark.parametrize("name", [*TABLES.value_sets, *TABLES.crosswalks])
def test_every_set_gives_every_state_an_index_and_full_health_the_highest(name: str) -> None:
    table = index_table(name, TABLES)
    assert set(table.index_of) == set(STATES)
    assert table.high == table.index_of["11111"]
    assert table.source and table.confidence == "seen"


def test_there_are_49_value_sets_and_13_crosswalks() -> None:
    assert (len(TABLES.value_sets), len(TABLES.crosswalks)) == (49, 13)


def test_an_unknown_value_set_is_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="no EQ-5D-5L value set 'Atlantis'; there is: Australia"):
        index_table("Atlantis", TABLES)


def test_the_state_is_kept_beside_the_index_and_lower_is_worse() -> None:
    score = score_index(ClinicalRecord("P1", eq5d_5l_state="21232"), USA)
    assert (score.value, score.band, score.higher_is_worse) == (0.681, "state 21232", False)
    assert "Pickard 2019" in score.source and "chosen by the site" in score.source


def test_five_levels_are_the_same_as_the_state() -> None:
    by_levels = score_index(of_levels((2, 1, 2, 3, 2)), USA)
    assert by_levels == score_index(ClinicalRecord("P1", eq5d_5l_state="21232"), USA)


def test_a_missing_dimension_leaves_no_index_and_is_named() -> None:
    score = score_index(of_levels((2, 1, None, 3, 2)), USA)
    assert (score.value, score.missing_items) == (None, ("eq5d_ua",))
    assert score.reason == "1 of 5 dimensions missing, none may be"


def test_levels_and_a_state_that_differ_are_not_chosen_between() -> None:
    score = score_index(of_levels((2, 1, 2, 3, 2), "21233"), USA)
    assert score.reason == "the levels give 21232, the recorded state is 21233"


def test_nothing_recorded_says_so() -> None:
    score = score_index(ClinicalRecord("P1"), USA)
    assert (score.value, score.reason) == (None, NOTHING_RECORDED)


MONOTONE = ("USA", "England", "Germany", "Netherlands", "UK_crosswalk")


@pytest.mark.parametrize("name", MONOTONE)
def test_a_worse_level_never_raises_the_index(name: str) -> None:
    index_of = index_table(name, TABLES).index_of
    for state in STATES:
        for place in range(5):
            if state[place] != "5":
                worse = state[:place] + str(int(state[place]) + 1) + state[place + 1 :]
                assert index_of[worse] <= index_of[state], (state, worse)


@given(LEVELS, st.integers(0, 4))
def test_one_answer_less_never_makes_a_state_appear(
    levels: tuple[int | None, ...], taken: int
) -> None:
    fewer = (*levels[:taken], None, *levels[taken + 1 :])
    assert state_of(of_levels(fewer)).state is None


def test_an_index_table_holds_its_own_range() -> None:
    assert isinstance(USA, IndexTable)
    assert (USA.low, USA.high) == (-0.573, 1.0)
