"""What a mirror makes of a network's classes."""

from multifidus.segmentation.muscles import mirrored_channels


def test_in_a_mirror_right_is_left():
    assert mirrored_channels(5) == (0, 2, 1, 4, 3)
