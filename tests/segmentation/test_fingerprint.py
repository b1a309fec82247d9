"""A slice is known again by its content: the numbers are counted, the images drawn here."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, zoom
from skimage.io import imread

from multifidus.domain.seen import SeenKind
from multifidus.segmentation.fingerprint import SeenSlices, image_seen, outlines_seen

SIDE = 96


def drawn(seed: int) -> np.ndarray:
    """Soft blobs, as unlike for each seed as two people's slices."""
    noise = np.random.default_rng(seed).normal(size=(SIDE, SIDE + 32))
    return np.round(200 + 1000 * gaussian_filter(noise, 6))


KNOWN = SeenSlices([image_seen("a", drawn(1)), image_seen("b", drawn(2))])
SAME_PIXELS = {
    "the slice itself": lambda p: p,
    "another type": lambda p: p.astype(np.float32),
    "another scale": lambda p: 0.37 * p - 12,
    "turned": lambda p: np.rot90(p, 3),
    "mirrored": lambda p: p[:, ::-1],
    "turned and mirrored": lambda p: np.rot90(p)[::-1],
    "a curve that leaves the order of the grey values": lambda p: (p - p.min()) ** 3,
}
SAME_LOOK = {
    "a window that cuts off both ends": lambda p: np.clip(p, *np.percentile(p, (5, 95))),
    "few grey levels": lambda p: np.round(p / 20),
    "half the size": lambda p: zoom(p, 0.5, order=1),
    "larger, turned": lambda p: np.rot90(zoom(p, 1.7, order=3)),
    "saved with a loss": lambda p: p + np.random.default_rng(3).normal(0, 2, p.shape),
}


@pytest.mark.parametrize("change", SAME_PIXELS.values(), ids=SAME_PIXELS)
def test_the_same_pixels_are_known_whatever_their_scale_and_turn(change):
    found = KNOWN.image(change(drawn(1)))
    assert str(found) == "the same pixels as a of the training data"


@pytest.mark.parametrize("change", SAME_LOOK.values(), ids=SAME_LOOK)
def test_a_slice_that_was_changed_looks_the_same(change):
    found = KNOWN.image(change(drawn(2)))
    assert str(found) == "looks the same as a slice of b of the training data"


def test_slices_of_other_people_are_not_taken_for_known_ones():
    assert [seed for seed in range(10, 60) if KNOWN.image(drawn(seed))] == []


def test_one_brightness_alone_is_no_slice_to_know():
    assert image_seen("a", np.full((8, 8), 3.0)) is None
    assert KNOWN.image(np.zeros((SIDE, SIDE))) is None


def test_outlines_are_known_pixel_for_pixel():
    labels = np.zeros((20, 20), np.uint8)
    labels[4:9, 3:8], labels[12:17, 3:8] = 1, 2
    seen = SeenSlices([outlines_seen("a", labels)])
    assert (
        str(seen.outlines(labels.astype(np.int64))) == "the same outlines as a of the training data"
    )
    assert seen.outlines(labels[::-1]) is not None, "mirrored"
    other = labels.copy()
    other[4, 3] = 0
    assert seen.outlines(other) is None
    assert seen.outlines(np.zeros_like(labels)) is None
    assert outlines_seen("a", np.zeros_like(labels)) is None


def test_what_was_seen_says_person_and_kind_and_holds_no_picture():
    one = image_seen("a", drawn(1))
    assert (one.person, one.kind) == ("a", SeenKind.IMAGE)
    assert (len(one.pixels), len(one.look)) == (32, 64)


def test_the_hidden_twin_in_the_real_data_is_found(shared_data):
    """Patient 0278 of one set is T1_00000 of another, and the two files differ in their pixels."""
    one = imread(shared_data / "mri_l4l5_open" / "T1_00000_320.png", as_gray=True)
    other = imread(shared_data / "mri_axial_t1_open" / "images" / "T1_0278_D4.png", as_gray=True)
    found = SeenSlices([image_seen("T1_00000", one)]).image(other)
    assert found is not None
    assert found.person == "T1_00000"
