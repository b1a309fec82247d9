import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.clinical.odi import score_odi
from multifidus.clinical.score import scores_of
from multifidus.domain.answers import Confidence
from multifidus.domain.instruments import Band, OdiBands
from multifidus.domain.record import ClinicalRecord
from multifidus.domain.settings import ClinicalSettings
from multifidus.files.rules.instruments import read_clinical_tables, read_odi_bands

BANDS = OdiBands(
    (Band("low", 20), Band("middle", 40), Band("high", 100)), "half_up", "a table", Confidence.SEEN
)


def record(items: tuple[int | None, ...] = (), total_pct: float | None = None) -> ClinicalRecord:
    return ClinicalRecord("P1", odi_items=items, odi_total_pct=total_pct)


def test_sixteen_of_fifty_is_32_pct_as_the_source_prints() -> None:
    score = score_odi(record((4, 4, 4, 4, 0, 0, 0, 0, 0, 0)), 1, BANDS)
    assert score.value == 32
    assert score.band == "middle (21-40 %)"
    assert score.missing_items == ()


def test_sixteen_of_forty_five_is_35_and_a_half_pct_as_the_source_prints() -> None:
    score = score_odi(record((4, 4, 4, 4, 0, 0, 0, None, 0, 0)), 1, BANDS)
    assert score.value == pytest.approx(35.5556, abs=1e-4)
    assert score.missing_items == ("odi_8",)


def test_one_section_more_than_allowed_unanswered_leaves_no_value_but_a_reason() -> None:
    items = (4, 4, 4, 4, 0, 0, 0, None, None, 0)
    assert score_odi(record(items), 2, BANDS).value == 40
    score = score_odi(record(items), 1, BANDS)
    assert score.value is None
    assert score.band == ""
    assert score.reason == "2 of 10 sections unanswered, at most 1 allowed"


def test_a_total_does_not_stand_in_for_too_many_unanswered_sections() -> None:
    score = score_odi(record((4, None, None, 0, 0, 0, 0, 0, 0, 0), 10), 1, BANDS)
    assert score.value is None
    assert "the recorded total 10 % cannot be checked" in score.reason


def test_a_total_alone_is_taken_as_recorded() -> None:
    assert score_odi(record((), 44), 1, BANDS).value == 44
    assert score_odi(record((None,) * 10, 44), 1, BANDS).value == 44


def test_nothing_recorded_says_so() -> None:
    score = score_odi(record(), 9, BANDS)
    assert (score.value, score.reason) == (None, "no ODI answers and no ODI total recorded")


@pytest.mark.parametrize(("total_pct", "agrees"), [(35, True), (36.5, True), (37, False)])
def test_items_and_total_more_than_a_point_apart_are_not_chosen_between(
    total_pct: float, agrees: bool
) -> None:
    score = score_odi(record((4, 4, 4, 4, 0, 0, 0, None, 0, 0), total_pct), 1, BANDS)
    if agrees:
        assert score.value == pytest.approx(35.5556, abs=1e-4)
    else:
        assert score.value is None
        assert score.reason == (
            "the items give 35.6 % but the recorded total is 37 %; correct one of them"
        )


@pytest.mark.parametrize(
    ("odi_pct", "band"),
    [
        (0, "minimal disability (0-20 %)"),
        (20.4, "minimal disability (0-20 %)"),
        (20.5, "moderate disability (21-40 %)"),
        (40, "moderate disability (21-40 %)"),
        (41, "severe disability (41-60 %)"),
        (80.5, "bed-bound or exaggerated (81-100 %)"),
        (100, "bed-bound or exaggerated (81-100 %)"),
    ],
)
def test_a_score_between_two_bands_is_rounded_half_up(odi_pct: float, band: str) -> None:
    assert score_odi(record((), odi_pct), 1, read_odi_bands()).band == band


def test_the_source_names_the_bands_source_and_the_rule_for_unanswered_sections() -> None:
    source = score_odi(record((), 30), 3, BANDS).source
    assert "a table" in source
    assert "at most 3 of 10 sections unanswered (site setting)" in source


def test_bands_that_do_not_reach_100_are_refused() -> None:
    with pytest.raises(ValueError, match="rise from 0 to 100"):
        dataclasses.replace(BANDS, bands=(Band("low", 20), Band("middle", 40)))


def test_nine_items_are_refused() -> None:
    with pytest.raises(ValueError, match="10 sections, not 9"):
        score_odi(record((0,) * 9), 1, BANDS)


def test_the_door_scores_odi_by_the_sites_missing_rule_then_nrs() -> None:
    person = ClinicalRecord("P1", odi_items=(5,) * 8 + (None, None), nrs=7)
    odi, nrs = scores_of(person, ClinicalSettings(odi_max_missing=2), read_clinical_tables())
    assert (odi.value, nrs.value) == (100, 7)
    odi, _ = scores_of(person, ClinicalSettings(odi_max_missing=1), read_clinical_tables())
    assert odi.value is None


ANSWERS = st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=10, max_size=10)


@given(ANSWERS, st.integers(0, 9))
def test_a_worse_answer_never_lowers_the_odi(answers: list[int | None], worse: int) -> None:
    answer = answers[worse]
    if answer is None or answer == 5:
        return
    before = score_odi(record(tuple(answers)), 9, BANDS).value
    answers[worse] = answer + 1
    after = score_odi(record(tuple(answers)), 9, BANDS).value
    assert before is not None and after is not None
    assert after > before


@given(ANSWERS, st.integers(0, 9))
def test_a_stricter_missing_rule_takes_values_away_and_changes_none(
    answers: list[int | None], max_missing: int
) -> None:
    strict = score_odi(record(tuple(answers)), max_missing, BANDS).value
    lenient = score_odi(record(tuple(answers)), 9, BANDS).value
    unanswered = answers.count(None)
    assert (strict is None) == (unanswered > max_missing)
    assert strict is None or strict == lenient


@given(ANSWERS, st.integers(0, 9), st.integers(0, 9))
def test_one_answer_less_never_makes_an_odi_appear(
    answers: list[int | None], taken: int, max_missing: int
) -> None:
    before = score_odi(record(tuple(answers)), max_missing, BANDS).value
    fewer = [*answers[:taken], None, *answers[taken + 1 :]]
    after = score_odi(record(tuple(fewer)), max_missing, BANDS).value
    assert after is None or before is not None
