"""Two examinations of one person as tables and pictures."""

import io
from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.image import imread

from multifidus.domain.anatomy import SpinalLevel
from multifidus.domain.answers import NotAssessable
from multifidus.domain.change import Comparison, LevelChange
from multifidus.report.agreement import leads, quantity_words, value_words
from multifidus.report.pictures.axial import png_bytes
from multifidus.report.sections import Picture, Section, Sheet, Text
from multifidus.report.table import Table
from multifidus.report.words import MUSCLE_NAME


def changes_table(changes: Sequence[LevelChange]) -> Table:
    """Earlier, later and change, beside the minimal detectable change; one row per quantity.

    Fat by the methods that a report leads with.
    """
    headings = (
        *("Level", "Muscle", "Side", "Quantity", "Earlier", "Later", "Change"),
        *("MDC95 (upper end)", "Beyond it"),
    )
    return Table(headings, tuple(_row(change) for change in changes if leads(change.method)))


def _row(change: LevelChange) -> tuple[str, ...]:
    mdc, beyond = change.mdc, change.exceeds_mdc
    if isinstance(mdc, NotAssessable) or isinstance(beyond, NotAssessable):
        told, answer = "not known", "NOT ASSESSABLE"
    else:
        told = f"{_size(change, mdc.value)} ({_size(change, mdc.high)})"
        answer = "yes" if beyond else "no"
        if beyond and not change.exceeds_upper_end:
            answer = "yes, but not beyond its upper end"
    return (
        change.level.value,
        MUSCLE_NAME[change.muscle],
        change.side.value,
        quantity_words(change.quantity, change.method),
        value_words(change.quantity, change.earlier),
        value_words(change.quantity, change.later),
        value_words(change.quantity, change.change, signed=True),
        *(told, answer),
    )


def _size(change: LevelChange, value: float) -> str:
    return value_words(change.quantity, value, signed=True).removeprefix("+")


def comparison_notes(comparison: Comparison) -> list[str]:
    """What stands behind the table: the precision, what is missing, what differs."""
    notes = []
    if any(not isinstance(change.mdc, NotAssessable) for change in comparison.changes):
        about = comparison.about or "not said"
        notes.append(
            "Minimal detectable change: measured by this site, 1.96 x sqrt(2) x SEM; its upper end "
            "is that of the SEM's 95 % interval. It holds for what was repeated there "
            f"({about}) and for one comparison: of many, one in twenty exceeds it by chance."
        )
    reasons = [
        change.mdc.reason for change in comparison.changes if isinstance(change.mdc, NotAssessable)
    ]
    notes += [f"NOT ASSESSABLE: {why}." for why in dict.fromkeys(reasons)]
    of_reason: dict[str, list[str]] = {}
    for gap in comparison.missing:
        of_reason.setdefault(gap.reason, []).append(gap.what.removeprefix("change of "))
    notes += [f"{why}: {', '.join(whats)}." for why, whats in of_reason.items()]
    return [*notes, *comparison.notes]


def change_sections(comparison: Comparison) -> tuple[Section, ...]:
    """What changed, and what stands behind it."""
    notes = tuple(Text(note) for note in comparison_notes(comparison))
    return (
        Section("What changed", (Sheet(changes_table(comparison.changes)),)),
        Section("What it rests on", notes),
    )


def side_by_side(level: SpinalLevel, earlier: bytes, later: bytes) -> Picture:
    """The saved overlays of one level beside each other. earlier, later: PNG."""
    figure = Figure((8.6, 3.6), dpi=150, facecolor="black")
    for column, (name, png) in enumerate((("earlier", earlier), ("later", later))):
        axes = figure.add_axes((0.005 + 0.5 * column, 0, 0.49, 0.92))
        axes.imshow(imread(io.BytesIO(png)))
        axes.axis("off")
        figure.text(0.25 + 0.5 * column, 0.94, name, color="white", ha="center", fontsize=10)
    caption = f"{level.value}, earlier and later; right side on the left"
    return Picture(f"level_{level.value.replace('/', '-')}.png", caption, png_bytes(figure))
