"""What a reader's correction changed, as the words and rounded numbers of a notebook."""

from collections.abc import Sequence

from multifidus.domain.quantities import MM2, PCT
from multifidus.domain.review import Change, Remeasured
from multifidus.domain.term import in_words
from multifidus.report.numbers import area_cm2, decimals, percent
from multifidus.report.table import Table
from multifidus.report.words import MUSCLE_NAME


def change_table(changes: Sequence[Change]) -> Table:
    """What a reader added to and took from each outline."""
    rows = [
        (
            str(change.slice_index),
            change.structure,
            str(change.pixels_added),
            str(change.pixels_removed),
            area_cm2(change.added_mm2),
            area_cm2(change.removed_mm2),
            decimals(change.dice, 3),
        )
        for change in changes
    ]
    headings = (
        "Slice (0 = lowest)",
        "Structure",
        "Pixels added",
        "Pixels removed",
        "Added cm²",
        "Removed cm²",
        "Dice old and new",
    )
    return Table(headings, tuple(rows))


SHOWN = {MM2: ("cm²", area_cm2), PCT: ("%", percent)}
"""The unit that a report shows a quantity in, and how."""


def remeasured_table(rows: Sequence[Remeasured]) -> Table:
    """Old beside new, the quantities that a review moved; a structure that came or went too."""
    shown = []
    for row in rows:
        if row.before == row.after:
            continue
        unit, rounded = SHOWN[row.quantity.facts.unit]
        shown.append(
            (
                str(row.slice_index),
                MUSCLE_NAME[row.muscle],
                row.side.value,
                f"{row.quantity.words} {unit}",
                in_words(row.method),
                rounded(row.before),
                rounded(row.after),
                rounded(row.difference),
            )
        )
    headings = (
        *("Slice (0 = lowest)", "Muscle", "Side", "Quantity", "Method"),
        *("Before", "After", "Difference"),
    )
    return Table(headings, tuple(shown))
