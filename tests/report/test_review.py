"""A review as a notebook shows it: rounded here and nowhere before."""

from multifidus.domain.anatomy import Muscle, Side
from multifidus.domain.quantities import Quantity
from multifidus.domain.review import Change, Remeasured
from multifidus.report.review import change_table, remeasured_table

RIGHT = (7, Muscle.MULTIFIDUS, Side.RIGHT)


def test_a_change_is_shown_in_pixels_and_cm2_with_dice():
    table = change_table([Change(7, "right multifidus", 100, 30, 10, 0.5)])
    assert table.rows == (("7", "right multifidus", "30", "10", "0.15", "0.05", "0.818"),)
    assert len(table.headings) == len(table.rows[0])


def test_only_what_moved_is_shown_and_a_muscle_that_came_has_no_old_value():
    method = "dixon_ratio_of_sums"
    table = remeasured_table(
        [
            Remeasured(*RIGHT, Quantity.TOTAL_CSA, "", 800.0, 812.0),
            Remeasured(*RIGHT, Quantity.FAT_FRACTION, method, 20.0, 20.0),
            Remeasured(*RIGHT, Quantity.FUNCTIONAL_CSA, method, None, 600.0),
        ]
    )
    assert [row[3:] for row in table.rows] == [
        ("Total area cm²", "", "8.00", "8.12", "0.12"),
        ("Lean area cm²", "dixon ratio of sums", "–", "6.00", "–"),
    ]
    assert len(table.headings) == len(table.rows[0])
