"""An unevenness laid over two tissues is found again."""

import numpy as np
from scipy import ndimage

from multifidus.domain.volume import Volume
from multifidus.muscle.fat.signal.field import body_mask, n4_field, tissue_field
from tests.helpers.phantoms import axial_geometry

GEOMETRY = axial_geometry((160, 120, 4), (1.0, 1.0, 8.0))
LEAN, FAT = 100.0, 400.0


def body() -> tuple[np.ndarray, np.ndarray]:
    """Signal of fat around two muscles, and where the muscles lie."""
    x, y, _ = np.meshgrid(*[np.arange(n) for n in GEOMETRY.shape], indexing="ij")
    inside = np.hypot((x - 80) / 75, (y - 60) / 55) < 1
    muscles = np.hypot((np.abs(x - 80) - 30) / 20, (y - 55) / 25) < 1
    return np.where(muscles, LEAN, np.where(inside, FAT, 0.0)), muscles


def unevenness() -> np.ndarray:
    """40 % more behind than in front, and some to one side."""
    x, y, z = np.meshgrid(*[np.linspace(-1, 1, n) for n in GEOMETRY.shape], indexing="ij")
    return np.exp(-0.2 * y + 0.08 * x + 0.03 * z)


def test_an_uneven_coil_is_taken_out_to_a_few_percent():
    clean, muscles = body()
    image = Volume(clean * unevenness(), GEOMETRY)
    inside = body_mask(image)
    flat = Volume(image.voxels / n4_field(image, inside), GEOMETRY)
    found = flat.voxels / tissue_field(flat, inside, muscles, muscles, (LEAN, FAT))
    ratio = found[clean > 0] / clean[clean > 0]
    assert np.percentile(np.abs(ratio / np.median(ratio) - 1), 95) < 0.03
    assert np.percentile(np.abs(unevenness() - 1)[clean > 0], 95) > 0.15


def test_too_small_a_body_is_left_as_it_is():
    voxels = np.zeros(GEOMETRY.shape)
    voxels[80:84, 60:64] = 100
    field = n4_field(Volume(voxels, GEOMETRY), voxels > 0)
    assert np.array_equal(field, np.ones(GEOMETRY.shape))


def test_without_fat_nothing_is_fitted():
    clean, muscles = body()
    image = Volume(np.where(muscles, clean, 0), GEOMETRY)
    field = tissue_field(image, muscles, muscles, muscles, (LEAN, FAT))
    assert np.array_equal(field, np.ones(GEOMETRY.shape))


def test_air_is_no_body():
    clean, _ = body()
    rng = np.random.default_rng(1)
    image = Volume(clean + np.abs(rng.normal(0, 4, clean.shape)), GEOMETRY)
    assert body_mask(image)[2, 2].sum() == 0
    assert body_mask(image)[80, 60].all()
    grown = ndimage.binary_dilation(clean > 0, np.ones((3, 3, 1), bool), iterations=2)
    assert not body_mask(image)[~grown].any()
