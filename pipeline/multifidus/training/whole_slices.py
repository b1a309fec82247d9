"""Draws of nearly whole axial slices in any contrast, so that place and shape decide."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from multifidus.domain.errors import strict
from multifidus.training.augmentation import SPARSE, mirrored, require_patch
from multifidus.training.cases import IGNORED, LabelledSlice
from multifidus.training.contrast import CONTRASTS, draw_contrast, normalised
from multifidus.training.deformation import (
    sampled,
    sampling_grid,
    smooth_field,
    with_other_widths,
)
from multifidus.training.infiltration import hide_clefts, infiltrate
from multifidus.training.organs import paint_canal, paint_organs
from multifidus.training.scanner import scanned, windowed
from multifidus.training.tones import FLUID_BRIGHT, Tone, between, toned

Kind = Literal["t1", "t2", "water and fat"]
"""What a slice is before it is drawn: a plain image that is no T2 one, a T2 image, a pair."""

KINDS: tuple[Kind, ...] = ("t1", "t2", "water and fat")
TURNED_SHARE, SLIGHT_TURN_DEG = 0.7, 3.0
"""How often a slice is turned by any angle; otherwise by about so much, as people lie."""

BENT_SHARE = 0.7
STRETCH = 0.12
"""Of the logarithm of either axis' own scale."""

ANYWHERE = (0.15, 0.85)
"""Of the slice's extent, for a patch that does not lie around the muscles."""

FLUID_SHARE = 0.5
"""How often the fluid of a water and fat pair is taken for bright."""

FLUID = (0.4, 1.1)

MIXED_SHARE, LOOK_SHARE = 0.6, (0.5, 1.0)
"""How often some T1 is left in a learned T2 look, and how much of the look there is then."""

DARK_FLUID_SHARE = 0.6
"""How often fluid may still have to be painted bright in a learned T2 look, which the couples do
not teach reliably."""


@strict
class WholeSlices:
    """How far a drawn slice may lie from the one it was drawn from.

    patch_shape: pixels along the slice's two axes; muscles, spine and most of the trunk fit in.
    turn_deg: to either side. scale: of the person's size. shift_mm: of the patch's centre from the
    middle of the muscles, least and most along each axis; anywhere_share: how often it lies
    anywhere instead. bend_mm: of smooth bends. width_share: how often the multifidus gets another
    width, by a factor of `width`. contrasts: shares of `contrast.CONTRASTS` for water and fat
    pairs. tones: by what the slice is, the shares of the looks it is given. infiltration_share, by
    what it is: how often fat is put into the muscles; cleft_share: how often the cleft beside the
    multifidus of a plain image is painted over; canal_share: how often the canal of one that shows
    no bright fluid, but now might, is painted; organ_share: how often blobs are painted in front.
    t2_look_share: how often a T1 slice that has a learned T2 look is drawn in it.
    """

    patch_shape: tuple[int, int]
    patch_pixel_mm: float
    mirror: bool
    turn_deg: float
    scale: tuple[float, float]
    shift_mm: tuple[tuple[float, float], tuple[float, float]]
    anywhere_share: float
    bend_mm: float
    width_share: float
    width: tuple[float, float]
    contrasts: Mapping[str, float]
    tones: Mapping[Kind, Mapping[Tone, float]]
    infiltration_share: Mapping[Kind, float]
    cleft_share: float
    canal_share: float
    organ_share: float
    t2_look_share: float = 0.0

    def __post_init__(self) -> None:
        require_patch(self.patch_shape, self.patch_pixel_mm)
        for what, given in (("tones", self.tones), ("infiltration_share", self.infiltration_share)):
            if missing := [kind for kind in KINDS if kind not in given]:
                raise ValueError(f"{what} name {', '.join(KINDS)}; missing: {missing[0]}")
        for kind, shares in self.tones.items():
            if min(shares.values(), default=0) < 0 or not sum(shares.values()) > 0:
                raise ValueError(f"tones of {kind}: shares are 0 or more, and one is above 0")
        if wrong := sorted(set(self.contrasts) - set(CONTRASTS)):
            raise ValueError(f"contrasts are of {', '.join(CONTRASTS)}; found {wrong[0]}")


def draw_whole_slice(
    case: LabelledSlice, how: WholeSlices, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """One axial slice ready for the network.

    Returns (image (X, Y) float32 in 0..1, labels (X, Y) uint8, IGNORED where nothing is known),
    both of `patch_shape`.
    """
    at = _coordinates(case, how, rng)
    labels = sampled(case.labels[None], at, nearest=True)[0].round().astype(np.uint8)
    muscles = np.where(labels == IGNORED, 0, labels)
    channels = sampled(_planes(case), at)
    look = _look_of_pair if len(case.channels) == 2 else _look_of_plain
    image, may_be_fluid = look(case, channels, muscles, how, rng)
    if may_be_fluid and rng.random() < how.canal_share:
        image = paint_canal(image, muscles, rng.uniform(*FLUID), rng)
    if rng.random() < how.organ_share:
        image = paint_organs(image, muscles, rng)
    image = windowed(scanned(np.clip(image, 0, 2), rng), rng)
    if how.mirror and rng.random() < 0.5:
        image, labels = mirrored(image, labels)
    return np.ascontiguousarray(image, np.float32), np.ascontiguousarray(labels)


def _planes(case: LabelledSlice) -> np.ndarray:
    """The channels of the slice and, where it has one, its T2 look after them."""
    return case.channels if case.t2_look is None else np.stack([*case.channels, case.t2_look])


def _look_of_pair(
    case: LabelledSlice,
    channels: np.ndarray,
    muscles: np.ndarray,
    how: WholeSlices,
    rng: np.random.Generator,
) -> tuple[np.ndarray, bool]:
    """A plain image (X, Y) out of water and fat, and whether its fluid may be bright."""
    if rng.random() < how.infiltration_share["water and fat"]:
        channels = infiltrate(channels, muscles, rng)
    contrast = draw_contrast(how.contrasts, rng)
    image = normalised(contrast(channels), contrast(case.channels[:, ::SPARSE, ::SPARSE]))
    image = toned(image, _one_of(how.tones["water and fat"], rng), rng)
    return image, rng.random() < FLUID_SHARE


def _look_of_plain(
    case: LabelledSlice,
    channels: np.ndarray,
    muscles: np.ndarray,
    how: WholeSlices,
    rng: np.random.Generator,
) -> tuple[np.ndarray, bool]:
    """The plain image (X, Y) in another look, and whether it now shows bright fluid or might.

    channels: the image and, where it has one, its T2 look.
    """
    kind: Kind = "t2" if case.is_t2 else "t1"
    plain = normalised(channels[:1], case.channels[0, ::SPARSE, ::SPARSE])
    if len(channels) > 1 and rng.random() < how.t2_look_share:
        kind, plain = "t2", mixed(plain, channels[1:], rng)
    if rng.random() < how.cleft_share:
        plain = hide_clefts(plain, muscles, rng)
    tone = _one_of(how.tones[kind], rng)
    if rng.random() < how.infiltration_share[kind] and tone != "fat suppressed":
        plain = infiltrate(plain, muscles, rng)
    image = toned(np.clip(plain[0], 0, 1), tone, rng)
    may_be_fluid = tone in FLUID_BRIGHT and not case.is_t2
    return image, may_be_fluid and (kind == "t1" or rng.random() < DARK_FLUID_SHARE)


def mixed(plain: np.ndarray, look: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A T1 slice (1, X, Y) in 0..1 in its T2 look: the whole of it, or with some T1 left."""
    share = rng.uniform(*LOOK_SHARE) if rng.random() < MIXED_SHARE else 1.0
    return np.asarray(share * look + (1 - share) * plain ** rng.uniform(1, 2), np.float32)


def _one_of(shares: Mapping[Tone, float], rng: np.random.Generator) -> Tone:
    names = list(shares)
    chances = np.array([shares[name] for name in names], float)
    return names[rng.choice(len(names), p=chances / chances.sum())]


def _coordinates(case: LabelledSlice, how: WholeSlices, rng: np.random.Generator) -> np.ndarray:
    """Where in the slice each patch pixel comes from: (2, X, Y) array indices."""
    scale = between(*how.scale, rng) * np.exp(rng.uniform(-STRETCH, STRETCH, 2))
    turned = rng.random() < TURNED_SHARE
    turn_deg = (
        rng.uniform(-how.turn_deg, how.turn_deg) if turned else rng.normal(0, SLIGHT_TURN_DEG)
    )
    grid = sampling_grid(how.patch_shape, how.patch_pixel_mm, turn_deg, scale)
    if rng.random() < BENT_SHARE:
        grid += np.stack([smooth_field(how.patch_shape, how.bend_mm, rng) for _ in range(2)])
    known = np.argwhere((case.labels > 0) & (case.labels != IGNORED))
    pixel_mm = np.asarray(case.pixel_mm)
    if len(known) and rng.random() < 1 - how.anywhere_share:
        shift = [rng.uniform(least, most) for least, most in how.shift_mm]
        centre = known.mean(axis=0) * pixel_mm + np.array(shift)
    else:
        centre = rng.uniform(*ANYWHERE, 2) * np.array(case.labels.shape) * pixel_mm
    grid += centre[:, None, None]
    if len(known) and rng.random() < how.width_share:
        grid[0] = with_other_widths(grid[0], case, between(*how.width, rng))
    return grid / pixel_mm[:, None, None]
