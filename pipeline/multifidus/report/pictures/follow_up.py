"""One person's course as a small picture: a panel per measure, what happened as lines."""

from collections.abc import Iterator, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multifidus.domain.event import Event, EventKind
from multifidus.domain.follow_up import FollowUp, ScoreAt
from multifidus.domain.outcome import Check, Condition, Kind, Measure
from multifidus.report.pictures.axial import png_bytes
from multifidus.report.sections import Picture

COURSE = "course.png"
DRAWN = (*("odi_pct", "nrs", "lbp_vas_mm", "eq5d_index", "opioid_mme_mg_day", "eq_vas", "rmdq"),)
MOST_PANELS, ACROSS = 6, 3
LINE, BAND, LIMIT = "#1f5a8a", "#e4e9ee", "#8a5a00"
MARKS = {
    EventKind.IMPLANTATION: ("I", "0.45"),
    EventKind.ACTIVATION: ("A", "#1b6e3c"),
    EventKind.REVISION: ("R", LIMIT),
    EventKind.EXPLANT: ("X", "#a3262a"),
    EventKind.ADVERSE_EVENT: ("E", "#a3262a"),
}
MARK_ROWS = 3
Places = dict[str, float]
"""Where each visit stands on the axis, by its name."""


def course_pictures(course: FollowUp) -> list[Picture]:
    """The picture of the course; none where no measure has two values."""
    shown = list(_drawn(course))[:MOST_PANELS]
    if not shown:
        return []
    places, axis = _places(course)
    events = _marks(course) if axis.endswith("activation") else []
    down = -(-len(shown) // ACROSS)
    figure = Figure((7.4, 0.15 + 1.6 * down), dpi=150, layout="constrained")
    grid = figure.subplots(down, ACROSS, squeeze=False).ravel()
    for panel in grid:
        panel.axis("off")
    for panel, measure in zip(grid, shown, strict=False):
        _draw(panel, course, measure, places)
        for place, (month, event) in enumerate(events):
            _mark(panel, month, event, place % MARK_ROWS)
        panel.set_xlabel(axis, fontsize=6.5)
    return [Picture(COURSE, _caption(bool(events)), png_bytes(figure))]


def _caption(has_events: bool) -> str:
    words = (
        "Course of the scores. Grey: the baseline with the measurement error around it, where a "
        "source tells one; dashed: the minimal important changes of the table below."
    )
    if not has_events:
        return words
    return f"{words} A activation, I implantation, R revision, X explant, E adverse event."


def _drawn(course: FollowUp) -> Iterator[Measure]:
    """Measures with two values or more, the leading ones first."""
    of_name = {measure.name: measure for measure in course.measures}
    for name in DRAWN:
        if name in of_name and len(_of(course, of_name[name])) > 1:
            yield of_name[name]


def _of(course: FollowUp, measure: Measure) -> list[ScoreAt]:
    return [score for score in course.scores if score.measure == measure]


def _places(course: FollowUp) -> tuple[Places, str]:
    """Each visit's place: months from activation, else from the baseline, else their order."""
    activation = {visit.label: visit.from_activation for visit in course.visits}
    baseline = {visit.label: visit.visit.months for visit in course.visits}
    for months, words in ((activation, "activation"), (baseline, "baseline")):
        known = {name: value for name, value in months.items() if value is not None}
        if len(known) == len(course.visits):
            return known, f"months from {words}"
    return {visit.label: float(n) for n, visit in enumerate(course.visits)}, "visits in their order"


def _marks(course: FollowUp) -> list[tuple[float, Event]]:
    pairs = zip(course.event_months, course.events, strict=True)
    return [(at, pair) for at, pair in pairs if at is not None and pair.kind in MARKS]


def _draw(panel: Axes, course: FollowUp, measure: Measure, places: Places) -> None:
    scores = _of(course, measure)
    panel.axis("on")
    months = [places[score.visit.label] for score in scores]
    first = None if course.baseline is None else course.score_at(measure, course.baseline)
    if first is not None:
        for answer in scores[-1].errors:
            low, high = first.value - answer.error.sdc, first.value + answer.error.sdc
            panel.axhspan(low, high, color=BAND, linewidth=0, zorder=0)
        for limit in _limits(course, measure):
            step = -limit if measure.higher_is_worse else limit
            panel.axhline(first.value + step, color=LIMIT, linestyle="--", linewidth=0.7)
    panel.plot(
        months, [score.value for score in scores], "o-", color=LINE, markersize=3.5, linewidth=1
    )
    _scale(panel, measure, [score.value for score in scores])
    panel.tick_params(labelsize=6.5)
    for side in ("top", "right"):
        panel.spines[side].set_visible(False)


def _scale(panel: Axes, measure: Measure, values: Sequence[float]) -> None:
    """The measure's whole range, so that a small change looks small."""
    high = measure.high if measure.high is not None else max(*values, 1.0) * 1.15
    room = 0.04 * (high - measure.low)
    low = min(0.0, *values) if measure.low < 0 else measure.low
    panel.set_ylim(low - room, high + room)
    unit = f", {measure.unit}" if measure.unit and measure.unit != "points" else ""
    better = "down" if measure.higher_is_worse else "up"
    words = f"{measure.wording}{unit}\nbetter is {better}"
    panel.set_title(words, fontsize=7, loc="left", parse_math=False)


def _limits(course: FollowUp, measure: Measure) -> set[float]:
    """The minimal important changes in points that the person's answers hold."""
    return {
        response.limit
        for answer in course.answers
        if answer.definition.kind is Kind.MINIMAL_CHANGE
        and isinstance(response := answer.definition.response, Condition)
        and response.measure == measure.name
        and response.check is Check.BETTER_BY_POINTS
    }


def _mark(panel: Axes, month: float, event: Event, row: int) -> None:
    """A line with its letter; neighbours stand on different heights, so that both can be read."""
    letter, colour = MARKS[event.kind]
    panel.axvline(month, color=colour, linewidth=0.6, alpha=0.6)
    panel.text(
        month,
        0.99 - 0.1 * row,
        letter,
        transform=panel.get_xaxis_transform(),
        fontsize=6,
        color=colour,
        ha="left",
        va="top",
    )
