"""Images that cannot show a lumbar multifidus are refused with the reason."""

import numpy as np
import pytest

from multifidus.domain.errors import InputError
from multifidus.domain.volume import Geometry, Volume
from multifidus.files.image_limits import image_limits
from multifidus.segmentation.fitness import MOST_SLICES, require_fit


def volume(shape=(100, 80, 2), spacing=1.0, value=100.0) -> Volume:
    return Volume(
        np.full(shape, value, np.float32), Geometry(shape, np.diag([spacing] * 2 + [4, 1]))
    )


def test_an_image_of_enough_field_passes():
    require_fit(volume())
    require_fit(volume((64, 64, 1), 1.5))


def test_thousands_of_slices_are_no_lumbar_stack():
    with pytest.raises(InputError, match="4000 slices are no lumbar stack"):
        require_fit(volume((70, 46, 4000)))


def test_an_image_in_memory_may_have_as_many_slices_as_a_file():
    assert image_limits().slices.most == MOST_SLICES


def test_a_field_too_small_for_both_sides_is_named_in_mm():
    with pytest.raises(InputError, match="the field of view, 50 x 40 mm, is too small"):
        require_fit(volume((100, 80, 2), 0.5))


def test_hounsfield_units_are_told_from_mr():
    ct = np.full((100, 80, 2), 40.0, np.float32)
    ct[:10] = -1000
    with pytest.raises(InputError, match="Hounsfield"):
        require_fit(Volume(ct, volume().geometry))
    ringing = np.full((100, 80, 2), 40.0, np.float32)
    ringing[:10] = -20
    require_fit(Volume(ringing, volume().geometry))
