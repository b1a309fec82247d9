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
from multifidus.training.whole_slices import WholeSlices

Origin = Literal[
    "dixon", "open", "warped", "phantom", "pairs", "exact", "small",
    "sagittal_water", "sagittal_t2", "site",
]  # fmt: skip
"""Where slices come from: `mri_dixon`, `mri_l4l5_open`, both warped onto the outlines of
`muscle_shapes_l4l5`, the simulation, `mri_axial_t1_open`, `mri_native_open` together with
`mri_l4l5_open`, `mri_axial_small_open`, `sagittal_levels`, the site's own table."""

Precision = Literal["float32", "bfloat16"]


def _kind_of_augmentation(given: Any) -> str:
    whole = isinstance(given, WholeSlices) or (isinstance(given, Mapping) and "tones" in given)
    return "whole slices" if whole else "patches"


Draws = Annotated[
    Annotated[Augmentation, Tag("patches")] | Annotated[WholeSlices, Tag("whole slices")],
    Discriminator(_kind_of_augmentation),
]
"""How slices are drawn; whole axial slices are those with `tones`."""

PATHS = ("bundle", "data", "runs", "table", "sacra", "groups")
BUNDLES = ("start", "like")
"""Settings that are paths, and those that are one or a shipped bundle's name."""


@strict
class FitSettings:
    """The optimisation: a fixed number of steps, so that nothing is chosen on a test person.

    ema_decay: of the running mean of the weights, which is what is kept; ema_warm_up: it begins
    lower, so that the mean forgets the first weights. precision: of the network's answers while
    it is taught. dice_over: see `loss.DiceOver`. decay_from: the step from which the learning
    rate falls, after it has risen over warm_up_steps; see `optimisation.schedule_of`.
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
        _require_counts(self, "steps", "batch_slices", "checkpoint_every_steps", "threads")
        _require_counts(self, "warm_up_steps")
        if self.decay_from is not None and not 0 <= self.decay_from < self.steps:
            raise ValueError(f"decay_from lies from 0 to below the {self.steps} steps")
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
    the same; they are left out together and count once. seeds: of weights files whose seed
    is not that of the fit. groups: a table of people and their group,
    see `read_groups`; weights may name a group for its people. like: a bundle whose configuration a
    new one takes, without its weights. open_fat: fat beside Dixon outlines that another reader
    would take into the fascia teaches nothing, see `with_open_fat`.
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
    phantom_slices: int = 9
    same_images: Mapping[str, str] = field(default_factory=dict)
    seeds: Mapping[str, int] = field(default_factory=dict)
    groups: Path | None = None
    like: Path | None = None
    open_fat: bool = False

    def __post_init__(self) -> None:
        _require_counts(self, "phantom_slices")
        _require_shares(self.shares)
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
