import numpy as np
import pytest
from matplotlib.figure import Figure

from multifidus.report.pictures.axial import draw_border


def test_a_border_lies_half_way_between_the_pixels_inside_and_outside_wherever_in_the_picture():
    """Columns 1 to 3 of 8, 2 mm wide: their edges lie at 2 and 8 mm, rows 4 to 5 of 10 at 4, 6."""
    region = np.zeros((10, 8), bool)
    region[4:6, 1:4] = True
    axes = Figure().add_subplot()
    draw_border(axes, region, "red", (0.0, 16.0, 0.0, 10.0))
    (border,) = axes.collections
    corners = np.concatenate([path.vertices for path in border.get_paths()])
    assert corners.min(axis=0) == pytest.approx((2.0, 4.0))
    assert corners.max(axis=0) == pytest.approx((8.0, 6.0))
