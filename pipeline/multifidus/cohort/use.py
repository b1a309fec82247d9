"""Use of the device: what a log says beside the most that the plan allows."""

from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median

from multifidus.domain.answers import NotAssessable
from multifidus.domain.event import Event, EventKind, TherapyPlan, TherapyUse
from multifidus.domain.pathway import Use, UseCount
from multifidus.domain.visits import DAYS_A_MONTH

ROUNDING_PCT = 1.0
"""A log of whole days or tenths of hours may come to so much above the whole."""


def uses_of(events: Sequence[Event], plan: TherapyPlan) -> tuple[Use, ...]:
    """Every log of one person, in the order of the table, with its share of the maximum."""
    return tuple(_use(event, plan) for event in events if event.kind is EventKind.THERAPY_USE)


def overlapping(uses: Sequence[Use], activation: Event | None = None) -> tuple[str, ...]:
    """Logs whose periods share days, or that start before the activation, in sentences.

    Shared days count twice in a sum.
    """
    spans = [(span, use) for use in uses if (span := _span(use, activation)) is not None]
    spans.sort(key=lambda pair: pair[0])
    told = []
    reached, before = float("-inf"), None
    for (start, end), one in spans:
        if before is not None and start < reached - 1:
            told.append(
                f"the logs of rows {before.event.line} and {one.event.line} share days; their "
                "hours are not added up"
            )
        if end > reached:
            reached, before = end, one
    early = [one.event.line for (start, _), one in spans if start < -1]
    told += [
        f"the log of row {line} covers days before the activation; check its period"
        for line in early
    ]
    return tuple(told)


def use_of_cohort(
    events: Mapping[str, Sequence[Event]], plan: TherapyPlan
) -> UseCount | NotAssessable:
    """How much the people used the device: medians over people, each counted once.

    A person's share is that of all their logs together. Logs that share days, or of which one has
    no share, leave the person out, and that is said.
    """
    shares, hours, notes, people = [], [], [], 0
    for subject, theirs in events.items():
        uses = uses_of(theirs, plan)
        if not uses:
            continue
        people += 1
        activation = next((one for one in theirs if one.kind is EventKind.ACTIVATION), None)
        whole = share_of_all(uses, plan, activation)
        if isinstance(whole, NotAssessable):
            notes.append(f"{subject}: {whole.reason}")
            continue
        shares.append(whole)
        logged = [use.hours for use in uses if use.hours is not None]
        if len(logged) == len(uses):
            hours.append(sum(logged))
    if not people:
        return NotAssessable("use of the device", "no log of therapy is in the table of events")
    return UseCount(
        people=people,
        assessed=len(shares),
        share_pct=median(shares) if shares else None,
        hours=median(hours) if hours else None,
        notes=tuple(notes),
    )


def share_of_all(
    uses: Sequence[Use], plan: TherapyPlan, activation: Event | None = None
) -> float | NotAssessable:
    """All logs of one person together, in % of what the plan allows over their days."""
    what = "use of the device"
    if told := overlapping(uses, activation):
        return NotAssessable(what, told[0])
    if len(uses) > 1 and any(_span(use, activation) is None for use in uses):
        return NotAssessable(what, "several logs and one without a date: they may share days")
    reasons = [use.share_pct.reason for use in uses if isinstance(use.share_pct, NotAssessable)]
    if reasons:
        return NotAssessable(what, reasons[0])
    days = sum(use.period_days or 0 for use in uses)
    done = sum(
        use.share_pct * (use.period_days or 0)
        for use in uses
        if not isinstance(use.share_pct, NotAssessable)
    )
    return done / days


def _use(event: Event, plan: TherapyPlan) -> Use:
    log = event.detail if isinstance(event.detail, TherapyUse) else TherapyUse()
    return Use(event, log.period_days, log.sessions, log.hours, _share(event, log, plan))


def _share(event: Event, log: TherapyUse, plan: TherapyPlan) -> float | NotAssessable:
    """Hours of those planned; without hours, sessions of those planned."""
    what = f"share of the maximum, row {event.line}"
    if log.period_days is None:
        return NotAssessable(what, f"row {event.line}: the days that the log covers are missing")
    if log.hours is None and log.sessions is None:
        return NotAssessable(what, f"row {event.line}: neither hours nor sessions are recorded")
    if log.hours is not None:
        most, unit, done = plan.most_hours(log.period_days), "hours", log.hours
    else:
        most, unit = log.period_days * plan.sessions_a_day, "sessions"
        done = log.sessions or 0.0
    share = 100 * done / most
    if share > 100 + ROUNDING_PCT:
        reason = (
            f"row {event.line}: {done:g} {unit} in {log.period_days:g} days are more than the "
            f"{most:g} that the plan allows; check unit and period"
        )
        return NotAssessable(what, reason)
    return min(share, 100.0)


def _span(use: Use, activation: Event | None) -> tuple[float, float] | None:
    """First and last day of a log, counted from activation or as day numbers of the calendar."""
    if use.period_days is None:
        return None
    end = day_of(use.event, activation)
    return None if end is None else (end - use.period_days, end)


def day_of(event: Event, activation: Event | None) -> float | None:
    """Days from the activation to an event, by the dates, the days or the months recorded."""
    if event.date is not None and activation is not None and activation.date is not None:
        between = date.fromisoformat(event.date) - date.fromisoformat(activation.date)
        return float(between.days)
    if event.days is not None:
        return event.days
    return None if event.months is None else event.months * DAYS_A_MONTH


def event_months(events: Sequence[Event]) -> tuple[float | None, ...]:
    """Months from the activation to each event, negative before it; None where not known."""
    activation = next((event for event in events if event.kind is EventKind.ACTIVATION), None)
    days = [day_of(event, activation) for event in events]
    return tuple(None if day is None else day / DAYS_A_MONTH for day in days)
