"""What the settings of a training say of the fits that follow its first one."""

from collections.abc import Mapping
from typing import Any, Literal

from multifidus.domain.errors import strict
from multifidus.training.consensus import DOUBTFUL

Origin = Literal[
    "dixon", "open", "warped", "phantom", "pairs", "exact", "small",
    "unlabelled_t1", "unlabelled_t2",
    "sagittal_water", "sagittal_t2", "sagittal_spider", "site",
]  # fmt: skip
"""Where slices come from: `mri_dixon`, `mri_l4l5_open`, both warped onto the outlines of
`muscle_shapes_l4l5`, the simulation, `mri_axial_t1_open`, `mri_native_open` together with
`mri_l4l5_open`, `mri_axial_small_open`, the images of `mri_axial_t1_open` and `mri_native_open`
without outlines, `sagittal_levels`, `sagittal_spider`, the site's own table."""

UNLABELLED: tuple[Origin, Origin] = ("unlabelled_t1", "unlabelled_t2")
"""Slices on which no reader but the consensus of a network's answers teaches."""


@strict
class FinishSettings:
    """A second, shorter fit that starts from the first one's weights, with other shares.

    without_rim_fat: outlines are brought to the visible border of the muscle first. phantom_slices:
    as for the first fit where None.
    """

    steps: int
    learning_rate: float
    without_rim_fat: bool
    shares: Mapping[Origin, float]
    phantom_slices: int | None = None

    def __post_init__(self) -> None:
        require_counts(self, "steps")
        require_rate(self.learning_rate)
        require_shares(self.shares)
        if self.phantom_slices is not None:
            require_counts(self, "phantom_slices")


@strict
class SelfTrainingSettings:
    """A fit from the first one's weights in which slices without outlines teach too.

    slices: so many T1 slices of `mri_axial_t1_open` without outlines, drawn by `seed` among those
    of everyone, whereupon those of people left out are left out; besides them all slices without
    outlines of `mri_native_open`. On each the first fit's answers are brought to a consensus.
    least_agreement: of those answers; slices below it are not drawn, see `Consensus`. decay_from:
    as for the first fit.
    """

    steps: int
    learning_rate: float
    decay_from: int
    slices: int
    seed: int
    least_agreement: float
    shares: Mapping[Origin, float]

    def __post_init__(self) -> None:
        require_counts(self, "steps", "slices")
        require_rate(self.learning_rate)
        require_shares(self.shares)
        require_decay(self.decay_from, self.steps)
        if not DOUBTFUL < self.least_agreement <= 1:
            raise ValueError(f"least_agreement lies above {DOUBTFUL}, where a slice counts 0")
        if self.seed < 0:
            raise ValueError("seed is 0 or more")


def require_counts(settings: Any, *names: str) -> None:
    """Raise ValueError where one of these settings is below 1."""
    for name in names:
        if getattr(settings, name) < 1:
            raise ValueError(f"{name} is 1 or more, found {getattr(settings, name)}")


def require_rate(learning_rate: float) -> None:
    """Raise ValueError for a learning rate that cannot be one."""
    if not 0 < learning_rate <= 1:
        raise ValueError(f"learning_rate lies above 0 and up to 1, found {learning_rate}")


def require_shares(shares: Mapping[Origin, float]) -> None:
    """Raise ValueError where one of the shares is below 0, or none above."""
    if min(shares.values(), default=0) < 0 or not sum(shares.values()) > 0:
        raise ValueError(f"shares are 0 or more, and one is above 0; found {dict(shares)}")


def require_decay(decay_from: int | None, steps: int) -> None:
    """Raise ValueError for a step from which the rate cannot fall; at `steps` it never does."""
    if decay_from is not None and not 0 <= decay_from <= steps:
        raise ValueError(f"decay_from lies from 0 to the {steps} steps, found {decay_from}")
