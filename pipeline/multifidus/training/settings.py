"""What `params/training/*.yml` says of one bundle's training."""

import os.path
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag, TypeAdapter

from multifidus.domain.errors import strict
from multifidus.files.paths import MODELS
from multifidus.files.settings_paths import beside, bundle_beside
from multifidus.files.yaml import as_type, read_yaml
from multifidus.training.augmentation import Augmentation
from multifidus.training.groups import expanded
from multifidus.training.loss import DiceOver
from multifidus.training.stage_settings import (
    FinishSettings,
    Origin,
    SelfTrainingSettings,
    require_counts,
    require_decay,
    require_rate,
    require_shares,
)
from multifidus.training.t2_look import T2LookSettings
from multifidus.training.whole_slices import WholeSlices

Precision = Literal["float32", "bfloat16"]


def _kind_of_augmentation(given: Any) -> str:
    whole = isinstance(given, WholeSlices) or (isinstance(given, Mapping) and "tones" in given)
    return "whole slices" if whole else "patches"


Draws = Annotated[
    Annotated[Augmentation, Tag("patches")] | Annotated[WholeSlices, Tag("whole slices")],
    Discriminator(_kind_of_augmentation),
]
"""How slices are drawn; whole axial slices are those with `tones`."""

PATHS = ("bundle", "data", "runs", "table", "sacra", "thoracic", "groups", "contrasts")
BUNDLES = ("start", "like")
"""Settings that are paths, and those that are one or a shipped bundle's name."""


@strict
class FitSettings:
    """The optimisation: a fixed number of steps, so that nothing is chosen on a test person.

    ema_decay: of the running mean of the weights, which is what is kept; ema_warm_up: it begins
    lower, so that the mean forgets the first weights. precision: of the network's answers while
    it is taught. dice_over: see `loss.DiceOver`. decay_from: the step from which the learning
    rate falls, after it has risen over warm_up_steps, never where it is `steps`; see
    `optimisation.schedule_of`.
    """

    steps: int
    batch_slices: int
    learning_rate: float
    weight_decay: float
    ema_decay: float
    seed: int
    checkpoint_every_steps: int
    threads: int
    precision: Precision = "float32"
    dice_over: DiceOver = "slice"
    decay_from: int | None = None
    warm_up_steps: int = 100
    ema_warm_up: bool = False

    def __post_init__(self) -> None:
        require_counts(self, "steps", "batch_slices", "checkpoint_every_steps", "threads")
        require_counts(self, "warm_up_steps")
        require_decay(self.decay_from, self.steps)
        require_rate(self.learning_rate)
        if not 0 <= self.ema_decay < 1:
            raise ValueError("ema_decay lies from 0 to below 1")
        if self.weight_decay < 0 or self.seed < 0:
            raise ValueError("weight_decay and seed are 0 or more")


@strict
class TrainingSettings:
    """One bundle's training; every path in it is absolute.

    weights: file name to the people whom these weights never saw. shares: of the drawn slices by
    where they come from. outline_labels: a warped slice takes the outline as its label, not the
    labels that travelled with its texture. start: a bundle whose weights `model.pt` the fit starts
    from, for fine-tuning; where `bundle` does not exist yet, its configuration is taken too.
    table: a site's own labelled images, see `read_table`. sacra: the corners of S1 marked
    on sagittal images, see `read_sacra`; thoracic: those of T12 in the same way.
    phantom_slices: sagittal slices of a simulated person, 4 mm apart. same_images: a person to
    another one in the data whose images are the same; they are left out together and count once.
    seeds: of weights files whose seed is not that of the fit. groups: a table of people and their
    group, see `read_groups`; weights may name a group for its people. like: a bundle whose
    configuration a new one takes, without its weights. open_fat: fat beside Dixon outlines that
    another reader would take into the fascia teaches nothing, see `with_open_fat`. contrasts: a
    table that says T1 or T2 of each slice of `mri_native_open`, see `read_contrasts`. t2_look: T1
    slices get the look of T2 too, see `learned_look`. self_training: a fit
    in which slices without outlines teach. part_way: how much of the way from the weights of
    `start` to the fitted ones is gone, above 0 to 1; see `part_way.part_way`.
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
    augmentation: Draws
    finish: FinishSettings | None = None
    start: Path | None = None
    table: Path | None = None
    sacra: Path | None = None
    thoracic: Path | None = None
    phantom_slices: int = 9
    same_images: Mapping[str, str] = field(default_factory=dict)
    seeds: Mapping[str, int] = field(default_factory=dict)
    groups: Path | None = None
    like: Path | None = None
    open_fat: bool = False
    contrasts: Path | None = None
    t2_look: T2LookSettings | None = None
    self_training: SelfTrainingSettings | None = None
    part_way: float = 1.0

    def __post_init__(self) -> None:
        require_counts(self, "phantom_slices")
        require_shares(self.shares)
        if (self.t2_look or self.self_training) and self.contrasts is None:
            raise ValueError("t2_look and self_training need contrasts, T1 or T2 by file")
        if not 0 < self.part_way <= 1:
            raise ValueError(f"part_way lies above 0 and up to 1, found {self.part_way}")
        if self.phantoms < 0:
            raise ValueError("phantoms is 0 or more")
        wrong = [
            name for name in self.weights if Path(name).name != name or Path(name).suffix != ".pt"
        ]
        if not self.weights or wrong:
            raise ValueError(f"weights are file names that end in .pt, found {wrong}")
        if unknown := sorted(set(self.seeds) - set(self.weights)):
            raise ValueError(f"seeds are of weights files; {unknown[0]} is none of them")

    def for_weights(self, name: str) -> "TrainingSettings":
        """These settings with the seed of that weights file."""
        fit = replace(self.fit, seed=self.seeds.get(name, self.fit.seed))
        return replace(self, fit=fit)

    @property
    def origins_drawn(self) -> set[Origin]:
        """Where the slices of any of the fits come from."""
        later = [fit.shares for fit in (self.self_training, self.finish) if fit is not None]
        fits = (self.shares, *later)
        return {origin for shares in fits for origin, share in shares.items() if share > 0}

    def people_left_out(self, name: str) -> tuple[str, ...]:
        """Whom that weights file never saw, each once: those it names and those of its groups."""
        return expanded(self.weights[name], self.groups)

    def left_out(self, name: str) -> tuple[str, ...]:
        """Whom that weights file never saw, under every name that they have in the data."""
        people = self.people_left_out(name)
        return people + tuple(twin for twin, own in self.same_images.items() if own in people)


def read_training_settings(path: Path) -> TrainingSettings:
    """The settings in the YAML file; a misspelt, missing or wrongly typed one is refused.

    A path in it is taken from the folder of the file; `start` and `like` may be the name of a
    shipped bundle.
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
    for name in BUNDLES:
        if isinstance(bundle := found.get(name), str | Path):
            found[name] = MODELS / bundle_beside(str(bundle), file)  # an absolute path stays itself
    return as_type(TrainingSettings, found, where)


def content_of(settings: TrainingSettings, folder: Path) -> dict[str, Any]:
    """The settings as plain data with their paths from that folder: what `settings_of` reads."""
    content: dict[str, Any] = TypeAdapter(TrainingSettings).dump_python(settings, mode="json")
    for name in (*PATHS, *BUNDLES):
        if content[name] is not None:
            content[name] = os.path.relpath(content[name], folder)
    return content
