"""A cohort's pathway as tables: answers and events counted, published figures at its own times."""

from collections.abc import Sequence

from multifidus.domain.answers import NotAssessable
from multifidus.domain.pathway import (
    AnswerCount,
    BesideMean,
    BesideShare,
    EventCount,
    FollowUpTime,
    UseCount,
)
from multifidus.report.cohort import share_words
from multifidus.report.evidence import people_words
from multifidus.report.numbers import NO_VALUE, decimals, interval_words, pct_words, score_number
from multifidus.report.table import Table

MATCHED = (
    "A published time stands beside the visit nearest to it that differs by at most 15 % of it; "
    "no such window is published, it is this project's choice."
)


def answer_table(answers: Sequence[AnswerCount]) -> Table:
    """Every answer of the impressions and of satisfaction, visit by visit."""
    rows = [
        (
            answer.measure.wording.split(",")[0],
            answer.visit,
            answer.answer,
            share_words(answer.share),
            interval_words(answer.share.low_pct, answer.share.high_pct),
            str(answer.missing),
        )
        for answer in answers
    ]
    headings = ("What", "Visit", "Answer", "Of those who answered", "95 % interval", "Missing")
    return Table(headings, tuple(rows))


def time_words(time: FollowUpTime) -> str:
    """'4.0 months from activation, median of 20 people'."""
    if time.months is None:
        return "not known"
    start = "activation" if time.from_activation else "baseline"
    return f"{decimals(time.months, 1)} months from {start}, median of {time.n} people"


def time_table(times: Sequence[FollowUpTime]) -> Table:
    """When each visit lies."""
    rows = tuple((time.visit, time_words(time)) for time in times)
    return Table(("Visit", "Time"), rows)


def beside_share_table(shares: Sequence[BesideShare]) -> Table:
    """A share of this cohort and the published one of the same definition at the same time."""
    rows = [
        (
            share.ours.definition.text,
            share.ours.visit,
            share_words(share.ours.observed),
            interval_words(share.ours.observed.low_pct, share.ours.observed.high_pct),
            f"{share.study.title.split(',')[0]}, {share.figure.group}",
            share.figure.when,
            f"{share.figure.value:g} %, {people_words(share.figure)}",
            _notes(share.figure.differs, share.study.cited(share.figure)),
        )
        for share in sorted(shares, key=_time_and_text)
    ]
    headings = (
        *("What counts", "Visit", "This cohort", "95 % interval", "Published", "At"),
        *("Published share", "Differs; source"),
    )
    return Table(headings, tuple(rows))


def beside_mean_table(means: Sequence[BesideMean]) -> Table:
    """Means of this cohort and the published ones of the same measure at the same time."""
    rows = [
        (
            mean.ours.measure.wording,
            mean.ours.visit,
            "change since the baseline" if mean.is_change else "mean",
            score_number(mean.our_value, mean.ours.measure.high, with_sign=mean.is_change),
            str(mean.ours.n),
            f"{mean.study.title.split(',')[0]}, {mean.figure.group}",
            mean.figure.when,
            score_number(mean.figure.in_measure, mean.ours.measure.high, with_sign=mean.is_change),
            people_words(mean.figure),
            _notes(mean.figure.differs, mean.study.cited(mean.figure)),
        )
        for mean in sorted(
            means, key=lambda mean: (mean.time.months or 0, mean.ours.measure.wording)
        )
    ]
    headings = (
        *("Measure", "Visit", "What", "This cohort", "n", "Published", "At", "Its number"),
        *("Its people", "Differs; source"),
    )
    return Table(headings, tuple(rows))


def event_count_table(counts: Sequence[EventCount]) -> Table:
    """Events by sort: how many, in how many of the people treated."""
    rows = [
        (
            count.what,
            str(count.events),
            share_words(count.share) if count.share.n else "nobody with an implantation on record",
            interval_words(count.share.low_pct, count.share.high_pct),
            count.note or NO_VALUE,
        )
        for count in counts
    ]
    headings = ("Sort", "Events", "People, of those treated", "95 % interval", "Not recorded")
    return Table(headings, tuple(rows))


def use_lines(use: UseCount | NotAssessable) -> list[str]:
    """How much the people used the device, and of whom it cannot be told."""
    if isinstance(use, NotAssessable):
        return [f"Use of the device is not assessable: {use.reason}."]
    lines = []
    if use.share_pct is not None:
        lines.append(
            f"Use of the device: median {pct_words(use.share_pct)} of the maximum, of "
            f"{use.assessed} of {use.people} people with a log."
        )
    if use.hours is not None:
        lines.append(f"Hours logged: median {decimals(use.hours, 0)}.")
    return [*lines, *(f"Not in it: {note}." for note in use.notes)]


def _time_and_text(beside: BesideShare) -> tuple[float, str]:
    return beside.time.months or 0, beside.ours.definition.text


def _notes(differs: str, cited: str) -> str:
    return "; ".join(words for words in (differs, cited) if words)
