import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.clinical.answers import sum_of
from multifidus.clinical.questionnaires import (
    score_gcps_r,
    score_label,
    score_promis,
    score_start_back,
    score_sum,
)
from multifidus.domain.questionnaire import (
    PROMIS_FORMS,
    QUESTIONNAIRE_OF,
    QUESTIONNAIRES,
    Questionnaire,
)
from multifidus.domain.record import ClinicalRecord, GlobalImpression, Satisfaction
from multifidus.files.rules.instruments import read_clinical_tables

TABLES = read_clinical_tables()
INSTRUMENTS = TABLES.instruments
Answers = tuple[int | None, ...]


def answered(name: str, answers: Answers, **totals: float) -> ClinicalRecord:
    return ClinicalRecord("P1", answers={name: answers}, totals=totals)


@pytest.mark.parametrize(
    ("name", "answers", "value", "band"),
    [
        ("rmdq", (1,) * 10 + (0,) * 14, 10, ""),
        ("phq9", (0,) * 9, 0, "minimal"),
        ("phq9", (1, 1, 1, 1, 0, 0, 0, 0, 0), 4, "minimal"),
        ("phq9", (1, 1, 1, 1, 1, 0, 0, 0, 0), 5, "mild"),
        ("phq9", (2, 2, 2, 2, 2, 0, 0, 0, 0), 10, "moderate"),
        ("phq9", (3, 3, 3, 3, 3, 0, 0, 0, 0), 15, "moderately severe"),
        ("phq9", (3, 3, 3, 3, 3, 3, 2, 0, 0), 20, "severe"),
        ("phq9", (3,) * 9, 27, "severe"),
        ("paindetect", (0,) * 7 + (-1, 0), -1, "neuropathic component unlikely"),
        ("paindetect", (2, 2, 2, 2, 2, 2, 0, 0, 0), 12, "neuropathic component unlikely"),
        ("paindetect", (2, 2, 2, 2, 2, 2, 0, 1, 0), 13, "ambiguous"),
        ("paindetect", (3, 3, 3, 3, 2, 2, 0, 0, 2), 18, "ambiguous"),
        ("paindetect", (3, 3, 3, 3, 3, 2, 0, 0, 2), 19, "neuropathic component likely"),
        ("paindetect", (5,) * 7 + (1, 2), 38, "neuropathic component likely"),
    ],
)
def test_items_sum_up_and_the_bands_limits_belong_to_the_band(
    name: str, answers: Answers, value: int, band: str
) -> None:
    score = score_sum(answered(name, answers), name, INSTRUMENTS)
    assert (score.value, score.band, score.missing_items) == (value, band, ())
    assert score.higher_is_worse and score.source and score.confidence == "seen"


@pytest.mark.parametrize(
    ("answers", "band"),
    [
        ((1, 1, 1, 0, 0, 0, 0, 0, 0), "low risk"),
        ((0, 0, 0, 0, 1, 1, 1, 0, 0), "low risk"),
        ((1, 0, 0, 0, 1, 1, 1, 0, 0), "medium risk"),
        ((1, 1, 1, 1, 1, 1, 1, 0, 0), "medium risk"),
        ((0, 0, 0, 0, 1, 1, 1, 1, 0), "high risk"),
        ((1,) * 9, "high risk"),
    ],
)
def test_start_back_is_low_up_to_three_and_then_asks_the_psychosocial_items(
    answers: Answers, band: str
) -> None:
    assert score_start_back(answered("start_back", answers), INSTRUMENTS).band == band


def test_start_back_by_its_total_alone_needs_the_subscore_above_three() -> None:
    alone = score_start_back(ClinicalRecord("P1", totals={"start_back_total": 5}), INSTRUMENTS)
    assert (alone.value, alone.band) == (5, "")
    assert alone.note == "medium or high risk: start_back_psych is not recorded"
    both = {"start_back_total": 5.0, "start_back_psych": 4.0}
    assert score_start_back(ClinicalRecord("P1", totals=both), INSTRUMENTS).band == "high risk"


@pytest.mark.parametrize(
    ("answers", "grade"),
    [
        ((0, None, None, None, None), 0),
        ((1, 3, 10, 10, 10), 0),
        ((2, 2, None, None, None), 3),
        ((3, 3, 0, 0, 0), 3),
        ((2, 1, 4, 4, 4), 2),
        ((2, 1, 4, 4, 3), 1),
        ((3, 0, 0, 0, 0), 1),
    ],
)
def test_gcps_r_grades_by_days_then_limits_then_peg(answers: Answers, grade: int) -> None:
    score = score_gcps_r(answered("gcps_r", answers), INSTRUMENTS)
    assert (score.value, score.instrument_id) == (grade, "gcps_grade")


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ((None, 3, 9, 9, 9), "the days of pain or of limits are unanswered"),
        ((2, None, 9, 9, 9), "the days of pain or of limits are unanswered"),
        ((2, 1, 9, None, 9), "1 of 3 PEG items unanswered"),
    ],
)
def test_gcps_r_has_no_grade_where_an_answer_that_decides_is_missing(
    answers: Answers, reason: str
) -> None:
    score = score_gcps_r(answered("gcps_r", answers), INSTRUMENTS)
    assert (score.value, score.reason) == (None, reason)


def test_every_promis_form_has_a_t_score_for_every_raw_sum() -> None:
    assert {form.questionnaire_id for form in PROMIS_FORMS} == set(TABLES.promis)
    for form in PROMIS_FORMS:
        t_scores = TABLES.promis[form.questionnaire_id].t_score_of
        assert sorted(t_scores) == list(range(form.low, form.high + 1))
        assert sorted(t_scores.values()) == [t_scores[raw] for raw in sorted(t_scores)]


@pytest.mark.parametrize(
    ("form", "answers", "t_score", "higher_is_worse"),
    [
        ("promis_pf_4a_v21", (5, 5, 5, 5), 57.0, False),
        ("promis_pf_4a_v21", (1, 1, 1, 1), 22.5, False),
        ("promis_pf_4a_v10", (1, 1, 1, 1), 22.9, False),
        ("promis_pi_4a", (1, 1, 1, 1), 41.6, True),
        ("promis_pi_8a", (5,) * 8, 77.0, True),
        ("promis_social_4a", (5, 5, 5, 5), 64.2, False),
        ("promis_cognitive_2a", (1, 1), 29.5, False),
    ],
)
def test_promis_raw_sums_become_the_tables_t_scores(
    form: str, answers: Answers, t_score: float, higher_is_worse: bool
) -> None:
    score = score_promis(answered(form, answers), QUESTIONNAIRE_OF[form], TABLES.promis[form])
    assert (score.value, score.higher_is_worse) == (t_score, higher_is_worse)
    assert score.instrument_id == f"{form}_t"


def test_one_promis_item_left_out_leaves_no_t_score() -> None:
    form = QUESTIONNAIRE_OF["promis_pi_4a"]
    record = answered("promis_pi_4a", (1, 1, None, 1))
    score = score_promis(record, form, TABLES.promis["promis_pi_4a"])
    assert (score.value, score.missing_items) == (None, ("promis_pi_4a_3",))


def test_labels_count_from_the_best_and_stay_labels() -> None:
    best, worst = GlobalImpression.VERY_MUCH_IMPROVED, GlobalImpression.VERY_MUCH_WORSE
    score = score_label(best, "pgic", INSTRUMENTS["pgic"])
    assert (score.value, score.band, score.higher_is_worse) == (1, "very much improved", True)
    assert score_label(worst, "pgic", INSTRUMENTS["pgic"]).value == 7
    satisfied = score_label(
        Satisfaction.DEFINITELY_SATISFIED,
        "treatment_satisfaction",
        INSTRUMENTS["treatment_satisfaction"],
    )
    assert satisfied.value == 1
    assert "(unverified)" in satisfied.source


def test_a_total_stands_for_no_items_and_must_equal_all_of_them() -> None:
    phq9 = QUESTIONNAIRE_OF["phq9"]
    assert sum_of(ClinicalRecord("P1", totals={"phq9_total": 7}), phq9).value == 7
    agrees = answered("phq9", (1,) * 7 + (0, 0), phq9_total=7)
    assert sum_of(agrees, phq9).value == 7
    differs = answered("phq9", (1,) * 7 + (0, 0), phq9_total=8)
    assert sum_of(differs, phq9).reason == "the items give 7, the recorded total is 8"
    partly = answered("phq9", (1,) * 7 + (None, 0), phq9_total=7)
    assert sum_of(partly, phq9).reason == "1 of 9 items unanswered, none may be"


SUMMED = [one for one in QUESTIONNAIRES if one.total]


@st.composite
def some_answers(draw: st.DrawFn) -> tuple[Questionnaire, list[int | None]]:
    questionnaire = draw(st.sampled_from(SUMMED))
    steps = [st.one_of(st.none(), st.sampled_from(item.steps)) for item in questionnaire.items]
    return questionnaire, [draw(step) for step in steps]


@given(some_answers(), st.data())
def test_a_worse_answer_never_lowers_a_sum_and_a_missing_one_never_makes_it_appear(
    found: tuple[Questionnaire, list[int | None]], data: st.DataObject
) -> None:
    questionnaire, answers = found
    name = questionnaire.questionnaire_id
    before = sum_of(answered(name, tuple(answers)), questionnaire).value
    place = data.draw(st.integers(0, len(answers) - 1))
    worse = [step for step in questionnaire.items[place].steps if step > (answers[place] or 0)]
    if before is not None and worse:
        higher = [*answers[:place], worse[0], *answers[place + 1 :]]
        after = sum_of(answered(name, tuple(higher)), questionnaire).value
        assert after is not None and after > before
    fewer = [*answers[:place], None, *answers[place + 1 :]]
    assert sum_of(answered(name, tuple(fewer)), questionnaire).value is None


@given(st.tuples(*(st.one_of(st.none(), st.integers(0, high)) for high in (3, 3, 10, 10, 10))))
def test_a_worse_gcps_r_answer_never_lowers_the_grade(answers: Answers) -> None:
    before = score_gcps_r(answered("gcps_r", answers), INSTRUMENTS).value
    for place, high in enumerate((3, 3, 10, 10, 10)):
        answer = answers[place]
        if before is None or answer is None or answer == high:
            continue
        worse = (*answers[:place], answer + 1, *answers[place + 1 :])
        after = score_gcps_r(answered("gcps_r", worse), INSTRUMENTS).value
        assert after is None or after >= before


@pytest.mark.parametrize(("total", "psych"), [(4, 5), (8, 3)])
def test_a_start_back_subscore_that_cannot_go_with_its_total_gives_no_band(
    total: int, psych: int
) -> None:
    totals = {"start_back_total": float(total), "start_back_psych": float(psych)}
    found = score_start_back(ClinicalRecord("P1", totals=totals), INSTRUMENTS)
    assert (found.value, found.band) == (total, "")
    assert found.note == "medium or high risk: start_back_psych does not fit the other answers"


def test_a_start_back_subscore_that_differs_from_its_items_gives_no_band() -> None:
    items = (1, 1, 1, 1, 1, 0, 0, 0, 0)
    agrees = answered("start_back", items, start_back_psych=1)
    assert score_start_back(agrees, INSTRUMENTS).band == "medium risk"
    differs = answered("start_back", items, start_back_psych=4)
    assert score_start_back(differs, INSTRUMENTS).band == ""


def test_the_phq9_item_on_self_harm_is_told_whatever_the_sum() -> None:
    quiet = score_sum(answered("phq9", (3,) * 8 + (0,)), "phq9", INSTRUMENTS)
    assert (quiet.band, quiet.note) == ("severe", "")
    told = score_sum(answered("phq9", (0,) * 8 + (1,)), "phq9", INSTRUMENTS)
    assert told.band == "minimal"
    assert told.note == "item 9 is above 0: a clinician must read that answer"
    unsummed = score_sum(answered("phq9", (None,) * 8 + (2,)), "phq9", INSTRUMENTS)
    assert unsummed.value is None and unsummed.note
