from dataclasses import replace

import pytest

from multifidus.cohort.change import mean_changes
from multifidus.cohort.counts import answer_counts, event_counts
from multifidus.cohort.matching import match_of, means_beside, shares_beside
from multifidus.cohort.pathway_time import follow_up_times, months_from_activation
from multifidus.cohort.person import doubts_of, visits_in_time
from multifidus.cohort.responders import response_rates
from multifidus.cohort.use import overlapping, share_of_all, use_of_cohort, uses_of
from multifidus.cohort.visits import cohort_of
from multifidus.domain.answers import NotAssessable
from multifidus.domain.event import (
    Event,
    EventKind,
    Harm,
    Intervention,
    Relation,
    TherapyPlan,
    TherapyUse,
)
from multifidus.domain.outcome import Visit
from multifidus.domain.pathway import FollowUpTime
from multifidus.files.rules.evidence import read_studies
from multifidus.files.rules.outcomes import read_definitions
from multifidus.files.rules.pathway import (
    read_measurement_errors,
    read_therapy_plan,
)

PLAN = TherapyPlan(2, 30, "a source", "seed")
ACTIVATION = Event("A", EventKind.ACTIVATION, "2024-01-01", 0.0)


def log(days: float, period: float | None, hours: float | None = None, **more: float) -> Event:
    use = TherapyUse(period, more.get("sessions"), hours)
    return Event("A", EventKind.THERAPY_USE, days=days, detail=use, line=int(days))


def visit(label: str, months: float | None, date: str | None = None, **values: float) -> Visit:
    return Visit("A", label, months, values, date)


def test_the_plan_is_two_sessions_of_thirty_minutes_so_an_hour_a_day() -> None:
    plan = read_therapy_plan()
    assert (plan.sessions_a_day, plan.minutes) == (2, 30)
    assert plan.most_hours(30) == 30


def test_the_share_of_the_maximum_is_hours_over_an_hour_a_day() -> None:
    (use,) = uses_of([log(120, 120, 60)], PLAN)
    assert use.share_pct == 50
    (use,) = uses_of([log(120, 120, sessions=60)], PLAN)
    assert use.share_pct == 25


def test_minutes_in_the_column_of_hours_have_no_share() -> None:
    (use,) = uses_of([log(30, 30, 1200)], PLAN)
    assert isinstance(use.share_pct, NotAssessable)
    assert "1200 hours in 30 days are more than the 30" in use.share_pct.reason


@pytest.mark.parametrize("use", [log(30, None, 10), log(30, 30)])
def test_a_log_without_days_or_without_use_has_no_share(use: Event) -> None:
    (found,) = uses_of([use], PLAN)
    assert isinstance(found.share_pct, NotAssessable)


def test_logs_add_up_by_their_days_and_those_that_share_days_do_not() -> None:
    apart = uses_of([log(100, 100, 100), log(200, 100, 0)], PLAN)
    assert share_of_all(apart, PLAN) == 50
    shared = uses_of([log(100, 100, 50), log(150, 100, 50), log(140, 10, 1)], PLAN)
    assert len(overlapping(shared)) == 2
    assert isinstance(share_of_all(shared, PLAN), NotAssessable)
    early = uses_of([log(30, 100, 5)], PLAN)
    assert "before the activation" in overlapping(early)[0]


def test_a_cohort_s_use_is_the_median_of_people_and_names_whom_it_leaves_out() -> None:
    events = {
        "A": [log(100, 100, 20)],
        "B": [log(100, 100, 40), log(200, 100, 40)],
        "C": [log(100, 100, 90)],
        "D": [log(100, None, 90)],
        "E": [ACTIVATION],
    }
    found = use_of_cohort(events, PLAN)
    assert not isinstance(found, NotAssessable)
    assert (found.people, found.assessed, found.share_pct, found.hours) == (4, 3, 40, 80)
    assert found.notes[0].startswith("D: row 100")
    assert isinstance(use_of_cohort({"E": [ACTIVATION]}, PLAN), NotAssessable)


def test_time_from_activation_goes_by_dates_and_is_never_time_from_baseline() -> None:
    base, later = visit("baseline", 0, "2023-11-01"), visit("1 year", 14, "2025-01-01")
    months = months_from_activation(later, [base, later], ACTIVATION)
    assert months == pytest.approx(366 / 30.4375)
    undated = visit("1 year", 14)
    months = months_from_activation(undated, [base, undated], ACTIVATION)
    assert months == pytest.approx(14 - 61 / 30.4375)
    assert months_from_activation(undated, [undated], ACTIVATION) is None
    assert months_from_activation(undated, [base, undated], None) is None
    named = visit("Activation", 2)
    assert months_from_activation(undated, [base, named, undated], None) == 12


def test_a_cohort_s_times_say_from_when_they_count() -> None:
    people = [
        replace(one, subject_id=who)
        for who in "AB"
        for one in (visit("baseline", 0, "2023-11-01"), visit("1 year", 14, "2025-01-01"))
    ]
    cohort = cohort_of(people)
    known = follow_up_times(cohort, {"A": [ACTIVATION]})["1 year"]
    assert known.from_activation
    assert (round(known.months, 1), known.n) == (12.0, 1)
    unknown = follow_up_times(cohort, {})["1 year"]
    assert (unknown.months, unknown.from_activation, unknown.n) == (14, False, 2)


def test_a_published_time_matches_the_nearest_visit_within_fifteen_percent_and_no_other() -> None:
    times = {
        name: FollowUpTime(name, months, True, 1)
        for name, months in {"a": 4.0, "b": 11.0, "c": 12.5, "d": 48.0}.items()
    }
    assert match_of(12, times) == times["c"]
    assert match_of(4, times) == times["a"]
    assert match_of(24, times) is None
    assert match_of(60, times) is None
    assert match_of(0, times) is None
    assert match_of(None, times) is None


def test_a_published_vas_in_cm_stands_beside_mm() -> None:
    cohort = cohort_of([visit("baseline", 0, lbp_vas_mm=72), visit("y", 4, lbp_vas_mm=40)])
    means = means_beside(mean_changes(cohort), read_studies(), follow_up_times(cohort, {}))
    found = {(mean.figure.group, mean.is_change): mean for mean in means}
    assert found["stimulation", True].figure.in_measure == -33
    assert found["stimulation", True].our_value == -32
    assert found["sham control", False].figure.in_measure == 48


def test_published_shares_and_means_stand_beside_the_visit_of_their_time() -> None:
    cohort = cohort_of([visit("baseline", 0, nrs=8, odi_pct=40), visit("y", 12, nrs=3, odi_pct=20)])
    times = follow_up_times(cohort, {})
    studies = read_studies()
    rates = response_rates(cohort, read_definitions())
    shares = shares_beside(rates, studies, times)
    assert shares
    assert {share.figure.months for share in shares} == {12}
    means = means_beside(mean_changes(cohort), studies, times)
    told = {
        (mean.study.study_id, mean.ours.measure.name): (mean.our_value, mean.figure.in_measure)
        for mean in means
        if mean.figure.group in ("stimulation", "treated") and "ISASS" not in mean.figure.source
    }
    assert told["restore", "odi_pct"] == (-20, -19.7)
    assert told["huang", "nrs"] == (3, 3.3)


def test_impressions_are_counted_of_those_who_answered() -> None:
    people = [
        replace(one, subject_id=who)
        for who, answer in {"A": 1, "B": 4}.items()
        for one in (visit("baseline", 0), visit("y", 12, cgi=answer))
    ]
    people.append(replace(visit("baseline", 0), subject_id="C"))
    found = answer_counts(cohort_of(people))
    assert {one.measure.name for one in found} == {"cgi"}
    counts = {one.answer: one.share.count for one in found}
    assert (counts["very much improved"], counts["no change"], sum(counts.values())) == (1, 1, 2)
    assert {one.missing for one in found} == {1}


def test_events_are_counted_in_people_with_an_implant_and_what_is_open_is_said() -> None:
    def harm(who: str, **known: object) -> Event:
        return Event(who, EventKind.ADVERSE_EVENT, detail=Harm("x", **known))

    def started(who: str) -> Event:
        return Event(who, EventKind.ACTIVATION)

    serious = {"serious": True, "related_to_procedure": Relation.CAUSAL}
    events = {
        "A": [started("A"), harm("A", **serious), harm("A", serious=False)],
        "B": [started("B"), harm("B")],
        "C": [started("C"), Event("C", EventKind.EXPLANT, detail=Intervention(None))],
        "D": [harm("D", serious=True)],
    }
    found = {count.what: count for count in event_counts(events)}
    every = found["adverse events"]
    assert (every.events, every.share.count, every.share.n) == (4, 2, 3)
    assert every.note == "1 more people without an implantation on record"
    assert found["serious adverse events"].events == 2
    assert "1 more may be" in found["serious adverse events"].note
    related = found["serious adverse events related to device or procedure"]
    assert (related.events, related.share.count) == (1, 1)
    assert found["explant: reason not recorded"].share.count == 1
    assert found["explants"].events == 1


def test_a_visit_after_the_explant_is_without_the_system_until_there_is_a_new_one() -> None:
    out = Event("A", EventKind.EXPLANT, days=300.0)
    visits = [visit("a", 9.0, "2024-10-01"), visit("b", 12.0, "2025-01-01")]
    assert [one.after_explant for one in visits_in_time(visits, [ACTIVATION, out])] == [False, True]
    again = Event("A", EventKind.IMPLANTATION, days=330.0)
    known = visits_in_time(visits, [ACTIVATION, out, again])
    assert [one.after_explant for one in known] == [False, False]
    (unknown,) = visits_in_time([visit("b", None)], [out])
    assert unknown.after_explant is None


def test_events_that_contradict_their_order_are_told() -> None:
    out = Event("A", EventKind.EXPLANT, days=100.0, line=4)
    assert doubts_of([ACTIVATION, out, log(90, 90, 5)]) == ()
    assert "lies after the explant" in doubts_of([ACTIVATION, out, log(200, 30, 5)])[0]
    assert "no activation is on record" in doubts_of([log(200, 30, 5)])[0]
    late = Event("A", EventKind.IMPLANTATION, days=20.0)
    assert "implantation on record lies after" in doubts_of([ACTIVATION, late])[0]


def test_no_measurement_error_stands_without_a_source_and_none_is_known_of_the_vas() -> None:
    known = {error.measure: error.sdc for error in read_measurement_errors()}
    assert known == {"nrs": 3.6, "odi_pct": 18, "eq5d_index": 0.49}
    assert all("Parai 2020" in error.source for error in read_measurement_errors())
