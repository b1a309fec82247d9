import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.clinical.opioids import opioid_change
from multifidus.cohort.change import better_by_pct, mean_changes, reliever_curves
from multifidus.cohort.opioids import CLASSES, opioid_counts
from multifidus.cohort.proportion import proportion
from multifidus.cohort.responders import response_rate, response_rates, verdict_of
from multifidus.cohort.visits import cohort_of
from multifidus.domain.answers import Verdict
from multifidus.domain.cohort import Cohort, ResponseRate
from multifidus.domain.errors import InputError
from multifidus.domain.outcome import MEASURES, Definition, Visit
from multifidus.files.rules.outcomes import read_definitions

DEFINITIONS = {definition.definition_id: definition for definition in read_definitions()}
MET, NOT_MET, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_ASSESSABLE
Values = Mapping[str, float]


def verdict(name: str, before: Values, now: Values) -> Verdict:
    first, later = Visit("P", "baseline", 0, before), Visit("P", "1 y", 12, now)
    return verdict_of(DEFINITIONS[name].response, first, later)


def cohort(*people: tuple[Values, Values | None]) -> Cohort:
    """One person per pair; None where the person did not come to the visit."""
    visits = []
    for number, (before, now) in enumerate(people):
        visits.append(Visit(f"P{number}", "baseline", 0, before))
        if now is not None:
            visits.append(Visit(f"P{number}", "1 y", 12, now))
    return cohort_of(visits)


def rate(name: str, *people: tuple[Values, Values | None]) -> ResponseRate:
    made = cohort(*people)
    return response_rate(made, DEFINITIONS[name], made.times[0])


@pytest.mark.parametrize(
    ("name", "before", "now", "expected"),
    [
        ("nrs_relief_30", {"nrs": 10}, {"nrs": 7}, MET),
        ("nrs_relief_30", {"nrs": 10}, {"nrs": 8}, NOT_MET),
        ("nrs_relief_50", {"nrs": 6}, {"nrs": 3}, MET),
        ("nrs_relief_50", {"nrs": 7}, {"nrs": 4}, NOT_MET),
        ("nrs_relief_70", {"nrs": 10}, {"nrs": 3}, MET),
        ("nrs_relief_70", {"nrs": 9}, {"nrs": 3}, NOT_MET),
        ("vas_relief_30", {"lbp_vas_mm": 73}, {"lbp_vas_mm": 51.1}, MET),
        ("vas_relief_30", {"lbp_vas_mm": 73}, {"lbp_vas_mm": 51.2}, NOT_MET),
        ("vas_relief_50", {"lbp_vas_mm": 73}, {"lbp_vas_mm": 36.5}, MET),
        ("vas_relief_70", {"lbp_vas_mm": 73}, {"lbp_vas_mm": 22}, NOT_MET),
        ("odi_points_10", {"odi_pct": 44.4}, {"odi_pct": 34.4}, MET),
        ("odi_points_10", {"odi_pct": 44}, {"odi_pct": 35}, NOT_MET),
        ("odi_points_15", {"odi_pct": 44}, {"odi_pct": 29}, MET),
        ("odi_points_20", {"odi_pct": 44}, {"odi_pct": 24.1}, NOT_MET),
        ("odi_relief_30", {"odi_pct": 40}, {"odi_pct": 28}, MET),
        ("odi_relief_50", {"odi_pct": 40}, {"odi_pct": 21}, NOT_MET),
        ("eq5d_better_30", {"eq5d_index": 0.6}, {"eq5d_index": 0.78}, MET),
        ("eq5d_better_30", {"eq5d_index": 0.6}, {"eq5d_index": 0.77}, NOT_MET),
        ("nrs_remission", {}, {"nrs": 3}, MET),
        ("nrs_remission", {}, {"nrs": 4}, NOT_MET),
        ("vas_resolved", {}, {"lbp_vas_mm": 25}, MET),
        ("vas_resolved", {}, {"lbp_vas_mm": 25.1}, NOT_MET),
        ("pgic_much", {}, {"pgic": 2}, MET),
        ("pgic_much", {}, {"pgic": 3}, NOT_MET),
        ("definitely_satisfied", {}, {"treatment_satisfaction": 2}, NOT_MET),
        ("mic_eq5d_japan", {"eq5d_index": 0.52}, {"eq5d_index": 0.6}, MET),
        ("mic_eq5d_parai", {"eq5d_index": 0.52}, {"eq5d_index": 0.6}, NOT_MET),
        ("mic_odi_parai", {"odi_pct": 40}, {"odi_pct": 22}, MET),
        ("mic_nrs_ostelo", {"nrs": 4}, {"nrs": 3}, NOT_MET),
        ("high_impact_pain", {}, {"gcps_grade": 2}, NOT_MET),
        ("nrs2_and_odi10", {"nrs": 7, "odi_pct": 40}, {"nrs": 5, "odi_pct": 31}, NOT_MET),
    ],
)
def test_a_definition_holds_at_its_limit_and_not_short_of_it(
    name: str, before: Values, now: Values, expected: Verdict
) -> None:
    assert verdict(name, before, now) is expected


@pytest.mark.parametrize(
    ("nrs", "odi", "expected"),
    [
        ((8, 8), (45, 30), MET),  # ODI alone
        ((8, 4), (45, 45), MET),  # pain alone
        ((8, 9), (45, 20), NOT_MET),  # ODI better, pain worse
        ((8, 2), (45, 46), NOT_MET),  # pain better, ODI worse
        ((8, 5), (45, 31), NOT_MET),  # neither reaches its limit
        ((8, None), (45, 20), OPEN),  # pain might be worse
        ((8, None), (45, 46), NOT_MET),  # ODI is worse: decided
        ((8, 8), (45, None), OPEN),
        ((8, 9), (45, None), NOT_MET),
    ],
)
def test_the_restore_composite_needs_one_response_and_nothing_worse(
    nrs: tuple[float, float | None], odi: tuple[float, float | None], expected: Verdict
) -> None:
    now = {k: v for k, v in (("nrs", nrs[1]), ("odi_pct", odi[1])) if v is not None}
    assert verdict("restore_composite", {"nrs": nrs[0], "odi_pct": odi[0]}, now) is expected


@pytest.mark.parametrize(
    ("now", "increased", "expected"),
    [(50, 0, MET), (50, 1, NOT_MET), (50, None, OPEN), (60, None, NOT_MET), (60, 0, NOT_MET)],
)
def test_the_pivotal_trials_responder_takes_no_more_medication(
    now: float, increased: float | None, expected: Verdict
) -> None:
    values = {"lbp_vas_mm": now} | (
        {} if increased is None else {"analgesics_increased": increased}
    )
    assert verdict("reactiv8_b_primary", {"lbp_vas_mm": 73}, values) is expected


def test_the_combined_response_is_either_and_open_only_where_nothing_decides() -> None:
    before = {"lbp_vas_mm": 70, "odi_pct": 45}
    assert verdict("vas50_or_odi20", before, {"lbp_vas_mm": 35}) is MET
    assert verdict("vas50_or_odi20", before, {"odi_pct": 25}) is MET
    assert verdict("vas50_or_odi20", before, {"odi_pct": 26}) is OPEN
    assert verdict("vas50_or_odi20", before, {"lbp_vas_mm": 36, "odi_pct": 26}) is NOT_MET


def test_no_percentage_is_formed_of_a_baseline_of_nothing() -> None:
    assert better_by_pct(MEASURES["nrs"], 0, 0) is None
    assert better_by_pct(MEASURES["eq5d_index"], -0.1, 0.5) is None
    assert verdict("nrs_relief_30", {"nrs": 0}, {"nrs": 0}) is OPEN


def test_missing_people_are_in_no_share_and_are_counted() -> None:
    found = rate(
        "nrs_relief_50",
        ({"nrs": 8}, {"nrs": 4}),
        ({"nrs": 8}, {"nrs": 7}),
        ({"nrs": 8}, {}),
        ({"nrs": 8}, None),
        ({}, {"nrs": 2}),
    )
    assert (found.concerned, found.observed.n, found.observed.count, found.missing) == (5, 2, 1, 3)
    assert (found.least_pct, found.observed.pct, found.most_pct) == (20, 50, 80)


def test_a_half_answered_person_is_in_no_share_though_one_part_decides() -> None:
    before = {"lbp_vas_mm": 70, "odi_pct": 45}
    found = rate(
        "vas50_or_odi20",
        (before, {"lbp_vas_mm": 35, "odi_pct": 45}),
        (before, {"lbp_vas_mm": 70, "odi_pct": 45}),
        (before, {"lbp_vas_mm": 35}),  # surely a responder
        (before, {"lbp_vas_mm": 70}),  # might be one
    )
    assert (found.observed.count, found.observed.n, found.missing) == (1, 2, 2)
    assert (found.least_pct, found.most_pct) == (50, 75)


@given(st.sampled_from(sorted(DEFINITIONS)), st.data())
def test_the_truth_lies_between_the_two_ways_of_counting_the_missing(
    name: str, data: st.DataObject
) -> None:
    full, seen = [], []
    for _ in range(data.draw(st.integers(1, 6))):
        before, now = values_of(data), values_of(data)
        hidden = data.draw(st.sets(st.sampled_from(sorted(MEASURES))))
        full.append((before, now))
        seen.append((before, {k: v for k, v in now.items() if k not in hidden}))
    whole, part = rate(name, *full), rate(name, *seen)
    if whole.concerned and whole.missing == 0:
        assert part.least_pct is not None
        assert part.most_pct is not None
        assert whole.observed.pct is not None
        assert part.least_pct - 1e-9 <= whole.observed.pct <= part.most_pct + 1e-9


def test_low_impact_is_asked_only_of_those_with_high_impact_at_baseline() -> None:
    people = [({"gcps_grade": before}, {"gcps_grade": now}) for before, now in ((3, 1), (3, 3))]
    found = rate("high_to_low_impact", *people, ({"gcps_grade": 2}, {"gcps_grade": 1}), ({}, {}))
    assert (found.concerned, found.observed.n, found.observed.count) == (2, 2, 1)


def test_states_are_told_at_the_baseline_too_and_changes_are_not() -> None:
    rates = response_rates(cohort(({"nrs": 2}, {"nrs": 1})), list(DEFINITIONS.values()))
    first = {one.definition.definition_id for one in rates if one.visit == "baseline"}
    assert first == {"nrs_remission"}


def test_a_definition_without_any_data_is_no_row() -> None:
    rates = response_rates(cohort(({"nrs": 8}, {"nrs": 1})), list(DEFINITIONS.values()))
    assert {part.definition.definition_id for part in rates} >= {"nrs_relief_70"}
    assert all("vas" not in one.definition.definition_id for one in rates)


def test_wilson_intervals_agree_with_published_ones() -> None:
    # Newcombe 1998, Stat Med 17:857, table I, method 3 (score without continuity correction).
    for count, n, low, high in ((81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0, 16.11)):
        found = proportion(count, n)
        assert found.low_pct == pytest.approx(low, abs=0.005)
        assert found.high_pct == pytest.approx(high, abs=0.005)
    assert proportion(29, 29).high_pct == 100
    assert proportion(0, 0).pct is None


@given(st.integers(1, 400), st.data())
def test_an_interval_holds_its_share_and_lies_within_0_and_100(n: int, data: st.DataObject) -> None:
    found = proportion(data.draw(st.integers(0, n)), n)
    assert found.low_pct is not None
    assert found.pct is not None
    assert found.high_pct is not None
    assert 0 <= found.low_pct <= found.pct <= found.high_pct <= 100


def test_the_mean_change_rests_on_pairs_and_its_interval_is_students() -> None:
    pairs = [(8, 4), (7, 5), (9, 3)]
    made = cohort(
        *(({"nrs": a}, {"nrs": b}) for a, b in pairs), ({"nrs": 6}, None), ({}, {"nrs": 1})
    )
    (found,) = mean_changes(made)
    assert (found.n, found.baseline_n, found.missing) == (3, 4, 1)
    assert (found.baseline_mean, found.visit_mean, found.mean, found.sd) == (8, 4, -4, 2)
    half = 4.302652729911275 * 2 / math.sqrt(3)  # t of 2 degrees of freedom
    assert found.low == pytest.approx(-4 - half)
    assert found.high == pytest.approx(-4 + half)


def test_one_person_has_a_change_and_no_interval() -> None:
    (found,) = mean_changes(cohort(({"nrs": 8}, {"nrs": 4})))
    assert (found.mean, found.sd, found.low) == (-4, None, None)


def test_the_curve_starts_with_everyone_not_worse_and_steps_at_each_persons_relief() -> None:
    people = [({"nrs": 10}, {"nrs": now}) for now in (0, 5, 7, 10, 10)]
    (curve,) = reliever_curves(cohort(*people, ({"nrs": 10}, None), ({"nrs": 0}, {"nrs": 0})))
    assert (curve.n, curve.missing) == (5, 2)
    at = curve.at_least_pct
    assert (at[0], at[1], at[30], at[31], at[50], at[51], at[100]) == (100, 60, 60, 40, 40, 20, 20)


@given(st.lists(st.tuples(st.integers(1, 10), st.integers(0, 10)), min_size=1, max_size=30))
def test_the_curve_never_rises_and_agrees_with_the_responders(pairs: list[tuple[int, int]]) -> None:
    made = cohort(*(({"nrs": a}, {"nrs": b}) for a, b in pairs))
    (curve,) = reliever_curves(made)
    at = curve.at_least_pct
    assert list(at) == sorted(at, reverse=True)
    for limit in (30, 50, 70):
        found = response_rate(made, DEFINITIONS[f"nrs_relief_{limit}"], made.times[0])
        assert at[limit] == pytest.approx(found.observed.pct)


def test_opioids_are_counted_among_those_who_took_any() -> None:
    mme = "opioid_mme_mg_day"
    pairs = [(40, 0), (40, 20), (40, 40), (40, 60), (0, 20), (40, None), (None, 10)]
    people = [({} if a is None else {mme: a}, {} if b is None else {mme: b}) for a, b in pairs]
    (found,) = opioid_counts(cohort(*people), lambda a, b: opioid_change(a, b).value)
    assert (found.on_at_baseline, found.missing, found.unknown_at_baseline) == (5, 1, 1)
    assert [found.counts[name].count for name in CLASSES] == [1, 1, 1, 1]
    assert found.counts["eliminated"].n == 4


def test_people_who_start_opioids_are_counted_among_those_who_took_none() -> None:
    mme = "opioid_mme_mg_day"
    pairs = [(40, 0), (0, 20), (0, 0), (0, 0), (0, None), (None, 10)]
    people = [({} if a is None else {mme: a}, {} if b is None else {mme: b}) for a, b in pairs]
    (found,) = opioid_counts(cohort(*people), lambda a, b: opioid_change(a, b).value)
    assert (found.started.count, found.started.n) == (1, 3)
    assert (found.none_at_baseline, found.none_missing) == (4, 1)
    (alone,) = opioid_counts(cohort(({mme: 0}, {mme: 5})), lambda a, b: opioid_change(a, b).value)
    assert alone.started.pct == 100


# Visits to a cohort


def test_people_without_a_baseline_are_named_and_in_no_figure() -> None:
    made = cohort_of([Visit("A", "baseline", 0, {}), Visit("B", "1 y", 12, {"nrs": 1})])
    assert made.without_baseline == ("B",)
    assert set(made.baseline) == {"A"}


def test_visits_stand_in_the_order_of_their_median_time() -> None:
    visits = [
        Visit("A", "baseline", None, {}),
        Visit("A", "late", 24, {}),
        Visit("A", "soon", 3, {}),
    ]
    made = cohort_of([*visits, Visit("B", "", 0, {}), Visit("B", "soon", 5, {})])
    assert [(time.label, time.months) for time in made.times] == [("soon", 4), ("late", 24)]


@pytest.mark.parametrize(
    ("visits", "says"),
    [
        ([Visit("A", "1 y", 12, {})], "nobody has a baseline visit"),
        ([Visit("A", "", None, {})], "'A' has a visit without a name"),
        (
            [Visit("A", "start", 0, {}), Visit("A", "entry", 0, {})],
            "two baselines, by name or by 0 months",
        ),
    ],
)
def test_visits_that_cannot_be_told_apart_are_refused(visits: list[Visit], says: str) -> None:
    with pytest.raises(InputError, match=says):
        cohort_of(visits)


# More missing data


def values_of(data: st.DataObject) -> dict[str, float]:
    return {
        name: data.draw(st.integers(0, 10)) * (one.high or 10) / 10
        for name, one in MEASURES.items()
    }


@given(st.sampled_from(sorted(DEFINITIONS)), st.data())
def test_missing_more_never_turns_an_open_answer_into_a_response(
    name: str, data: st.DataObject
) -> None:
    before, now = values_of(data), values_of(data)
    hidden = data.draw(st.sets(st.sampled_from(sorted(MEASURES))))
    hidden_more = hidden | data.draw(st.sets(st.sampled_from(sorted(MEASURES))))
    known = verdict(name, before, {k: v for k, v in now.items() if k not in hidden})
    fewer = verdict(name, before, {k: v for k, v in now.items() if k not in hidden_more})
    assert fewer in (known, OPEN)


def test_every_definition_is_one_that_a_value_can_meet() -> None:
    best = {
        name: (one.low if one.higher_is_worse else one.high) or 0 for name, one in MEASURES.items()
    }
    worst = {
        name: (one.high if one.higher_is_worse else 0.3) or 50 for name, one in MEASURES.items()
    }
    for name, one in DEFINITIONS.items():
        assert isinstance(one, Definition)
        good, bad = (best, worst) if name != "high_impact_pain" else (worst, best)
        assert verdict(name, worst, good) is MET, name
        assert verdict(name, worst, bad) is NOT_MET, name
