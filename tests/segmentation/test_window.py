"""A window leaves out image, never muscle: the outlines are those of the whole field of view."""

from dataclasses import replace

import numpy as np
import pytest

from multifidus.domain.volume import Geometry, Plane, Volume
from multifidus.segmentation.bundle import Bundle
from multifidus.segmentation.inference import slice_probabilities
from multifidus.segmentation.muscles import mirrored_channels, segment_muscles
from multifidus.segmentation.window import (
    Window,
    has_context,
    whole_field_slices,
    window_around,
    without_specks,
)

FIELD = (256, 256)
STEP_MM = 4.0


class Seen:
    """A network that answers each class by the grey value of the pixel, and how much it was shown.

    Grey 0.2, 0.4, 0.6 and 0.8 are classes 1 to 4; a mirror changes 1 with 2 and 3 with 4, as a real
    network's sides do: columns of class 1 and 3 lie at the higher X of the slice it is shown.
    """

    def __init__(self):
        self.pixels = 0

    def __call__(self, slices):
        self.pixels += slices.size
        classes = np.rint(slices[:, 0] / 0.2).astype(int)
        mirror = np.array([0, 2, 1, 4, 3, 5])
        for index, plane in enumerate(classes):
            one, two = (np.flatnonzero((plane == k).any(axis=1)) for k in (1, 2))
            if len(one) and len(two) and one.mean() < two.mean():
                classes[index] = mirror[plane]
        answers = np.zeros((len(slices), 5, *slices.shape[2:]), np.float32)
        for k in range(5):
            answers[:, k] = classes == k
        answers[:, 0] += classes == 5  # the brightest is fat
        return answers


def bundle_of(network):
    return Bundle(
        name="greys",
        weights="none",
        weights_sha256="",
        version="0",
        training_note="",
        roi_definition="fascial",
        plane=Plane.AXIAL,
        pixel_mm=1.0,
        intensity_percentiles=(0.0, 100.0),
        class_count=5,
        class_weights=(1.0,) * 5,
        run=network,
    )


def stack(places, count=21, field=FIELD):
    """Slices with four muscles of 30 x 30 pixels from X, Y = places(z) on; fat at a corner."""
    voxels = np.zeros((*field, count), np.float32)
    for z in range(count):
        x, y = places(z)
        for value, first in ((0.6, x), (0.2, x - 30), (0.4, x - 60), (0.8, x - 90)):
            low, high = max(0, first), max(0, first + 30)
            voxels[low:high, y : y + 30, z] = value
    voxels[-3:, -3:] = 1.0
    return Volume(voxels, Geometry(voxels.shape, np.diag([1.0, 1.0, STEP_MM, 1.0])))


PLACES = {
    "at the back": lambda _: (190, 40),
    "at the back's edge": lambda _: (190, 0),
    "at the front's edge, image upside down": lambda _: (190, 226),
    "at the side, cut off": lambda _: (226, 60),
    "drifting to the front": lambda z: (190, 20 + 6 * z),
    "one slice far away": lambda z: (190, 160 if z == 5 else 30),
    "reaching out of the window on one slice": lambda z: (190, {4: 50, 5: 75, 6: 50}.get(z, 30)),
    "all but two slices far away": lambda z: (190, 30 if z in (0, 20) else 170),
}


@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES)
def test_a_window_never_loses_muscle(places):
    image = stack(places)
    whole = segment_muscles(bundle_of(Seen()), [image], True, windowed=False).labels.voxels
    windowed = segment_muscles(bundle_of(Seen()), [image], True, windowed=True).labels.voxels
    assert (whole > 0).any(axis=(0, 1)).sum() > 1
    assert np.array_equal(windowed, whole)


def test_a_window_shows_the_network_less_than_half_of_a_stack():
    shown = [Seen(), Seen()]
    for network, windowed in zip(shown, (False, True), strict=True):
        list(
            slice_probabilities(bundle_of(network), [stack(PLACES["at the back"])], None, windowed)
        )
    assert shown[0].pixels == 21 * 256 * 256
    assert shown[1].pixels < 0.5 * shown[0].pixels


def test_a_muscle_that_is_missing_in_a_window_is_looked_for_on_the_whole_field():
    image = stack(PLACES["at the back"])
    voxels = image.voxels.copy()
    voxels[100:130, 40:70, 5] = 0  # class 4 of slice 5 lies elsewhere, beyond the window
    voxels[100:130, 220:250, 5] = 0.8
    image = replace(image, voxels=voxels)
    passes = list(slice_probabilities(bundle_of(Seen()), [image], mirrored_channels(5), True))
    assert passes[5].shape == (2, 5, 256, 256)
    assert passes[5][:, 4, 100:130, 220:250].min() == 1


def test_probabilities_within_a_window_sum_to_one_on_the_whole_slice():
    image = stack(PLACES["at the back"], field=(300, 220))
    coarse = Geometry(image.voxels.shape, np.diag([0.7, 0.7, STEP_MM, 1.0]))
    for passes in slice_probabilities(
        bundle_of(Seen()), [replace(image, geometry=coarse)], mirrored_channels(5), True
    ):
        assert passes.shape == (2, 5, 300, 220)
        np.testing.assert_allclose(passes.sum(axis=1), 1, atol=1e-5)


def test_the_same_stack_gives_the_same_bytes():
    image = stack(PLACES["drifting to the front"])
    first, second = (
        segment_muscles(bundle_of(Seen()), [image], True).labels.voxels for _ in range(2)
    )
    assert first.tobytes() == second.tobytes()


def test_a_window_keeps_32_mm_and_begins_at_a_multiple_of_16():
    muscles = np.zeros(FIELD, bool)
    muscles[100:150, 30:60] = True
    assert window_around(muscles, 1.0) == Window((64, 192), (0, 96))
    assert window_around(muscles, 0.5) == Window((32, 224), (0, 128))
    assert window_around(np.zeros(FIELD, bool), 1.0) == Window((0, 256), (0, 256))


def test_only_a_border_within_the_image_takes_context_away():
    muscles = np.zeros((128, 96), bool)
    muscles[30:100, 0:70] = True
    assert has_context(muscles, Window((64, 192), (0, 96)), FIELD, 1.0)
    assert not has_context(muscles, Window((64, 192), (16, 112)), FIELD, 1.0)
    muscles[100:110, 20:40] = True
    assert not has_context(muscles, Window((64, 192), (0, 96)), FIELD, 1.0)
    assert has_context(muscles, Window((128, 256), (0, 96)), FIELD, 1.0)
    assert not has_context(np.zeros_like(muscles), Window((64, 192), (0, 96)), FIELD, 1.0)


def test_the_ends_and_every_40_mm_are_shown_whole():
    assert whole_field_slices(40, 4.0) == [0, 10, 20, 29, 39]
    assert whole_field_slices(21, 4.0) == [0, 10, 20]
    assert whole_field_slices(1, 4.0) == [0]
    assert whole_field_slices(2, 4.0) == [0, 1]
    assert whole_field_slices(5, 60.0) == [0, 1, 2, 3, 4]


def test_a_speck_moves_no_window_and_a_second_large_piece_does():
    labels = np.zeros(FIELD, np.uint8)
    labels[100:150, 30:60] = 1
    labels[5:8, 200:203] = 1
    assert np.array_equal(np.argwhere(without_specks(labels)).max(axis=0), (149, 59))
    labels[0:20, 200:220] = 1
    assert without_specks(labels)[0, 200]
    labels[250:252, 250:252] = 2  # all there is of another muscle is no speck
    assert without_specks(labels)[251, 251]
