"""What `params/training/*.yml` says of one bundle's training."""

import os.path
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from multifidus.domain.errors import strict
from multifidus.files.paths import MODELS
from multifidus.files.settings_paths import beside, bundle_beside
from multifidus.files.yaml import as_type, read_yaml
from multifidus.training.augmentation import Augmentation

Origin = Literal["dixon", "open", "warped", "phantom", "sagittal_water", "sagittal_t2", "site"]
"""Where slices come from: `mri_dixon`, `mri_l4l5_open`, both warped onto the outlines of
`muscle_shapes_l4l5`, the simulation, `sagittal_levels`, the site's own table."""


PATHS = ("bundle", "data", "runs", "table", "sacra")
"""Settings that are paths; `start` is one too, or a name."""


@strict
class FitSettings:
    """The optimisation: a fixed number of steps, so that nothing is chosen on a test person.

    ema_decay: of the running mean of the weights, which is what is kept.
    """

    steps: int
    batch_slices: int
    learning_rate: float
    weight_decay: float
    ema_decay: float
    seed: int
    checkpoint_every_steps: int
    threads: int

    def __post_init__(self) -> None:
        _require_counts(self, "steps", "batch_slices", "checkpoint_every_steps", "threads")
        _require_rate(self.learning_rate)
        if not 0 <= self.ema_decay < 1:
            raise ValueError("ema_decay lies from 0 to below 1")
        if self.weight_decay < 0 or self.seed < 0:
            raise ValueError("weight_decay and seed are 0 or more")


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
        _require_counts(self, "steps")
        _require_rate(self.learning_rate)
        _require_shares(self.shares)
        if self.phantom_slices is not None:
            _require_counts(self, "phantom_slices")


@strict
class TrainingSettings:
    """One bundle's training; every path in it is absolute.

    weights: file name to the people whom these weights never saw. shares: of the drawn slices by
    where they come from. outline_labels: a warped slice takes the outline as its label, not the
    labels that travelled with its texture. start: a bundle whose weights `model.pt` the fit starts
    from, for fine-tuning; where `bundle` does not exist yet, its configuration is taken too.
    table: a site's own labelled images, see `read_table`. sacra: the corners of S1 marked
    on sagittal images, see `read_sacra`. phantom_slices: sagittal slices of a
    simulated person, 4 mm apart. same_images: a person to another one in the data whose images are
    the same; they are left out together and count once. part_way: how much of the way from
    the weights of `start` to the fitted ones is gone, above 0 to 1; see `part_way.part_way`.
    """

    task: Literal["muscles", "vertebrae"]
    bundle: Path
    data: Path
    runs: Path
    weights: Mapping[str, tuple[str, ...]]
    shares: Mapping[Origin, float]
    phantoms: int
    outline_labels: bool
    fit: FitSettings
    augmentation: Augmentation
    finish: FinishSettings | None = None
    start: Path | None = None
    table: Path | None = None
    sacra: Path | None = None
    phantom_slices: int = 9
    same_images: Mapping[str, str] = field(default_factory=dict)
    part_way: float = 1.0

    def __post_init__(self) -> None:
        _require_counts(self, "phantom_slices")
        _require_shares(self.shares)
        if not 0 < self.part_way <= 1:
            raise ValueError(f"part_way lies above 0 and up to 1, found {self.part_way}")
        if self.phantoms < 0:
            raise ValueError("phantoms is 0 or more")
        wrong = [
            name for name in self.weights if Path(name).name != name or Path(name).suffix != ".pt"
        ]
        if not self.weights or wrong:
            raise ValueError(f"weights are file names that end in .pt, found {wrong}")

    def left_out(self, name: str) -> tuple[str, ...]:
        """Whom that weights file never saw, under every name that they have in the data."""
        people = self.weights[name]
        return people + tuple(one for one, other in self.same_images.items() if other in people)


def read_training_settings(path: Path) -> TrainingSettings:
    """The settings in the YAML file; a misspelt, missing or wrongly typed one is refused.

    A path in it is taken from the folder of the file; `start` may be the name of a shipped bundle.
    """
    return settings_of(read_yaml(path), str(path), path.parent)


def settings_of(
    content: Mapping[str, Any], where: str = "settings", folder: Path | str = "."
) -> TrainingSettings:
    """The settings as plain data, checked; raises UsageError that names `where`.

    folder: the paths in them are taken from there.
    """
    found = dict(content)
    file = Path(folder) / "settings"
    for name in PATHS:
        if isinstance(found.get(name), str | Path):
            found[name] = beside(str(found[name]), file)
    if isinstance(start := found.get("start"), str | Path):
        found["start"] = MODELS / bundle_beside(str(start), file)  # a path, absolute, stays itself
    return as_type(TrainingSettings, found, where)


def content_of(settings: TrainingSettings, folder: Path) -> dict[str, Any]:
    """The settings as plain data with their paths from that folder: what `settings_of` reads."""
    content: dict[str, Any] = TypeAdapter(TrainingSettings).dump_python(settings, mode="json")
    for name in (*PATHS, "start"):
        if content[name] is not None:
            content[name] = os.path.relpath(content[name], folder)
    return content


def _require_counts(settings: Any, *names: str) -> None:
    for name in names:
        if getattr(settings, name) < 1:
            raise ValueError(f"{name} is 1 or more, found {getattr(settings, name)}")


def _require_rate(learning_rate: float) -> None:
    if not 0 < learning_rate <= 1:
        raise ValueError(f"learning_rate lies above 0 and up to 1, found {learning_rate}")


def _require_shares(shares: Mapping[Origin, float]) -> None:
    if min(shares.values(), default=0) < 0 or not sum(shares.values()) > 0:
        raise ValueError(f"shares are 0 or more, and one is above 0; found {dict(shares)}")
