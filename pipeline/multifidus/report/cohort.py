"""A cohort's outcomes as tables: every share with its denominator and who is missing."""

from collections.abc import Sequence
from itertools import groupby

from multifidus.domain.answers import Verdict
from multifidus.domain.case import CaseResult
from multifidus.domain.cohort import Cohort, MeanChange, OpioidCounts, Proportion, ResponseRate
from multifidus.domain.decision import Conclusion
from multifidus.domain.outcome import Definition
from multifidus.report.gate import IN_WORDS
from multifidus.report.numbers import NO_VALUE, interval_words, pct_words, score_number
from multifidus.report.table import Table
from multifidus.report.words import cited

RATE_HEADINGS = (
    *("What counts", "Visit", "Of those with data", "95 % interval", "Missing"),
    *("If no missing person responded", "If all did", "Source of the definition"),
)


def visit_table(cohort: Cohort) -> Table:
    """Who came to which visit, of the people with a baseline."""
    people = len(cohort.baseline)
    rows = [
        (
            time.label,
            NO_VALUE if time.months is None else f"{time.months:g}",
            str(came := sum(person in cohort.baseline for person in cohort.later[time.label])),
            f"{people - came} of {people}",
        )
        for time in cohort.times
    ]
    first = ("baseline", "0", str(people), f"0 of {people}")
    return Table(("Visit", "Months (median)", "People", "Missing"), (first, *rows))


def rate_table(rates: Sequence[ResponseRate]) -> Table:
    """One row per definition and visit; nobody missing is counted as a responder or as none."""
    rows = [
        (
            rate.definition.text,
            rate.visit,
            share_words(rate.observed),
            interval_words(rate.observed.low_pct, rate.observed.high_pct),
            f"{rate.missing} of {rate.concerned}",
            pct_words(rate.least_pct),
            pct_words(rate.most_pct),
            cited(rate.definition),
        )
        for rate in rates
    ]
    return Table(RATE_HEADINGS, tuple(rows))


def mean_change_table(changes: Sequence[MeanChange]) -> Table:
    """Mean change from baseline of the people with both values; lower is better but for EQ-5D."""
    rows = [
        (
            change.measure.wording,
            change.visit,
            str(change.n),
            f"{change.missing} of {change.baseline_n}",
            score_number(change.baseline_mean, change.measure.high),
            score_number(change.visit_mean, change.measure.high),
            score_number(change.mean, change.measure.high, with_sign=True),
            NO_VALUE
            if change.low is None
            else f"{score_number(change.low, change.measure.high, with_sign=True)} to "
            f"{score_number(change.high, change.measure.high, with_sign=True)}",
            "lower is better" if change.measure.higher_is_worse else "higher is better",
        )
        for change in changes
    ]
    headings = (
        *("Measure", "Visit", "n", "Missing of those with a baseline", "Baseline mean"),
        *("Visit mean", "Mean change", "95 % interval", "Direction"),
    )
    return Table(headings, tuple(rows))


def opioid_table(counts: Sequence[OpioidCounts]) -> Table:
    """What became of opioids, of those who took any at the baseline, and who started."""
    rows = [
        (
            count.visit,
            str(count.on_at_baseline),
            *(
                f"{share_words(share)}, {interval_words(share.low_pct, share.high_pct)}"
                for share in count.counts.values()
            ),
            f"{count.missing} of {count.on_at_baseline}",
            f"{share_words(count.started)}, "
            f"{count.none_missing} of {count.none_at_baseline} missing",
            str(count.unknown_at_baseline),
        )
        for count in counts
    ]
    classes = tuple(name.capitalize() for name in counts[0].counts) if counts else ()
    headings = (
        *("Visit", "On opioids at baseline", *classes, "Missing"),
        *("Started, of those on none at baseline", "Not known at baseline"),
    )
    return Table(headings, tuple(rows))


def unanswered_line(definitions: Sequence[Definition]) -> str:
    """The definitions that nobody's data answer."""
    listed = "; ".join(definition.text for definition in definitions)
    return f"Not assessable, since nobody has the data: {listed}." if listed else ""


def conclusion_table(cases: Sequence[CaseResult]) -> Table:
    """How many people each rule set sums up to what for."""
    decisions = sorted((d for case in cases for d in case.decisions), key=lambda d: d.rule_set_id)
    rows = []
    for _, same in groupby(decisions, key=lambda d: d.rule_set_id):
        group = list(same)
        found = [decision.conclusion for decision in group]
        counts = [str(found.count(conclusion)) for conclusion in Conclusion]
        rows.append((f"{group[0].title} ({group[0].version})", str(len(group)), *counts))
    headings = (
        "Rule set",
        "People",
        *(IN_WORDS[conclusion].capitalize() for conclusion in Conclusion),
    )
    return Table(headings, tuple(rows))


def criterion_table(cases: Sequence[CaseResult]) -> Table:
    """How many people each criterion is met, not met or open for."""
    counts: dict[tuple[str, str], dict[Verdict, int]] = {}
    for case in cases:
        for decision in case.decisions:
            for finding in decision.findings:
                place = counts.setdefault((decision.title, finding.text), dict.fromkeys(Verdict, 0))
                place[finding.verdict] += 1
    rows = tuple((*key, *map(str, found.values())) for key, found in counts.items())
    return Table(("Rule set", "Criterion", *(verdict.value for verdict in Verdict)), rows)


def share_words(share: Proportion) -> str:
    """'12 of 40 (30.0 %)'."""
    return f"{share.count} of {share.n} ({pct_words(share.pct)})"
