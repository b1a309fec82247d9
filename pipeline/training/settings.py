"""What `params/training/*.yml` says of one bundle's training."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import TypeAdapter, ValidationError

from pipeline.domain.errors import UsageError
from pipeline.domain.settings import STRICT
from pipeline.io.params_file import first_problem, read_yaml
from pipeline.training.augmentation import Augmentation

Origin = Literal["dixon", "open", "warped", "phantom", "sagittal_water", "sagittal_t2", "site"]
"""Where slices come from: `mri_dixon`, `mri_l4l5_open`, both warped onto the outlines of
`muscle_shapes_l4l5`, the simulation, `sagittal_levels`, the site's own table."""


@dataclass(frozen=True)
class FitSettings:
    """The optimisation: a fixed number of steps, so that nothing is chosen on a test person.

    ema_decay: of the running mean of the weights, which is what is kept.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    steps: int
    batch_slices: int
    learning_rate: float
    weight_decay: float
    ema_decay: float
    seed: int
    checkpoint_every_steps: int
    threads: int


@dataclass(frozen=True)
class FinishSettings:
    """A second, shorter fit that starts from the first one's weights, with other shares.

    without_rim_fat: outlines are brought to the visible border of the muscle first. phantom_slices:
    as for the first fit where None.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
    steps: int
    learning_rate: float
    without_rim_fat: bool
    shares: Mapping[Origin, float]
    phantom_slices: int | None = None


@dataclass(frozen=True)
class TrainingSettings:
    """One bundle's training.

    weights: file name to the people whom these weights never saw. shares: of the drawn slices by
    where they come from. outline_labels: a warped slice takes the outline as its label, not the
    labels that travelled with its texture. start: a bundle whose weights `model.pt` the fit starts
    from, for fine-tuning; where `bundle` does not exist yet, its configuration is taken too.
    table: a site's own labelled images, see `io.labelled_images`. sacra: the corners of S1 marked
    on sagittal images, see `training.sagittal`. phantom_slices: sagittal slices of a
    simulated person, 4 mm apart. same_images: a person to another one in the data whose images are
    the same; they are left out together and count once.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT
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

    def left_out(self, name: str) -> tuple[str, ...]:
        """Whom that weights file never saw, under every name that they have in the data."""
        people = self.weights[name]
        return people + tuple(one for one, other in self.same_images.items() if other in people)


def read_training_settings(path: Path) -> TrainingSettings:
    """The settings in the YAML file; a misspelt, missing or wrongly typed one is refused."""
    return settings_of(read_yaml(path), str(path))


def settings_of(content: Mapping[str, Any], where: str = "settings") -> TrainingSettings:
    """The settings as plain data, checked; raises UsageError that names `where`."""
    try:
        return TypeAdapter(TrainingSettings).validate_python(content)
    except ValidationError as error:
        raise UsageError(f"{where}: {first_problem(error)}") from error
